#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

Judgement auth_schemes_listed(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    if (exchange.request->head.field("X-Accept-Authentication")) {
        return pass();
    }
    const auto client = client_version(exchange);
    const bool authenticates = Session::from(exchange, exchange.session->last_authorization);
    if (!authenticates || (client && *client < Version{9, 0})) {
        return not_applicable();
    }
    return cannot_see(exchange.request)
        .value_or(
            fail("X-Accept-Authentication, as the client can authenticate", "no X-Accept-Authentication"));
}

bool has_ntlm(const Message& request)
{
    return istarts_with(request.head.value("Authorization"), "NTLM ")
           || istarts_with(request.head.value("Proxy-Authorization"), "NTLM ");
}

Judgement http_request_ntlm_keepalive(const Exchange& exchange)
{
    if (!exchange.request || exchange.request->head.version() != "HTTP/1.0" || !has_ntlm(*exchange.request)) {
        return not_applicable();
    }
    if (iequals(exchange.request->head.value("Connection"), "Keep-Alive")) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail("Connection: Keep-Alive", show_field(*exchange.request, "Connection")));
}

/// The exchange of the session before this one that was answered 401 or 407, if this one tries again.
const Exchange* challenged_before(const Exchange& exchange)
{
    const auto earlier = exchange.session->before(exchange);
    if (earlier.empty() || !exchange.request
        || !(exchange.request->head.field("Authorization")
             || exchange.request->head.field("Proxy-Authorization"))) {
        return nullptr;
    }
    const int status = earlier.back()->status();
    return status == 401 || status == 407 ? earlier.back() : nullptr;
}

Judgement auth_same_connection(const Exchange& exchange)
{
    const Exchange* const challenge = challenged_before(exchange);
    if (challenge == nullptr) {
        return not_applicable();
    }
    if (challenge->connection == exchange.connection) {
        return pass();
    }
    const auto open = challenge->connection->open_at(exchange.request->head.first);
    if (!open) {
        return inconclusive(Missing::gap, "packets of the older connection are missing");
    }
    return pass_if(!*open, "the connection that brought the challenge, as it is open", "a new connection");
}

constexpr std::array http_authentication_table{
    Rule{
        .id = "http.request.auth-schemes-listed",
        .level = Level::should,
        .side = Side::client,
        .section = "2.1, 3.1.5.1, 2.2.1.9, <47>",
        .requirement = "A client that can authenticate lists its schemes in X-Accept-Authentication.",
        .why = "The server chooses the scheme of its challenge by the list.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> X-Accept-Authentication: Negotiate, NTLM, Digest, Basic
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: Basic realm="live"
< Connection: Keep-Alive
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: Basic bWU6c2VjcmV0
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"
>> "Host: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{auth_schemes_listed},
    },
    Rule{
        .id = "http.request.ntlm-keepalive",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "An HTTP/1.0 request with NTLM credentials says \"Connection: Keep-Alive\".",
        .why = "NTLM authenticates a connection, which must outlive the request.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: NTLM TlRMTVNTUAAB
> Connection: Keep-Alive
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: NTLM TlRMTVNTUAAB
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nAuthorization: NTLM TlRMTVNTUAAB\r\n"
>> "Host: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{http_request_ntlm_keepalive},
    },
    Rule{
        .id = "http.request.auth-same-connection",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.3",
        .requirement = "The retry with credentials goes over the connection that brought 401 or 407, unless "
                       "that has been closed.",
        .why = "NTLM and Negotiate authenticate the connection, not the request.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: Basic bWU6c2VjcmV0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
< Content-Length: 0
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: Basic bWU6c2VjcmV0
> Pragma: client-id=77
)",
        .decide = OfExchange{auth_same_connection},
    },
};

} // namespace

std::span<const Rule> http_authentication()
{
    return http_authentication_table;
}

} // namespace wmclients::check::rules
