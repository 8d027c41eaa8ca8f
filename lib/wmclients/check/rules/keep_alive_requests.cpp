#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// The form with xKeepAliveInPause, for which POST is required.
bool has_post_form(const Exchange& exchange)
{
    return exchange.request && token(*exchange.request, "xKeepAliveInPause");
}

bool has_options_form(const Exchange& exchange)
{
    return exchange.request && exchange.request->head.method() == "OPTIONS";
}

Judgement post_form(const Exchange& exchange)
{
    if (!has_post_form(exchange)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (request.head.method() != "POST") {
        return fail("POST", std::string{request.head.method()});
    }
    if (request.head.field("Content-Type")) {
        return fail("no Content-Type", show_field(request, "Content-Type"));
    }
    if (request.body_bytes != 0) {
        return fail("no body", fmt::format("{} bytes of body", request.body_bytes));
    }
    if (request.head.value("Content-Length") == "0") {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail("Content-Length: 0", show_field(request, "Content-Length")));
}

Judgement keepalive_request_required_tokens(const Exchange& exchange)
{
    if (!has_post_form(exchange)) {
        return not_applicable();
    }
    return is_one(*exchange.request, "xKeepAliveInPause")
               ? needs_tokens(exchange.request, {"client-id", "no-cache"})
               : fail("xKeepAliveInPause=1", show_token(*exchange.request, "xKeepAliveInPause"));
}

Judgement keepalive_request_exclusive_tokens(const Exchange& exchange)
{
    return has_post_form(exchange) ? forbids_tokens(
               exchange.request, {"log-line", "pipeline-request", "stream-switch-entry", "xStopStrm"})
                                   : not_applicable();
}

Judgement options_form(const Exchange& exchange)
{
    if (!has_options_form(exchange)) {
        return not_applicable();
    }
    const http::Head& head = exchange.request->head;
    if (head.target() != "*" || head.version() != "HTTP/1.1") {
        return fail("OPTIONS * HTTP/1.1", fmt::format("OPTIONS {} {}", head.target(), head.version()));
    }
    if (!head.field("User-Agent")) {
        return cannot_see(exchange.request).value_or(fail("User-Agent", "no User-Agent"));
    }
    return needs_tokens(exchange.request, {"client-id"});
}

Judgement mode(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::keep_alive)) {
        return not_applicable();
    }
    const Mode mode = mode_of(exchange);
    if (mode == Mode::unknown) {
        return inconclusive(Missing::history, "whether the session is pipelined was not captured");
    }
    const Exchange* const stream = exchange.past.stream;
    const std::optional<bool> play_open =
        stream != nullptr ? stream->connection->open_at(exchange.first()) : false;
    if (mode == Mode::pipelined && !play_open) {
        return inconclusive(Missing::gap, "packets of the Play connection are missing");
    }
    if (mode == Mode::pipelined && stream == nullptr && !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the session's Play was not captured");
    }
    if (mode == Mode::pipelined && *play_open) {
        return has_options_form(exchange) ? on_connection(exchange, *stream->connection)
                                          : fail("OPTIONS on the open Play connection",
                                                 std::string{exchange.request->head.method()});
    }
    return has_options_form(exchange) ? fail("POST on a new connection", "OPTIONS")
                                      : on_new_connection(exchange);
}

constexpr std::array keep_alive_requests_table{
    Rule{
        .id = "keepalive.request.post-form",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.3.1",
        .requirement = "A KeepAlive POST has \"Content-Length: 0\", no body and no Content-Type.",
        .why = "It only shows that the client is there.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: text/plain
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nPragma: no-cache, client-id=77, xKeepAliveInPause=1\r\nHost: media" ~40
>> "\r\n\r\n"
)",
        .decide = OfExchange{post_form},
    },
    Rule{
        .id = "keepalive.request.required-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 2.2.2.3.1",
        .requirement = "A KeepAlive POST has client-id, no-cache and xKeepAliveInPause=1.",
        .why = "The client-id names the session that is to be kept.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xKeepAliveInPause=1
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nPragma: client-id=77, xKeepAliveInPause=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K9: the grammar requires no-cache, the example of 2.2.2.3.1 has none.",
        .decide = OfExchange{keepalive_request_required_tokens},
    },
    Rule{
        .id = "keepalive.request.exclusive-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.3.1",
        .requirement = "A KeepAlive POST has none of log-line, pipeline-request, stream-switch-entry and "
                       "xStopStrm.",
        .why = "Each of them makes a request one of another type.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1, xStopStrm=1
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nPragma: client-id=77, xKeepAliveInPause=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{keepalive_request_exclusive_tokens},
    },
    Rule{
        .id = "keepalive.request.options-form",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.3.2",
        .requirement =
            "The other form of KeepAlive is \"OPTIONS * HTTP/1.1\" with User-Agent and Pragma client-id.",
        .why = "Any HTTP/1.1 server can answer it, and the running reply goes on.",
        .passes = R"(
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
)",
        .fails = R"(
> OPTIONS /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
)",
        .inconclusive = R"(
>> "OPTIONS * HTTP/1.1\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{options_form},
    },
    Rule{
        .id = "keepalive.request.mode",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.6.1",
        .requirement =
            "OPTIONS is used on the open Play connection in pipelined mode, otherwise POST on a new one.",
        .why = "Only a chunked reply ends so that the answer to an OPTIONS can follow it.",
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
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
---
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
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
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
)",
        .decide = OfExchange{mode},
    },
};

} // namespace

std::span<const Rule> keep_alive_requests()
{
    return keep_alive_requests_table;
}

} // namespace wmclients::check::rules
