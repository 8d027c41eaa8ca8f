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
    account.timeline = &timeline;
    return account;
}

/// The row that is told of; null if it is a new one.
Row* ToldListener::row_of(const timeline::ClientTold& event)
{
    if (event.row != 0) {
        const auto known = numbered_.find(event.row);
        return known == numbered_.end() ? nullptr : &rows[known->second];
    }
    if (event.kind == timeline::ClientTold::Kind::connect) {
        return nullptr;
    }
    // A disconnect has the values of its connect (WMT_CLIENT_DISCONNECT), so the latest open row of the
    // endpoint is meant.
    const auto open = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) {
        return !row.ended && row.client == event.client && row.sink_port == event.port;
    });
    return open == rows.rend() ? nullptr : &*open;
}

void ToldListener::on(const timeline::ClientTold& event)
{
    using Kind = timeline::ClientTold::Kind;
    Row* row = row_of(event);
    if (row == nullptr && event.kind == Kind::properties) {
        return;
    }
    if (row == nullptr) {
        row = &rows.emplace_back();
        row->client = event.client;
        row->sink_port = event.port;
        row->attached = event.kind == Kind::connect ? event.when.time : MaybeTime{}; // it came before the log
        if (event.row != 0) {
            numbered_.emplace(event.row, rows.size() - 1);
        }
    }
    if (!event.dns_name.empty()) {
        row->dns_name = event.dns_name;
    }
    if (event.kind == Kind::disconnect && !row->ended) {
        row->ended = true;
        row->detached = event.when.time;
    }
}

} // namespace wmclients::diff
