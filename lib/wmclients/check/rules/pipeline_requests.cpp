#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement pipeline_request_parts(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "pipeline-request")) {
        return absent(exchange.request);
    }
    const Message& request = *exchange.request;
    if (request.head.method() != "GET") {
        return fail("GET", std::string{request.head.method()});
    }
    if (request.head.version() != "HTTP/1.1") {
        return fail("HTTP/1.1", std::string{request.head.version()});
    }
    if (!is_one(request, "pipeline-request")) {
        return fail("pipeline-request=1", show_token(request, "pipeline-request"));
    }
    for (const std::string_view name : {"xPlayStrm", "xPlayNextEntry"}) {
        if (token(request, name)) {
            return fail("neither xPlayStrm nor xPlayNextEntry", show_token(request, name));
        }
    }
    for (const std::string_view name : {"client-id", "no-cache"}) {
        if (!token(request, name)) {
            return cannot_see(exchange.request).value_or(fail(std::string{name}, show_token(request, name)));
        }
    }
    return pass();
}

Judgement pair(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::pipeline) || exchange.second_of_pair) {
        return not_applicable();
    }
    const Connection& connection = *exchange.connection;
    const Exchange* const second = connection.after(exchange);
    if (second == nullptr || !second->is(RequestKind::pipeline)) {
        if (begins_unseen(exchange)) {
            return inconclusive(Missing::mid_stream, "the request before it was not captured");
        }
        if (connection.client_gap || (second != nullptr && !second->request)) {
            return inconclusive(Missing::gap, "bytes of the client are missing");
        }
        if (second == nullptr && !connection.closed()) {
            return inconclusive(Missing::truncated, "the capture ends before another request");
        }
        return fail("another Pipeline request right behind", "none on the connection");
    }
    if (!exchange.response) {
        // Nothing came back until the second, or the recorder did not see it.
        return connection.from_server ? pass() : *cannot_see(exchange.response);
    }
    const Message& reply = *exchange.response;
    const std::uint64_t asked = second->request->head.first.number;
    if (reply.end != http::MessageEnd::complete || asked < reply.end_at.number) {
        return pass();
    }
    if (reply.gap) {
        return inconclusive(reply.cut ? Missing::truncated : Missing::gap,
                            "bytes of the first reply are missing");
    }
    return fail("the second request without waiting for the first reply", "it came after the whole reply")
        .at(second->request->head.first);
}

Judgement place(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::pipeline)) {
        return not_applicable();
    }
    bool described = false;
    const Exchange* play = nullptr;
    const auto earlier = exchange.session->before(exchange);
    for (auto at = earlier.rbegin(); at != earlier.rend(); ++at) {
        if ((*at)->is(RequestKind::pipeline)) {
            return not_applicable(); // the rule is about the first
        }
        described = described || (*at)->is(RequestKind::describe);
        play = (*at)->is(RequestKind::play) ? *at : play;
    }
    // A session that is known from before the capture shows the client's id in its first request.
    const Exchange& first = earlier.empty() ? exchange : *earlier.front();
    if (!first.connection->beginning_captured || !first.request || token(*first.request, "client-id")) {
        return inconclusive(Missing::history, "the session may have begun before the capture");
    }
    if (play != nullptr) {
        return fail("the first Pipeline request before the first Play", "it came after a Play");
    }
    return pass_if(described, "the first Pipeline request after a Describe", "no Describe before it");
}

Judgement accepted(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::pipeline)) {
        return not_applicable();
    }
    const auto earlier = exchange.session->before(exchange);
    for (auto at = earlier.rbegin(); at != earlier.rend(); ++at) {
        if ((*at)->is(RequestKind::pipeline)) {
            return not_applicable(); // judged with that one: the Describe is the same
        }
        if (!(*at)->is(RequestKind::describe)) {
            continue;
        }
        if ((*at)->response && is_one(*(*at)->response, "pipeline-experiment")) {
            return pass();
        }
        return cannot_see((*at)->response)
            .value_or(fail("no Pipeline request, as the server has not said pipeline-experiment=1",
                           "a Pipeline request"));
    }
    return inconclusive(Missing::history, "no Describe of the session is in the capture");
}

constexpr std::array pipeline_requests_table{
    Rule{
        .id = "pipeline.request.parts",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.5, 3.1.4.3, 2.2.1.4.16",
        .requirement = "A Pipeline request is GET with HTTP/1.1, client-id, no-cache and pipeline-request=1, "
                       "without xPlayStrm or xPlayNextEntry.",
        .why = "It tests the way to the server for a session that a Describe has begun, and starts nothing.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.1\r\nPragma: pipeline-request=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{pipeline_request_parts},
    },
    Rule{
        .id = "pipeline.request.pair",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.16",
        .requirement =
            "Pipeline requests come in twos, the second sent without waiting for the first reply, on "
            "one connection.",
        .why = "The test is whether the second request reaches the server while the first reply is still "
               "running: a proxy that cannot pipeline holds it back.",
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
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunk($T)
<< last-chunk
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .decide = OfExchange{pair},
    },
    Rule{
        .id = "pipeline.request.place",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.5",
        .requirement = "The first Pipeline request of a session lies after its first Describe and before its "
                       "first Play.",
        .why =
            "The reply to Describe gives the client-id and says whether the server takes the test; the Play "
            "uses its result.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, pipeline-experiment=1
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .decide = OfExchange{place},
    },
    Rule{
        .id = "pipeline.request.accepted",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.5, 3.1.4.3",
        .requirement = "Pipeline requests are sent only to a server that answered Describe with "
                       "pipeline-experiment=1.",
        .why = "Another server takes them for something else, or for an error.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, pipeline-experiment=1
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-request=1, client-id=77
)",
        .decide = OfExchange{accepted},
    },
};

} // namespace

std::span<const Rule> pipeline_requests()
{
    return pipeline_requests_table;
}

} // namespace wmclients::check::rules
