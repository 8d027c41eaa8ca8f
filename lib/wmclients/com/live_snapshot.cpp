#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/com/snapshot.hpp>

namespace wmclients::com {

Snapshot snapshot_of(const sink::NetworkSink& sink)
{
    Snapshot snapshot;
    sink.inspect([&](const timeline::ClientTimeline& timeline, bool streaming) {
        timeline::SinkSelection one;
        one.unite_port = true;
        const timeline::Instant now{Timestamp::max(), 0};
        const auto sinks = timeline::list_sinks(timeline, now, one);
        if (!sinks.empty()) {
            snapshot = snapshot_of(timeline, sinks.front(), now);
        }
        snapshot.streaming = streaming;
    });
    return snapshot;
}

} // namespace wmclients::com
