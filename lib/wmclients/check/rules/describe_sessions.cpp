#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// Connections looked at for what a client does next without a client-id: on a busy server the next few
/// seconds'.
constexpr std::ptrdiff_t connections_looked_at = 64;

Judgement describe_response_reset_unknown_id(const Exchange& exchange)
{
    return describes(exchange) ? needs_reset(exchange) : not_applicable();
}

Judgement version_info(const Exchange& exchange)
{
    if (!exchange.response || (exchange.request && !exchange.answers_describe())) {
        return not_applicable();
    }
    const Message& response = *exchange.response;
    const bool there = token(response, "version-info") || token(response, "version-url");
    if (!exchange.request) {
        return there ? inconclusive(Missing::one_sided, "the client's version was not captured")
                     : not_applicable();
    }
    const auto client = client_version(exchange);
    if (!client) {
        return there ? cannot_see(exchange.request)
                           .value_or(
                               inconclusive(Missing::unknown, show_field(*exchange.request, "User-Agent")))
                     : not_applicable();
    }
    return *client < Version{7, 0} ? not_applicable()
                                   : forbids_tokens(exchange.response, {"version-info", "version-url"});
}

Judgement redirect_status(const Exchange& exchange)
{
    const auto& headers = exchange.body.headers;
    const auto script = std::find_if(headers.begin(), headers.end(), redirects_by_script);
    if (!exchange.answers_describe() || (!is_redirect(exchange.status()) && script == headers.end())) {
        return not_applicable();
    }
    const auto client = client_version(exchange);
    if (!client) {
        return cannot_see(exchange.request)
            .value_or(inconclusive(Missing::unknown, show_field(*exchange.request, "User-Agent")));
    }
    if (*client < Version{7, 0}) {
        return not_applicable();
    }
    if (script != headers.end()) {
        return fail("302, or 305 to a proxy", "a FILENAME command in the ASF header").at(script->at);
    }
    return exchange.status() == 302 || exchange.status() == 305
               ? pass()
               : fail("302, or 305 to a proxy", std::to_string(exchange.status()));
}

/// The reply sends the client to another server or a proxy.
bool sends_away(const Exchange& exchange)
{
    return exchange.answers_describe() && (exchange.status() == 302 || exchange.status() == 305);
}

Judgement redirect_location(const Exchange& exchange)
{
    return sends_away(exchange) ? needs_field(exchange.response, "Location") : not_applicable();
}

Judgement redirect_close(const Exchange& exchange)
{
    if (!sends_away(exchange)) {
        return not_applicable();
    }
    const Exchange* const next = exchange.connection->after(exchange);
    if (next != nullptr && next->response) {
        return fail("the server closes the connection", "another reply on it")
            .at(next->response->head.first, next->response->head.last);
    }
    return exchange.connection->closed()
               ? pass()
               : inconclusive(Missing::truncated, "the capture ends before the connection does");
}

/// The request was sent when its client had the reply.
bool comes_after(const Exchange* next, const Exchange& exchange)
{
    return next != nullptr && next->request
           && next->request->head.first.number > exchange.response->head.last.number;
}

/// The first request of the same address on a connection that began after the reply: a weak link, good for a
/// pass only. Null if there is none.
const Exchange* next_of_address(const Exchange& exchange)
{
    const auto& all = exchange.connection->server->connections;
    const auto begin = std::upper_bound(
        all.begin(), all.end(), exchange.response->head.last.number,
        [](std::uint64_t number, const Connection* one) { return number < one->first.number; });
    const auto end = begin + std::min(connections_looked_at, all.end() - begin);
    const auto found = std::find_if(begin, end, [&](const Connection* one) {
        return one->client.address == exchange.connection->client.address && !one->exchanges.empty()
               && one->exchanges.front() && one->exchanges.front()->request;
    });
    return found == end ? nullptr : (*found)->exchanges.front().get();
}

