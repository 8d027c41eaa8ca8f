#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// Whether a Log of the session follows `since`, before its next Play.
Judgement log_follows(const Exchange& exchange, const PacketRef& since)
{
    const Session& session = *exchange.session;
    for (const Exchange* const later : session.after(exchange)) {
        if (!later->request || later->request->head.first.number <= since.number) {
            continue;
        }
        if (later->is(RequestKind::log)) {
            return pass();
        }
        if (later->is(RequestKind::play) || later->answers_play()) {
            return fail("a Log before the next Play", "a Play, and no Log")
                .at(later->request->head.first, later->request->head.last);
        }
        if (later->answers_stream() || later->is(RequestKind::play_next_entry)
            || later->is(RequestKind::stop)) {
            return inconclusive(Missing::unknown, "the session went on otherwise before its next Play");
        }
    }
    if (!exchange.connection->from_client || !exchange.connection->from_server) {
        return inconclusive(Missing::one_sided, "only one side was captured");
    }
    const auto id = exchange.response ? token(*exchange.response, "client-id") : std::nullopt;
    const Exchange* const timed =
        exchange.response && token(*exchange.response, "timeout") ? &exchange : exchange.past.timeout;
    const auto timeout = timed != nullptr ? to_uint32(*token(*timed->response, "timeout")) : std::nullopt;
    const Duration left = session.server->capture_end.time - since.time;
    if (id && timeout && left > std::chrono::milliseconds{*timeout}) {
        return fail(fmt::format("a Log within the announced {} ms", *timeout), "no Log").at(since);
    }
    return inconclusive(Missing::truncated, "the capture ends before the session's next Play");
}

Judgement after_eos(const Exchange& exchange)
{
    const Run* const end =
        exchange.answers_stream() ? find_run(exchange.body, wmsp::packet_id::end_of_stream) : nullptr;
    if (end == nullptr) {
        return not_applicable();
    }
    const auto closed = exchange.connection->closed_by_client();
    return closed && closed->number < end->first.first.number ? not_applicable()
                                                              : log_follows(exchange, end->first.first);
}

Judgement after_stop(const Exchange& exchange)
{
    if (exchange.is(RequestKind::stop)) {
        const Exchange* const running = running_reply(exchange);
        return running != nullptr && !running->body.has(wmsp::packet_id::end_of_stream)
                   ? log_follows(exchange, exchange.request->head.last)
                   : not_applicable();
    }
    const Connection& connection = *exchange.connection;
    const auto stopped = connection.closed_by_client();
    const auto closed = connection.closed_by_server();
    if (!exchange.answers_stream() || exchange.body.has(wmsp::packet_id::end_of_stream) || !stopped
        || (closed && closed->number < stopped->number) || ended_before(exchange, *stopped)
        || stopped->number < exchange.response->head.first.number) {
        return not_applicable();
    }
    if (!connection.client_fin) {
        return inconclusive(Missing::unknown, "the client ended the connection with RST");
    }
    return log_follows(exchange, *stopped);
}

Judgement log_request_connection(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log)) {
        return not_applicable();
    }
    const Mode mode = mode_of(exchange);
    if (mode == Mode::not_pipelined) {
        return on_new_connection(exchange);
    }
    if (mode == Mode::unknown) {
        return inconclusive(Missing::history, "whether the session is pipelined was not captured");
    }
    const Exchange* const stream = exchange.past.stream;
    if (stream == nullptr) {
        return inconclusive(Missing::history, "the session's Play was not captured");
    }
    const auto closed = stream->connection->closed();
    return closed && closed->number < exchange.request->head.first.number
               ? pass()
               : on_connection(exchange, *stream->connection);
}

constexpr std::array log_order_table{
    Rule{
        .id = "log.request.after-eos",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.13",
        .requirement = "The first $E met while streaming makes the client send a Log.",
        .why = "It is how a server learns what its listeners got.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 2*$D $E(0)
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 2*$D $E(0)
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 2*$D $E(0)
)",
        .decide = OfExchange{after_eos},
    },
    Rule{
        .id = "log.request.after-stop",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.6",
        .requirement = "A client that stops a running stream sends a Log.",
        .why = "It is how a server learns what its listeners got.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 2*$D
>> fin
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=60000
<< $H(asf) 2*$D
>> fin
+70
---
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) 2*$D
>> rst
)",
        .decide = OfExchange{after_stop},
    },
    Rule{
        .id = "log.request.connection",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.6, 3.1.5.13",
        .requirement = "A Log goes over a new connection, in pipelined mode over that of the Play.",
        .why = "In pipelined mode one connection carries the whole session; otherwise that of the stream is "
               "not used for anything else.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
>> fin
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .fails = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
---
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .inconclusive = R"(
! drop-before 0.015
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
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .decide = OfExchange{log_request_connection},
    },
};

} // namespace

std::span<const Rule> log_order()
{
    return log_order_table;
}

} // namespace wmclients::check::rules
