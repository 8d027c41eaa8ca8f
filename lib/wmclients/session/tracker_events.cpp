#include <wmclients/session/state.hpp>
#include <wmclients/session/tracker.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// How the tracker reports what it has recognised.

namespace wmclients::session {

using dissect::Connection;
using timeline::ConnectionClass;
using timeline::EndReason;
using timeline::Moment;
using timeline::TrackingEnd;
using wmsp::RequestKind;

namespace {

/// Unauthorized (RFC 9110, section 15.5.2): the client may try again with credentials.
constexpr int unauthorized = 401;

} // namespace

void Tracker::know_sink(const Endpoint& server)
{
    if (sinks_.size() < caps_.limit(Cap::sink_endpoints) && sinks_.insert(server).second) {
        told_beforehand_.insert(server);
    }
}

void Tracker::open_sink(const Connection& connection, std::string_view server, const PacketRef& ref)
{
    if (sinks_.contains(connection.server) && told_beforehand_.erase(connection.server) == 0) {
        return;
    }
    if (sinks_.size() >= caps_.limit(Cap::sink_endpoints)) {
        caps_.reached(Cap::sink_endpoints);
        return;
    }
    sinks_.insert(connection.server);
    listener_.on(timeline::SinkOpen{connection.server, connection.server_link, server, ref});
    for (const auto& state : early_) {
        if (state->server == connection.server) {
            announce(*state, ref);
            close(*state, ref);
        }
    }
    early_.erase(std::remove_if(early_.begin(), early_.end(),
                                [&](const auto& state) { return state->server == connection.server; }),
                 early_.end());
    const auto first = waiting_.lower_bound({connection.server, 0});
    auto last = first;
    for (; last != waiting_.end() && last->first == connection.server; ++last) {
        announce(*states_[last->second], ref);
    }
    waiting_.erase(first, last);
}

void Tracker::begin_streaming(const Connection& connection, const Moment& since, const PacketRef& ref)
{
    // Once with a time, and once more if it turns out to have been streaming before the capture.
    const auto [known, added] = streaming_.emplace(connection.server, since.time.has_value());
    if (added || (known->second && !since.time)) {
        known->second = since.time.has_value();
        listener_.on(timeline::SinkStreaming{connection.server, since, ref});
    }
}

void Tracker::announce(State& state, const PacketRef& ref)
{
    if (!state.announced) {
        state.announced = true;
        if (options_.every_connection) {
            listener_.on(timeline::ConnectionOpen{state.id, state.client, state.server, state.first,
                                                  state.established, ref});
        }
        for (const RequestLine& asked : std::exchange(state.unannounced, {})) {
            report_request(state, asked, ref);
        }
        state.unannounced_memory.release();
        for (const State::End& end : state.ends) {
            listener_.on(timeline::ConnectionEnded{state.id, end.when, end.reason, {}, ref});
        }
    }
    if (state.refusal) {
        report_refusal(state, ref);
    }
}

void Tracker::report_request(const State& state, const RequestLine& asked, const PacketRef& ref)
{
    if (options_.every_connection) {
        listener_.on(timeline::RequestSeen{state.id,
                                           {asked.last.time, asked.last.number},
                                           wmsp::to_string(asked.kind),
                                           asked.method,
                                           asked.target,
                                           asked.user_agent,
                                           ref});
    }
}

void Tracker::refuse(const Connection& connection, State& state, int status, const Moment& when,
                     const PacketRef& ref)
{
    state.saw_error = true;
    const std::string agent = state.asked ? state.asked->user_agent : std::string{};
    if (status == unauthorized) {
        // A retry may come on this or on another connection: told at the end, if none does.
        if (challenged_.size() >= caps_.limit(Cap::describes)) {
            caps_.reached(Cap::describes);
            challenged_.pop_front();
        }
        challenged_.push_back({{state.id, state.client, state.server, when, status, {}, ref}, agent});
        return;
    }
    state.refusal = State::Refusal{when, status, agent};
    if (sinks_.contains(connection.server)) {
        report_refusal(state, ref);
    }
}

void Tracker::report_refusal(State& state, const PacketRef& ref)
{
    listener_.on(timeline::PlayRefused{state.id, state.client, state.server, state.refusal->when,
                                       state.refusal->status, state.refusal->user_agent, ref});
    state.refusal.reset();
}

timeline::ClientFacts Tracker::facts_of(const Connection& connection, const State& state)
{
    timeline::ClientFacts facts;
    facts.client_id = state.reply.client_id;
    if (!state.asked) {
        return facts;
    }
    const AskedFor& asked = *state.asked;
    if (facts.client_id.empty()) {
        facts.client_id = asked.client_id;
    }
    facts.user_agent = asked.user_agent;
    facts.client_guid = asked.client_guid;
    facts.target = asked.target;
    facts.host = asked.host;
    facts.via = asked.via;
    facts.proxy_client_agent = asked.proxy_client_agent;
    facts.forwarded_for = asked.forwarded_for;
    const Describes::Link link = describes_.link(connection.client, connection.server, asked.first.time,
                                                 asked.client_id, asked.client_guid, asked.user_agent);
    facts.describe_connection = link.connection;
    facts.describe_port = link.port;
    facts.describe_certainty = link.certainty;
    return facts;
}

void Tracker::attach(const Connection& connection, State& state, const PacketRef& ref)
{
    Entry& entry = *state.entry;
    open_sink(connection, state.reply.server, ref);
    announce(state, ref);
    entry.attached = true;
    entry.ordinal = state.next_ordinal++;
    state.saw_entry = true;
    timeline::PlayStarted started;
    started.connection = state.id;
    started.ordinal = entry.ordinal;
    started.client = state.client;
    started.server = state.server;
    started.first_packet = state.first.number;
    started.exact = state.reply.head_seen;
    started.seen = ref;
    if (state.reply.head_seen) {
        started.attached = {state.reply.first.time, state.reply.first.number};
    } else if (connection.syn_seen || state.asked) {
        started.attached = {state.reply.body_at.time, state.reply.body_at.number};
    }
    entry.attached_at = started.attached;
    started.facts = facts_of(connection, state);
    listener_.on(started);
    if (entry.frozen) {
        listener_.on(
            timeline::ClientState{state.id, entry.ordinal, *entry.frozen, TrackingEnd::none, true, ref});
    }
    // What ended before the attach was a half-close; what ended since was only seen first.
    for (const State::End& end : state.ends) {
        if (!entry.attached_at.time || end.when.time >= entry.attached_at.time) {
            listener_.on(timeline::ConnectionEnded{state.id, end.when, end.reason,
                                                   live_state(connection, state), ref});
        }
    }
    if (entry.details && state.asked) {
        entry.details->request_head = std::move(state.asked->head);
        entry.details->request_memory = std::move(state.asked->head_memory);
        entry.details->request_at = state.asked->first;
    }
    if (entry.details) {
        entry.details->response_head = std::move(state.reply.head);
        entry.details->response_memory = std::move(state.reply.head_memory);
        entry.details->response_at = state.reply.first;
    }
}

void Tracker::end_stream(const Connection& connection, State& state, EndReason reason, const PacketRef& ref)
{
    Entry& entry = *state.entry;
    if (entry.attached && !entry.stream_ended) {
        entry.stream_ended = true;
        listener_.on(timeline::StreamEnded{
            state.id, entry.ordinal, {ref.time, ref.number}, reason, live_state(connection, state), ref});
    }
}

void Tracker::end_entry(const Connection& connection, State& state, TrackingEnd tracking_end,
                        const PacketRef& ref)
{
    if (!state.entry) {
        return;
    }
    if (state.entry->attached) {
        if (tracking_end == TrackingEnd::none && state.ends.empty()) {
            // Another Play on the same connection takes its place, if nothing else ended it.
            end_stream(connection, state, EndReason::replaced, ref);
        }
        report_state(connection, state, tracking_end, false, ref);
        if (state.entry->details) {
            options_.details->keep(state.id, state.entry->ordinal, std::move(*state.entry->details));
        }
    }
    state.entry.reset();
}

timeline::LiveState Tracker::live_state(const Connection& connection, const State& state)
{
    timeline::LiveState live;
    if (state.entry) {
        live.counters = state.entry->counters;
        live.counters.lost_known = live.counters.exact || state.entry->location_pairs != 0;
    }
    live.last_ack_at = connection.last_ack_at;
    live.unacked_bytes = connection.unacknowledged_bytes();
    return live;
}

void Tracker::report_state(const Connection& connection, const State& state, TrackingEnd tracking_end,
                           bool at_instant, const PacketRef& ref)
{
    listener_.on(timeline::ClientState{state.id, state.entry->ordinal, live_state(connection, state),
                                       tracking_end, at_instant, ref});
}

void Tracker::close(State& state, const PacketRef& ref)
{
    timeline::ConnectionClosed closed;
    closed.connection = state.id;
    closed.tracking_end = state.tracking_end;
    closed.seen = ref;
    std::string why;
    if (state.saw_entry) {
        closed.kind = ConnectionClass::data;
        why = "carried a Play";
    } else if (state.saw_error || (state.saw_play && !state.pending.empty() && !state.ends.empty())) {
        closed.kind = ConnectionClass::refused;
        why = state.last_status != 0 ? fmt::format("answered with status {}", state.last_status)
                                     : "closed without an answer";
    } else if (state.saw_play) {
        closed.kind = ConnectionClass::refused;
        why = "a Play whose answer was not captured";
    } else if (state.saw_describe) {
        closed.kind = ConnectionClass::probe;
        why = "a Describe and no Play";
    } else if (state.saw_side) {
        closed.kind = ConnectionClass::side;
        why = "requests beside the stream: Log, KeepAlive, SelectStream or the like";
    } else if (state.look_alike != wmsp::LookAlike::none) {
        why = fmt::format("{}, which is not MS-WMSP", wmsp::to_string(state.look_alike));
    } else if (!state.other_agent.empty() || state.last_status != 0) {
        why = "plain HTTP";
    } else {
        why = state.saw_not_http ? "does not speak HTTP" : "no request was seen";
    }
    closed.why = why;
    listener_.on(closed);
}

void Tracker::report_counters(timeline::EventListener& listener, const PacketRef& ref) const
{
    for (const dissect::Connection* connection : open_) {
        const State* const state = connection == nullptr ? nullptr : states_[connection->slot].get();
        if (state != nullptr && state->entry && state->entry->attached) {
            listener.on(timeline::ClientState{state->id, state->entry->ordinal,
                                              live_state(*connection, *state), TrackingEnd::none, true, ref});
        }
    }
}

void Tracker::freeze(const PacketRef& ref)
{
    frozen_ = true;
    report_counters(listener_, ref);
    for (const dissect::Connection* connection : open_) {
        State* const state = connection == nullptr ? nullptr : states_[connection->slot].get();
        if (state != nullptr && state->entry && !state->entry->attached) {
            state->entry->frozen = live_state(*connection, *state);
        }
    }
}

} // namespace wmclients::session
