#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;
namespace packet_id = wmsp::packet_id;

// Reasons of `$E` (2.2.3.4).
constexpr std::uint32_t stream_ends = 0;
constexpr std::uint32_t next_entry = 1;
constexpr std::uint32_t previous_entry = 0x000D2F09;

/// Requests that were sent while the stream ran, looked at for one that ends it.
constexpr std::size_t requests_looked_at = 64;

bool is_end(const Run& run, std::uint32_t reason)
{
    return run.first.id == packet_id::end_of_stream && run.first.reason == reason;
}

/// A Stop, SelectStream or PlayNextEntry came before the body ended (3.2.5.7, 3.2.5.9, 3.2.5.10).
/// Where there are too many to look at, it is taken for so.
bool client_ended(const Exchange& exchange)
{
    const Exchange* next = exchange.connection->after(exchange);
    std::size_t i = 0;
    for (; i < requests_looked_at && next != nullptr && next->request; ++i) {
        if (next->request->head.first.number > exchange.response->end_at.number) {
            return false;
        }
        if (next->is(RequestKind::stop) || next->is(RequestKind::select_stream)
            || next->is(RequestKind::play_next_entry)) {
            return true;
        }
        next = exchange.connection->after(*next);
    }
    return i == requests_looked_at;
}

/// Why the server cannot be held to the end of its stream; empty if it can.
std::optional<Judgement> not_ended_by_server(const Exchange& exchange)
{
    const Connection& connection = *exchange.connection;
    if (exchange.body.gap_at_end) {
        return inconclusive(Missing::gap, "bytes at the end are missing");
    }
    if (exchange.response->end == http::MessageEnd::complete) {
        return {};
    }
    if (!connection.from_client) {
        return inconclusive(Missing::one_sided, "the client may have closed first");
    }
    if (connection.client_rst || connection.server_rst) {
        return inconclusive(Missing::unknown, "a RST ended the connection");
    }
    if (connection.client_fin
        && (!connection.server_fin || connection.client_fin->number < connection.server_fin->number)) {
        return inconclusive(Missing::unknown, "the client closed first");
    }
    if (!connection.server_fin) {
        return inconclusive(Missing::truncated, "the capture ends before the stream does");
    }
    return {};
}

Judgement eos(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.body.runs.empty()) {
        return not_applicable();
    }
    const Body& body = exchange.body;
    const Run& last = body.runs.back();
    if (body.runs_left_out) {
        return inconclusive(Missing::unknown, "more packets than are kept");
    }
    if (last.first.id == packet_id::end_of_stream || last.first.id == packet_id::new_header) {
        return pass();
    }
    if (last.first.id != packet_id::data || client_ended(exchange)) {
        return not_applicable();
    }
    if (auto other = not_ended_by_server(exchange)) {
        return *other;
    }
    if (!last.last.complete) {
        return inconclusive(Missing::unknown, "the body ends inside a packet").at(last.last.first, last.end);
    }
    return fail("$E behind the last $D", exchange.response->chunked() ? "the zero chunk behind a $D"
                                                                      : "the end of the body behind a $D")
        .at(last.end);
}

Judgement eos_before_change(const Exchange& exchange)
{
    if (!streams(exchange) || !exchange.body.header_changes) {
        return not_applicable();
    }
    const auto& runs = exchange.body.runs;
    const auto both = std::adjacent_find(runs.begin(), runs.end(), [](const Run& one, const Run& next) {
        return one.first.id == packet_id::end_of_stream && next.first.id == packet_id::new_header;
    });
    return pass_with(both == runs.end() ? "$C without $E" : "$E before $C");
}

/// Of a `$E` that announces the next entry: whether a `$C` follows, in this body or, in pipelined mode, in
/// the next.
Judgement change_follows(const Exchange& exchange, std::size_t at)
{
    const auto& runs = exchange.body.runs;
    std::size_t next = at + 1;
    while (next < runs.size() && !runs[next].after_gap && is_end(runs[next], next_entry)) {
        ++next;
    }
    const Run* follower = next < runs.size() ? &runs[next] : nullptr;
    if (follower == nullptr) {
        const Exchange* const other = exchange.connection->after(exchange);
        const bool goes_on =
            other != nullptr
            && (other->is(RequestKind::play_next_entry) || other->is(RequestKind::select_stream))
            && !other->body.runs.empty();
        if (!goes_on) {
            return inconclusive(Missing::truncated, "nothing follows a $E with reason 1");
        }
        follower = &other->body.runs.front();
    }
    if (follower->after_gap) {
        return inconclusive(Missing::gap, "bytes behind a $E are missing");
    }
    return follower->first.id == packet_id::new_header
               ? pass()
               : fail("$C behind a $E with reason 1", fmt::format("a ${}", follower->first.id))
                     .at(follower->first.first, follower->first.first);
}

