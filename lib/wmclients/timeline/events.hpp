#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/packet_ref.hpp>
#include <wmclients/dns/name_record.hpp>
#include <wmclients/timeline/moment.hpp>
#include <wmclients/timeline/socket_facts.hpp>
#include <wmclients/timeline/told.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wmclients::timeline {

/// Why a client was detached (SEMANTICS: a closed set).
enum class EndReason : std::uint8_t {
    none, ///< attached
    eos,
    stop,
    body_end,
    client_fin,
    server_fin,
    client_rst,
    server_rst,
    replaced,
    stalled, ///< a sink's own log only, as the two below
    disconnect,
    close,
    unknown, ///< a probe's log only: the COM object tells no reason
};

/// Why a connection was not followed to its end. Never a detach.
enum class TrackingEnd : std::uint8_t { none, idle, evicted, capture_end };

/// What a TCP connection to a sink was used for.
enum class ConnectionClass : std::uint8_t {
    data,    ///< carried a Play
    probe,   ///< a Describe and no Play
    side,    ///< Log, KeepAlive, SelectStream and the like
    refused, ///< a WMSP request that was answered by an error, or not at all
    foreign, ///< anything else: a browser, RTSP, DLNA, push, MMST, nothing at all
};

/// How sure it is that a Describe on another connection belongs to a Play.
enum class LinkCertainty : std::uint8_t {
    none,
    weak,      ///< same address and user agent, a few seconds before
    guid,      ///< same address and same xClientGUID, which is not one of the constants
    client_id, ///< the Play repeats the client-id of the Describe's reply
};

std::string_view to_string(EndReason reason);
std::string_view to_string(TrackingEnd end);
std::string_view to_string(ConnectionClass kind);
std::string_view to_string(LinkCertainty certainty);
std::optional<EndReason> end_reason_from(std::string_view text);
std::optional<TrackingEnd> tracking_end_from(std::string_view text);
std::optional<ConnectionClass> connection_class_from(std::string_view text);
std::optional<LinkCertainty> link_certainty_from(std::string_view text);

/// The counters of one client, as SEMANTICS.md "Counters" defines them.
struct Counters {
    std::uint64_t header_packets = 0;
    std::uint64_t data_packets = 0;
    std::uint64_t cut_packets = 0;
    std::uint64_t damaged_packets = 0;
    std::uint64_t media_bytes = 0;
    std::uint64_t gap_bytes = 0;
    std::uint64_t lost_packets = 0;
    bool lost_known = true; ///< lost_packets could be told
    bool exact = true;      ///< false: lower bounds
};

/// What the ASF header of a stream says.
struct StreamInfo {
    struct Track {
        unsigned number = 0;
        std::string type;          ///< audio, video, command, other
        std::string codec;         ///< empty if unknown
        std::uint32_t bitrate = 0; ///< bit/s, 0 if unknown
        std::string format;        ///< "320x240 WMV2", "44100 Hz, 2 channels"
    };

    std::string file_id; ///< 8-4-4-4-12, lower case
    std::string title;   ///< UTF-8, empty if none, as all below
    std::string author;
    std::string encoder;
    std::uint32_t max_bitrate = 0;
    std::uint32_t packet_size = 0;
    bool broadcast = false;
    std::vector<Track> tracks;
};

// The events. Text is raw bytes and lives during the call only; an empty view is an unknown text.

/// A server endpoint is known to be a sink's.
struct SinkOpen {
    Endpoint endpoint;
    LinkAddress link;
    std::string_view server; ///< its Server field
    PacketRef seen;
    std::uint64_t pid = 0; ///< of the process that listens, from a socket table; 0: unknown
};

/// A sink's endpoint has begun to stream; `since.time` is empty if it had before the capture.
struct SinkStreaming {
    Endpoint endpoint;
    Moment since;
    PacketRef seen;
};

/// A new ASF header on a sink's endpoint.
struct StreamHeader {
    Endpoint endpoint;
    const StreamInfo& info;
    PacketRef seen;
};

struct ConnectionOpen {
    std::uint64_t connection = 0;
    Endpoint client;
    Endpoint server;
    PacketRef first;    ///< its first packet
    Moment established; ///< the ACK that completed the handshake
    PacketRef seen;
};

/// A complete request head.
struct RequestSeen {
    std::uint64_t connection = 0;
    Moment when;           ///< its last byte
    std::string_view kind; ///< "Play", …, "other"
    std::string_view method;
    std::string_view target;
    std::string_view user_agent;
    PacketRef seen;
};

/// What the heads of a Play exchange tell of the client.
struct ClientFacts {
    std::string_view user_agent;
    std::string_view client_id; ///< of the reply, else of the request
    std::string_view client_guid;
    std::string_view target;
    std::string_view host; ///< the request's Host field
    std::string_view via;
    std::string_view proxy_client_agent;
    std::string_view forwarded_for;
    std::uint64_t describe_connection = 0; ///< 0: no Describe is linked
    std::uint16_t describe_port = 0;
    LinkCertainty describe_certainty = LinkCertainty::none;
};

/// A client attached, as `--attach-on play` sees it.
struct PlayStarted {
    std::uint64_t connection = 0;
    std::uint32_t ordinal = 0; ///< 0-based among the Plays of its connection
    Endpoint client;
    Endpoint server;
    std::uint64_t first_packet = 0; ///< of the connection
    Moment attached;                ///< empty time: before the capture began, or not captured
    bool exact = true;              ///< the first byte of the reply was captured
    bool server_side_captured = true;
    ClientFacts facts;
    PacketRef seen;
};

/// More became known of an attached client: its request was captured late.
struct FactsLearnt {
    std::uint64_t connection = 0;
    std::uint32_t ordinal = 0;
    ClientFacts facts;
    PacketRef seen;
};

