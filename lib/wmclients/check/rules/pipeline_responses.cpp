#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using http::MessageEnd;
using wmsp::RequestKind;

/// What is wrong with the body of the first reply, as far as it was captured.
std::optional<Judgement> wrong_body(const Body& body, const Message& reply)
{
    constexpr std::string_view expected = "one $T of 4 bytes";
    if (body.start == dissect::BodyStart::not_framed) {
        return fail(std::string{expected}, "a body that is not framed");
    }
    for (const Run& run : body.runs) {
        if (run.first.id != 'T') {
            return fail(std::string{expected}, fmt::format("a ${}", run.first.id))
                .at(run.first.first, run.end);
        }
    }
    if (body.runs.size() > 1 || reply.body_bytes > 4 || (body.unread_bytes != 0 && !reply.gap)) {
        return fail(
            std::string{expected},
            fmt::format("{} bytes in {} packets", reply.body_bytes + body.unread_bytes, body.runs.size()));
    }
    return {};
}

Judgement first(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::pipeline) || exchange.second_of_pair || is_error(exchange.status())) {
        return not_applicable();
    }
    if (begins_unseen(exchange)) {
        return inconclusive(Missing::mid_stream, "the request before it was not captured");
    }
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    const Message& reply = *exchange.response;
    if (reply.head.version() != "HTTP/1.1" || !reply.chunked()) {
        return fail("HTTP/1.1 and Transfer-Encoding: chunked",
                    fmt::format("{}, {}", reply.head.version(), show_field(reply, "Transfer-Encoding")));
    }
    if (auto wrong = wrong_body(exchange.body, reply)) {
        return std::move(*wrong);
    }
    if (reply.gap) {
        return *cannot_see_end(reply);
    }
    if (reply.end != MessageEnd::complete) {
        return inconclusive(Missing::truncated, "the zero chunk was not captured");
    }
    if (exchange.body.runs.empty()) {
        return fail("one $T of 4 bytes", "an empty body");
    }
    const Exchange* const second = exchange.connection->after(exchange);
    const bool asked =
        second != nullptr && second->request && second->request->head.first.number < reply.end_at.number;
    if (asked || exchange.body.runs.front().end.number != reply.end_at.number) {
        return pass();
    }
    if (exchange.connection->client_gap) {
        return inconclusive(Missing::gap, "bytes of the client are missing, maybe the second request");
    }
    return fail("the zero chunk once the second request is there, or the test has timed out",
                "the zero chunk together with $T")
        .at(reply.end_at);
}

Judgement second(const Exchange& exchange)
{
    if (!exchange.second_of_pair || is_error(exchange.status())) {
        return not_applicable();
    }
    if (!exchange.response) {
        return *cannot_see(exchange.response);
    }
    const Message& reply = *exchange.response;
    if (exchange.status() != 204) {
        return fail("status 204", fmt::format("status {}", exchange.status()));
    }
    const std::string_view version = reply.head.version();
    const std::string_view result = version == "HTTP/1.0" ? "0" : "1";
    if (const auto said = token(reply, "pipeline-result"); said && *said != result) {
        return fail(fmt::format("pipeline-result={} under {}", result, version),
                    show_token(reply, "pipeline-result"));
    }
    if (const auto length = reply.head.field("Content-Length"); length && *length != "0") {
        return fail("Content-Length: 0", show_field(reply, "Content-Length"));
    }
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    for (const std::string_view name : {"client-id", "no-cache", "pipeline-result"}) {
        if (!token(reply, name)) {
            return fail(std::string{name}, show_token(reply, name));
        }
    }
    return pass_if(reply.head.field("Content-Length").has_value(), "Content-Length: 0", "no Content-Length");
}

Judgement result(const Exchange& exchange)
{
    if (!exchange.second_of_pair) {
        return not_applicable();
    }
    if (!exchange.response) {
        return *cannot_see(exchange.response);
    }
    const auto said = token(*exchange.response, "pipeline-result");
    if (!said) {
        return absent(exchange.response);
    }
    const Exchange& before = *exchange.connection->before(exchange);
    if (const auto unseen = cannot_see(before.response)) {
        return *unseen;
    }
    const Message& reply = *before.response;
    if (!reply.chunked()) {
        return not_applicable(); // there is no zero chunk
    }
    if (const auto unseen = cannot_see_end(reply)) {
        return *unseen;
    }
    if (reply.end != MessageEnd::complete) {
        return inconclusive(Missing::truncated, "the zero chunk of the first reply was not captured");
    }
    // Whatever passes the recorder after the zero chunk reached the server after it. What passes before it
    // may have crossed it on the way, if no round trip lies between; the first reply took at least one.
    const PacketRef& asked = exchange.request->head.last;
    const bool in_time = asked.number < reply.end_at.number;
    const Duration round_trip = reply.head.first.time - before.request->head.last.time;
    if (in_time && reply.end_at.time - asked.time <= round_trip) {
        return inconclusive(Missing::clock,
                            "the second request and the end of the first reply lie within a round trip");
    }
    if (*said == (in_time ? "1" : "0")) {
        return pass();
    }
    return fail(in_time ? "pipeline-result=1, as the second request came before the end of the first reply"
                        : "pipeline-result=0, as the first reply ended before the second request",
                show_token(*exchange.response, "pipeline-result"));
}

constexpr std::array pipeline_responses_table{
    Rule{
        .id = "pipeline.response.first",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.5, 2.2.2.5",
        .requirement = "The first reply is HTTP/1.1, chunked, and holds one $T; its zero chunk waits for the "
                       "second request or the test timer.",
        .why = "The reply stays open on purpose: only a second request that comes meanwhile shows that "
               "pipelining works all the way.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
<< last-chunk
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
)",
        .decide = OfExchange{first},
    },
    Rule{
        .id = "pipeline.response.second",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.5, 2.2.2.5",
        .requirement = "The second reply is 204 with \"Content-Length: 0\", client-id, no-cache and "
                       "pipeline-result: 1 under HTTP/1.1, 0 under HTTP/1.0.",
        .why = "It tells the client the mode of the session.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
>
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
>
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=0
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
>
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T) last-chunk
<< "HTTP/1.1 204 No Content\r\nServer: Cougar/9.5.6001.18281\r\nDate: today" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{second},
    },
    Rule{
        .id = "pipeline.response.result",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.5, 3.2.6.1",
        .requirement = "pipeline-result is 1 exactly when the second request arrived before the server ended "
                       "the first reply.",
        .why = "A wrong 1 lets the client pipeline through a proxy that cannot, and the session stalls.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
+1
<< last-chunk
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.0 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=0
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
+1
<< last-chunk
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
<< last-chunk
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .decide = OfExchange{result},
    },
};

} // namespace

std::span<const Rule> pipeline_responses()
{
    return pipeline_responses_table;
}

} // namespace wmclients::check::rules
