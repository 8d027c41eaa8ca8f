#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// The types for which a client-id is needed, and must be known to the server (3.2.5.1).
bool needs_id(const Exchange& exchange)
{
    return exchange.is(RequestKind::log) || exchange.is(RequestKind::select_stream)
           || exchange.is(RequestKind::stop) || exchange.is(RequestKind::pipeline)
           || exchange.is(RequestKind::play_next_entry)
           || (exchange.is(RequestKind::keep_alive) && exchange.request->head.method() == "POST");
}

Judgement missing_id_error(const Exchange& exchange)
{
    if (!needs_id(exchange) || token(*exchange.request, "client-id")) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    if (!exchange.response) {
        return inconclusive(Missing::one_sided, "no reply was captured");
    }
    if (is_success(exchange.status())) {
        return fail("4xx or 5xx", fmt::format("{}", exchange.status()));
    }
    return is_error(exchange.status()) ? pass() : not_applicable();
}

Judgement unknown_id_error(const Exchange& exchange)
{
    const bool bound = needs_id(exchange) || exchange.is(RequestKind::send_event)
                       || exchange.is(RequestKind::get_content_info);
    const bool known = exchange.past.id_given != nullptr && exchange.past.id_reset == nullptr;
    if (!bound || !token(*exchange.request, "client-id") || known) {
        return not_applicable();
    }
    if (!exchange.response) {
        return inconclusive(Missing::one_sided, "no reply was captured");
    }
    if (is_error(exchange.status())) {
        return pass();
    }
    if (!is_success(exchange.status())) {
        return not_applicable();
    }
    return exchange.past.id_reset != nullptr
               ? fail("4xx or 5xx to a client-id that has been reset", fmt::format("{}", exchange.status()))
               : inconclusive(Missing::history, "the client-id may be older than the capture");
}

/// The exchange's response says that the server does not know the request's client-id.
bool resets_id(const Exchange& exchange)
{
    return exchange.response && is_one(*exchange.response, "xResetStrm")
           && token(*exchange.response, "client-id") != token(*exchange.request, "client-id");
}

Judgement expired_id(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "client-id")
        || exchange.request->head.method() == "OPTIONS") {
        return not_applicable();
    }
    const int status = exchange.status();
    if (exchange.past.id_reset != nullptr) {
        if (!exchange.response) {
            return inconclusive(Missing::one_sided, "no reply was captured");
        }
        return is_success(status) && !is_one(*exchange.response, "xResetStrm")
                   ? fail(fmt::format("no success for {}, which has been reset",
                                      show_token(*exchange.request, "client-id")),
                          fmt::format("{} without xResetStrm", status))
                   : pass();
    }
    if (resets_id(exchange)) {
        return pass();
    }
    return is_error(status) && status != 401 && status != 407
               ? inconclusive(Missing::unknown, "why the request was refused")
               : not_applicable();
}

constexpr std::array session_refusals_table{
    Rule{
        .id = "session.missing-id-error",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement =
            "Log, KeepAlive POST, SelectStream, Stop, Pipeline and PlayNextEntry without client-id "
            "get an HTTP error.",
        .why = "They make no sense without a session.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, xKeepAliveInPause=1
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
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
> Pragma: no-cache, xKeepAliveInPause=1
)",
        .decide = OfExchange{missing_id_error},
    },
    Rule{
        .id = "session.unknown-id-error",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.1",
        .requirement =
            "Any request but Describe, OPTIONS and Play with an unknown client-id gets an HTTP error.",
        .why = "So the client learns that its session is gone.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xResetStrm=1
< Content-Length: 0
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
)",
        .decide = OfExchange{unknown_id_error},
    },
    Rule{
        .id = "session.expired-id",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.6.2, 3.2.5.1, 3.2.5.4, 3.2.5.6",
        .requirement = "A client-id that was answered with xResetStrm is not accepted again.",
        .why = "The session has been deleted; its client-id names nothing.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xResetStrm=1
< Content-Length: 0
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xResetStrm=1
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, xResetStrm=1
< Content-Length: 0
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=5
< Content-Length: 0
)",
        .inconclusive = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
)",
        .decide = OfExchange{expired_id},
    },
};

} // namespace

std::span<const Rule> session_refusals()
{
    return session_refusals_table;
}

} // namespace wmclients::check::rules
