#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/wmsp/stream_switch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement select_response_body(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream)) {
        return not_applicable();
    }
    Judgement no_cache = no_cache_reply(exchange);
    if (no_cache.verdict != Verdict::pass) {
        return no_cache;
    }
    const Message& response = *exchange.response;
    if (response.body_bytes != 0) {
        // Behind the $D the stream may end or change as in a Play's reply.
        const char first = exchange.body.runs.empty() ? '\0' : exchange.body.runs.front().first.id;
        if (first == '\0' && exchange.body.start == dissect::BodyStart::not_framed) {
            return fail("$D or nothing", "a body without $ packets");
        }
        if (first == wmsp::packet_id::header || first == wmsp::packet_id::metadata) {
            return fail("$D or nothing", fmt::format("${} first", first))
                .at(exchange.body.runs.front().first.first);
        }
        if (mode_of(exchange) == Mode::pipelined && !response.chunked()) {
            return fail("Transfer-Encoding: chunked in pipelined mode", "a body that is not chunked");
        }
    }
    return cannot_see_end(response).value_or(pass());
}

Judgement select_response_zero_chunk_first(const Exchange& exchange)
{
    return exchange.is(RequestKind::select_stream) && mode_of(exchange) == Mode::pipelined
               ? zero_chunk_before(exchange)
               : not_applicable();
}

Judgement data_continues(const Exchange& exchange)
{
    const Exchange* const running =
        exchange.is(RequestKind::select_stream) ? running_reply(exchange) : nullptr;
    const auto ends = [](const Body& body) {
        return body.has(wmsp::packet_id::end_of_stream) || body.has(wmsp::packet_id::new_header);
    };
    if (running == nullptr || ends(running->body) || ends(exchange.body)
        || (exchange.response && !is_success(exchange.status()))) {
        return not_applicable();
    }
    if (exchange.body.has(wmsp::packet_id::data)
        || (exchange.response && data_after(running->body, exchange.response->head.first))) {
        return pass();
    }
    if (!exchange.response) {
        return inconclusive(Missing::truncated, "no reply was captured");
    }
    if (const auto unseen = cannot_see_end(*exchange.response)) {
        return *unseen;
    }
    const Exchange* const next = exchange.connection->after(exchange);
    if (next != nullptr && next->request
        && next->request->head.first.number <= exchange.response->end_at.number) {
        return not_applicable(); // which may have ended the reply
    }
    return exchange.response->end == http::MessageEnd::complete
               ? fail("$D in the reply", "none before its end").at(exchange.response->end_at)
               : inconclusive(Missing::truncated, "the reply ends with the connection or the capture");
}

/// Where the payloads of the streams that a SelectStream selects are: in its own reply if that is the
/// stream's, otherwise in that of the Play.
const Body& body_with_streams(const Exchange& exchange)
{
    return exchange.body.has(wmsp::packet_id::data) || exchange.past.stream == nullptr
               ? exchange.body
               : exchange.past.stream->body;
}

Judgement key_frame(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream) || !is_success(exchange.status())) {
        return not_applicable();
    }
    const Body& body = body_with_streams(exchange);
    Judgement judgement = not_applicable();
    for (const wmsp::StreamSwitch& one :
         wmsp::parse_stream_switches(token(*exchange.request, "stream-switch-entry").value_or(""))) {
        if (one.destination == wmsp::StreamSwitch::none || one.destination == one.source
            || one.thinning == wmsp::Thinning::off) {
            continue;
        }
        const auto start = std::find_if(body.streams.begin(), body.streams.end(), [&](const StreamStart& at) {
            return at.stream == one.destination && at.at.number > exchange.request->head.first.number;
        });
        if (start == body.streams.end() || !start->sure) {
            judgement = inconclusive(
                Missing::gap, fmt::format("the first payload of stream {} is not known", one.destination));
        } else if (!start->key_frame) {
            return fail(fmt::format("a key frame first in stream {}", one.destination),
                        "a payload that is none")
                .at(start->at);
        } else if (judgement.verdict == Verdict::not_applicable) {
            judgement = pass();
        }
    }
    return judgement;
}

Judgement select_client_close(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream) || mode_of(exchange) == Mode::pipelined) {
        return not_applicable();
    }
    return mode_of(exchange) == Mode::unknown
               ? inconclusive(Missing::history, "whether the session is pipelined was not captured")
               : closed_by_client_after(exchange);
}

constexpr std::array select_responses_table{
    Rule{
        .id = "select.response.body",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.8, 3.2.5.7",
        .requirement = "The reply to SelectStream has Pragma no-cache, and holds $D or nothing; in pipelined "
                       "mode it is chunked or empty.",
        .why = "The header has not changed: the stream goes on where it was.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
<< $H(asf) fin
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{select_response_body},
    },
    Rule{
        .id = "select.response.zero-chunk-first",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.7",
        .requirement = "In pipelined mode a running reply is ended with a zero chunk before the reply to "
                       "SelectStream.",
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($D)
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($D)
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .decide = OfExchange{select_response_zero_chunk_first},
    },
    Rule{
        .id = "select.response.data-continues",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.7",
        .requirement = "On the streaming connection, $D go on after the reply to SelectStream.",
        .why = "A client that changes streams has not stopped playing.",
        .passes = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($D)
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< last-chunk
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
)",
        .decide = OfExchange{data_continues},
    },
    Rule{
        .id = "select.response.key-frame",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.7, 3.2.5.9",
        .requirement = "A newly selected stream starts with a key frame.",
        .why = "Nothing can be shown before it, so the replaced stream goes on until then.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(data=x"00 5D 00 00 00 00 00 00 82 01 00 00 00 00 08 04 00 00 00 00 00 00 00 61 62 63 64")
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
<< $D(data=x"00 5D 00 00 00 00 00 00 83 01 00 00 00 00 08 04 00 00 00 00 00 00 00 61 62 63 64")
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(data=x"00 5D 00 00 00 00 00 00 82 01 00 00 00 00 08 04 00 00 00 00 00 00 00 61 62 63 64")
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
<< $D(data=x"00 5D 00 00 00 00 00 00 03 01 00 00 00 00 08 04 00 00 00 00 00 00 00 61 62 63 64")
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
)",
        .decide = OfExchange{key_frame},
    },
    Rule{
        .id = "select.client.close",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.17",
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
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
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
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
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
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
<< fin
>> fin
)",
        .decide = OfExchange{select_client_close},
    },
};

} // namespace

std::span<const Rule> select_responses()
{
    return select_responses_table;
}

} // namespace wmclients::check::rules
