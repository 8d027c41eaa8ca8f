#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/xml.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

constexpr std::string_view log_stats = "application/x-wms-LogStats";

/// A Log, or a POST with the XML of one ([MS-WMLOG]: its elements are the fields, "c-playerversion" and so
/// on).
bool carries_log(const Exchange& exchange)
{
    if (exchange.is(RequestKind::log)) {
        return true;
    }
    if (!exchange.is(RequestKind::other)) {
        return false;
    }
    const std::string_view body = trim(exchange.request->body);
    return exchange.request->head.method() == "POST" && body.substr(0, 1) == "<"
           && ifind(body, "<c-player") != std::string_view::npos;
}

Judgement log_request_form(const Exchange& exchange)
{
    if (!carries_log(exchange)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (request.head.method() != "POST") {
        return fail("POST", std::string{request.head.method()});
    }
    if (exchange.is(RequestKind::log)) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail("log-line, or Content-Type: application/x-wms-LogStats",
                       show_field(request, "Content-Type")));
}

Judgement log_request_required_tokens(const Exchange& exchange)
{
    return exchange.is(RequestKind::log) ? needs_tokens(exchange.request, {"client-id", "no-cache"})
                                         : not_applicable();
}

Judgement log_request_exclusive_tokens(const Exchange& exchange)
{
    return exchange.is(RequestKind::log)
               ? forbids_tokens(exchange.request,
                                {"pipeline-request", "stream-switch-entry", "xKeepAliveInPause", "xStopStrm"})
               : not_applicable();
}

Judgement log_line_body(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log) || !token(*exchange.request, "log-line")) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const std::string_view type = media_type(request);
    if (!type.empty() && !iequals(type, "text/plain")) {
        return fail("no Content-Type, or text/plain", show_field(request, "Content-Type"));
    }
    if (request.body_bytes != 0) {
        return fail("no body", fmt::format("{} bytes of body", request.body_bytes));
    }
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    return cannot_see_end(request).value_or(pass());
}

Judgement xml_body(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log) || !iequals(media_type(*exchange.request), log_stats)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (const auto unseen = cannot_see_end(request)) {
        return *unseen;
    }
    if (request.end == http::MessageEnd::incomplete || request.body.size() < request.body_bytes) {
        return inconclusive(Missing::truncated, "the body was not captured whole");
    }
    // A NUL behind the text is the sender's, not the document's.
    const std::size_t text_end = request.body.find_last_not_of('\0');
    const std::string_view text = std::string_view{request.body}.substr(0, text_end + 1);
    const std::string_view problem = xml_problem(text);
    return pass_if(problem.empty(), "an XML document", request.body_bytes == 0 ? "no body" : problem);
}

Judgement xml_for_cougar9(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::log)) {
        return not_applicable();
    }
    const auto server = server_heard_before(exchange);
    if (!server) {
        return inconclusive(Missing::history, "the server's version was not heard before");
    }
    if (!server->is("Cougar") || !server->version || *server->version < Version{9, 0}) {
        return not_applicable();
    }
    return pass_if(iequals(media_type(*exchange.request), log_stats),
                   "Content-Type: application/x-wms-LogStats", "log-line alone");
}

constexpr std::array log_requests_table{
    Rule{
        .id = "log.request.form",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.4",
        .requirement =
            "A Log is a POST with a log-line token or with Content-Type application/x-wms-LogStats.",
        .why = "Nothing else tells the server that the request is a Log.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
> Content-Length: 56
>> "<XML><c-playerversion>12.0</c-playerversion></XML>\r\n\r\n\r\n"
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: text/xml
> Content-Length: 50
> Pragma: no-cache, client-id=77
>> "<XML><c-playerversion>12.0</c-playerversion></XML>"
)",
        .decide = OfExchange{log_request_form},
    },
    Rule{
        .id = "log.request.required-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 2.2.2.4",
        .requirement = "A Log has client-id and no-cache.",
        .why = "Statistics without a client-id belong to no session; a cache on the way must not answer.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\n"
>> "Content-Type: application/x-wms-LogStats\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K9: the grammar requires no-cache, the example of 2.2.2.4 has none.",
        .decide = OfExchange{log_request_required_tokens},
    },
    Rule{
        .id = "log.request.exclusive-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.4",
        .requirement = "A Log has none of pipeline-request, stream-switch-entry, xKeepAliveInPause and "
                       "xStopStrm.",
        .why = "Each of them makes a request one of another type.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77, xStopStrm=1
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\n"
>> "Content-Type: application/x-wms-LogStats\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{log_request_exclusive_tokens},
    },
    Rule{
        .id = "log.request.log-line-body",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.4",
        .requirement = "A Log with log-line has no body, and no Content-Type or text/plain.",
        .why = "The log is in the token; the body is for the XML of newer players.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77
> Pragma: log-line=10.78.0.11 2026-01-01 00:00:00 - /live 0 12 1 200
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 5
> Pragma: no-cache, client-id=77
> Pragma: log-line=10.78.0.11 2026-01-01 00:00:00 - /live 0 12 1 200
>> "<XML>"
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 5
> Pragma: no-cache, client-id=77
> Pragma: log-line=10.78.0.11 2026-01-01 00:00:00 - /live 0 12 1 200
>> ~5
)",
        .decide = OfExchange{log_line_body},
    },
    Rule{
        .id = "log.request.xml-body",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.4",
        .requirement = "A Log of type application/x-wms-LogStats has an XML logging message as its body.",
        .why = "The server reads the statistics from it ([MS-WMLOG]).",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
> Content-Length: 50
>> "<XML><c-playerversion>12.0</c-playerversion></XML>"
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
> Content-Length: 12
>> "10.78.0.11 -"
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
> Content-Length: 50
>> "<XML><c-playerversion>12.0" ~24
)",
        .decide = OfExchange{xml_body},
    },
    Rule{
        .id = "log.request.xml-for-cougar9",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.4.6, 3.1.5.13",
        .requirement = "To a Cougar of version 9.0 or later the log is XML.",
        .why = "The fields that came with Windows Media Services 9 have no place in a log-line.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
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
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77
> Pragma: log-line=10.78.0.11 2026-01-01 00:00:00 - /live 0 12 1 200
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .decide = OfExchange{xml_for_cougar9},
    },
};

} // namespace

std::span<const Rule> log_requests()
{
    return log_requests_table;
}

} // namespace wmclients::check::rules
