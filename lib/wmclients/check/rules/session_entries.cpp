#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// A server that sends nothing for so long waits: our threshold, not in the specification.
constexpr std::chrono::seconds waiting{1};

/// Whether both sides can do predictive stream selection (2.2.1.7.2), by their latest Supported headers.
enum class Predictive : std::uint8_t { no, yes, unknown };

Predictive predictive(const Exchange& exchange)
{
    const Message* const client = exchange.client_supported();
    const Message* const server = exchange.server_supported();
    if ((client != nullptr && !supports(*client, "predstrm"))
        || (server != nullptr && !supports(*server, "predstrm"))) {
        return Predictive::no;
    }
    return client != nullptr && server != nullptr ? Predictive::yes : Predictive::unknown;
}

bool asks_for_entry(const Exchange& exchange)
{
    return exchange.is(RequestKind::select_stream) || exchange.is(RequestKind::play_next_entry);
}

/// A $C with its $H in a streaming reply, and what came after them.
struct EntryChange {
    PacketRef header_end;
    const Run* data = nullptr;        ///< the $D right behind
    const Exchange* asking = nullptr; ///< a SelectStream or PlayNextEntry before those
};

/// Each change of entries is judged until one fails; the weightiest of the judgements counts.
template <typename Judge>
Judgement judge_changes(const Exchange& exchange, Judge&& judge)
{
    Judgement result = not_applicable();
    const auto& runs = exchange.body.runs;
    const auto later = exchange.session->after(exchange);
    auto next = later.begin();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].first.id != wmsp::packet_id::new_header) {
            continue;
        }
        std::size_t behind = i + 1;
        bool header = false;
        for (; behind < runs.size()
               && (runs[behind].first.id == wmsp::packet_id::metadata
                   || runs[behind].first.id == wmsp::packet_id::header);
             ++behind) {
            header = header || runs[behind].first.id == wmsp::packet_id::header;
        }
        if (!header) {
            continue;
        }
        const Run* const following = behind < runs.size() ? &runs[behind] : nullptr;
        const Run* const data =
            following != nullptr && following->first.id == wmsp::packet_id::data ? following : nullptr;
        // A Play ends the stream; what comes after it belongs to another.
        const auto goes_on = [&](std::uint64_t number) {
            return next != later.end() && !(*next)->answers_play()
                   && (!(*next)->request || (*next)->request->head.first.number < number);
        };
        while (goes_on(runs[i].first.first.number)) {
            ++next;
        }
        const Exchange* asking = nullptr;
        for (;
             asking == nullptr && goes_on(following != nullptr ? following->first.first.number : UINT64_MAX);
             ++next) {
            asking = asks_for_entry(**next) ? *next : nullptr;
        }
        Judgement judgement = judge(EntryChange{runs[behind - 1].end, data, asking});
        if (judgement.verdict > result.verdict) {
            result = std::move(judgement);
        }
        if (result.verdict == Verdict::fail) {
            break;
        }
    }
    return result;
}

Judgement waiting_no_data(const Exchange& exchange)
{
    if (!exchange.answers_stream() || !exchange.body.has(wmsp::packet_id::new_header)
        || predictive(exchange) == Predictive::yes) {
        return not_applicable();
    }
    if (predictive(exchange) == Predictive::unknown) {
        return inconclusive(Missing::unknown, "what a side supports: it sent no Supported header");
    }
    const Connection& connection = *exchange.connection;
    if (!connection.from_client || connection.client_gap || connection.server_gap) {
        return inconclusive(connection.from_client ? Missing::gap : Missing::one_sided,
                            "a SelectStream or PlayNextEntry may be missing");
    }
    return judge_changes(exchange, [](const EntryChange& change) {
        return change.data != nullptr && change.asking == nullptr
                   ? fail("no $D before SelectStream or PlayNextEntry", "$D behind $H")
                         .at(change.data->first.first)
                   : pass();
    });
}

Judgement predictive_data(const Exchange& exchange)
{
    if (!exchange.answers_stream() || !exchange.body.has(wmsp::packet_id::new_header)
        || predictive(exchange) != Predictive::yes) {
        return not_applicable();
    }
    const bool gap = exchange.response->gap;
    return judge_changes(exchange, [gap](const EntryChange& change) {
        if (change.asking == nullptr) {
            return change.data != nullptr
                       ? pass()
                       : inconclusive(Missing::truncated, "the connection or the capture ends");
        }
        if (gap) {
            return inconclusive(Missing::gap, "bytes of the stream are missing");
        }
        const http::Head& asked = change.asking->request->head;
        const std::string_view kind = to_string(change.asking->type.kind);
        const Duration quiet = asked.first.time - change.header_end.time;
        return quiet < waiting ? inconclusive(
                   Missing::unknown,
                   fmt::format("whether the server waited: a {} came {} ms after $H", kind, to_ms(quiet)))
                               : fail("$D behind $H at once",
                                      fmt::format("none for {} ms, until a {}", to_ms(quiet), kind))
                                     .at(asked.first, asked.last);
    });
}

constexpr std::array session_entries_table{
    Rule{
        .id = "session.waiting-no-data",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2, 3.2.5.7, 3.2.5.9",
        .requirement = "After $C and $H without predictive selection, no $D come until SelectStream or "
                       "PlayNextEntry.",
        .why = "The client has not yet said which streams of the new entry it wants.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.sswitch
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D $E(1) $C(0) $H(asf)
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
--- 1
<< $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.sswitch
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D $E(1) $C(0) $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D $E(1) $C(0) $H(asf) $D
)",
        .disagreement = "K23: 4.11 has an encoder send data at once, without a Supported header.",
        .decide = OfExchange{waiting_no_data},
    },
    Rule{
        .id = "session.predictive-data",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "After $C and $H with predictive selection on both sides, $D follow without waiting.",
        .why = "The server predicts which streams the client wants, so that the picture does not stop. One "
               "that has "
               "sent nothing for 1 s is taken to wait: our threshold.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.predstrm
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Supported: com.microsoft.wm.predstrm
<< $H(asf) $D $E(1) $C(0) $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.predstrm
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Supported: com.microsoft.wm.predstrm
<< $H(asf) $D $E(1) $C(0) $H(asf)
+2
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
--- 1
<< $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.predstrm
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Supported: com.microsoft.wm.predstrm
<< $H(asf) $D $E(1) $C(0) $H(asf)
)",
        .decide = OfExchange{predictive_data},
    },
};

} // namespace

std::span<const Rule> session_entries()
{
    return session_entries_table;
}

} // namespace wmclients::check::rules
