#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using dissect::BodyStart;
using wmsp::RequestKind;

Judgement foreign_client(const Exchange& exchange)
{
    const Body& body = exchange.body;
    if (!exchange.request) {
        return body.runs.empty() ? not_applicable() : *cannot_see(exchange.request);
    }
    const http::Head& head = exchange.request->head;
    if (wmsp::is_wmsp_agent(head.value("User-Agent"))) {
        return not_applicable();
    }
    if (!head.field("User-Agent") && !head.complete) {
        return *cannot_see(exchange.request);
    }
    if (!body.runs.empty()) {
        return fail("an error, or an answer that points elsewhere",
                    fmt::format("a ${} packet, to a request with {}", body.runs.front().first.id,
                                show_field(*exchange.request, "User-Agent")))
            .at(body.runs.front().first.first);
    }
    if (!exchange.response) {
        return exchange.connection->closed_by_server()
                   ? pass()
                   : inconclusive(Missing::truncated, "the answer was not captured");
    }
    const bool text =
        body.start == BodyStart::not_framed || (body.start == BodyStart::framed && body.unread_bytes != 0);
    const bool empty = body.start == BodyStart::none && exchange.response->end.has_value();
    if (is_error(exchange.status()) || is_redirect(exchange.status()) || text || empty) {
        return pass();
    }
    return inconclusive(exchange.response->gap ? Missing::gap : Missing::truncated,
                        "the beginning of the body was not captured");
}

/// The request is one of the ten types, by the method that the type has.
bool fits_its_type(const Exchange& exchange)
{
    const std::string_view method = exchange.request->head.method();
    switch (exchange.type.kind) {
    case RequestKind::describe:
    case RequestKind::pipeline:
    case RequestKind::play:
    case RequestKind::play_next_entry:
        return method == "GET";
    case RequestKind::get_content_info:
    case RequestKind::log:
    case RequestKind::send_event:
    case RequestKind::stop:
        return method == "POST";
    case RequestKind::keep_alive:
        return method == "POST" || method == "OPTIONS";
    case RequestKind::select_stream:
        return method == "GET" || method == "POST";
    case RequestKind::other:
        return false;
    }
    return false;
}

Judgement bad_request_error(const Exchange& exchange)
{
    if (!exchange.request || fits_its_type(exchange)) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    if (!exchange.response) {
        return *cannot_see(exchange.response);
    }
    const int status = exchange.status();
    if (!is_success(status) && !is_redirect(status)) {
        return is_error(status) ? pass() : not_applicable();
    }
    const std::string_view method = exchange.request->head.method();
    return fail("an error status",
                exchange.is(RequestKind::other)
                    ? fmt::format("{} to a {} of no known type", status, method)
                    : fmt::format("{} to a {} that is a {}", status, method, to_string(exchange.type.kind)));
}

bool is_challenge(const Exchange& exchange)
{
    return exchange.status() == 401 || exchange.status() == 407;
}

Judgement challenge(const Exchange& exchange)
{
    if (!exchange.response) {
        return not_applicable();
    }

    struct Partner {
        int status;
        std::string_view field;
    };

    for (const Partner& partner : {Partner{401, "WWW-Authenticate"}, Partner{407, "Proxy-Authenticate"}}) {
        const bool belongs = exchange.status() == partner.status;
        if (exchange.response->head.field(partner.field) && !belongs) {
            return fail(fmt::format("{} with {} alone", partner.field, partner.status),
                        fmt::format("{} with {}", partner.field, exchange.status()));
        }
        if (!exchange.response->head.field(partner.field) && belongs) {
            return cannot_see(exchange.response)
                .value_or(fail(fmt::format("{} with {}", partner.field, partner.status),
                               fmt::format("no {}", partner.field)));
        }
    }
    return is_challenge(exchange) ? pass() : absent(exchange.response);
}

/// Whether a challenge of the response (401, 407) has a scheme that is `good`. Each stands at the beginning
/// of a field.
template <typename Good>
bool any_scheme(const Message& response, Good good)
{
    const std::string_view name = response.head.status() == 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
    const auto& fields = response.head.fields();
    return std::any_of(fields.begin(), fields.end(), [&](const http::Field& field) {
        return iequals(field.name, name) && good(field.value.substr(0, field.value.find_first_of(" ,")));
    });
}

