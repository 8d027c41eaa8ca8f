#pragma once

#include <wmclients/http/head.hpp>
#include <wmclients/http/message_parser.hpp>
#include <wmclients/net/segment.hpp>
#include <wmclients/net/tcp_reassembler.hpp>
#include <wmclients/wmsp/frame_parser.hpp>
#include <wmclients/wmsp/request.hpp>

#include <cstdint>
#include <optional>

namespace wmclients::dissect {

enum class Direction : std::uint8_t { to_server, to_client };

/// What is known of a TCP connection so far. A visitor gets it by reference with every call; it lives until
/// connection_end() has returned.
struct Connection {
    std::uint64_t id = 0;   ///< 1-based, in the order of first packets
    std::uint32_t slot = 0; ///< a small number that no other open connection has; reused later
    Endpoint client;
    Endpoint server;
    LinkAddress server_link; ///< unknown (zero) where the capture does not tell
    PacketRef first;         ///< its first packet
    MaybeTime established;   ///< the ACK that completed the handshake; empty if that was not captured
    std::uint64_t established_packet = 0;
    bool syn_seen = false; ///< its first SYN was captured, so offsets begin at the connection's first byte
    bool bytes_to_server = false;                    ///< payload of the client was captured
    bool bytes_to_client = false;                    ///< payload of the server was captured
    std::optional<std::uint8_t> client_window_scale; ///< of its SYN; empty: none, or not captured
    std::optional<std::uint8_t> server_window_scale;
    MaybeTime last_ack_at; ///< the client's last segment that advanced its acknowledgment number
    std::uint64_t client_acks_advanced = 0;         ///< how many did
    const net::TcpReassembler* to_client = nullptr; ///< the server's stream; never null in a visitor's call

    /// The client's window in bytes, from one of its segments other than the SYN; at least so much where a
    /// SYN was not captured. Both sides must offer to scale (RFC 7323, section 2.2).
    [[nodiscard]] std::uint32_t client_window(const net::Segment& segment) const
    {
        return std::uint32_t{segment.window} << (server_window_scale ? client_window_scale.value_or(0) : 0);
    }

    /// The highest byte of the server captured minus the highest that the client acknowledged.
    [[nodiscard]] std::uint64_t unacknowledged_bytes() const
    {
        const std::uint64_t highest = to_client->highest();
        const std::uint64_t acknowledged = to_client->acknowledged();
        return highest > acknowledged ? highest - acknowledged : 0;
    }
};

/// A request's head, classified.
struct Request {
    const http::Head& head;
    const wmsp::Pragmas& pragmas;
    wmsp::Classified type;
    std::uint32_t exchange = 0; ///< 0-based on its connection; its final response has the same number
};

/// A response's head. 1xx responses are reported too and share the number of the final one.
struct Response {
    const http::Head& head;
    const wmsp::Pragmas& pragmas;
    std::uint32_t exchange = 0;
};

/// How a body begins.
enum class BodyStart : std::uint8_t {
    framed, ///< with 0x24 or 0xA4
    not_framed,
    unknown, ///< its first byte was not captured
    none,    ///< there is no body
};

/// Why a connection is no longer followed.
enum class ConnectionEnd : std::uint8_t {
    closed,      ///< both FINs, or a RST, and quiet since
    replaced,    ///< a new SYN between the same endpoints
    idle,        ///< silent for the idle limit
    evicted,     ///< Cap::connections was reached
    capture_end, ///< the capture ended first
};

/// What a visitor wants beside the messages: each costs time on every packet.
struct Wants {
    bool media = false;
    bool segments = false;
    bool bodies = false;
};

/// One reader of the one pass from packets to messages. Every call names the connection; the calls for one
/// connection come in stream order for each direction. Nothing given by reference outlives its call.
class Visitor {
  public:
    virtual ~Visitor() = default;

    /// The roles of both sides are known: from a SYN, a request, a response, or a `$` packet.
    virtual void connection_open(const Connection&) {}

    /// The handshake is complete. `connection.established` says when.
    virtual void connection_established(const Connection&, const PacketRef&) {}

    virtual void request(const Connection&, const Request&) {}

    virtual void response(const Connection&, const Response&) {}

    /// A response's body begins, or is known not to. Follows response(), once an exchange; alone for a body
    /// whose head was not captured.
    virtual void body_start(const Connection&, std::uint32_t, BodyStart, const PacketRef&) {}

    /// The header of a `$` packet was read.
    virtual void frame_begin(const Connection&, const wmsp::Frame&) {}

    /// A `$` packet ended; `frame.complete` and `frame.damaged` say how.
    virtual void frame_end(const Connection&, const wmsp::Frame&, const PacketRef&) {}

    /// Asked once, before the pass.
    [[nodiscard]] virtual Wants wants() const { return {}; }

    /// Body bytes of a request, or of a response that is not framed; de-chunked.
    virtual void body(const Connection&, Direction, std::uint32_t, Bytes, const PacketRef&) {}

    /// Payload bytes of a `$D` or `$M` packet, after its MMS header.
    virtual void media(const Connection&, const wmsp::Frame&, Bytes, const PacketRef&) {}

    /// A segment of the connection, before its payload is reassembled.
    virtual void segment(const Connection&, Direction, const net::Segment&) {}

    /// A whole ASF header, joined from its `$H` packets.
    virtual void asf_header(const Connection&, Bytes, const PacketRef&) {}

    /// Captured bytes of a framed body that could not be read as packets.
    virtual void unsynchronised(const Connection&, std::uint64_t, const PacketRef&) {}

    /// Where a packet of a framed body should begin, these bytes begin none; or the body ends in its header
    /// (wmsp::FrameConsumer::on_no_packet).
    virtual void no_packet(const Connection&, Bytes, bool, const PacketRef&) {}

    /// Missing bytes of the stream. `in_body`: they belong to the body of a response.
    virtual void gap(const Connection&, Direction, std::uint64_t, std::uint64_t, net::GapReason, bool,
                     const PacketRef&)
    {
    }

    /// A message's end; for requests too.
    virtual void message_end(const Connection&, Direction, std::uint32_t, http::MessageEnd, const PacketRef&)
    {
    }

    /// Bytes that are no HTTP where a head should begin. Called once a direction.
    virtual void not_http(const Connection&, Direction, Bytes, const PacketRef&) {}

    /// A FIN or RST of the connection, sent in this direction, with a sequence number in its window.
    virtual void fin(const Connection&, Direction, const PacketRef&) {}

    virtual void rst(const Connection&, Direction, const PacketRef&) {}

    /// The connection is no longer followed.
    virtual void connection_end(const Connection&, ConnectionEnd, const PacketRef&) {}

    /// A FIN or RST between endpoints that no open connection has.
    virtual void stray_end(const net::Segment&) {}

    /// A UDP datagram.
    virtual void datagram(const net::Datagram&) {}
};

} // namespace wmclients::dissect
