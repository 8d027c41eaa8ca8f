#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>
#include <string>

namespace wmclients::check::rules {
namespace {

Judgement no_request_only_parts(const Exchange& exchange)
{
    if (!exchange.response) {
        return not_applicable();
    }
    const Message& response = *exchange.response;
    constexpr std::string_view expected = "nothing that is defined for requests only";
    for (const std::string_view name : {"Cookie", "User-Agent", "X-Accept-Authentication",
                                        "X-Accept-Proxy-Authentication", "X-Proxy-Client-Verb"}) {
        if (response.head.field(name)) {
            return fail(std::string{expected}, show_field(response, name));
        }
    }
    for (const std::string_view name : {"client-lag",
                                        "LinkBW",
                                        "max-duration",
                                        "packet-num",
                                        "pipeline-request",
                                        "pl-offset",
                                        "playlist-seek-id",
                                        "proxy-client-agent",
                                        "rate",
                                        "xPlayStrm",
                                        "request-context",
                                        "stream-offset",
                                        "stream-switch-count",
                                        "stream-time",
                                        "version11-enabled",
                                        "stream-switch-entry",
                                        "xClientGUID",
                                        "xStopStrm",
                                        "xKeepAliveInPause",
                                        "xPlayNextEntry"}) {
        if (token(response, name)) {
            return fail(std::string{expected}, "Pragma " + show_token(response, name));
        }
    }
    return cannot_see(exchange.response).value_or(pass());
}

/// A part of the response that clients of that version do not know; empty if there is none.
std::string part_newer_than(const Version& client, const Message& response)
{
    for (const std::string_view name : {"AccelBW", "AccelDuration"}) {
        if (client < Version{8, 0} && token(response, name)) {
            return "Pragma " + show_token(response, name);
        }
    }
    for (const std::string_view name : {"BurstBW", "BurstDuration"}) {
        if (token(response, name)) {
            return "Pragma " + show_token(response, name);
        }
    }
    for (const std::string_view name : {"skipbackward", "skipforward"}) {
        if (has_feature(response, name)) {
            return "Pragma " + show_token(response, "features");
        }
    }
    return response.head.field("Supported") ? show_field(response, "Supported") : std::string{};
}

Judgement client_version_gated(const Exchange& exchange)
{
    const auto client = client_version(exchange);
    if (!exchange.response || (client && *client >= Version{9, 0})) {
        return not_applicable();
    }
    std::string part = part_newer_than(client.value_or(Version{}), *exchange.response);
    if (part.empty()) {
        return cannot_see(exchange.response).value_or(pass());
    }
    if (!client) {
        return client_unknown(exchange);
    }
    return fail(fmt::format("nothing newer than client {}.{}", client->major, client->minor),
                std::move(part));
}

Judgement http_response_supported_present(const Exchange& exchange)
{
    const auto server = server_version(exchange);
    const auto client = client_version(exchange);
    if ((server && *server < Version{9, 0}) || (client && *client < Version{9, 0})) {
        return not_applicable();
    }
    if (!server) {
        return cannot_see(exchange.response).value_or(not_applicable());
    }
    if (!client) {
        return client_unknown(exchange);
    }
    if (exchange.response->head.field("Supported")) {
        return pass();
    }
    return cannot_see(exchange.response).value_or(fail("Supported", "no Supported"));
}

Judgement supported_sswitch(const Exchange& exchange)
{
    if (!exchange.response || !exchange.response->head.field("Supported")) {
        return absent(exchange.response);
    }
    return pass_if(supports(*exchange.response, "sswitch"), "com.microsoft.wm.sswitch",
                   exchange.response->head.value("Supported"));
}

constexpr std::array http_response_parts_table{
    Rule{
        .id = "http.response.no-request-only-parts",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.1.3, 2.2.1.8 to 2.2.1.11, 2.2.1.4",
        .requirement = "A response has nothing that is defined for requests only.",
        .why = "The receiver has to ignore it, so the sender and the receiver disagree about what was said.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, features="broadcast"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xPlayStrm=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .disagreement =
            "K4, K5, K6: playlist-gen-id, packet-pair-experiment and Speed are for requests only by "
            "their own sections, but used in responses by others; they are not counted.",
        .decide = OfExchange{no_request_only_parts},
    },
    Rule{
        .id = "http.response.client-version-gated",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.1.4.1 to 2.2.1.4.4, 2.2.1.4.8.6, 2.2.1.4.8.7, 2.2.1.7",
        .requirement = "Parts that need a newer client are not sent to an older one.",
        .why = "An old client does not know them.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/8.0.0.4477
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=1048576, AccelDuration=5000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=1048576, AccelDuration=5000
)",
        .inconclusive = R"(
! only <
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=1048576, BurstDuration=5000
)",
        .decide = OfExchange{client_version_gated},
    },
    Rule{
        .id = "http.response.supported-present",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.1.7",
        .requirement = "A server of version 9.0 or later sends Supported to a client of 9.0 or later.",
        .why = "Without it a client takes the server for one that can do nothing that is optional.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Supported: com.microsoft.wm.sswitch
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{http_response_supported_present},
    },
    Rule{
        .id = "http.response.supported-sswitch",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.1.7.4",
        .requirement = "A server's Supported header lists sswitch.",
        .why = "Every server that sends the header has to take SelectStream requests.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Supported: com.microsoft.wm.predstrm, com.microsoft.wm.sswitch
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Supported: com.microsoft.wm.predstrm
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{supported_sswitch},
    },
};

} // namespace

std::span<const Rule> http_response_parts()
{
    return http_response_parts_table;
}

} // namespace wmclients::check::rules
