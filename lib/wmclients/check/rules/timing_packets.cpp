#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace wmclients::check::rules {
namespace {

using std::chrono::milliseconds;
using wmsp::RequestKind;

/// The longest that client-lag delays a change of entries (3.2.4.2).
constexpr milliseconds longest_lag{15'000};

/// No change of entries so soon after a SelectStream (3.2.4.2).
constexpr milliseconds quiet_after_select{8'000};

/// A pause beyond this is one on purpose: our threshold, not in the specification.
constexpr milliseconds longest_pause{1'000};

/// So many packets that the next one follows at once show whether B is used: our threshold.
constexpr std::uint64_t enough_adjoining = 100;

/// A $C and the end of the entry before it.
struct Change {
    const Run* before = nullptr; ///< the last $D or $E; null: not known
    const Run* change = nullptr; ///< null: there is none
};

/// The latest $D or $E before a run of the body; null if a gap lies between, or there is none.
const Run* entry_end(const std::vector<Run>& runs, std::vector<Run>::const_iterator run)
{
    while (run != runs.begin() && !run->after_gap) {
        --run;
        if (run->first.id == wmsp::packet_id::data || run->first.id == wmsp::packet_id::end_of_stream) {
            return &*run;
        }
    }
    return nullptr;
}

/// Whether the session has another SelectStream before `at`, which takes the place of this one.
bool is_superseded(const Exchange& select, const PacketRef& at)
{
    const auto later = select.session->after(select);
    const auto next = std::find_if(later.begin(), later.end(),
                                   [](const Exchange* one) { return one->is(RequestKind::select_stream); });
    return next != later.end() && (*next)->request->head.last.number < at.number;
}

/// The first $C after a SelectStream, in its own reply if that is the stream's, otherwise in the Play's; none
/// if another SelectStream comes before it.
Change change_after(const Exchange& select)
{
    const bool own = select.body.has(wmsp::packet_id::data) || select.past.stream == nullptr;
    const auto& runs = (own ? select : *select.past.stream).body.runs;
    const std::uint64_t asked = select.request->head.last.number;
    const auto first = std::partition_point(
        runs.begin(), runs.end(), [asked](const Run& run) { return run.first.first.number <= asked; });
    const auto change = std::find_if(
        first, runs.end(), [](const Run& run) { return run.first.id == wmsp::packet_id::new_header; });
    if (change == runs.end() || is_superseded(select, change->first.first)) {
        return {};
    }
    return {entry_end(runs, change), &*change};
}

Judgement client_lag(const Exchange& exchange)
{
    const auto text =
        exchange.is(RequestKind::select_stream) ? token(*exchange.request, "client-lag") : std::nullopt;
    const auto lag = text ? to_uint32(*text) : std::nullopt;
    if (!lag) {
        return not_applicable();
    }
    const Change change = change_after(exchange);
    if (change.change == nullptr) {
        return not_applicable();
    }
    if (change.before == nullptr) {
        return inconclusive(Missing::gap, "the end of the entry before is not known");
    }
    const milliseconds least = std::min(milliseconds{*lag}, longest_lag);
    const Duration waited = change.change->first.first.time - change.before->end.time;
    return waited >= least ? pass()
                           : fail(fmt::format("$C at least {} ms after the last packet", least.count()),
                                  fmt::format("{} ms", to_ms(waited)))
                                 .at(change.change->first.first);
}

Judgement change_after_select(const Exchange& exchange)
{
    const Change change = exchange.is(RequestKind::select_stream) ? change_after(exchange) : Change{};
    if (change.change == nullptr) {
        return not_applicable();
    }
    const PacketRef& changed = change.change->first.first;
    if (change.change->after_gap) {
        return inconclusive(Missing::gap, "bytes of the stream before $C are missing");
    }
    const Duration waited = changed.time - exchange.request->head.last.time;
    return waited >= quiet_after_select
               ? pass()
               : fail("no $C within 8000 ms", fmt::format("$C after {} ms", to_ms(waited))).at(changed);
}

Judgement b_flag_clear(const Packet& packet)
{
    if (packet.before == nullptr) {
        return not_applicable();
    }
    const Duration waited = packet.frame.first.time - packet.before_end.time;
    if (!packet.before->follows_at_once || waited <= longest_pause) {
        return pass();
    }
    return packet.could_begin ? fail("B=0 before a pause",
                                     fmt::format("B=1, and {} ms until the next packet", to_ms(waited)))
                                    .at(packet.before->first, packet.frame.first)
                              : inconclusive(Missing::unknown, "whether the server could send");
}

Judgement b_flag_set(const Exchange& exchange)
{
    const auto version = server_version(exchange);
    if (!exchange.answers_stream() || !version || *version < Version{9, 0}) {
        return not_applicable();
    }
    if (exchange.body.marked != 0) {
        return pass();
    }
    if (exchange.response->gap) {
        return inconclusive(Missing::gap, "bytes of the stream are missing");
    }
    return exchange.body.adjoining < enough_adjoining
               ? inconclusive(Missing::unknown, "fewer than 100 packets share a segment with the next")
               : fail("B=1 in packets that the next one follows at once",
                      fmt::format("B=0 in all, though {} share a segment with the next",
                                  exchange.body.adjoining));
}

constexpr std::array timing_packets_table{
    Rule{
        .id = "timing.client-lag",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.4.2, 2.2.1.4.6",
        .requirement = "After a SelectStream with client-lag, the next $C waits that time, at most 15000 ms.",
        .why = "The client is so far behind, and may still choose other streams of the old entry.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
> Pragma: client-lag=2000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
--- 1
<< $D $E(1)
+3
<< $C(0) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
> Pragma: client-lag=2000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
--- 1
<< $D $E(1)
+1
<< $C(0) $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
> Pragma: client-lag=2000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
--- 1
<< $D ~20
+1
<< $C(0) $H(asf)
)",
        .decide = OfExchange{client_lag},
    },
    Rule{
        .id = "timing.change-after-select",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "$C is not sent within 8 s of the last SelectStream.",
        .why = "The client is still about to change streams in the old entry.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+9
--- 1
<< $D $E(1) $C(0) $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+2
--- 1
<< $D $E(1) $C(0) $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+2
--- 1
<< $D ~20 $C(0) $H(asf)
)",
        .decide = OfExchange{change_after_select},
    },
    Rule{
        .id = "timing.b-flag-clear",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.1",
        .requirement = "B is 0 when the server waits on purpose before the next packet.",
        .why = "A client reads on at once after B=1. A pause of more than 1 s, with the client's window open "
               "and all acknowledged, is taken for one on purpose: our threshold.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf,b) $D
+2
<< $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf,b) $D(b)
+2
<< $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf,b)
! +0.001 c1 > window 0
+2
<< $D
)",
        .decide = OfPacket{b_flag_clear},
    },
    Rule{
        .id = "timing.b-flag-set",
        .level = Level::should,
        .side = Side::server,
        .section = "2.2.3.1.1, <56>",
        .requirement = "B is 1 when the next packet follows at once.",
        .why = "A reply is judged in which at least 100 packets share a segment with the next one: our "
               "threshold.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf,b) 200*$D(size=8,b) $D(size=8)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 200*$D(size=8)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 10*$D(size=8)
)",
        .decide = OfExchange{b_flag_set},
    },
};

} // namespace

std::span<const Rule> timing_packets()
{
    return timing_packets_table;
}

} // namespace wmclients::check::rules
