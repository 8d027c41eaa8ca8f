#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement server_version_gated(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const auto server = server_heard_before(exchange);
    if (!server) {
        return inconclusive(Missing::history, "the server's version was not heard before");
    }
    if (!server->version || *server->version >= Version{9, 0}) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const auto told =
        fmt::format("nothing newer than server {}.{}", server->version->major, server->version->minor);
    if (request.head.field("Supported")) {
        return fail(told, show_field(request, "Supported"));
    }
    if (*server->version >= Version{5, 0}) {
        return pass();
    }
    for (const std::string_view name : {"AccelBW", "AccelDuration", "BurstBW", "BurstDuration", "client-lag",
                                        "LinkBW", "packet-pair-experiment", "playlist-gen-id", "pl-offset",
                                        "Speed", "xKeepAliveInPause", "xPlayNextEntry", "xStopStrm"}) {
        if (token(request, name)) {
            return fail(told, "Pragma " + show_token(request, name));
        }
    }
    for (const std::string_view type : {"application/x-wms-LogStats", "application/x-wms-sendevent"}) {
        if (iequals(media_type(request), type)) {
            return fail(told, show_field(request, "Content-Type"));
        }
    }
    return pass();
}

Judgement http_request_supported_present(const Exchange& exchange)
{
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    const auto client = client_version(exchange);
    if (!client || *client < Version{9, 0}) {
        return not_applicable();
    }
    if (exchange.request->head.field("Supported")) {
        return pass();
    }
    const auto server = server_heard_before(exchange);
    if (server && server->version && *server->version < Version{9, 0}) {
        return not_applicable();
    }
    if (!server && !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the client may know the server's version from before");
    }
    return fail("Supported", "no Supported");
}

Judgement supported_lists(const Exchange& exchange)
{
    if (!exchange.request || !exchange.request->head.field("Supported")) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const auto client = client_version(exchange);
    std::string missing;
    if (!supports(request, "predstrm")) {
        missing = "no predstrm";
    }
    // <60>: Windows Media Player lists startupprofile from 10.0 on.
    if (!supports(request, "startupprofile") && !(client && *client < Version{10, 0})) {
        missing += missing.empty() ? "no startupprofile" : ", no startupprofile";
    }
    return missing.empty() ? pass()
                           : fail("com.microsoft.wm.predstrm and com.microsoft.wm.startupprofile",
                                  show_field(request, "Supported") + " (" + missing + ")");
}

Judgement server_check(const Exchange& exchange)
{
    if (!exchange.response) {
        return not_applicable();
    }
    const Product server = server_product(*exchange.response);
    if (server.is("Cougar") || server.is("Rex")) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    const Session& session = *exchange.session;
    if (!Session::from(exchange, session.last_play_or_log) || session.last_play_or_log == exchange.place) {
        return pass();
    }
    const Exchange& again = *session.exchanges[session.last_play_or_log];
    return fail("no Play or Log to a server that names neither Cougar nor Rex",
                fmt::format("{} after {}", to_string(again.type.kind),
                            show_field(*exchange.response, "Server")))
        .at(again.request->head.first, again.request->head.last);
}

constexpr std::array http_server_versions_table{
    Rule{
        .id = "http.request.server-version-gated",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1, 2.2.1.4, 2.2.1.2.5, 2.2.1.2.6, 2.2.1.7",
        .requirement = "Parts that need a newer server are not sent to a server known to be older.",
        .why = "An old server does not know them.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/4.1.0.3930
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: xPlayStrm=1,client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/4.1.0.3930
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1,client-id=77,LinkBW=2147483647
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: LinkBW=2147483647
)",
        .disagreement = "K8: the text says \"if Server-Version is uninitialized\", and means initialized.",
        .decide = OfExchange{server_version_gated},
    },
    Rule{
        .id = "http.request.supported-present",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.1, 2.2.1.7",
        .requirement = "A client of version 9.0 or later sends Supported until it knows that the server is "
                       "older than 9.0.",
        .why = "Without it a server takes the client for one that can do nothing that is optional.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Supported: com.microsoft.wm.predstrm, com.microsoft.wm.startupprofile
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{http_request_supported_present},
    },
    Rule{
        .id = "http.request.supported-lists",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.1, <60>",
        .requirement = "A client's Supported header lists predstrm and startupprofile.",
        .why = "The server sends data at once after a header change, and start-up profiles, only to clients "
               "that list them.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Supported: com.microsoft.wm.predstrm, com.microsoft.wm.startupprofile
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Supported: com.microsoft.wm.sswitch
)",
        .decide = OfExchange{supported_lists},
    },
    Rule{
        .id = "http.client.server-check",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.3",
        .requirement =
            "A client gives up on a server whose Server header is missing or names neither product.",
        .why = "What answers there is no MS-WMSP server.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Apache
<< $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Apache
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{server_check},
    },
};

} // namespace

std::span<const Rule> http_server_versions()
{
    return http_server_versions_table;
}

} // namespace wmclients::check::rules