/// A URL, or a target of a request, as host and path.
struct Target {
    std::string_view authority; ///< empty: none
    std::string_view path;
};

Target split_target(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return {{}, url};
    }
    url.remove_prefix(scheme + 3);
    const std::size_t slash = std::min(url.find('/'), url.size());
    return {url.substr(0, slash), slash == url.size() ? "/" : url.substr(slash)};
}

/// The request is a Describe of what Location names.
bool follows(const Exchange& next, const Exchange& redirect)
{
    if (!next.is(RequestKind::describe)) {
        return false;
    }
    const Target wanted = split_target(redirect.response->head.value("Location"));
    const Target asked = split_target(next.request->head.target());
    const std::string_view host =
        asked.authority.empty() ? next.request->head.value("Host") : asked.authority;
    if (wanted.path != asked.path) {
        return false;
    }
    return host.empty() ? asked.path != split_target(redirect.request->head.target()).path
                        : iequals(wanted.authority, host);
}

Judgement client_redirect(const Exchange& exchange)
{
    if (!exchange.answers_describe() || exchange.status() < 300 || exchange.status() > 305) {
        return not_applicable();
    }
    const Connection& connection = *exchange.connection;
    const auto expected = [&] {
        return fmt::format("a new connection, and a Describe there as {}",
                           show_field(*exchange.response, "Location"));
    };
    const Exchange* const same = connection.after(exchange);
    if (comes_after(same, exchange)) {
        return fail(expected(), fmt::format("a {} on the same connection", to_string(same->type.kind)))
            .at(same->request->head.first, same->request->head.last);
    }
    const auto later = exchange.session->after(exchange);
    const Exchange* const linked = later.empty() ? nullptr : later.front();
    const Exchange* const next = comes_after(linked, exchange) ? linked : next_of_address(exchange);
    if (next != nullptr && follows(*next, exchange)) {
        const auto closed = connection.closed();
        if (closed && closed->number < next->request->head.first.number) {
            return pass();
        }
        return next == linked ? fail("the connection closed first", "both open side by side")
                              : inconclusive(Missing::unknown, "the address may be another client's, too");
    }
    if (next != nullptr && next == linked) {
        return fail(expected(), fmt::format("a {} of {} to the old server", to_string(next->type.kind),
                                            next->request->head.target()))
            .at(next->request->head.first, next->request->head.last);
    }
    return inconclusive(Missing::history, "what the client asks of the new server is not in the capture");
}

Judgement wmcacheproxy_400(const Exchange& exchange)
{
    const auto server = server_version(exchange);
    const bool asks = exchange.is(RequestKind::describe) || exchange.is(RequestKind::get_content_info);
    if (!asks || exchange.status() != 400 || !client_product(*exchange.request).is("WMCacheProxy") || !server
        || *server >= Version{9, 0}) {
        return not_applicable();
    }
    constexpr std::string_view expected = "a Describe as NSServer on a new connection";
    const Exchange* const same = exchange.connection->after(exchange);
    if (comes_after(same, exchange)) {
        return fail(std::string{expected}, "another request on the same connection")
            .at(same->request->head.first, same->request->head.last);
    }
    const auto later = exchange.session->after(exchange);
    const Exchange* const linked = later.empty() ? nullptr : later.front();
    const Exchange* const next = comes_after(linked, exchange) ? linked : next_of_address(exchange);
    if (next == nullptr) {
        return inconclusive(Missing::truncated, "the client's next request is not in the capture");
    }
    if (next->is(RequestKind::describe) && client_product(*next->request).is("NSServer")) {
        return pass();
    }
    if (next != linked) {
        return inconclusive(Missing::unknown, "the next request of the address may be another client's");
    }
    return fail(std::string{expected}, fmt::format("a {} as {}", to_string(next->type.kind),
                                                   next->request->head.value("User-Agent")))
        .at(next->request->head.first, next->request->head.last);
}

