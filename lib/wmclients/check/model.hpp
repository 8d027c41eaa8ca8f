#pragma once

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/asf/header.hpp>
#include <wmclients/dissect/visitor.hpp>
#include <wmclients/http/head.hpp>
#include <wmclients/http/message_parser.hpp>
#include <wmclients/wmsp/frame_parser.hpp>
#include <wmclients/wmsp/pragma.hpp>
#include <wmclients/wmsp/request.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

/// What rules look at: the traffic of a capture as servers, sessions, connections and exchanges.
///
/// A Recorder fills it during the pass and owns it; rules see it as it is at the end. A rule of a `$` packet
/// is asked during the pass: what comes later is not there yet, and there are no sessions.
namespace wmclients::check {

struct Connection;
struct Exchange;
struct Server;
struct Session;

/// A request or a response: its head, and what was seen of its body.
struct Message {
    explicit Message(http::Head its_head) : head(std::move(its_head)), pragmas(head) {}

    http::Head head; ///< head.complete is false if a gap or the snap length cut it
    wmsp::Pragmas pragmas;
    std::uint64_t body_bytes = 0;        ///< captured, de-chunked
    std::string body;                    ///< of a request: the first of them, at most `body_kept`
    bool gap = false;                    ///< bytes of the message are missing
    bool cut = false;                    ///< of those, some were cut by the snap length
    std::optional<http::MessageEnd> end; ///< empty: not captured
    PacketRef end_at;

    static constexpr std::size_t body_kept = 64U << 10;

    [[nodiscard]] bool chunked() const
    {
        return head.field("Transfer-Encoding").has_value(); // the only coding of HTTP/1.1 that is in use
    }
};

/// `$` packets of one kind in a row: `$D` are folded, others stand alone.
struct Run {
    wmsp::Frame first;
    wmsp::Frame last;
    std::uint64_t count = 1;
    PacketRef end;           ///< where the last one ends
    bool after_gap = false;  ///< bytes before it are missing, and with them maybe packets
    bool after_junk = false; ///< captured bytes before it could not be read as a packet
};

/// What stands where a packet should begin (right behind another, or at the beginning of the body) and begins
/// none.
struct Stray {
    std::array<std::uint8_t, 2> bytes{};
    std::uint8_t size = 0;  ///< of `bytes`: 1 where the first tells, or no more was captured together
    bool body_ends = false; ///< they would begin one, but the body ends in its header
    wmsp::Frame after;      ///< the packet before; id 0: none
    PacketRef at;
};

/// A whole ASF header, joined from its `$H`.
struct HeaderSeen {
    std::size_t size = 0;     ///< of the joined payload
    bool cut = false;         ///< more may have come than Cap::asf_header_bytes
    asf::Guid begins_with;    ///< the first 16 bytes; nil if there are fewer
    bool begins_well = false; ///< with the GUID of the Header Object; else `header` is empty
    asf::Header header;
    bool data_object = false; ///< the 50 bytes behind the Header Object begin with the Data Object's GUID
    PacketRef at;
};

/// The joined payload of `$M` packets.
struct MetadataSeen {
    std::string payload; ///< at most 64 KiB
    bool whole = true;
    PacketRef at;
};

/// The first payload of a stream in a body.
struct StreamStart {
    std::uint8_t stream = 0;
    bool key_frame = false;
    bool sure = false; ///< all `$D` before it could be read
    PacketRef at;
};

/// The body of a response, as packets.
struct Body {
    dissect::BodyStart start = dissect::BodyStart::none;
    std::vector<Run> runs;
    bool runs_left_out = false;      ///< beyond `runs_kept`
    bool gap_at_end = false;         ///< bytes behind the last packet are missing
    bool header_changes = false;     ///< there is a `$C`
    std::uint64_t unread_bytes = 0;  ///< captured bytes that are no packets
    PacketRef unread_at;             ///< of the first of them
    std::vector<Stray> strays;       ///< the first, at most `headers_kept`
    std::vector<HeaderSeen> headers; ///< the first and the latest, at most `headers_kept`
    std::vector<MetadataSeen> metadata;
    std::vector<StreamStart> streams; ///< one a stream number
    bool payloads_missed = false;     ///< of some `$D` the payloads could not be read
    PacketRef last_packet;            ///< where the last packet ends; number 0: there is none
    std::uint64_t marked = 0;         ///< packets with the B bit
    std::uint64_t adjoining = 0;      ///< packets that begin in the segment in which the one before ends

