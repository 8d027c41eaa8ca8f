#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// What a stream did at an instant, as far as the capture tells.
enum class Streaming : std::uint8_t { no, yes, unknown };

Streaming streaming_at(const Exchange& stream, const PacketRef& at)
{
    if (stream.response->head.first.number > at.number || ended_before(stream, at)) {
        return Streaming::no;
    }
    if (data_after(stream.body, at)) {
        return Streaming::yes;
    }
    const bool end_seen =
        !stream.body.runs.empty() && stream.body.runs.back().first.id == wmsp::packet_id::end_of_stream;
    return end_seen && stream.body.runs.back().first.first.number < at.number ? Streaming::no
                                                                              : Streaming::unknown;
}

/// The stream of the session that the request names by its client-id, or null.
const Exchange* named_stream(const Exchange& exchange)
{
    const Exchange* const stream = exchange.past.stream;
    const auto id = token(*exchange.request, "client-id");
    return stream != nullptr && id && token(*stream->response, "client-id") == id ? stream : nullptr;
}

Judgement describe_state(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::describe) || !token(*exchange.request, "client-id")) {
        return not_applicable();
    }
    const Exchange* const stream = named_stream(exchange);
    if (stream == nullptr) {
        return exchange.past.stream == nullptr && !seen_from_start(*exchange.session)
                   ? inconclusive(Missing::history, "the session's state is not known")
                   : not_applicable();
    }
    const Streaming state = streaming_at(*stream, exchange.request->head.first);
    if (state == Streaming::no) {
        return not_applicable();
    }
    if (is_error(exchange.status())) {
        return state == Streaming::yes ? pass() : not_applicable();
    }
    if (!exchange.response || state == Streaming::unknown) {
        return inconclusive(Missing::unknown, "the session's state, or the reply");
    }
    const bool same = token(*exchange.response, "client-id") == token(*exchange.request, "client-id");
    return same && is_success(exchange.status())
               ? fail("4xx or 5xx while the session is streaming", fmt::format("{}", exchange.status()))
               : not_applicable();
}

Judgement play_while_streaming(const Exchange& exchange)
{
    const Exchange* const stream = exchange.is(RequestKind::play) ? named_stream(exchange) : nullptr;
    if (stream == nullptr || stream->connection == exchange.connection) {
        return not_applicable();
    }
    const Streaming state = streaming_at(*stream, exchange.request->head.first);
    if (state == Streaming::no) {
        return not_applicable();
    }
    if (!exchange.response || state == Streaming::unknown) {
        return inconclusive(Missing::unknown, "the session's state, or the reply");
    }
    if (exchange.status() != 200) {
        return pass();
    }
    const bool same = token(*exchange.response, "client-id") == token(*exchange.request, "client-id");
    return same && data_after(stream->body, exchange.response->head.last)
               ? fail("a refusal while the session is streaming", "200, and $D go on on another connection")
               : not_applicable();
}

Judgement data_connection(const Exchange& exchange)
{
    const Exchange* const stream = exchange.past.stream;
    if (exchange.is(RequestKind::play) && exchange.status() == 200) {
        if (exchange.body.has(wmsp::packet_id::data)) {
            return pass();
        }
        const bool elsewhere = stream != nullptr && stream->connection != exchange.connection
                               && data_after(stream->body, exchange.response->head.last);
        return elsewhere ? fail("$D on the connection of the latest Play", "$D on that of the one before")
                         : inconclusive(Missing::truncated, "no $D were captured");
    }
    if (!exchange.is(RequestKind::select_stream) || !is_success(exchange.status()) || stream == nullptr
        || stream->connection == exchange.connection) {
        return not_applicable();
    }
    if (exchange.body.has(wmsp::packet_id::data)) {
        return fail("$D on the connection of the Play", "$D in the reply to SelectStream");
    }
    return data_after(stream->body, exchange.response->head.last)
               ? pass()
               : inconclusive(Missing::unknown, "where the $D after it went");
}

constexpr std::array session_states_table{
    Rule{
        .id = "session.describe-state",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "A Describe for a session that is streaming gets an HTTP error.",
        .why = "A session has one content, described before it is played.",
        .passes = R"(
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
> Pragma: no-cache, client-id=77
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
--- 1
<< $D
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
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf)
--- 1
<< $D
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
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf)
)",
        .decide = OfExchange{describe_state},
    },
    Rule{
        .id = "session.play-while-streaming",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "A Play with the client-id of a session that is streaming is refused.",
        .why = "It may come from somebody who guessed the client-id.",
        .passes = R"(
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
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 400 Bad Request
< Server: Rex/12.0.7600.16385
--- 1
<< $D
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
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
--- 1
<< $D
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
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
)",
        .decide = OfExchange{play_while_streaming},
    },
    Rule{
        .id = "session.data-connection",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 3.2.5.7",
        .requirement = "$D go to the connection of the session's latest Play; a SelectStream on another one "
                       "does not move them.",
        .why = "A client reads the stream where it asked for it.",
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
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
--- 1
<< $D
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
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, stream-switch-count=1
> Pragma: stream-switch-entry=2:3:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf)
)",
        .decide = OfExchange{data_connection},
    },
};

} // namespace

std::span<const Rule> session_states()
{
    return session_states_table;
}

} // namespace wmclients::check::rules
