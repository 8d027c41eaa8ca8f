#include <wmclients/com/answers.hpp>
#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/com/snapshot.hpp>

#include <utility>

namespace wmclients::com {

namespace {

Snapshot snapshot_now(const timeline::ClientTimeline& timeline, bool streaming)
{
    timeline::SinkSelection one;
    one.unite_port = true;
    const timeline::Instant now{Timestamp::max(), 0};
    const auto sinks = timeline::list_sinks(timeline, now, one);
    Snapshot snapshot;
    if (!sinks.empty()) {
        snapshot = snapshot_of(timeline, sinks.front(), now);
    }
    snapshot.streaming = streaming;
    return snapshot;
}

} // namespace

Snapshot snapshot_of(const sink::NetworkSink& sink)
{
    Snapshot snapshot;
    sink.inspect([&](const timeline::ClientTimeline& timeline, bool streaming) {
        snapshot = snapshot_now(timeline, streaming);
    });
    return snapshot;
}

void log_snapshot(sink::NetworkSink& sink)
{
    sink.tell([&](timeline::EventListener& events, std::uint16_t port, const PacketRef& now) {
        Answers answers = answers_of(snapshot_of(sink));
        events.on(timeline::SnapshotTaken{
            port, {now.time, 0}, answers.count_result, answers.count, std::move(answers.clients), now});
    });
}

} // namespace wmclients::com
