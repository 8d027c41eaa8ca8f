#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement keepalive_response_empty(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::keep_alive)) {
        return not_applicable();
    }
    Judgement judgement = empty_reply(exchange);
    if (judgement.verdict == Verdict::pass && exchange.response->head.value("Content-Length") != "0") {
        return fail("Content-Length: 0", show_field(*exchange.response, "Content-Length"));
    }
    return judgement;
}

Judgement keepalive_response_no_cache(const Exchange& exchange)
{
    return exchange.is(RequestKind::keep_alive) ? no_cache_reply(exchange) : not_applicable();
}

/// Why the end of the connection says nothing: no reply, pipelined mode, or nobody knows.
std::optional<Judgement> no_close(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::keep_alive) || !exchange.response || mode_of(exchange) == Mode::pipelined) {
        return not_applicable();
    }
    if (mode_of(exchange) == Mode::unknown) {
        return inconclusive(Missing::history, "whether the session is pipelined was not captured");
    }
    return {};
}

Judgement server_close(const Exchange& exchange)
{
    if (auto none = no_close(exchange)) {
        return *none;
    }
    if (iequals(exchange.request->head.value("Connection"), "Keep-Alive")
        && iequals(exchange.response->head.value("Connection"), "Keep-Alive")) {
        return pass_with("both sides said Connection: Keep-Alive (4.1)");
    }
    const Exchange* const next = exchange.connection->after(exchange);
    if (next != nullptr && next->response) {
        return fail("FIN after the reply", "the reply to another request on the connection")
            .at(next->response->head.first, next->response->head.last);
    }
    return exchange.connection->closed()
               ? pass()
               : inconclusive(Missing::truncated, "the capture ends with the connection open");
}

Judgement keepalive_client_close(const Exchange& exchange)
{
    const auto none = no_close(exchange);
    return none ? *none : closed_by_client_after(exchange);
}

constexpr std::array keep_alive_responses_table{
    Rule{
        .id = "keepalive.response.empty",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.3.1, 3.2.5.8",
        .requirement = "The reply to a KeepAlive has \"Content-Length: 0\" and no body.",
        .why = "There is nothing to say but that the session lives.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{keepalive_response_empty},
    },
    Rule{
        .id = "keepalive.response.no-cache",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.3.1, 3.2.5.8",
        .requirement = "The reply to a KeepAlive has Pragma no-cache.",
        .why = "A cache that kept it would answer the next KeepAlive itself, and the session would end.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Length: 0
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .disagreement = "K9: the example reply to OPTIONS in 2.2.2.3.2 has no no-cache.",
        .decide = OfExchange{keepalive_response_no_cache},
    },
    Rule{
        .id = "keepalive.response.close",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.8",
        .requirement = "In non-pipelined mode the server closes the connection after the reply.",
        .why = "Each such connection is made for one request, unless both sides say Keep-Alive.",
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
<< fin
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .decide = OfExchange{server_close},
    },
    Rule{
        .id = "keepalive.client.close",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.16",
        .requirement = "In non-pipelined mode the client closes the connection after the reply.",
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
<< fin
>> fin
)",
        .decide = OfExchange{keepalive_client_close},
    },
};

} // namespace

std::span<const Rule> keep_alive_responses()
{
    return keep_alive_responses_table;
}

} // namespace wmclients::check::rules
