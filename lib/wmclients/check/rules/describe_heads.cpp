#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement request_no_cache(const Exchange& exchange)
{
    return exchange.is(RequestKind::describe) ? needs_tokens(exchange.request, {"no-cache"})
                                              : not_applicable();
}

/// A Describe without the token is judged at the first Pipeline request after it: only that shows the
/// ability.
Judgement pipeline_experiment(const Exchange& exchange)
{
    if (exchange.is(RequestKind::describe) && exchange.request->head.version() == "HTTP/1.1"
        && is_one(*exchange.request, "pipeline-experiment")) {
        return pass();
    }
    if (!exchange.is(RequestKind::pipeline)) {
        return not_applicable();
    }
    const auto earlier = exchange.session->before(exchange);
    for (auto at = earlier.rbegin(); at != earlier.rend(); ++at) {
        const Exchange& one = **at;
        if (one.is(RequestKind::pipeline)) {
            return not_applicable(); // that one was asked
        }
        if (one.is(RequestKind::describe)) {
            const Message& request = *one.request;
            if (is_one(request, "pipeline-experiment") || request.head.version() == "HTTP/1.0") {
                return not_applicable();
            }
            return cannot_see(one.request)
                .value_or(fail("pipeline-experiment=1, as Pipeline requests follow",
                               show_token(request, "pipeline-experiment")))
                .at(request.head.first, request.head.last);
        }
    }
    return inconclusive(Missing::history, "the session's Describe was not captured");
}

Judgement response_cache_control(const Exchange& exchange)
{
    return exchange.answers_describe() && !is_error(exchange.status())
               ? needs_field(exchange.response, "Cache-Control")
               : not_applicable();
}

Judgement response_no_cache(const Exchange& exchange)
{
    return describes(exchange) ? needs_tokens(exchange.response, {"no-cache"}) : not_applicable();
}

Judgement response_client_id(const Exchange& exchange)
{
    return describes(exchange) ? needs_tokens(exchange.response, {"client-id"}) : not_applicable();
}

Judgement response_features(const Exchange& exchange)
{
    return describes(exchange) ? needs_tokens(exchange.response, {"features"}) : not_applicable();
}

Judgement response_content_type(const Exchange& exchange)
{
    return describes(exchange) ? needs_media_type(exchange, "application/vnd.ms.wms-hdr.asfv1")
                               : not_applicable();
}

Judgement response_octet_stream(const Exchange& exchange)
{
    return describes(exchange) ? notes_octet_stream(exchange) : not_applicable();
}

Judgement response_not_chunked(const Exchange& exchange)
{
    if (!exchange.answers_describe()) {
        return not_applicable();
    }
    if (exchange.response->chunked()) {
        return fail("no Transfer-Encoding", show_field(*exchange.response, "Transfer-Encoding"));
    }
    return cannot_see(exchange.response).value_or(pass());
}

constexpr std::array describe_heads_table{
    Rule{
        .id = "describe.request.no-cache",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 2.2.2.1, 3.1.4.2.1",
        .requirement = "A Describe has Pragma no-cache.",
        .why = "A cached answer would describe a broadcast that is over, with a client-id of somebody else.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: rate=1.000
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{request_no_cache},
    },
    Rule{
        .id = "describe.request.pipeline-experiment",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.4.2.1, 3.2.5.4",
        .requirement = "A client able to pipeline says pipeline-experiment=1 in its Describe.",
        .why =
            "The server answers with the same token if it can, too; then the client may test the way between "
            "them with Pipeline requests.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, pipeline-experiment=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
)",
        .decide = OfExchange{pipeline_experiment},
    },
    Rule{
        .id = "describe.response.cache-control",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.2.1",
        .requirement = "The reply to a Describe has Cache-Control.",
        .why = "Proxies on the way learn by it whether they may keep the content.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Cache-Control: no-cache
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .disagreement = "K7: the grammar of 2.2.2.1 requires it, 3.2.5.2 says SHOULD; the weaker is taken.",
        .decide = OfExchange{response_cache_control},
    },
    Rule{
        .id = "describe.response.no-cache",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.1, 3.2.5.4",
        .requirement = "The reply to a Describe has Pragma no-cache.",
        .why = "Caches of HTTP/1.0 know no Cache-Control.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .decide = OfExchange{response_no_cache},
    },
    Rule{
        .id = "describe.response.client-id",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.2.1, 3.2.5.4",
        .requirement = "The reply to a Describe has Pragma client-id.",
        .why = "The Describe begins the session, and the client names it by this number in all that follows.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .decide = OfExchange{response_client_id},
    },
    Rule{
        .id = "describe.response.features",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4, 2.2.2.1",
        .requirement = "The reply to a Describe has Pragma features.",
        .why = "The client learns from it whether it can seek, and whether the content is live.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: features="broadcast,playlist"
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .disagreement = "K7: the grammar of 2.2.2.1 requires it, 3.2.5.4 says SHOULD; the weaker is taken.",
        .decide = OfExchange{response_features},
    },
    Rule{
        .id = "describe.response.content-type",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4, <71>",
        .requirement = "The reply to a Describe is application/vnd.ms.wms-hdr.asfv1.",
        .why = "The type tells the header of a stream from the stream itself.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Type: application/vnd.ms.wms-hdr.asfv1
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Type: video/x-ms-asf
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .decide = OfExchange{response_content_type},
    },
    Rule{
        .id = "describe.response.octet-stream",
        .level = Level::may,
        .side = Side::server,
        .section = "3.2.5.4, <71>",
        .requirement = "The type of the reply to a Describe may instead be application/octet-stream.",
        .why = "Windows Media Services 4 and older encoders send it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Rex/7.1.0.3055
< Content-Type: application/octet-stream
<< $H(asf) fin
)",
        .decide = OfExchange{response_octet_stream},
    },
    Rule{
        .id = "describe.response.not-chunked",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.1, 3.2.5.4",
        .requirement = "The reply to a Describe is never chunked, not even in HTTP/1.1.",
        .why = "Chunks are for the stream, whose length is not known; that of a header is.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Connection: close
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($H(asf)) last-chunk
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .decide = OfExchange{response_not_chunked},
    },
};

} // namespace

std::span<const Rule> describe_heads()
{
    return describe_heads_table;
}

} // namespace wmclients::check::rules
