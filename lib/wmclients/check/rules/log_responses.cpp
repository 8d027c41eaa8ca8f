#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement sent(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log)) {
        return not_applicable();
    }
    if (exchange.response) {
        return pass();
    }
    const Connection& connection = *exchange.connection;
    if (connection.server_gap) {
        return inconclusive(Missing::gap, "bytes of the server are missing");
    }
    const auto client = connection.closed_by_client();
    const auto server = connection.closed_by_server();
    if (server && (!client || server->number < client->number)) {
        return fail("a reply", "the end of the connection").at(*server);
    }
    return client ? inconclusive(Missing::unknown, "the client closed the connection first")
                  : inconclusive(Missing::truncated, "the capture ends before a reply");
}

Judgement log_response_empty(const Exchange& exchange)
{
    return exchange.is(RequestKind::log) ? empty_reply(exchange) : not_applicable();
}

Judgement log_response_no_cache(const Exchange& exchange)
{
    return exchange.is(RequestKind::log) ? no_cache_reply(exchange) : not_applicable();
}

/// The types of requests whose replies wait until the stream's reply has ended.
bool waits(const Exchange& exchange)
{
    return exchange.is(RequestKind::log) || exchange.is(RequestKind::keep_alive)
           || exchange.is(RequestKind::send_event) || exchange.is(RequestKind::get_content_info);
}

/// Asked at the stream's exchange, so that one look at what follows it is enough.
Judgement queued(const Exchange& exchange)
{
    if (!exchange.answers_stream()) {
        return not_applicable();
    }
    const Exchange* waiting = nullptr;
    const Exchange* turning = nullptr; // SelectStream, PlayNextEntry and Stop end the reply themselves
    for (const Exchange* next = exchange.connection->after(exchange); next != nullptr && next->request;
         next = exchange.connection->after(*next)) {
        if (ended_before(exchange, next->request->head.first)) {
            break;
        }
        if (!waits(*next)) {
            turning = next;
            break;
        }
        waiting = waiting != nullptr ? waiting : next;
    }
    if (waiting == nullptr) {
        return not_applicable();
    }
    const Message& reply = *exchange.response;
    const PacketRef& asked = waiting->request->head.first;
    if (reply.gap) {
        return inconclusive(Missing::gap, "bytes of the running reply are missing");
    }
    if (exchange.body.unread_bytes != 0 && exchange.body.unread_at.number > asked.number) {
        return fail(fmt::format("$D, and the reply to {} behind the stream", to_string(waiting->type.kind)),
                    "bytes in the stream that are no $ packets")
            .at(exchange.body.unread_at);
    }
    const bool finished = exchange.body.has(wmsp::packet_id::end_of_stream) || turning != nullptr;
    if (reply.end == http::MessageEnd::complete) {
        return pass_if(finished, "$D until the stream ends",
                       fmt::format("the end of the running reply after a {}", to_string(waiting->type.kind)))
            .at(reply.end_at);
    }
    if (waiting->response) {
        return fail("the end of the running reply first",
                    fmt::format("a reply to {} within it", to_string(waiting->type.kind)))
            .at(waiting->response->head.first, waiting->response->head.last);
    }
    return inconclusive(Missing::truncated, "the connection or the capture ends before the running reply");
}

Judgement log_client_close(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log) || mode_of(exchange) == Mode::pipelined) {
        return not_applicable();
    }
    return mode_of(exchange) == Mode::unknown
               ? inconclusive(Missing::history, "whether the session is pipelined was not captured")
               : closed_by_client_after(exchange);
}

constexpr std::array log_responses_table{
    Rule{
        .id = "log.response.sent",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.11",
        .requirement = "Every Log is answered.",
        .why = "A client waits for the reply before it closes the connection.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
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
<< fin
)",
        .inconclusive = R"(
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
>> fin
)",
        .decide = OfExchange{sent},
    },
    Rule{
        .id = "log.response.empty",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.4, 3.2.5.11",
        .requirement = "The reply to a Log has no body.",
        .why = "There is nothing to say but that the log has come.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 204 No Content
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Length: 4
<< ~4
)",
        .decide = OfExchange{log_response_empty},
    },
    Rule{
        .id = "log.response.no-cache",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.4, 3.2.5.11",
        .requirement = "The reply to a Log has Pragma no-cache.",
        .why = "A cache that kept it would answer the next Log itself.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 204 No Content
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< "HTTP/1.0 204 No Content\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{log_response_no_cache},
    },
    Rule{
        .id = "log.response.queued",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.11, 3.2.5.8, 3.2.5.12, 3.2.5.3",
        .requirement = "A Log, KeepAlive, SendEvent or GetContentInfo on the streaming connection does not "
                       "interrupt the stream; its reply waits.",
        .why = "A reply can only begin where the one before it ends.",
        .passes = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< chunk($D) chunk($E(0)) last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
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
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< chunk($D)
)",
        .decide = OfExchange{queued},
    },
    Rule{
        .id = "log.client.close",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.15",
        .requirement = "In non-pipelined mode the client closes the connection after the reply to its Log.",
        .why = "Each such connection is made for one request.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
>> fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
<< fin
>> fin
)",
        .decide = OfExchange{log_client_close},
    },
};

} // namespace

std::span<const Rule> log_responses()
{
    return log_responses_table;
}

} // namespace wmclients::check::rules
