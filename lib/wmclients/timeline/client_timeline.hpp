#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/keyed_hash.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/timeline/instant.hpp>
#include <wmclients/timeline/names.hpp>
#include <wmclients/timeline/text_pool.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wmclients::timeline {

/// When a client is taken to be attached (`--attach-on`). The COM documentation says "connected" and no more;
/// the imitations by PPLive and Flumotion register a client on Play, so that is the default.
enum class AttachOn : std::uint8_t {
    play,    ///< the first byte of the reply to a Play
    accept,  ///< the ACK that completes the handshake, whatever is asked then
    request, ///< the last byte of the first complete request head, whatever it asks
};

/// When a client is taken to be detached (`--detach-on`).
enum class DetachOn : std::uint8_t {
    end_of_stream, ///< the first of: `$E` with reason 0, the end of the body, FIN, RST, a new SYN
    connection,    ///< FIN, RST or a new SYN only
};

/// "play", "accept", "request"; "end-of-stream", "connection": as in the options and in JSON.
std::string_view to_string(AttachOn policy);
std::string_view to_string(DetachOn policy);

struct Policies {
    AttachOn attach_on = AttachOn::play;
    DetachOn detach_on = DetachOn::end_of_stream;
};

/// A server endpoint that speaks MS-WMSP.
struct SinkEndpoint {
    Endpoint endpoint;
    bool address_known = true; ///< false: only its port is, from a probe's log
    std::uint64_t pid = 0;     ///< as in SinkOpen
    LinkAddress link;          ///< unknown where the capture has no link-layer addresses
    TextId server = TextId::none;
    bool streaming = false;
    Moment streaming_since;           ///< meaningful if streaming; an empty time is before the capture
    std::vector<TextId> file_ids;     ///< of its ASF headers, in the order seen, each once
    std::optional<StreamInfo> stream; ///< the latest
};

/// One row: an attachment of one client to one endpoint.
struct Client {
    std::uint64_t connection = 0;    ///< id of its TCP connection in the capture
    std::uint64_t first_packet = 0;  ///< of that connection
    std::uint32_t ordinal = 0;       ///< among the rows of that connection
    std::uint32_t row = 0;           ///< index into ClientTimeline::clients()
    std::uint32_t sink_endpoint = 0; ///< index into ClientTimeline::endpoints()
    Endpoint endpoint;
    std::uint16_t describe_port = 0;
    EndReason stream_end_reason = EndReason::none;
    EndReason connection_end_reason = EndReason::none;
    TrackingEnd tracking_end = TrackingEnd::none;
    LinkCertainty describe_certainty = LinkCertainty::none;
    bool attached_exact = true;
    bool server_side_captured = true; ///< false: times and counters are unknown
    bool state_known = false;         ///< counters were reported
    Moment attached;                  ///< an empty time is before the capture, or unknown
    Moment stream_end;
    Moment connection_end;
    LiveState state;
    std::uint64_t describe_connection = 0;
    TextId user_agent = TextId::none;
    TextId client_id = TextId::none;
    TextId client_guid = TextId::none;
    TextId target = TextId::none;
    TextId host = TextId::none;
    TextId via = TextId::none;
    TextId proxy_client_agent = TextId::none;
    TextId forwarded_for = TextId::none;
};

/// A row's end under a policy; reason `none`: attached.
struct Detach {
    Moment when;
    EndReason reason = EndReason::none;
};

/// A Play that was answered by another status than 200, or not at all.
struct Refusal {
    Endpoint client;
    Endpoint server;
    Moment when;
    int status = 0;
    TextId user_agent = TextId::none;
};

/// Is told of what an owner of the sink would be told by IWMStatusCallback, as soon as it can be concluded.
class ClientObserver {
  public:
    virtual ~ClientObserver() = default;

    virtual void connected(const Client&, Timestamp) {} ///< WMT_CLIENT_CONNECT (32, 37)

    virtual void properties_changed(const Client&, const Moment&) {} ///< WMT_CLIENT_PROPERTIES (42)

    /// WMT_CLIENT_DISCONNECT (33, 38), with the counters by then.
    virtual void disconnected(const Client&, const Detach&, const LiveState&, Timestamp) {}

    virtual void refused(const Refusal&, Timestamp) {}
};

/// The one model: built from events, asked by everything that answers questions. Rows are kept in the order
/// in which they were learnt; see client_list.hpp for sinks, indexes and instants.
class ClientTimeline final : public EventListener {
  public:
    ClientTimeline(Policies policies, Caps& caps) : policies_(policies), caps_(caps) {}

