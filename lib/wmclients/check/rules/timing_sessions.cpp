#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace wmclients::check::rules {
namespace {

using std::chrono::milliseconds;
using wmsp::RequestKind;

/// What a client keeps to if the server announces nothing (3.1.1), and what a server should not exceed
/// (3.2.2).
constexpr milliseconds default_timeout{60'000};

/// The shortest time that a session may live without a request (3.2.2).
constexpr milliseconds shortest_timeout{10'000};

/// The server gives the second Pipeline request at least so long (3.2.2).
constexpr milliseconds shortest_pipeline_test{100};

Judgement timeout_announced(const Exchange& exchange)
{
    return exchange.response && token(*exchange.response, "client-id")
               ? needs_tokens(exchange.response, {"timeout"})
               : not_applicable();
}

Judgement timeout_default(const Exchange& exchange)
{
    const auto text = exchange.response ? token(*exchange.response, "timeout") : std::nullopt;
    const auto timeout = text ? to_uint32(*text) : std::nullopt;
    if (!timeout) {
        return not_applicable();
    }
    return milliseconds{*timeout} <= default_timeout
               ? pass()
               : fail("at most 60000 ms", show_token(*exchange.response, "timeout"));
}

/// The latest timeout that the server announced to the session.
std::optional<milliseconds> announced(const Exchange& exchange)
{
    if (exchange.past.timeout == nullptr) {
        return {};
    }
    const auto timeout = to_uint32(*token(*exchange.past.timeout->response, "timeout"));
    return timeout ? std::optional{milliseconds{*timeout}} : std::nullopt;
}

/// How long nothing had happened in the session when the request came, which names it by its client-id.
std::optional<Duration> idle_before(const Exchange& exchange)
{
    const Past& past = exchange.past;
    const bool names_session =
        past.id_given != nullptr && past.id_given->session == exchange.session && past.id_reset == nullptr;
    if (!exchange.request || !names_session || past.active.number == 0
        || past.active.number >= exchange.request->head.first.number) {
        return {};
    }
    return exchange.request->head.first.time - past.active.time;
}

/// Whether a session that was idle for no longer than `limit` lives.
Judgement kept(const Exchange& exchange, milliseconds limit)
{
    const auto idle = idle_before(exchange);
    if (!idle || *idle > limit) {
        return not_applicable();
    }
    if (!exchange.response) {
        return inconclusive(Missing::one_sided, "no reply was captured");
    }
    const auto id = token(*exchange.request, "client-id");
    if (is_one(*exchange.response, "xResetStrm") && token(*exchange.response, "client-id") != id) {
        return fail(fmt::format("client-id={}, idle for {} ms", *id, to_ms(*idle)), "xResetStrm=1");
    }
    // A Describe or Play may be refused for other reasons, and so may anything with 401, 407 or 5xx.
    const int status = exchange.status();
    if (status >= 400 && status < 500 && status != 401 && status != 407) {
        return exchange.is(RequestKind::describe) || exchange.is(RequestKind::play)
                       || exchange.is(RequestKind::other)
                   ? not_applicable()
                   : fail(fmt::format("client-id={}, idle for {} ms, accepted", *id, to_ms(*idle)),
                          fmt::format("{}", status));
    }
    return is_success(status) ? pass() : not_applicable();
}

Judgement session_kept(const Exchange& exchange)
{
    const auto timeout = announced(exchange);
    return timeout ? kept(exchange, *timeout) : not_applicable();
}

Judgement idle_minimum(const Exchange& exchange)
{
    return kept(exchange, shortest_timeout);
}

Judgement keepalive_interval(const Exchange& exchange)
{
    const auto idle = idle_before(exchange);
    if (!idle) {
        return not_applicable();
    }
    const auto server = server_heard_before(exchange);
    if (server && server->version && *server->version < Version{5, 0}) {
        return not_applicable();
    }
    const milliseconds longest = announced(exchange).value_or(default_timeout);
    if (*idle <= longest) {
        return pass();
    }
    return exchange.session->client_gap ? inconclusive(
               Missing::gap, "bytes of the client are missing, and with them maybe a KeepAlive")
                                        : fail(fmt::format("KeepAlive within {} ms", longest.count()),
                                               fmt::format("nothing for {} ms", to_ms(*idle)));
}

Judgement pipeline_test_minimum(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::pipeline) || exchange.second_of_pair || !exchange.response
        || exchange.response->end != http::MessageEnd::complete || !exchange.response->chunked()) {
        return not_applicable();
    }
    const PacketRef& end = exchange.response->end_at;
    const Exchange* const second = exchange.connection->after(exchange);
    if (second != nullptr && second->request && second->request->head.first.number < end.number) {
        return not_applicable();
    }
    if (exchange.response->gap) {
        return inconclusive(Missing::gap, "bytes of the reply are missing");
    }
    // Wherever the capture was taken, it shows no less than what passed at the server.
    const Duration waited = end.time - exchange.request->head.last.time;
    return waited >= shortest_pipeline_test
               ? pass()
               : fail("at least 100 ms", fmt::format("the end of the test after {} ms", to_ms(waited)))
                     .at(end);
}

constexpr std::array timing_sessions_table{
    Rule{
        .id = "timing.timeout-announced",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "A response with client-id also has timeout.",
        .why = "By it the client knows how often to send KeepAlive.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=60000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nPragma: client-id=77\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{timeout_announced},
    },
    Rule{
        .id = "timing.timeout-default",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.2, 3.2.5.2",
        .requirement = "The announced timeout is not above 60000 ms.",
        .why = "That is what the timer of an idle session should have.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=60000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=600000
)",
        .decide = OfExchange{timeout_default},
    },
    Rule{
        .id = "timing.session-kept",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 3.2.7.1, <65>",
        .requirement = "An idle session lives at least as long as the announced timeout.",
        .why = "A client that keeps to it must not lose its place.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, timeout=60000
< Content-Length: 0
+50
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, timeout=60000
< Content-Length: 0
+50
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=78, xResetStrm=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, timeout=60000
< Content-Length: 0
+50
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .decide = OfExchange{session_kept},
    },
    Rule{
        .id = "timing.idle-minimum",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.2",
        .requirement = "An idle session lives at least 10 s, announced or not.",
        .why = "A client needs some time between Describe and Play.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+9
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+9
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=78, xResetStrm=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+9
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .decide = OfExchange{idle_minimum},
    },
    Rule{
        .id = "timing.keepalive-interval",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.6.1, 2.2.2.3, 3.1.1, 3.1.5.3",
        .requirement = "A client that keeps an idle session sends KeepAlive at least once per announced "
                       "timeout, or 60 s.",
        .why = "The server deletes a session of which it hears nothing.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+50
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+50
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+100
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
+50
>> ~200
+50
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .decide = OfExchange{keepalive_interval},
    },
    Rule{
        .id = "timing.pipeline-test-minimum",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.2, 3.2.6.1",
        .requirement = "The server gives a client at least 100 ms for the second Pipeline request.",
        .why = "Without that time no client behind a slow line could show that it can pipeline.",
        .passes = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($T)
+0.2
<< last-chunk
)",
        .fails = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($T)
<< last-chunk
)",
        .inconclusive = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< "4\r\n" ~4 "\r\n"
<< last-chunk
)",
        .decide = OfExchange{pipeline_test_minimum},
    },
};

} // namespace

std::span<const Rule> timing_sessions()
{
    return timing_sessions_table;
}

} // namespace wmclients::check::rules