    static constexpr std::size_t runs_kept = 4096;
    static constexpr std::size_t headers_kept = 16;

    [[nodiscard]] bool framed() const { return start == dissect::BodyStart::framed || !runs.empty(); }

    /// Whether there is a packet of that kind.
    [[nodiscard]] bool has(char id) const;
};

/// What lies before an exchange, noted once for all rules: they must not look back through a whole session.
struct Past {
    bool tested = false;                 ///< pipeline-result=1
    bool fastcache = false;              ///< the server has listed fastcache
    bool unseen = false;                 ///< a response was not captured, or its head not whole
    const Exchange* described = nullptr; ///< the latest Describe, Play or PlayNextEntry
    const Exchange* play = nullptr;      ///< the latest Play or PlayNextEntry
    const Exchange* header = nullptr;    ///< the latest whose response has a whole ASF header
    const Exchange* stream = nullptr;    ///< the session's latest that was answered with the stream
    const Exchange* id = nullptr; ///< the session's latest whose response has a client-id, 401 and 407 apart
    const Exchange* metadata = nullptr;        ///< the session's latest with `$M`
    const Exchange* playlist_id = nullptr;     ///< the session's latest whose response has playlist-gen-id
    const Exchange* timeout = nullptr;         ///< the session's latest whose response has timeout
    const Message* client_supported = nullptr; ///< the session's latest request with Supported
    const Message* server_named = nullptr;     ///< the session's latest response with a Server field
    const Message* server_supported = nullptr; ///< the session's latest response with Supported
    PacketRef active; ///< the latest end of what came before in the session; number 0: nothing
    const Exchange* id_given = nullptr;   ///< the latest that gave the request's client-id, to whomever
    const Exchange* id_reset = nullptr;   ///< it has been answered with xResetStrm and another since then
    const Exchange* same_agent = nullptr; ///< the latest of this address and User-Agent that got a client-id
};

/// A request and the response to it, or one of them.
struct Exchange {
    Connection* connection = nullptr; ///< never null
    Session* session = nullptr;       ///< null during the pass
    std::size_t place = 0;            ///< in the session
    std::uint32_t number = 0;         ///< 0-based on the connection
    std::unique_ptr<Message> request; ///< null: not captured
    std::unique_ptr<Message> response;
    const Exchange* next_of_client = nullptr; ///< the next of the client's address, on whichever server
    bool second_of_pair = false; ///< the second of two Pipeline requests in a row; known after the pass
    wmsp::Classified type;       ///< of the request
    Body body;                   ///< of the response
    Past past;                   ///< after the pass

    /// The first packet of the request, or of the response if that is all there is.
    [[nodiscard]] PacketRef first() const
    {
        return request ? request->head.first : response ? response->head.first : PacketRef{};
    }

    /// The request is one of the type.
    [[nodiscard]] bool is(wmsp::RequestKind kind) const { return request && type.kind == kind; }

    /// The final status; 0: no response.
    [[nodiscard]] int status() const { return response ? response->head.status() : 0; }

    /// It is what the rules of a Play's response speak of: a Play, or a GET that was answered with the
    /// stream.
    [[nodiscard]] bool answers_play() const;

    /// A Describe, and not answered with the stream.
    [[nodiscard]] bool answers_describe() const;

    /// It is answers_play(), or a success of the two requests that go on with a stream.
    [[nodiscard]] bool answers_stream() const;

    /// The request has no mark of MS-WMSP: no rule but those of foreign clients looks at it.
    [[nodiscard]] bool foreign() const;

