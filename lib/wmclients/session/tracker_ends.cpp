#include <wmclients/session/state.hpp>
#include <wmclients/session/tracker.hpp>

#include <algorithm>

// How connections, and with them attachments, come to their end.

namespace wmclients::session {

using dissect::Connection;
using dissect::Direction;
using timeline::EndReason;
using timeline::TrackingEnd;
using wmsp::RequestKind;

namespace {

/// A client whose server side was not captured is listed if its acknowledgment number advanced so often.
constexpr std::uint64_t acks_of_a_listener = 3;

TrackingEnd tracking_end_of(dissect::ConnectionEnd end)
{
    switch (end) {
    case dissect::ConnectionEnd::idle:
        return TrackingEnd::idle;
    case dissect::ConnectionEnd::evicted:
        return TrackingEnd::evicted;
    case dissect::ConnectionEnd::capture_end:
        return TrackingEnd::capture_end;
    case dissect::ConnectionEnd::closed:
    case dissect::ConnectionEnd::replaced:
        break;
    }
    return TrackingEnd::none;
}

} // namespace

void Tracker::fin(const Connection& connection, Direction direction, const PacketRef& ref)
{
    note_end(connection, direction == Direction::to_server ? EndReason::client_fin : EndReason::server_fin,
             ref);
}

void Tracker::rst(const Connection& connection, Direction direction, const PacketRef& ref)
{
    note_end(connection, direction == Direction::to_server ? EndReason::client_rst : EndReason::server_rst,
             ref);
}

void Tracker::note_end(const Connection& connection, EndReason reason, const PacketRef& ref)
{
    State& state = state_of(connection);
    if (state.ends.size() >= 4) {
        return; // a FIN and a RST of either side
    }
    state.ends.push_back({moment_of(ref), reason});
    const bool attached = state.entry && state.entry->attached;
    if (attached || state.announced) {
        listener_.on(
            timeline::ConnectionEnded{state.id, moment_of(ref), reason, live_state(connection, state), ref});
    }
}

void Tracker::connection_end(const Connection& connection, dissect::ConnectionEnd end, const PacketRef& ref)
{
    State& state = state_of(connection);
    state.tracking_end = tracking_end_of(end);
    settle_open_exchange(connection, state, ref);
    if (end == dissect::ConnectionEnd::replaced) {
        note_end(connection, EndReason::replaced, ref);
    }
    end_entry(connection, state, state.tracking_end, ref);
    if (state.look_alike == wmsp::LookAlike::rtsp) {
        ++look_alikes_.rtsp;
    } else if (state.look_alike == wmsp::LookAlike::dlna) {
        ++look_alikes_.dlna;
    } else if (state.look_alike == wmsp::LookAlike::push) {
        ++look_alikes_.push;
    } else if (state.look_alike == wmsp::LookAlike::mmst) {
        ++look_alikes_.mmst;
    }
    if (sinks_.contains(state.server)) {
        announce(state, ref);
        close(state, ref);
    } else if (options_.every_connection || state.refusal) {
        if (early_.size() >= caps_.limit(Cap::early_connections)) {
            caps_.reached(Cap::early_connections);
            early_.pop_front();
        }
        early_.push_back(std::move(states_[connection.slot]));
    }
    waiting_.erase({connection.server, connection.slot});
    states_[connection.slot].reset();
    open_[connection.slot] = nullptr;
}

void Tracker::settle_open_exchange(const Connection& connection, State& state, const PacketRef& ref)
{
    const bool unanswered_play =
        std::any_of(state.pending.begin(), state.pending.end(),
                    [](const AskedFor& asked) { return asked.kind == RequestKind::play; });
    if (!unanswered_play || state.saw_entry) {
        return;
    }
    const bool client_side_only = !connection.bytes_to_client;
    if (client_side_only && connection.client_acks_advanced >= acks_of_a_listener) {
        take_one_sided_client(connection, state, ref);
        return;
    }
    const auto server_end =
        std::find_if(state.ends.begin(), state.ends.end(), [](const State::End& candidate) {
            return candidate.reason == EndReason::server_fin || candidate.reason == EndReason::server_rst;
        });
    if (server_end != state.ends.end()) {
        state.asked = std::move(state.pending.front());
        refuse(connection, state, 0, server_end->when, ref);
    }
}

void Tracker::take_one_sided_client(const Connection& connection, State& state, const PacketRef& ref)
{
    const auto play = std::find_if(state.pending.begin(), state.pending.end(),
                                   [](const AskedFor& asked) { return asked.kind == RequestKind::play; });
    state.asked = std::move(*play);
    open_sink(connection, {}, ref);
    state.saw_entry = true;
    announce(state, ref);
    timeline::PlayStarted started;
    started.connection = state.id;
    started.client = state.client;
    started.server = state.server;
    started.first_packet = state.first.number;
    started.exact = false;
    started.server_side_captured = false;
    started.facts = facts_of(connection, state);
    started.seen = ref;
    listener_.on(started);
    for (const State::End& ended : state.ends) {
        listener_.on(timeline::ConnectionEnded{state.id, ended.when, ended.reason, {}, ref});
    }
}

void Tracker::stray_end(const net::Segment& segment)
{
    const bool from_server = sinks_.contains(segment.source);
    const Endpoint& client = from_server ? segment.destination : segment.source;
    const Endpoint& server = from_server ? segment.source : segment.destination;
    const bool reset = segment.has(net::tcp_flag::rst);
    const EndReason reason = from_server ? (reset ? EndReason::server_rst : EndReason::server_fin)
                                         : (reset ? EndReason::client_rst : EndReason::client_fin);
    listener_.on(timeline::LateEnd{client, server, moment_of(segment.ref), reason, segment.ref});
}

void Tracker::finish(const PacketRef& ref)
{
    for (const Challenged& challenged : challenged_) {
        if (!sinks_.contains(challenged.event.server)) {
            continue;
        }
        timeline::PlayRefused event = challenged.event;
        event.user_agent = challenged.user_agent;
        event.seen = ref;
        listener_.on(event);
    }
    challenged_.clear();
}

} // namespace wmclients::session