Judgement eos_reason(const Exchange& exchange)
{
    if (!streams(exchange)) {
        return not_applicable();
    }
    const auto& runs = exchange.body.runs;
    Judgement result = not_applicable();
    std::string_view forbidden; // by the `$E` before
    bool lost = false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Run& run = runs[i];
        if (run.after_gap) {
            lost = lost || !forbidden.empty();
            forbidden = {};
        }
        if (forbidden.find(run.first.id) != std::string_view::npos) {
            return fail("no $D or $C behind the $E, by its reason", fmt::format("a ${}", run.first.id))
                .at(run.first.first, run.first.first);
        }
        if (is_end(run, stream_ends)) {
            forbidden = "DC";
        } else if (is_end(run, previous_entry)) {
            forbidden = forbidden.empty() ? "D" : forbidden;
        } else if (!is_end(run, next_entry)) {
            continue;
        } else if (run.after_gap || i == 0 || !is_end(runs[i - 1], next_entry)) {
            Judgement now = change_follows(exchange, i);
            if (now.verdict != Verdict::pass) {
                return now;
            }
        }
        result = pass();
    }
    lost = lost || (!forbidden.empty() && exchange.body.gap_at_end);
    return lost ? inconclusive(Missing::gap, "packets behind a $E may be missing") : result;
}

Judgement eos_zero_chunk(const Exchange& exchange)
{
    if (!streams(exchange) || !exchange.response->chunked()) {
        return not_applicable();
    }
    const Body& body = exchange.body;
    const auto end = std::find_if(body.runs.begin(), body.runs.end(),
                                  [](const Run& run) { return is_end(run, stream_ends); });
    if (end == body.runs.end()) {
        return not_applicable();
    }
    constexpr std::string_view expected = "the zero chunk behind $E with reason 0";
    if (const auto next = end + 1; next != body.runs.end()) {
        return next->after_gap ? inconclusive(Missing::gap, "bytes behind the $E are missing")
                               : fail(std::string{expected}, fmt::format("a ${}", next->first.id))
                                     .at(next->first.first, next->first.first);
    }
    if (auto other = not_ended_by_server(exchange)) {
        return *other;
    }
    return pass_if(exchange.response->end == http::MessageEnd::complete, expected,
                   "the end of the connection");
}

Judgement eos_repeat(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.response->chunked()) {
        return not_applicable();
    }
    const auto& runs = exchange.body.runs;
    const auto first = std::find_if(runs.rbegin(), runs.rend(), [](const Run& run) {
                           return !is_end(run, stream_ends);
                       }).base();
    if (first == runs.end()) {
        return not_applicable();
    }
    constexpr std::ptrdiff_t wanted = 512;
    const std::ptrdiff_t count = runs.end() - first;
    if (count >= wanted) {
        return pass();
    }
    const Connection& connection = *exchange.connection;
    const Exchange* const next = connection.after(exchange);
    const bool used_again = next != nullptr && next->response;
    const Timestamp decided = runs.back().end.time + std::chrono::seconds{1}; // our threshold
    const auto by_server = connection.closed_by_server();
    const auto by_client = connection.closed_by_client();
    if (!used_again && by_client && by_client->time <= decided
        && (!by_server || by_client->number < by_server->number)) {
        return inconclusive(Missing::unknown, "the client closed within a second");
    }
    if (!used_again && by_server && by_server->time <= decided) {
        return not_applicable();
    }
    if (exchange.response->gap) {
        return inconclusive(Missing::gap, "a $E may be missing");
    }
    if (!used_again && connection.server->capture_end.time < decided) {
        return inconclusive(Missing::truncated, "the capture ends within a second");
    }
    return fail("at least 512 $E with reason 0, as the connection stays open", fmt::format("{}", count))
        .at(first->first.first, runs.back().end);
}

constexpr std::array play_ends_table{
    Rule{
        .id = "play.response.eos",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.1",
        .requirement =
            "When the stream ends, $E follows the last $D, unless a new header ($C) comes instead.",
        .why = "Without it the client cannot tell the end of the content from a broken connection, and tries "
               "again.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(0) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D
>> fin
<< fin
)",
        .decide = OfExchange{eos},
    },
    Rule{
        .id = "play.response.eos-before-change",
        .level = Level::may,
        .side = Side::server,
        .section = "3.2.4.1",
        .requirement = "The server may send $E before a $C.",
        .why = "The $E says that the entry has ended, the $C that another begins.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(1) $C(0) $H(asf) $D
)",
        .decide = OfExchange{eos_before_change},
    },
    Rule{
        .id = "play.response.eos-reason",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.1, 2.2.3.4",
        .requirement =
            "$E with reason 1 is followed by $C; after reason 0 no $D or $C, after 0x000D2F09 no $D, comes "
            "before the next Play.",
        .why = "The reason tells the client whether to wait for another entry.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(1) $C(0) $H(asf) $D $E(0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(0) $C(0) $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(1)
)",
        .decide = OfExchange{eos_reason},
    },
    Rule{
        .id = "play.response.eos-zero-chunk",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.1",
        .requirement = "In a chunked reply, $E with reason 0 is followed by the zero chunk.",
        .why = "Only then can replies to requests that wait be sent on the connection.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D $E(0)) last-chunk
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D $E(0)) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D $E(0))
)",
        .decide = OfExchange{eos_zero_chunk},
    },
    Rule{
        .id = "play.response.eos-repeat",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.4.1",
        .requirement =
            "Where the reply is not chunked and the connection stays open, $E with reason 0 is followed by "
            "at least 511 more.",
        .why = "They push the end of the stream through buffers on the way that wait to be filled.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D 512*$E(0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(0)
+2
>> fin
<< fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(0)
>> fin
<< fin
)",
        .decide = OfExchange{eos_repeat},
    },
};

} // namespace

std::span<const Rule> play_ends()
{
    return play_ends_table;
}

} // namespace wmclients::check::rules
