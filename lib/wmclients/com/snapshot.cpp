#include <wmclients/com/snapshot.hpp>

namespace wmclients::com {
namespace {

ClientIdentity identity_of(const timeline::ClientTimeline& timeline, const timeline::Client& client,
                           const std::optional<timeline::Instant>& at)
{
    const timeline::Name name = timeline.name_of(client.endpoint.address, at);
    return {client.endpoint, std::string{timeline.text(name.text)}};
}

} // namespace

Snapshot snapshot_of(const timeline::ClientTimeline& timeline, const timeline::Sink& sink,
                     const timeline::Instant& at)
{
    Snapshot snapshot;
    snapshot.streaming = is_streaming(timeline, sink, at);
    for (const timeline::Client* client : sink.clients) {
        snapshot.clients.push_back(identity_of(timeline, *client, at));
    }
    return snapshot;
}

Snapshot snapshot_of(const timeline::ClientTimeline& timeline, const timeline::Client& client,
                     const std::optional<timeline::Instant>& at)
{
    return {true, {identity_of(timeline, client, at)}};
}

} // namespace wmclients::com
