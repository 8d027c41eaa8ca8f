#include <wmclients/asf/header.hpp>
#include <wmclients/base/text.hpp>
#include <wmclients/session/state.hpp>
#include <wmclients/session/stream_info.hpp>
#include <wmclients/session/tracker.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace wmclients::session {

using dissect::BodyStart;
using dissect::Connection;
using dissect::Direction;
using timeline::EndReason;
using timeline::Moment;
using timeline::TrackingEnd;
using wmsp::RequestKind;

namespace {

/// What is kept of one field value: more than any sensible one has.
constexpr std::size_t longest_kept_text = 1024;

/// The ports of DNS (RFC 1035), mDNS (RFC 6762) and LLMNR (RFC 4795).
constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t mdns_port = 5353;
constexpr std::uint16_t llmnr_port = 5355;

std::string keep(std::string_view text)
{
    return std::string{text.substr(0, longest_kept_text)};
}

bool is_side(RequestKind kind)
{
    return kind != RequestKind::play && kind != RequestKind::describe && kind != RequestKind::other;
}

} // namespace

Tracker::Tracker(timeline::EventListener& listener, Caps& caps, const TrackerOptions& options)
    : listener_(listener), caps_(caps), options_(options), describes_(caps)
{
}

Tracker::~Tracker() = default;

void Tracker::connection_open(const Connection& connection)
{
    if (states_.size() <= connection.slot) {
        states_.resize(connection.slot + 1);
        open_.resize(connection.slot + 1);
    }
    auto state = std::make_unique<State>();
    state->id = connection.id;
    state->client = connection.client;
    state->server = connection.server;
    state->first = connection.first;
    states_[connection.slot] = std::move(state);
    open_[connection.slot] = &connection;
    if (!sinks_.contains(connection.server) || told_beforehand_.contains(connection.server)) {
        waiting_.emplace(connection.server, connection.slot);
    }
    if (sinks_.contains(connection.server) && !connection.syn_seen) {
        announce(state_of(connection), connection.first);
    }
}

void Tracker::connection_established(const Connection& connection, const PacketRef& ref)
{
    State& state = state_of(connection);
    state.established = moment_of(ref);
    if (sinks_.contains(connection.server)) {
        announce(state, ref);
    }
}

void Tracker::request(const Connection& connection, const dissect::Request& request)
{
    State& state = state_of(connection);
    const http::Head& head = request.head;
    AskedFor asked;
    asked.exchange = request.exchange;
    asked.kind = request.type.kind;
    asked.speaks_wmsp = request.type.speaks_wmsp;
    asked.first = head.first;
    asked.last = head.last;
    asked.user_agent = keep(head.value("User-Agent"));
    if (request.type.look_alike != wmsp::LookAlike::none) {
        state.look_alike = request.type.look_alike;
    }
    if (asked.speaks_wmsp || options_.every_connection) {
        asked.method = keep(head.method());
        asked.target = keep(head.target());
        asked.client_id = keep(request.pragmas.value("client-id").value_or(""));
        asked.client_guid = keep(request.pragmas.value("xClientGUID").value_or(""));
        asked.host = keep(head.value("Host"));
        asked.via = keep(head.value("Via"));
        asked.proxy_client_agent = keep(request.pragmas.value("proxy-client-agent").value_or(""));
        asked.forwarded_for = keep(head.value("X-Forwarded-For"));
    }
    if (options_.details != nullptr && asked.speaks_wmsp
        && asked.head_memory.take(caps_, Cap::details_bytes, head.text().size())) {
        asked.head = std::string{head.text()};
    }
    if (asked.kind == RequestKind::play) {
        const auto retried = [&](const Challenged& challenged) {
            return challenged.event.client.address == state.client.address
                   && challenged.event.server == state.server;
        };
        challenged_.erase(std::remove_if(challenged_.begin(), challenged_.end(), retried), challenged_.end());
    }
    state.saw_play = state.saw_play || asked.kind == RequestKind::play;
    state.saw_describe = state.saw_describe || asked.kind == RequestKind::describe;
    state.saw_side = state.saw_side || is_side(asked.kind);
    if (!asked.speaks_wmsp && state.other_agent.empty()) {
        state.other_agent = asked.user_agent;
    }
    if (state.announced) {
        report_request(state, asked, head.last);
    } else if (options_.every_connection && state.unannounced.size() < caps_.limit(Cap::pending_requests)) {
        if (state.unannounced_memory.take(caps_, Cap::pending_bytes, asked.RequestLine::memory())) {
            state.unannounced.push_back(asked);
        }
    }
    const bool answered_already =
        state.reply.in_progress && request.exchange == state.reply.exchange && !state.asked;
    if (!answered_already) {
        if (state.pending.size() < caps_.limit(Cap::pending_requests)
            && asked.texts_memory.take(caps_, Cap::pending_bytes, asked.memory())) {
            state.pending.push_back(std::move(asked));
        }
        return;
    }
    // The reply was seen before its request: the recorder saw them in another order.
    state.asked = std::move(asked);
    if (state.entry && state.entry->attached) {
        timeline::FactsLearnt learnt{state.id, state.entry->ordinal, facts_of(connection, state), head.last};
        listener_.on(learnt);
    } else if (state.entry && state.asked->kind == RequestKind::play && state.reply.status == 200) {
        attach(connection, state, head.last);
    }
}

