#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/dissect/visitor.hpp>

#include <optional>
#include <string>

namespace wmclients::dissect {

/// How sure it is which side is the client.
enum class Roles : std::uint8_t {
    unknown,
    presumed, ///< a side that sends what is no head is taken for the server, until more is known
    known,
};

/// What becomes of the body of the current response.
enum class BodyReading : std::uint8_t {
    none,
    first_byte, ///< waiting for its first byte
    frames,
    passed_over,
};

/// An open connection: what visitors see of it, and the state of the pass. Not for visitors.
struct Flow : Connection {
    Flow() { to_client = &server_stream; }

    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    std::uint32_t hash = 0;
    Roles roles = Roles::unknown;
    bool fin_from_client = false;
    bool fin_from_server = false;
    bool reset = false;
    bool segments_from_client = false;
    bool segments_from_server = false;
    bool not_http_to_server = false; ///< reported already
    bool not_http_to_client = false;
    bool interim_response = false; ///< the current response is 1xx
    bool asf_damaged = false;
    bool ack_seen = false;
    BodyReading reading = BodyReading::none;
    std::uint32_t last_ack = 0; ///< the client's highest acknowledgment number, as in the packets
    Timestamp last_seen{};
    LinkAddress link_a; ///< of the presumed client's side
    net::TcpReassembler client_stream;
    net::TcpReassembler server_stream;
    http::MessageParser requests{http::MessageParser::Side::requests, true};
    http::MessageParser responses{http::MessageParser::Side::responses, true};
    std::optional<wmsp::FrameParser> frames;
    std::uint32_t requests_seen = 0;
    std::uint32_t responses_seen = 0;
    std::uint32_t current_request = 0;
    std::uint32_t current_response = 0;
    std::uint64_t head_requests = 0;  ///< bit n: the last request with number n modulo 64 is a HEAD
    std::uint64_t searched_bytes = 0; ///< of a body without a captured head, until its first packet is found
    std::string asf;                  ///< the ASF header under assembly
    Charge asf_memory;                ///< for it
    std::optional<wmsp::Frame> unconfirmed;   ///< a packet seen while the roles are presumed
    std::optional<PacketRef> unconfirmed_end; ///< where it ended, if it has

    [[nodiscard]] bool closed() const { return reset || (fin_from_client && fin_from_server); }

    /// It is certain from here on which side is the client: visitors hear of the connection, and of what a
    /// body without a captured head has had so far.
    void become_known(Visitor& visitor, const PacketRef& now);

    /// The two sides change places, before anything was reported of them.
    void swap_roles()
    {
        std::swap(client, server);
        std::swap(client_stream, server_stream);
        std::swap(segments_from_client, segments_from_server);
        std::swap(bytes_to_client, bytes_to_server);
        std::swap(fin_from_client, fin_from_server);
        std::swap(server_link, link_a);
        client_acks_advanced = 0;
        last_ack_at.reset();
        ack_seen = false;
    }
};

} // namespace wmclients::dissect
