#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement request_parts(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (request.head.method() != "GET" || request.head.version() != "HTTP/1.1") {
        return fail("GET, HTTP/1.1", fmt::format("{}, {}", request.head.method(), request.head.version()));
    }
    if (token(request, "pipeline-request")) {
        return fail("no pipeline-request", show_token(request, "pipeline-request"));
    }
    if (token(request, "xPlayStrm").value_or("0") != "0") {
        return fail("no xPlayStrm, or 0", show_token(request, "xPlayStrm"));
    }
    // Whether the other tokens are absent is known of a whole head only.
    return cannot_see(exchange.request)
        .value_or(needs_tokens(exchange.request, {"client-id", "xPlayNextEntry"}));
}

Judgement playnext_request_pipelined_only(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const Exchange* const play = exchange.past.play;
    const bool pipelined = exchange.session->first_pipelined < exchange.place;
    if (play == nullptr || (!pipelined && !seen_from_start(*exchange.session))) {
        return inconclusive(Missing::history, "the beginning of the session was not captured");
    }
    if (!pipelined) {
        return fail("pipelined mode", "neither pipeline-result=1 nor version11-enabled=1 before");
    }
    const auto closed = play->connection->closed();
    return pass_if(play->connection == exchange.connection
                       || (closed && closed->number <= exchange.request->head.first.number),
                   "the connection of the Play, as it is open", "another connection");
}

/// The search ends at the next Play or PlayNextEntry, so that those of a session look at each exchange once.
Judgement not_on_reset(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play) || !exchange.response || !is_success(exchange.status())
        || !is_one(*exchange.response, "xResetStrm")) {
        return not_applicable();
    }
    // A SelectStream moves the stream, and its changes, into its own reply.
    bool changes = exchange.body.header_changes;
    bool missing = exchange.response->gap || exchange.body.start == dissect::BodyStart::unknown;
    for (const Exchange* const next : exchange.session->after(exchange)) {
        if (next->is(RequestKind::play) || changes) {
            break;
        }
        if (!next->is(RequestKind::play_next_entry)) {
            changes = next->body.header_changes;
            missing = missing || !next->response || next->response->gap;
            continue;
        }
        if (missing) {
            return inconclusive(Missing::gap, "a $C may be missing");
        }
        return fail("no PlayNextEntry after xResetStrm=1 without a $C", "a PlayNextEntry")
            .at(next->request->head.first, next->request->head.last);
    }
    return pass();
}

Judgement response_chunked(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play_next_entry) || !is_success(exchange.status())) {
        return not_applicable();
    }
    const Message& response = *exchange.response;
    if (response.head.version() != "HTTP/1.1") {
        return fail("HTTP/1.1", std::string{response.head.version()});
    }
    return needs_field(exchange.response, "Transfer-Encoding");
}

/// A reply that begins inside the running one is seen as bytes in its body that are no packets.
Judgement playnext_response_zero_chunk_first(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const Exchange* const running = exchange.connection->before(exchange);
    if (running == nullptr || !running->response || !running->body.has(wmsp::packet_id::data)) {
        return not_applicable();
    }
    const Message& before = *running->response;
    const std::uint64_t sent = exchange.request->head.first.number;
    if (before.end == http::MessageEnd::complete && before.chunked()) {
        return before.end_at.number < sent ? not_applicable() : pass();
    }
    if (before.gap) {
        return inconclusive(Missing::gap, "bytes of the running reply are missing");
    }
    if (exchange.response == nullptr && running->body.unread_bytes != 0
        && running->body.unread_at.number > sent) {
        return fail("the zero chunk, and then the reply", "bytes in the running reply that are no packets")
            .at(running->body.unread_at);
    }
    if (exchange.response != nullptr) {
        return fail("the zero chunk of the running reply", show_field(before, "Transfer-Encoding"));
    }
    return inconclusive(Missing::truncated, "the reply was not captured");
}

constexpr std::array play_next_table{
    Rule{
        .id = "playnext.request.parts",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.7, 2.2.1.4.35",
        .requirement =
            "PlayNextEntry is GET with HTTP/1.1, client-id and xPlayNextEntry=1, without pipeline-request, "
            "and without xPlayStrm unless 0.",
        .why = "It goes on in a session that plays; the other tokens make it a request of another type.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1, xPlayStrm=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.1\r\nPragma: client-id=77, xPlayNextEntry=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K22: 2.2.2.7 forbids xPlayStrm, and next allows it with value 0; 0 passes.",
        .decide = OfExchange{request_parts},
    },
    Rule{
        .id = "playnext.request.pipelined-only",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.7, 3.1.4.5",
        .requirement =
            "PlayNextEntry is sent in pipelined mode only, on the Play's connection while that is open.",
        .why = "Elsewhere the client chooses the next entry's streams with SelectStream.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D $E(1) $C(0) $M $H(asf))
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
<< $M $H(asf) $D $E(1) $C(0) $M $H(asf)
---
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .decide = OfExchange{playnext_request_pipelined_only},
    },
    Rule{
        .id = "playnext.request.not-on-reset",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.11",
        .requirement = "xResetStrm in a Play's reply is not answered with PlayNextEntry.",
        .why = "The session is new: the client has to begin with the first entry.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=5
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D $E(1) $C(0) $M $H(asf))
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=5
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=5
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D(hole=40*20) $D)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .decide = OfExchange{not_on_reset},
    },
    Rule{
        .id = "playnext.response.chunked",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.7, 3.2.5.9",
        .requirement = "The reply to PlayNextEntry is HTTP/1.1 and chunked.",
        .why = "In pipelined mode the connection outlives the reply.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($D $D)
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
<< $D $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
<< "HTTP/1.1 200 OK\r\nServer: Cougar/9.5.6001.18281\r\nDate: today" ~40 "\r\n\r\n" chunked($D $D)
)",
        .decide = OfExchange{response_chunked},
    },
    Rule{
        .id = "playnext.response.zero-chunk-first",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.9",
        .requirement =
            "If data is flowing, the server ends the running reply with the zero chunk before it answers "
            "PlayNextEntry.",
        .why = "Without it the client reads the new head as part of the stream.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
<< last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($D)
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
<< $M $H(asf) $D
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($D)
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayNextEntry=1
)",
        .decide = OfExchange{playnext_response_zero_chunk_first},
    },
};

} // namespace

std::span<const Rule> play_next()
{
    return play_next_table;
}

} // namespace wmclients::check::rules