void Tracker::response(const Connection& connection, const dissect::Response& response)
{
    State& state = state_of(connection);
    const http::Head& head = response.head;
    if (head.status() >= 100 && head.status() < 200) {
        return;
    }
    state.reply.begin();
    state.reply.head_seen = true;
    state.reply.exchange = response.exchange;
    state.reply.status = head.status();
    state.reply.first = head.first;
    state.reply.server = keep(head.value("Server"));
    state.reply.client_id = keep(response.pragmas.value("client-id").value_or(""));
    state.reply.framed_type = istarts_with(head.value("Content-Type"), "application/x-mms-framed");
    if (options_.details != nullptr
        && state.reply.head_memory.take(caps_, Cap::details_bytes, head.text().size())) {
        state.reply.head = std::string{head.text()};
    }
    state.last_status = head.status();
    state.asked.reset();
    while (!state.pending.empty() && state.pending.front().exchange <= response.exchange) {
        if (state.pending.front().exchange == response.exchange) {
            state.asked = std::move(state.pending.front());
        }
        state.pending.erase(state.pending.begin());
    }
    if (!state.asked) {
        return;
    }
    const AskedFor& asked = *state.asked;
    const bool from_wms = wmsp::is_wmsp_server(state.reply.server);
    if (asked.speaks_wmsp && (head.status() != 200) && (from_wms || !state.reply.client_id.empty())) {
        open_sink(connection, state.reply.server, head.last);
    }
    if (asked.kind == RequestKind::describe && head.status() == 200) {
        describes_.remember({connection.id, connection.client, connection.server, asked.first.time,
                             state.reply.client_id, asked.client_guid, asked.user_agent});
    }
    if (asked.kind == RequestKind::play && head.status() != 200) {
        refuse(connection, state, head.status(), moment_of(head.first), head.last);
    } else if (asked.speaks_wmsp && head.status() >= 300) {
        state.saw_error = true;
    }
    const std::string_view type = head.value("Content-Type");
    if (asked.speaks_wmsp && head.status() == 200
        && (istarts_with(type, "video/x-ms-asf") || istarts_with(type, "video/x-ms-wvx")
            || istarts_with(type, "video/x-ms-wax"))) {
        state.reply.playlist_type = true;
    }
}