Judgement challenge_scheme(const Exchange& exchange)
{
    if (!is_challenge(exchange)) {
        return not_applicable();
    }
    if (!any_scheme(*exchange.response, [](std::string_view) { return true; })) {
        return absent(exchange.response);
    }
    if (!exchange.request) {
        return *cannot_see(exchange.request);
    }
    const http::Head& request = exchange.request->head;
    const bool proxy = exchange.status() == 407 && request.field("X-Accept-Proxy-Authentication");
    const std::string_view list = proxy ? "X-Accept-Proxy-Authentication" : "X-Accept-Authentication";
    if (!request.field(list)) {
        return absent(exchange.request);
    }
    const auto& fields = request.fields();
    const bool listed = any_scheme(*exchange.response, [&](std::string_view scheme) {
        return std::any_of(fields.begin(), fields.end(), [&](const http::Field& field) {
            return iequals(field.name, list) && in_list(field.value, scheme);
        });
    });
    if (listed) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail("a scheme of " + show_field(*exchange.request, list),
                       show_field(*exchange.response,
                                  exchange.status() == 407 ? "Proxy-Authenticate" : "WWW-Authenticate")));
}

Judgement ntlm_open(const Exchange& exchange)
{
    if (!is_challenge(exchange)) {
        return not_applicable();
    }
    if (!any_scheme(*exchange.response, [](std::string_view scheme) { return iequals(scheme, "NTLM"); })) {
        return absent(exchange.response);
    }
    const Connection& connection = *exchange.connection;
    const auto by_server = connection.closed_by_server();
    const auto in_time = [&](const PacketRef& ref) { return !by_server || ref.number < by_server->number; };
    const auto by_client = connection.closed_by_client();
    const Exchange* const next = connection.after(exchange);
    if ((next != nullptr && in_time(next->first())) || (by_client && in_time(*by_client))) {
        return pass();
    }
    return by_server ? fail("the connection left open", "the server closes it").at(*by_server)
                     : inconclusive(Missing::truncated, "the capture ends before the next request");
}

Judgement http_response_ntlm_keepalive(const Exchange& exchange)
{
    if (!exchange.response || exchange.response->head.version() != "HTTP/1.0") {
        return not_applicable();
    }
    Judgement open = ntlm_open(exchange);
    if (open.verdict != Verdict::pass) {
        return open.verdict == Verdict::fail ? not_applicable() : std::move(open);
    }
    if (iequals(exchange.response->head.value("Connection"), "Keep-Alive")) {
        return pass();
    }
    return cannot_see(exchange.response)
        .value_or(fail("Connection: Keep-Alive", show_field(*exchange.response, "Connection")));
}

constexpr std::array http_refusals_table{
    Rule{
        .id = "http.response.foreign-client",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1, <69>",
        .requirement = "A request without a WMSP User-Agent never gets the stream: it gets an error, or a "
                       "success that points elsewhere.",
        .why = "A browser would save the packets without end.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: curl/7.88.1
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: curl/7.88.1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: curl/7.88.1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .decide = OfAnyExchange{foreign_client},
    },
    Rule{
        .id = "http.response.bad-request-error",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement =
            "A request that is none of the ten types, or has the wrong method for its type, gets an "
            "HTTP error status.",
        .why = "A client that believes a 200 waits for something that the server does not do.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{bad_request_error},
    },
    Rule{
        .id = "http.response.challenge",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement = "A challenge is WWW-Authenticate with 401; a proxy's is Proxy-Authenticate with 407.",
        .why = "The client sends its credentials to whom the status names.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: Basic realm="live"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 401 Unauthorized\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{challenge},
    },
    Rule{
        .id = "http.response.challenge-scheme",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement = "The challenge uses a scheme that the client listed.",
        .why = "The client cannot answer any other. One of several challenges is enough.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> X-Accept-Authentication: Negotiate, NTLM, Digest, Basic
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: Basic realm="live"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> X-Accept-Authentication: Negotiate, NTLM
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: Basic realm="live"
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: Basic realm="live"
)",
        .decide = OfExchange{challenge_scheme},
    },
    Rule{
        .id = "http.response.ntlm-open",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement = "After an NTLM challenge the server leaves the connection open.",
        .why = "NTLM authenticates a connection; on another one the exchange begins anew.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: NTLM TlRMTVNTUAAB
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Content-Length: 0
<< fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Content-Length: 0
)",
        .decide = OfExchange{ntlm_open},
    },
    Rule{
        .id = "http.response.ntlm-keepalive",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement =
            "An NTLM challenge in HTTP/1.0 says \"Connection: Keep-Alive\" if the connection stays "
            "open.",
        .why = "Without it HTTP/1.0 means that the server closes, and the client does not wait for that.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Connection: Keep-Alive
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: NTLM TlRMTVNTUAAB
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Authorization: NTLM TlRMTVNTUAAB
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 401 Unauthorized
< Server: Rex/12.0.7600.16385
< WWW-Authenticate: NTLM
< Connection: Keep-Alive
< Content-Length: 0
)",
        .decide = OfExchange{http_response_ntlm_keepalive},
    },
};

} // namespace

std::span<const Rule> http_refusals()
{
    return http_refusals_table;
}

} // namespace wmclients::check::rules
