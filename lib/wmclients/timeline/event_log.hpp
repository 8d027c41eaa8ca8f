#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/timeline/client_timeline.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/timeline/told_attachments.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients::timeline {

/// The version of the event log's schema; in its first line.
inline constexpr unsigned event_log_version = 1;

/// A line's beginning: every event has a time, which may be unknown, and when it could be concluded.
Json event_object(std::string_view type, const Moment& when, const Moment& seen);

/// Puts the counters of `client_disconnect` and its kind; null if nobody counted.
void put_state(Json& object, const LiveState& state);

/// The line of a snapshot.
Json to_json(const SnapshotTaken& event);

/// What is known of a stream, as it stands in the log and in the list; null if nothing.
Json to_json(const std::optional<StreamInfo>& stream);

/// Reads what to_json() made.
StreamInfo stream_info_from_json(const Json& object);

/// Writes events as JSON Lines: the raw events as they come, and between them what the sink's owner would
/// have been told (`client_connect`, `client_properties`, `client_disconnect`), by the timeline's policies.
/// It is to be added as a listener before the timeline, and to observe it.
class EventLogWriter final : public EventListener, public ClientObserver {
  public:
    using EventListener::on;

    /// Takes one line, without its line end.
    using Sink = std::function<void(std::string_view line)>;

    EventLogWriter(const ClientTimeline& timeline, Sink sink) : timeline_(timeline), sink_(std::move(sink)) {}

    /// The first line: where the events come from ("capture", "sink", "com", "sockets"), and the policies of
    /// what the owner would have been told.
    void begin(std::string_view origin, Policies policies);

    /// The last line; `summary` is added to it.
    void end(const Json& summary);

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
    void on(const PlayerLogged& event) override;
    void on(const SocketSeen& event) override;
    void on(const SinkClose& event) override;
    void on(const SnapshotTaken& event) override;

    void connected(const Client& client, Timestamp seen_at) override;
    void properties_changed(const Client& client, const Moment& when) override;
    void disconnected(const Client& client, const Detach& detach, const LiveState& state,
                      Timestamp seen_at) override;

  private:
    void write(const Json& line) { sink_(dump(line)); }

    [[nodiscard]] Json client_event(std::string_view type, const Client& client, const Moment& when,
                                    const Moment& seen) const;

    const ClientTimeline& timeline_;
    Sink sink_;
};

/// Reads an event log back, line by line, into events.
class EventLogReader {
  public:
    explicit EventLogReader(EventListener& listener) : listener_(listener) {}

    /// Takes one line. False if it is no event: not JSON, or without what its type needs. Unknown types are
    /// passed over: a newer program may have written them.
    bool line(std::string_view text);

    /// The first line's object; null before it was read.
    [[nodiscard]] const Json& header() const { return header_; }

    /// The object of the last line (`log_end`); null if the log has none: its writer was stopped.
    [[nodiscard]] const Json& summary() const { return summary_; }

    /// The earliest and the latest `seen_at` so far.
    [[nodiscard]] MaybeTime first_seen() const { return first_seen_; }

    [[nodiscard]] MaybeTime last_seen() const { return last_seen_; }

    /// The highest packet number so far; 0 if the events do not come from packets.
    [[nodiscard]] std::uint64_t last_packet() const { return last_packet_; }

  private:
    bool event(std::string_view type, const Json& object);
    bool told(std::string_view type, const Json& object, const PacketRef& seen);

    EventListener& listener_;
    ToldAttachments attachments_;
    Json header_;
    Json summary_;
    MaybeTime first_seen_;
    MaybeTime last_seen_;
    std::uint64_t last_packet_ = 0;
};

} // namespace wmclients::timeline
