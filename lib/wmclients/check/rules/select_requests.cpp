#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// Whether the connection of the session's Play is open when the request comes.
bool play_open(const Exchange& exchange)
{
    const Exchange* const stream = exchange.past.stream;
    if (stream == nullptr) {
        return false;
    }
    const auto closed = stream->connection->closed();
    return !closed || closed->number > exchange.request->head.first.number;
}

/// Why a rule on the mode says nothing.
std::optional<Judgement> no_mode(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream)) {
        return not_applicable();
    }
    const Mode mode = mode_of(exchange);
    if (mode == Mode::unknown) {
        return inconclusive(Missing::history, "whether the session is pipelined was not captured");
    }
    if (mode == Mode::pipelined && exchange.past.stream == nullptr && !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the session's Play was not captured");
    }
    return {};
}

Judgement select_request_form(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const bool get = request.head.method() == "GET";
    if (!get && request.head.field("Content-Type")) {
        return fail("no Content-Type", show_field(request, "Content-Type"));
    }
    if (!get && request.body_bytes != 0) {
        return fail("no body", fmt::format("{} bytes of body", request.body_bytes));
    }
    if (const auto none = no_mode(exchange)) {
        return *none;
    }
    const bool pipelined = mode_of(exchange) == Mode::pipelined && play_open(exchange);
    if (get != pipelined) {
        return fail(pipelined ? "GET in pipelined mode" : "POST in non-pipelined mode",
                    std::string{request.head.method()});
    }
    return cannot_see(exchange.request).value_or(pass());
}

Judgement select_request_required_tokens(const Exchange& exchange)
{
    return exchange.is(RequestKind::select_stream) ? needs_tokens(
               exchange.request, {"client-id", "no-cache", "stream-switch-count", "stream-switch-entry"})
                                                   : not_applicable();
}

Judgement select_request_exclusive_tokens(const Exchange& exchange)
{
    const bool post_with_entry = exchange.request && exchange.request->head.method() == "POST"
                                 && token(*exchange.request, "stream-switch-entry");
    return post_with_entry ? forbids_tokens(exchange.request, {"pipeline-request", "xKeepAliveInPause",
                                                               "xPlayNextEntry", "xPlayStrm", "xStopStrm"})
                           : not_applicable();
}

Judgement select_request_connection(const Exchange& exchange)
{
    if (const auto none = no_mode(exchange)) {
        return *none;
    }
    if (mode_of(exchange) == Mode::pipelined) {
        return play_open(exchange) ? on_connection(exchange, *exchange.past.stream->connection) : pass();
    }
    return on_new_connection(exchange);
}

Judgement version11(const Exchange& exchange)
{
    if (const auto none = no_mode(exchange)) {
        return *none;
    }
    if (mode_of(exchange) != Mode::pipelined) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (request.head.version() != "HTTP/1.1") {
        return fail("HTTP/1.1", std::string{request.head.version()});
    }
    if (is_one(request, "version11-enabled")) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail("version11-enabled=1", show_token(request, "version11-enabled")));
}

Judgement sswitch_declared(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream) || exchange.past.client_supported == nullptr) {
        return not_applicable();
    }
    const Message& said = *exchange.past.client_supported;
    if (supports(said, "sswitch")) {
        return pass();
    }
    if (!said.head.complete || !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the client may have said it before the capture");
    }
    return fail("com.microsoft.wm.sswitch", show_field(said, "Supported"))
        .at(said.head.first, said.head.last);
}

Judgement server_supports(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::select_stream)) {
        return not_applicable();
    }
    if (exchange.past.server_supported != nullptr) {
        const Message& said = *exchange.past.server_supported;
        return pass_if(supports(said, "sswitch"), "no SelectStream",
                       "SelectStream to a server without sswitch")
            .at(exchange.request->head.first, exchange.request->head.last);
    }
    return seen_from_start(*exchange.session)
               ? pass()
               : inconclusive(Missing::history, "what the server supports was not captured");
}

constexpr std::array select_requests_table{
    Rule{
        .id = "select.request.form",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.8",
        .requirement = "SelectStream is a POST without body and Content-Type, in pipelined mode a GET.",
        .why = "In pipelined mode its reply goes on with the stream, as that of a Play.",
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
---
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
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .decide = OfExchange{select_request_form},
    },
    Rule{
        .id = "select.request.required-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 2.2.2.8",
        .requirement = "SelectStream has client-id, no-cache, stream-switch-count and stream-switch-entry.",
        .why = "The client-id names the session, the entries what is to be sent in it.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nPragma: stream-switch-entry=2:3:0\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{select_request_required_tokens},
    },
    Rule{
        .id = "select.request.exclusive-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.8",
        .requirement = "SelectStream has none of pipeline-request, xKeepAliveInPause, xPlayNextEntry, "
                       "xPlayStrm and xStopStrm.",
        .why = "Each of them makes a request one of another type.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1, xPlayStrm=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nPragma: stream-switch-entry=2:3:0\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K13: the example of 2.2.2.8 has xPlayStrm=1, which makes it a Play.",
        .decide = OfExchange{select_request_exclusive_tokens},
    },
    Rule{
        .id = "select.request.connection",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.4, 3.1.4.5",
        .requirement = "SelectStream goes over a new connection, in pipelined mode over that of the Play.",
        .why = "A reply that is not chunked takes its connection for itself.",
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
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, version11-enabled=1, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .decide = OfExchange{select_request_connection},
    },
    Rule{
        .id = "select.request.version11",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.4",
        .requirement = "In pipelined mode SelectStream is HTTP/1.1 with version11-enabled=1.",
        .why = "Its reply is chunked, as the Play's was.",
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
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
! drop-before 0.015
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .decide = OfExchange{version11},
    },
    Rule{
        .id = "select.request.sswitch-declared",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "A client that uses SelectStream has listed sswitch in Supported before.",
        .why = "By that list the server knows what to expect.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.sswitch, com.microsoft.wm.predstrm
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
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Supported: com.microsoft.wm.predstrm
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
)",
        .inconclusive = R"(
! drop-before 0.015
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
> Supported: com.microsoft.wm.predstrm
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
> Supported: com.microsoft.wm.sswitch
)",
        .decide = OfExchange{sswitch_declared},
    },
    Rule{
        .id = "select.request.server-supports",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.4.4, 3.1.3",
        .requirement = "SelectStream is not sent to a server whose Supported header omits sswitch.",
        .why = "Such a server cannot change streams while it sends them.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Supported: com.microsoft.wm.sswitch
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Supported: com.microsoft.wm.predstrm
<< $H(asf) $D
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
)",
        .decide = OfExchange{server_supports},
    },
};

} // namespace

std::span<const Rule> select_requests()
{
    return select_requests_table;
}

} // namespace wmclients::check::rules