constexpr std::array describe_sessions_table{
    Rule{
        .id = "describe.response.reset-unknown-id",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4, 2.2.1.4.37",
        .requirement = "If the request's client-id is unknown to the server, the reply says xResetStrm=1.",
        .why = "It tells the client that its session is gone, and another has begun.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xResetStrm=1
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
<< "HTTP/1.0 200 OK\r\nPragma: client-id=77\r\nServer: Rex/9.0" ~40 "\r\n\r\n" $H(asf) fin
)",
        .disagreement =
            "K24: the token is not in the grammar of 2.2.2.1, and the examples send it although the "
            "request had no client-id.",
        .decide = OfExchange{describe_response_reset_unknown_id},
    },
    Rule{
        .id = "describe.response.version-info",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4, 2.2.1.4.31, 2.2.1.4.32",
        .requirement = "version-info and version-url are not sent to clients of version 7.0 or later.",
        .why = "They tell old players where to get a newer one.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: version-info="7.0.0.0", version-url="http://media/player"
<< $H(asf) fin
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: version-info="7.0.0.0"
<< $H(asf) fin
)",
        .decide = OfExchange{version_info},
    },
    Rule{
        .id = "describe.response.redirect-status",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "A redirect of a client of version 7.0 or later is a 302, or a 305 to a proxy.",
        .why = "Older clients know no redirects of HTTP; for them the server writes a script command into "
               "the ASF "
               "header.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
<< fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 301 Moved Permanently
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
<< fin
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nPragma: no-cache, request-context=1\r\nUser-Agent: NSPlayer" ~40 "\r\n\r\n"
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
)",
        .decide = OfExchange{redirect_status},
    },
    Rule{
        .id = "describe.response.redirect-location",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "302 and 305 carry Location.",
        .why = "Without it the client does not know where to go.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 302 Found\r\nServer: Cougar/9.5.6001.18281\r\nDate: today" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{redirect_location},
    },
    Rule{
        .id = "describe.response.redirect-close",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "After 302 or 305 the server closes the connection.",
        .why = "The server has deleted the session, and the client goes elsewhere.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
<< fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
)",
        .decide = OfExchange{redirect_close},
    },
    Rule{
        .id = "describe.client.redirect",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.5",
        .requirement = "After 300 to 305 the client closes the connection and asks again as Location says.",
        .why = "The session with the old server is over.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Host: media
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://media/backup
< Content-Length: 0
<< fin
>> fin
---
> GET /backup HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Host: media
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Host: media
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Host: media
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Host: media
< HTTP/1.0 302 Found
< Server: Cougar/9.5.6001.18281
< Location: http://other/live
< Content-Length: 0
<< fin
>> fin
)",
        .decide = OfExchange{client_redirect},
    },
    Rule{
        .id = "describe.client.wmcacheproxy-400",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.5, 3.1.5.4",
        .requirement =
            "A WMCacheProxy that gets 400 from a server older than 9.0 asks again with Describe as "
            "NSServer, on a new connection.",
        .why = "Old servers do not know cache proxies.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: WMCacheProxy/9.5.6001.18281
< HTTP/1.0 400 Bad Request
< Server: Rex/8.0.0.4477
< Pragma: client-id=77
< Content-Length: 0
<< fin
---
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: WMCacheProxy/9.5.6001.18281
< HTTP/1.0 400 Bad Request
< Server: Rex/8.0.0.4477
< Pragma: client-id=77
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: WMCacheProxy/9.5.6001.18281
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: WMCacheProxy/9.5.6001.18281
< HTTP/1.0 400 Bad Request
< Server: Rex/8.0.0.4477
< Pragma: client-id=77
< Content-Length: 0
)",
        .decide = OfExchange{wmcacheproxy_400},
    },
};

} // namespace

std::span<const Rule> describe_sessions()
{
    return describe_sessions_table;
}

} // namespace wmclients::check::rules