void Tracker::body_start(const Connection& connection, std::uint32_t exchange, BodyStart start,
                         const PacketRef& ref)
{
    State& state = state_of(connection);
    if (!state.reply.in_progress || state.reply.exchange != exchange) {
        // A body whose head was not captured.
        state.reply.begin();
        state.reply.exchange = exchange;
        state.asked.reset();
        if (!state.pending.empty() && state.pending.front().exchange <= exchange) {
            state.asked = std::move(state.pending.front());
            state.pending.erase(state.pending.begin());
        }
    }
    state.reply.body_at = ref;
    if (start == BodyStart::not_framed) {
        const bool wms = wmsp::is_wmsp_server(state.reply.server);
        if (state.reply.playlist_type) {
            state.look_alike = wmsp::LookAlike::redirect;
            ++look_alikes_.redirects;
        } else if (wms && state.reply.status == 200) {
            state.look_alike = wmsp::LookAlike::not_framed;
            ++look_alikes_.not_framed;
        }
        return;
    }
    const bool play = state.asked && state.asked->kind == RequestKind::play && state.reply.status == 200;
    if (start == BodyStart::none && !play) {
        return;
    }
    const bool goes_on = state.entry && state.entry->continues && state.asked
                         && (state.asked->kind == RequestKind::select_stream
                             || state.asked->kind == RequestKind::play_next_entry);
    if (goes_on) {
        state.entry->continues = false;
        state.entry->location_known = false;
        return;
    }
    end_entry(connection, state, TrackingEnd::none, ref);
    state.entry.emplace();
    Entry& entry = *state.entry;
    if (!state.reply.head_seen || start == BodyStart::unknown) {
        entry.counters.exact = false;
    }
    if (options_.details != nullptr) {
        entry.details = std::make_unique<ClientDetails>();
    }
    if (frozen_) {
        entry.frozen = timeline::LiveState{};
        entry.frozen->counters.exact = entry.counters.exact;
    }
    if (play) {
        attach(connection, state, ref);
    }
}

void Tracker::frame_begin(const Connection& connection, const wmsp::Frame& frame)
{
    State& state = state_of(connection);
    if (!state.entry) {
        return;
    }
    Entry& entry = *state.entry;
    const bool data = frame.id == wmsp::packet_id::data;
    const bool header = frame.id == wmsp::packet_id::header;
    const bool answered_well = state.reply.status == 200 || !state.reply.head_seen;
    if (!entry.reported && (data || header) && answered_well && frame.packet_size == frame.length) {
        entry.reported = true;
        open_sink(connection, state.reply.server, frame.first);
        Moment since = state.reply.head_seen ? moment_of(state.reply.first) : moment_of(state.reply.body_at);
        if (!state.reply.head_seen && !connection.syn_seen) {
            since = {};
        }
        begin_streaming(connection, since, frame.first);
    }
    const bool beside_data =
        header || frame.id == wmsp::packet_id::metadata || frame.id == wmsp::packet_id::packet_pair;
    const bool goes_on = state.reply.framed_type && entry.counters.header_packets != 0 && !beside_data;
    if (!entry.attached && answered_well && (data || goes_on)) {
        attach(connection, state, frame.first);
    }
    if (!data) {
        entry.location_known = entry.location_known && frame.id != wmsp::packet_id::new_header && !header;
        return;
    }
    if (entry.location_known && !frame.after_sync_loss) {
        ++entry.location_pairs;
        const std::uint32_t step = frame.location_id - entry.last_location;
        if (step > 1 && step < 0x8000'0000U) {
            entry.counters.lost_packets += step - 1;
        }
    }
    entry.location_known = true;
    entry.last_location = frame.location_id;
}

void Tracker::frame_end(const Connection& connection, const wmsp::Frame& frame, const PacketRef& ref)
{
    State& state = state_of(connection);
    if (!state.entry) {
        return;
    }
    const bool data = frame.id == wmsp::packet_id::data;
    if (data || frame.id == wmsp::packet_id::header) {
        Entry& entry = *state.entry;
        timeline::Counters& counters = entry.counters;
        if (!frame.complete) {
            ++counters.cut_packets;
        } else if (data) {
            ++counters.data_packets;
            counters.media_bytes += frame.payload_length();
            counters.damaged_packets += frame.damaged ? 1 : 0;
            if (entry.details) {
                entry.details->rate.add(ref.time, frame.payload_length());
            }
        } else {
            ++counters.header_packets;
        }
    } else if (frame.id == wmsp::packet_id::end_of_stream && frame.complete && frame.reason == 0) {
        end_stream(connection, state, EndReason::eos, ref);
    }
}

