#include <wmclients/timeline/client_timeline.hpp>

#include <algorithm>
#include <utility>

namespace wmclients::timeline {

std::string_view to_string(AttachOn policy)
{
    switch (policy) {
    case AttachOn::accept:
        return "accept";
    case AttachOn::request:
        return "request";
    case AttachOn::play:
        break;
    }
    return "play";
}

std::string_view to_string(DetachOn policy)
{
    return policy == DetachOn::connection ? "connection" : "end-of-stream";
}

Detach ClientTimeline::detach_of(const Client& client) const
{
    const bool by_stream = policies_.detach_on == DetachOn::end_of_stream
                           && policies_.attach_on == AttachOn::play
                           && client.stream_end_reason != EndReason::none;
    const bool by_connection = client.connection_end_reason != EndReason::none;
    if (by_stream && (!by_connection || client.stream_end.time <= client.connection_end.time)) {
        return {client.stream_end, client.stream_end_reason};
    }
    return by_connection ? Detach{client.connection_end, client.connection_end_reason} : Detach{};
}

const LiveState* ClientTimeline::state_at_instant(const Client& client) const
{
    const auto found = at_instant_.find(client.row);
    return found == at_instant_.end() ? nullptr : &found->second;
}

const SocketFacts* ClientTimeline::socket_of(const Client& client) const
{
    const auto found = sockets_.find(client.row);
    return found == sockets_.end() ? nullptr : &found->second;
}

std::optional<IpAddress> ClientTimeline::local_address_of(const Client& client) const
{
    if (const SocketFacts* const socket = socket_of(client)) {
        return socket->local_address;
    }
    const SinkEndpoint& sink = endpoints_[client.sink_endpoint];
    return sink.address_known ? std::optional{sink.endpoint.address} : std::nullopt;
}

SinkEndpoint* ClientTimeline::endpoint_of(const Endpoint& endpoint)
{
    const auto found = endpoint_index_.find(endpoint);
    return found == endpoint_index_.end() ? nullptr : &endpoints_[found->second];
}

SinkEndpoint* ClientTimeline::add_endpoint(const Endpoint& endpoint)
{
    if (endpoints_.size() >= caps_.limit(Cap::sink_endpoints)) {
        caps_.reached(Cap::sink_endpoints);
        return nullptr;
    }
    endpoint_index_.emplace(endpoint, static_cast<std::uint32_t>(endpoints_.size()));
    endpoints_.emplace_back().endpoint = endpoint;
    return &endpoints_.back();
}

/// The endpoint of a sink of which a log tells the port alone.
SinkEndpoint* ClientTimeline::told_endpoint(std::uint16_t port)
{
    const auto known = std::find_if(endpoints_.begin(), endpoints_.end(), [&](const SinkEndpoint& endpoint) {
        return endpoint.endpoint.port == port;
    });
    if (known != endpoints_.end()) {
        return &*known;
    }
    SinkEndpoint* const added = add_endpoint({{}, port});
    if (added != nullptr) {
        added->address_known = false;
    }
    return added;
}

void ClientTimeline::on(const SinkOpen& event)
{
    if (SinkEndpoint* known = endpoint_of(event.endpoint)) {
        if (known->server == TextId::none) {
            known->server = pool_.intern(event.server, caps_);
        }
        known->link = known->link.known() ? known->link : event.link;
        return;
    }
    if (SinkEndpoint* const added = add_endpoint(event.endpoint)) {
        added->link = event.link;
        added->pid = event.pid;
        added->server = pool_.intern(event.server, caps_);
    }
}

void ClientTimeline::on(const SinkStreaming& event)
{
    if (SinkEndpoint* known = endpoint_of(event.endpoint)) {
        const bool earlier =
            !known->streaming || !event.since.time
            || (known->streaming_since.time && *event.since.time < *known->streaming_since.time);
        if (earlier) {
            known->streaming_since = event.since;
        }
        known->streaming = true;
    }
}

void ClientTimeline::on(const StreamHeader& event)
{
    SinkEndpoint* known = endpoint_of(event.endpoint);
    if (known == nullptr) {
        return;
    }
    const TextId file_id = pool_.intern(event.info.file_id, caps_);
    auto& ids = known->file_ids;
    if (file_id != TextId::none && std::find(ids.begin(), ids.end(), file_id) == ids.end()
        && ids.size() < caps_.limit(Cap::name_changes)) {
        ids.push_back(file_id);
    }
    known->stream = event.info;
}

Client* ClientTimeline::add_row(const Client& row)
{
    if (clients_.size() >= caps_.limit(Cap::clients)) {
        caps_.reached(Cap::clients);
        return nullptr;
    }
    const auto index = static_cast<std::uint32_t>(clients_.size());
    clients_.push_back(row);
    clients_.back().row = index;
    follow(row.connection, index);
    if (observer_ != nullptr) {
        attached_by_address_.emplace(row.endpoint.address, index);
    }
    return &clients_.back();
}

Client* ClientTimeline::row_of(std::uint64_t connection, std::uint32_t ordinal)
{
    const auto found = open_.find(connection);
    if (found == open_.end() || found->second.rows.empty()) {
        return nullptr;
    }
    const auto& rows = found->second.rows;
    const bool any = policies_.attach_on != AttachOn::play;
    const auto row = any ? rows.begin() : rows.lower_bound({ordinal, 0});
    return row != rows.end() && (any || row->first == ordinal) ? &clients_[row->second] : nullptr;
}

/// What is told of the connection is a row's from now on.
void ClientTimeline::follow(std::uint64_t connection, std::uint32_t row)
{
    OpenConnection& open = open_[connection];
    open.rows.emplace(clients_[row].ordinal, row);
    open.unended.push_back(row);
}

void ClientTimeline::set_facts(Client& client, const ClientFacts& facts)
{
    const auto set = [&](TextId& id, std::string_view text) {
        if (!text.empty()) {
            id = pool_.intern(text, caps_);
        }
    };
    set(client.user_agent, facts.user_agent);
    set(client.client_id, facts.client_id);
    set(client.client_guid, facts.client_guid);
    set(client.target, facts.target);
    set(client.host, facts.host);
    set(client.via, facts.via);
    set(client.proxy_client_agent, facts.proxy_client_agent);
    set(client.forwarded_for, facts.forwarded_for);
    if (facts.describe_certainty != LinkCertainty::none) {
        client.describe_connection = facts.describe_connection;
        client.describe_port = facts.describe_port;
        client.describe_certainty = facts.describe_certainty;
    }
}

void ClientTimeline::on(const ConnectionOpen& event)
{
    const auto unfollowed = unfollowed_.find({event.client, event.server});
    if (unfollowed != unfollowed_.end() && !event.established.time) {
        follow(event.connection, unfollowed->second); // its end may come before anything else
        return;
    }
    if (policies_.attach_on == AttachOn::play) {
        return;
    }
    const auto endpoint = endpoint_index_.find(event.server);
    if (endpoint == endpoint_index_.end()) {
        return;
    }
    OpenConnection& open = open_[event.connection];
    open.opened = event;
    if (policies_.attach_on == AttachOn::accept && event.established.time) {
        Client row;
        row.connection = event.connection;
        row.first_packet = event.first.number;
        row.sink_endpoint = endpoint->second;
        row.endpoint = event.client;
        row.attached = event.established;
        if (Client* added = add_row(row); added != nullptr && observer_ != nullptr) {
            observer_->connected(*added, event.seen.time);
        }
    }
}

void ClientTimeline::on(const RequestSeen& event)
{
    const auto found = open_.find(event.connection);
    if (policies_.attach_on == AttachOn::play || found == open_.end() || !found->second.opened) {
        return;
    }
    OpenConnection& open = found->second;
    Client* client = open.rows.empty() ? nullptr : &clients_[open.rows.begin()->second];
    if (client == nullptr && policies_.attach_on == AttachOn::request) {
        Client row;
        row.connection = event.connection;
        row.first_packet = open.opened->first.number;
        row.sink_endpoint = endpoint_index_.at(open.opened->server);
        row.endpoint = open.opened->client;
        row.attached = event.when;
        client = add_row(row);
        if (client != nullptr && observer_ != nullptr) {
            observer_->connected(*client, event.seen.time);
        }
    }
    if (client != nullptr && client->user_agent == TextId::none) {
        client->user_agent = pool_.intern(event.user_agent, caps_);
        client->target = pool_.intern(event.target, caps_);
    }
}

void ClientTimeline::on(const PlayStarted& event)
{
    if (policies_.attach_on != AttachOn::play) {
        if (Client* row = row_of(event.connection, 0)) {
            set_facts(*row, event.facts);
        }
        return;
    }
    const auto endpoint = endpoint_index_.find(event.server);
    if (endpoint == endpoint_index_.end()) {
        return;
    }
    const auto followed_again = unfollowed_.find({event.client, event.server});
    if (followed_again != unfollowed_.end() && !event.attached.time) {
        // The same attachment, whose connection was given up while it was silent.
        const std::uint32_t index = followed_again->second;
        OpenConnection& open = open_[event.connection];
        const bool known = open.rows.erase({clients_[index].ordinal, index}) != 0;
        clients_[index].connection = event.connection;
        clients_[index].ordinal = event.ordinal;
        clients_[index].tracking_end = TrackingEnd::none;
        clients_[index].state.counters.exact = false;
        if (known) {
            open.rows.emplace(event.ordinal, index);
        } else {
            follow(event.connection, index);
        }
        set_facts(clients_[index], event.facts);
        unfollowed_.erase(followed_again);
        return;
    }
    Client row;
    row.connection = event.connection;
    row.ordinal = event.ordinal;
    row.first_packet = event.first_packet;
    row.sink_endpoint = endpoint->second;
    row.endpoint = event.client;
    row.attached = event.attached;
    row.attached_exact = event.exact;
    row.server_side_captured = event.server_side_captured;
    if (Client* added = add_row(row)) {
        set_facts(*added, event.facts);
        if (observer_ != nullptr) {
            observer_->connected(*added, event.seen.time);
        }
    }
}

void ClientTimeline::on(const FactsLearnt& event)
{
    if (Client* row = row_of(event.connection, event.ordinal)) {
        set_facts(*row, event.facts);
    }
}

template <typename Change>
void ClientTimeline::changing_detach(Client& client, const LiveState& state, Timestamp seen_at, Change change)
{
    const bool was_attached = detach_of(client).reason == EndReason::none;
    change(client);
    const Detach now = detach_of(client);
    if (was_attached && now.reason != EndReason::none && observer_ != nullptr) {
        attached_by_address_.erase({client.endpoint.address, client.row});
        observer_->disconnected(client, now, state, seen_at);
    }
}

void ClientTimeline::on(const StreamEnded& event)
{
    Client* row = policies_.attach_on == AttachOn::play ? row_of(event.connection, event.ordinal) : nullptr;
    if (row != nullptr && row->stream_end_reason == EndReason::none) {
        changing_detach(*row, event.state, event.seen.time, [&](Client& client) {
            client.stream_end = event.when;
            client.stream_end_reason = event.reason;
        });
    }
}

void ClientTimeline::on(const ConnectionEnded& event)
{
    const auto found = open_.find(event.connection);
    if (found == open_.end()) {
        return;
    }
    for (const std::uint32_t index : std::exchange(found->second.unended, {})) {
        if (clients_[index].connection_end_reason == EndReason::none) {
            unfollowed_.erase({clients_[index].endpoint, endpoints_[clients_[index].sink_endpoint].endpoint});
            changing_detach(clients_[index], event.state, event.seen.time, [&](Client& client) {
                client.connection_end = event.when;
                client.connection_end_reason = event.reason;
            });
        }
    }
}

void ClientTimeline::on(const LateEnd& event)
{
    const auto found = unfollowed_.find({event.client, event.server});
    if (found == unfollowed_.end()) {
        return;
    }
    changing_detach(clients_[found->second], clients_[found->second].state, event.seen.time,
                    [&](Client& client) {
                        client.connection_end = event.when;
                        client.connection_end_reason = event.reason;
                    });
    unfollowed_.erase(found);
}

void ClientTimeline::on(const PlayRefused& event)
{
    if (refusals_.size() >= caps_.limit(Cap::clients)) {
        caps_.reached(Cap::clients);
        return;
    }
    refusals_.push_back(
        {event.client, event.server, event.when, event.status, pool_.intern(event.user_agent, caps_)});
    if (observer_ != nullptr) {
        observer_->refused(refusals_.back(), event.seen.time);
    }
}

void ClientTimeline::on(const ClientState& event)
{
    Client* row = row_of(event.connection, event.ordinal);
    if (row == nullptr) {
        return;
    }
    if (event.at_instant) {
        at_instant_[row->row] = event.state;
        return;
    }
    const bool followed_before = row->state_known;
    const Counters before = row->state.counters;
    row->state = event.state;
    Counters& counters = row->state.counters;
    if (followed_before) {
        counters.header_packets += before.header_packets;
        counters.data_packets += before.data_packets;
        counters.cut_packets += before.cut_packets;
        counters.damaged_packets += before.damaged_packets;
        counters.media_bytes += before.media_bytes;
        counters.gap_bytes += before.gap_bytes;
        counters.lost_packets += before.lost_packets;
        counters.lost_known = counters.lost_known && before.lost_known;
    }
    counters.exact = counters.exact && before.exact;
    row->state_known = true;
    row->tracking_end = event.tracking_end;
}

void ClientTimeline::on(const ConnectionClosed& event)
{
    const auto found = open_.find(event.connection);
    if (found == open_.end()) {
        return;
    }
    for (const auto& [ordinal, index] : found->second.rows) {
        Client& client = clients_[index];
        client.state_known = true; // a row without a Play has nothing to count
        if (event.tracking_end != TrackingEnd::none && detach_of(client).reason == EndReason::none) {
            client.tracking_end = event.tracking_end;
            if (event.tracking_end == TrackingEnd::capture_end) {
                continue; // nothing can follow
            }
            unfollowed_[{client.endpoint, endpoints_[client.sink_endpoint].endpoint}] = index;
        }
    }
    open_.erase(found);
}

void ClientTimeline::on(const NameLearnt& event)
{
    const Name before = names_.name_of(event.address, {});
    const bool changed = names_.learn(event, pool_, caps_) && names_.name_of(event.address, {}) != before;
    if (!changed || observer_ == nullptr || !event.when.time) {
        return;
    }
    for (auto at = attached_by_address_.lower_bound({event.address, 0});
         at != attached_by_address_.end() && at->first == event.address; ++at) {
        observer_->properties_changed(clients_[at->second], event.when);
    }
}

void ClientTimeline::on(const SocketSeen& event)
{
    const auto open = open_.find(event.connection);
    if (open != open_.end() && !open->second.rows.empty()) {
        sockets_[open->second.rows.rbegin()->second] = event.socket;
        return;
    }
    const auto endpoint = endpoint_index_.find(event.sink);
    if (endpoint == endpoint_index_.end()) {
        return;
    }
    Client row;
    row.connection = event.connection;
    row.sink_endpoint = endpoint->second;
    row.endpoint = event.client;
    if (Client* added = add_row(row)) {
        sockets_[added->row] = event.socket;
        unfollowed_[{event.client, {event.socket.local_address, event.sink.port}}] = added->row;
        if (observer_ != nullptr) {
            observer_->connected(*added, event.seen.time);
        }
    }
}

/// A probe's log has no other events: what was told makes the rows, whatever the policies are.
void ClientTimeline::on(const ClientTold& event)
{
    SinkEndpoint* const sink = event.row == 0 ? nullptr : told_endpoint(event.port);
    if (sink == nullptr) {
        return;
    }
    using Kind = ClientTold::Kind;
    Client* client = row_of(event.row, 0);
    if (client == nullptr && event.kind != Kind::properties) {
        Client row;
        row.connection = event.row;
        row.sink_endpoint = static_cast<std::uint32_t>(sink - endpoints_.data());
        row.endpoint = event.client;
        row.attached = event.kind == Kind::connect ? event.when : Moment{}; // it came before the log
        client = add_row(row);
        if (client != nullptr && observer_ != nullptr) {
            observer_->connected(*client, event.seen.time);
        }
    }
    if (client != nullptr && event.kind == Kind::disconnect) {
        LiveState state;
        state.counted = false;
        on(ConnectionEnded{event.row, event.when, EndReason::unknown, state, event.seen});
    }
    if (!event.dns_name.empty()) {
        on(NameLearnt{event.client.address, event.dns_name, dns::NameSource::live_ptr, event.when});
    }
}

void ClientTimeline::on(const SnapshotTaken& event)
{
    SinkEndpoint* const sink = event.port == 0 ? nullptr : told_endpoint(event.port);
    if (sink != nullptr && !sink->address_known && !failed(event.count_result)) {
        on(SinkStreaming{sink->endpoint, event.when, event.seen});
    }
}

} // namespace wmclients::timeline