/// The counters of a client at some moment.
struct LiveState {
    Counters counters;
    MaybeTime last_ack_at; ///< the client's last segment that advanced its acknowledgment number
    std::uint64_t unacked_bytes = 0;
    bool counted = true; ///< false: nobody counted; all of this is unknown
};

/// A Play's body ended, by its own framing.
struct StreamEnded {
    std::uint64_t connection = 0;
    std::uint32_t ordinal = 0;
    Moment when;
    EndReason reason = EndReason::eos;
    LiveState state;
    PacketRef seen;
};

/// The first valid FIN or RST, or a new SYN between the same endpoints.
struct ConnectionEnded {
    std::uint64_t connection = 0;
    Moment when;
    EndReason reason = EndReason::client_fin;
    LiveState state; ///< of the client that is attached by it, if any
    PacketRef seen;
};

/// A FIN or RST of a connection that is no longer followed.
struct LateEnd {
    Endpoint client;
    Endpoint server;
    Moment when;
    EndReason reason = EndReason::client_fin;
    PacketRef seen;
};

struct PlayRefused {
    std::uint64_t connection = 0;
    Endpoint client;
    Endpoint server;
    Moment when;
    int status = 0; ///< 0: closed without an answer
    std::string_view user_agent;
    PacketRef seen;
};

/// The counters of a client: at the instant asked for (`at_instant`), or when its connection is no longer
/// followed.
struct ClientState {
    std::uint64_t connection = 0;
    std::uint32_t ordinal = 0;
    LiveState state;
    TrackingEnd tracking_end = TrackingEnd::none;
    bool at_instant = false;
    PacketRef seen;
};

/// A connection is no longer followed.
struct ConnectionClosed {
    std::uint64_t connection = 0;
    ConnectionClass kind = ConnectionClass::foreign;
    std::string_view why; ///< a sentence for people
    TrackingEnd tracking_end = TrackingEnd::none;
    PacketRef seen;
};

struct NameLearnt {
    IpAddress address;
    std::string_view name;
    dns::NameSource source = dns::NameSource::none;
    Moment when; ///< empty time: from outside the capture, known all along
};

/// A player's Log request (MS-WMSP 2.2.2.4). Only a sink's own log has it.
struct PlayerLogged {
    std::uint64_t connection = 0;
    Endpoint client;
    Endpoint server;
    Moment when;
    std::string_view client_id;
    const std::vector<std::pair<std::string, std::string>>& fields; ///< names and values as sent
    PacketRef seen;
};

/// A connection to a sink as the system's socket table has it. It is taken as a client, whatever the policies
/// are: the table cannot tell what was asked on a connection, nor when it began.
struct SocketSeen {
    std::uint64_t connection = 0;
    Endpoint client;
    Endpoint sink; ///< the listening socket's, as in its SinkOpen; its address is often 0.0.0.0 or ::
    const SocketFacts& socket;
    PacketRef seen;
};

/// A sink has closed: its endpoint no longer takes connections. Only a sink's own log has it.
struct SinkClose {
    Endpoint endpoint;
    PacketRef seen;
};

/// Takes events in the order in which they could be concluded. Everything that learns about clients speaks to
/// one.
class EventListener {
  public:
    virtual ~EventListener() = default;

    virtual void on(const SinkOpen&) {}

    virtual void on(const SinkStreaming&) {}

    virtual void on(const StreamHeader&) {}

    virtual void on(const ConnectionOpen&) {}

    virtual void on(const RequestSeen&) {}

    virtual void on(const PlayStarted&) {}

    virtual void on(const FactsLearnt&) {}

    virtual void on(const StreamEnded&) {}

    virtual void on(const ConnectionEnded&) {}

    virtual void on(const LateEnd&) {}

    virtual void on(const PlayRefused&) {}

    virtual void on(const ClientState&) {}

    virtual void on(const ConnectionClosed&) {}

    virtual void on(const NameLearnt&) {}

    virtual void on(const PlayerLogged&) {}

    virtual void on(const SocketSeen&) {}

    virtual void on(const SinkClose&) {}

    virtual void on(const ClientTold&) {}

    virtual void on(const SnapshotTaken&) {}
};

/// Passes every event on to several listeners, in the order in which they were added.
class EventFanOut final : public EventListener {
  public:
    void add(EventListener& listener) { listeners_.push_back(&listener); }

    void on(const SinkOpen& event) override { pass(event); }

    void on(const SinkStreaming& event) override { pass(event); }

    void on(const StreamHeader& event) override { pass(event); }

    void on(const ConnectionOpen& event) override { pass(event); }

    void on(const RequestSeen& event) override { pass(event); }

    void on(const PlayStarted& event) override { pass(event); }

    void on(const FactsLearnt& event) override { pass(event); }

    void on(const StreamEnded& event) override { pass(event); }

    void on(const ConnectionEnded& event) override { pass(event); }

    void on(const LateEnd& event) override { pass(event); }

    void on(const PlayRefused& event) override { pass(event); }

    void on(const ClientState& event) override { pass(event); }

    void on(const ConnectionClosed& event) override { pass(event); }

    void on(const NameLearnt& event) override { pass(event); }

    void on(const PlayerLogged& event) override { pass(event); }

    void on(const SocketSeen& event) override { pass(event); }

    void on(const SinkClose& event) override { pass(event); }

    void on(const ClientTold& event) override { pass(event); }

    void on(const SnapshotTaken& event) override { pass(event); }

  private:
    template <typename Event>
    void pass(const Event& event)
    {
        for (EventListener* listener : listeners_) {
            listener->on(event);
        }
    }

    std::vector<EventListener*> listeners_;
};

} // namespace wmclients::timeline
