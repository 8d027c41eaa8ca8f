#include <wmclients/com/snapshot.hpp>
#include <wmclients/diff/account.hpp>

#include <algorithm>

namespace wmclients::diff {

Account account_of(const timeline::ClientTimeline& timeline, MaybeTime begin, MaybeTime end)
{
    Account account;
    account.begin = begin;
    account.end = end;
    account.rows.reserve(timeline.clients().size());
    for (const timeline::Client& client : timeline.clients()) {
        Row row;
        row.client = client.endpoint;
        row.sink_port = timeline.endpoints()[client.sink_endpoint].endpoint.port;
        const timeline::Detach detach = timeline.detach_of(client);
        row.ended = detach.reason != timeline::EndReason::none;
        if (client.server_side_captured) {
            row.attached = client.attached.time;
            row.detached = detach.when.time;
        }
        row.dns_name = timeline.text(timeline.name_of(client.endpoint.address, {}).text);
        account.rows.push_back(std::move(row));
    }
    account.answers = [&timeline](std::uint16_t port, Timestamp at) {
        timeline::SinkSelection one;
        one.port = port;
        one.unite_port = true;
        const timeline::Instant instant{at, 0};
        const auto sinks = timeline::list_sinks(timeline, instant, one);
        return sinks.empty() ? com::answers_of({})
                             : com::answers_of(com::snapshot_of(timeline, sinks.front(), instant));
    };
    return account;
}

void ToldListener::on(const timeline::ClientTold& event)
{
    using Kind = timeline::ClientTold::Kind;
    // A disconnect has the values of its connect (WMT_CLIENT_DISCONNECT), so the latest open row of the
    // endpoint is meant.
    const auto open = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) {
        return !row.ended && row.client == event.client && row.sink_port == event.server.port;
    });
    if (event.kind == Kind::connect) {
        rows.push_back(
            {event.client, event.server.port, event.when.time, false, {}, std::string{event.dns_name}});
        return;
    }
    if (open == rows.rend()) {
        if (event.kind == Kind::disconnect) {
            rows.push_back(
                {event.client, event.server.port, {}, true, event.when.time, std::string{event.dns_name}});
        }
        return;
    }
    if (!event.dns_name.empty()) {
        open->dns_name = event.dns_name;
    }
    if (event.kind == Kind::disconnect) {
        open->ended = true;
        open->detached = event.when.time;
    }
}

} // namespace wmclients::diff