    void observe(ClientObserver& observer) { observer_ = &observer; }

    void observe_nobody() { observer_ = nullptr; }

    [[nodiscard]] const Policies& policies() const { return policies_; }

    [[nodiscard]] const std::vector<SinkEndpoint>& endpoints() const { return endpoints_; }

    [[nodiscard]] const std::deque<Client>& clients() const { return clients_; }

    [[nodiscard]] const std::vector<Refusal>& refusals() const { return refusals_; }

    [[nodiscard]] std::string_view text(TextId id) const { return pool_.text(id); }

    [[nodiscard]] Name name_of(const IpAddress& address, const std::optional<Instant>& at) const
    {
        return names_.name_of(address, at);
    }

    /// Whether a row of these endpoints is attached, but its connection is no longer followed.
    [[nodiscard]] bool is_unfollowed(const Endpoint& client, const Endpoint& server) const
    {
        return unfollowed_.contains({client, server});
    }

    /// A row's end under the policies of this timeline.
    [[nodiscard]] Detach detach_of(const Client& client) const;

    /// What was known of a row's counters at the instant asked for; the final ones if none was.
    [[nodiscard]] const LiveState* state_at_instant(const Client& client) const;

    /// What the system's socket table said of a row's connection; null if it was not asked. Valid until the
    /// next event.
    [[nodiscard]] const SocketFacts* socket_of(const Client& client) const;

    /// The sink's address on a row's connection; empty if only its port is known.
    [[nodiscard]] std::optional<IpAddress> local_address_of(const Client& client) const;

    /// Forgets the rows for which `gone` is true, all refusals, and the names of addresses without a row if
    /// names become too many: for those who follow a live sink for years. Nobody is told. Rows of those that
    /// stay, TextIds and views of texts change; an attached client that is forgotten is heard of no more
    /// until it plays again. Returns how many rows went.
    std::size_t forget(const std::function<bool(const Client&)>& gone);

    using EventListener::on;

    void on(const SinkOpen& event) override;
    void on(const SinkStreaming& event) override;
    void on(const StreamHeader& event) override;
    void on(const ConnectionOpen& event) override;
    void on(const RequestSeen& event) override;
    void on(const PlayStarted& event) override;
    void on(const FactsLearnt& event) override;
    void on(const StreamEnded& event) override;
    void on(const ConnectionEnded& event) override;
    void on(const LateEnd& event) override;
    void on(const PlayRefused& event) override;
    void on(const ClientState& event) override;
    void on(const ConnectionClosed& event) override;
    void on(const NameLearnt& event) override;
    void on(const SocketSeen& event) override;
    void on(const ClientTold& event) override;
    void on(const SnapshotTaken& event) override;

  private:
    struct OpenConnection {
        std::set<std::pair<std::uint32_t, std::uint32_t>> rows; ///< ordinal and row
        std::vector<std::uint32_t> unended;   ///< of these, those whose connection was not seen to end
        std::optional<ConnectionOpen> opened; ///< kept for AttachOn::request until its first request
    };

    SinkEndpoint* endpoint_of(const Endpoint& endpoint);
    SinkEndpoint* add_endpoint(const Endpoint& endpoint);
    SinkEndpoint* told_endpoint(std::uint16_t port);
    Client* add_row(const Client& row);
    Client* row_of(std::uint64_t connection, std::uint32_t ordinal);
    void follow(std::uint64_t connection, std::uint32_t row);
    void set_facts(Client& client, const ClientFacts& facts);
    template <typename Change>
    void changing_detach(Client& client, const LiveState& state, Timestamp seen_at, Change change);

    Policies policies_;
    Caps& caps_;
    ClientObserver* observer_ = nullptr;
    TextPool pool_;
    Names names_;
    std::vector<SinkEndpoint> endpoints_;
    std::map<Endpoint, std::uint32_t> endpoint_index_;
    std::deque<Client> clients_; ///< never moved: a growing vector would need the rows twice
    std::vector<Refusal> refusals_;
    std::unordered_map<std::uint64_t, OpenConnection, KeyedNumberHash> open_;
    std::set<std::pair<IpAddress, std::uint32_t>> attached_by_address_; ///< and row; only for an observer
    std::map<std::pair<Endpoint, Endpoint>, std::uint32_t>
        unfollowed_; ///< attached, but not followed: no longer, or not yet
    std::unordered_map<std::uint32_t, LiveState> at_instant_;
    std::unordered_map<std::uint32_t, SocketFacts> sockets_; ///< by row
};

} // namespace wmclients::timeline