    /// The latest message of a side in the session with Supported, this exchange's included; null: none.
    [[nodiscard]] const Message* client_supported() const;
    [[nodiscard]] const Message* server_supported() const;
};

/// A TCP connection.
struct Connection {
    std::uint64_t number = 0; ///< as `wmclients connections` counts
    Endpoint client;
    Endpoint server_endpoint;
    Server* server = nullptr; ///< never null
    PacketRef first;
    PacketRef last; ///< where it ended, or the last message or packet of it
    bool beginning_captured = false;
    bool from_client = false; ///< payload of that side was captured
    bool from_server = false;
    bool client_gap = false;             ///< bytes of the client are missing, and with them maybe requests
    bool server_gap = false;             ///< likewise of the server
    std::optional<PacketRef> client_fin; ///< the first FIN or RST of a side
    std::optional<PacketRef> server_fin;
    std::optional<PacketRef> client_rst;
    std::optional<PacketRef> server_rst;
    std::optional<dissect::ConnectionEnd> end;
    std::vector<std::unique_ptr<Exchange>> exchanges; ///< by number; null where one was not recorded

    /// The exchange after this one, or null.
    [[nodiscard]] const Exchange* after(const Exchange& exchange) const;

    /// The exchange before this one, or null.
    [[nodiscard]] const Exchange* before(const Exchange& exchange) const;

    /// The first FIN or RST of either side.
    [[nodiscard]] std::optional<PacketRef> closed() const;

    /// The earlier of a side's FIN and RST.
    [[nodiscard]] std::optional<PacketRef> closed_by_client() const;
    [[nodiscard]] std::optional<PacketRef> closed_by_server() const;

    /// Whether it was open when `at` came; empty: bytes are missing, and with them maybe a FIN.
    [[nodiscard]] std::optional<bool> open_at(const PacketRef& at) const;
};

/// All that a strong link ties together: a connection, or a client-id that both sides used.
struct Session {
    Server* server = nullptr;
    std::vector<Exchange*> exchanges; ///< in the order of time

    /// Places in `exchanges`, so that rules need not search them all for every exchange.
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    std::size_t first_pipelined = nowhere;    ///< pipeline-result=1 or version11-enabled=1
    std::size_t last_play_or_log = nowhere;   ///< of those with a captured request, as the next
    std::size_t last_authorization = nowhere; ///< with credentials for the server
    bool client_gap = false; ///< on one of its connections: a request of the client may be missing

    /// Whether `place`, one of the above, is there, and not before `exchange`.
    [[nodiscard]] static bool from(const Exchange& exchange, std::size_t place)
    {
        return place != nowhere && place >= exchange.place;
    }

    /// The exchanges before this one; the latest last.
    [[nodiscard]] std::span<Exchange* const> before(const Exchange& exchange) const
    {
        return std::span{exchanges}.first(exchange.place);
    }

    /// Those after it.
    [[nodiscard]] std::span<Exchange* const> after(const Exchange& exchange) const
    {
        return std::span{exchanges}.subspan(exchange.place + 1);
    }
};

/// What a user says that a server is.
enum class Role : std::uint8_t { unknown, encoder, server };

/// A server's endpoint.
struct Server {
    Endpoint endpoint;
    bool speaks_wmsp =
        false; ///< some response says Cougar or Rex, or came in `$` packets; or only requests were captured
    Role role = Role::unknown;
    std::vector<Connection*> connections; ///< in the order of their first packets
    std::vector<Session*> sessions;       ///< in the order of their first exchanges
    std::set<std::string, std::less<>>
        reselected;        ///< client-ids with which a SelectStream came, during the pass
    PacketRef capture_end; ///< the capture's last packet
};

/// A `$` packet at its end, and what is around it.
struct Packet {
    const Exchange& exchange;
    const wmsp::Frame& frame;
    PacketRef end{};
    const wmsp::Frame* before = nullptr; ///< the packet right before it; null: none, or a gap lies between
    PacketRef before_end{};              ///< where that ends
    bool could_begin = false; ///< until its segment, the client's window had room for it, and all was
                              ///< acknowledged
    const wmsp::Frame* data_before = nullptr;  ///< the latest `$D` of the body, with no gap since
    const wmsp::Frame* header_since = nullptr; ///< the latest `$H` if it came after data_before
    const asf::Header* header = nullptr;       ///< the latest of the body; null: not seen, or damaged
    Bytes payload{};                           ///< of a `$D`, if it was captured whole
    const asf::DataPacket* parsed = nullptr;   ///< of a `$D`; null: not whole, or see parse_error
    std::uint32_t padding_length = 0;          ///< of a whole `$D`, as it says
    std::string_view parse_error{};            ///< why the payload is no ASF packet; empty if it is one
};

} // namespace wmclients::check
