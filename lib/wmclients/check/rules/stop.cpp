#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement stop_request_parts(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "xStopStrm")) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const http::Head& head = request.head;
    if (head.method() != "POST" || head.version() != "HTTP/1.1") {
        return fail("POST and HTTP/1.1", fmt::format("{} and {}", head.method(), head.version()));
    }
    if (!is_one(request, "xStopStrm")) {
        return fail("xStopStrm=1", show_token(request, "xStopStrm"));
    }
    if (head.field("Content-Type")) {
        return fail("no Content-Type", show_field(request, "Content-Type"));
    }
    Judgement forbidden = forbids_tokens(
        exchange.request, {"log-line", "pipeline-request", "stream-switch-entry", "xKeepAliveInPause"});
    if (forbidden.verdict != Verdict::pass) {
        return forbidden;
    }
    return head.value("Content-Length") == "0"
               ? needs_tokens(exchange.request, {"client-id"})
               : fail("Content-Length: 0", show_field(request, "Content-Length"));
}

Judgement stop_request_pipelined_only(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::stop)) {
        return not_applicable();
    }
    constexpr std::string_view expected = "Stop on the open connection of a Play with version11-enabled=1";
    const Mode mode = mode_of(exchange);
    if (mode == Mode::not_pipelined) {
        return fail(std::string{expected}, "a session that is not pipelined");
    }
    const Exchange* const stream = exchange.past.stream;
    if (mode == Mode::unknown || stream == nullptr) {
        return inconclusive(Missing::history, "the session's Play was not captured");
    }
    return pass_if(stream->connection == exchange.connection, expected, "another connection");
}

Judgement stop_response_zero_chunk_first(const Exchange& exchange)
{
    return exchange.is(RequestKind::stop) ? zero_chunk_before(exchange) : not_applicable();
}

Judgement stop_response_empty(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::stop)) {
        return not_applicable();
    }
    Judgement judgement = empty_reply(exchange);
    return judgement.verdict == Verdict::pass ? no_cache_reply(exchange) : judgement;
}

Judgement no_data(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::stop) || !exchange.response || !is_success(exchange.status())) {
        return not_applicable();
    }
    if (exchange.body.has(wmsp::packet_id::data)) {
        return fail("no $D after the reply to Stop", "$D in it");
    }
    const Exchange* const stream = exchange.past.stream;
    if (stream != nullptr && data_after(stream->body, exchange.response->head.last)) {
        return fail("no $D after the reply to Stop", "$D on another connection")
            .at(stream->body.runs.back().end);
    }
    return exchange.response->gap || (stream != nullptr && stream->response->gap)
               ? inconclusive(Missing::gap, "bytes of the server are missing")
               : pass();
}

constexpr std::array stop_table{
    Rule{
        .id = "stop.request.parts",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.10",
        .requirement = "Stop is POST HTTP/1.1 with \"Content-Length: 0\", client-id and xStopStrm=1; no "
                       "Content-Type, log-line, pipeline-request, stream-switch-entry or xKeepAliveInPause.",
        .why = "Any of those makes it a request of another type.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
)",
        .fails = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xStopStrm=1
)",
        .inconclusive = R"(
>> "POST /vod HTTP/1.1\r\nContent-Length: 0\r\nPragma: xStopStrm=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{stop_request_parts},
    },
    Rule{
        .id = "stop.request.pipelined-only",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.6, 2.2.1.4.38",
        .requirement = "Stop is sent on the open streaming connection in pipelined mode alone.",
        .why = "Without pipelining a client stops by closing the connection.",
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
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
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
)",
        .disagreement = "K2: 2.2.2.10 says non-pipelined mode; 2.2.1.4.38, 3.1.4.6 and 4.8 say pipelined.",
        .decide = OfExchange{stop_request_pipelined_only},
    },
    Rule{
        .id = "stop.response.zero-chunk-first",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.10",
        .requirement = "A running reply is ended with a zero chunk before the reply to Stop.",
        .why = "Without it the client takes the next status line for a chunk.",
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
<< last-chunk
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
)",
        .decide = OfExchange{stop_response_zero_chunk_first},
    },
    Rule{
        .id = "stop.response.empty",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.10, 3.2.5.10",
        .requirement = "The reply to Stop has Pragma no-cache and no body.",
        .why = "There is nothing to say but that the stream has stopped.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Content-Length: 0
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
<< "HTTP/1.1 200 OK\r\nServer: Cougar/9.5.6001.18281\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{stop_response_empty},
    },
    Rule{
        .id = "stop.response.no-data",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.10",
        .requirement = "No $D follows the reply to Stop before the next Play.",
        .why = "The client has asked for silence, and expects replies there.",
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
<< last-chunk
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
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($D) chunk($D)
)",
        .inconclusive = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D(hole=50*20))
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: client-id=77, xStopStrm=1
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .decide = OfExchange{no_data},
    },
};

} // namespace

std::span<const Rule> stop()
{
    return stop_table;
}

} // namespace wmclients::check::rules