void Tracker::asf_header(const Connection& connection, Bytes bytes, const PacketRef& ref)
{
    if (!sinks_.contains(connection.server)) {
        return;
    }
    // Every reply repeats the header; only another one is news.
    const std::size_t hash = std::hash<std::string_view>{}(as_text(bytes));
    const auto [known, added] = last_header_.emplace(connection.server, hash);
    if (!added && known->second == hash) {
        return;
    }
    known->second = hash;
    if (const auto header = asf::parse_header(bytes)) {
        const timeline::StreamInfo info = stream_info_from(*header);
        listener_.on(timeline::StreamHeader{connection.server, info, ref});
    }
}

void Tracker::unsynchronised(const Connection& connection, std::uint64_t, const PacketRef&)
{
    State& state = state_of(connection);
    if (state.entry) {
        state.entry->counters.exact = false;
    }
}

void Tracker::gap(const Connection& connection, Direction direction, std::uint64_t offset,
                  std::uint64_t length, net::GapReason reason, bool in_body, const PacketRef& ref)
{
    State& state = state_of(connection);
    if (direction == Direction::to_server || !in_body || !state.entry) {
        return;
    }
    Entry& entry = *state.entry;
    entry.counters.exact = false;
    entry.counters.gap_bytes += length;
    if (entry.details) {
        ++entry.details->gap_count;
        if (entry.details->gaps.size() < caps_.limit(Cap::gaps_kept)) {
            entry.details->gaps.push_back({offset, length, reason, ref});
        } else {
            caps_.reached(Cap::gaps_kept);
        }
    }
}

void Tracker::message_end(const Connection& connection, Direction direction, std::uint32_t exchange,
                          http::MessageEnd end, const PacketRef& ref)
{
    State& state = state_of(connection);
    if (direction == Direction::to_server || exchange != state.reply.exchange) {
        return;
    }
    state.reply.in_progress = false;
    if (!state.entry || !state.entry->attached || end != http::MessageEnd::complete) {
        return;
    }
    const auto waiting = [&](RequestKind kind) {
        return std::any_of(state.pending.begin(), state.pending.end(),
                           [&](const AskedFor& asked) { return asked.kind == kind; });
    };
    if (waiting(RequestKind::select_stream) || waiting(RequestKind::play_next_entry)) {
        state.entry->continues = true;
    } else {
        end_stream(connection, state, waiting(RequestKind::stop) ? EndReason::stop : EndReason::body_end,
                   ref);
    }
}

void Tracker::not_http(const Connection& connection, Direction, Bytes bytes, const PacketRef&)
{
    State& state = state_of(connection);
    state.saw_not_http = true;
    // Bytes 12 to 15 of an MMST message (MS-MMSP 2.2.3).
    if (bytes.size() >= 16 && as_text(bytes.subspan(12, 4)) == "MMS ") {
        state.look_alike = wmsp::LookAlike::mmst;
    }
}

void Tracker::datagram(const net::Datagram& datagram)
{
    const std::uint16_t port = datagram.source.port;
    if (options_.dns_decoder == nullptr || (port != dns_port && port != mdns_port && port != llmnr_port)) {
        return;
    }
    names_.clear();
    options_.dns_decoder->decode(datagram.payload, port != dns_port, names_);
    for (const dns::NameRecord& record : names_) {
        listener_.on(
            timeline::NameLearnt{record.address, record.name, record.source, moment_of(datagram.ref)});
    }
}

} // namespace wmclients::session
