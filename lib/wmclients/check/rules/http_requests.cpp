#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement method(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const std::string_view method = exchange.request->head.method();
    return pass_if(method == "GET" || method == "POST" || method == "OPTIONS", "GET, POST or OPTIONS",
                   method);
}

Judgement version(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const std::string_view version = exchange.request->head.version();
    return pass_if(version == "HTTP/1.0" || version == "HTTP/1.1", "HTTP/1.0 or HTTP/1.1",
                   version.empty() ? "no version" : version);
}

Judgement no_response_only_parts(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    constexpr std::string_view expected = "nothing that is defined for responses only";
    for (const std::string_view name : {"Server", "Set-Cookie", "X-StartupProfile"}) {
        if (request.head.field(name)) {
            return fail(std::string{expected}, show_field(request, name));
        }
    }
    for (const std::string_view name : {"expect-new-header", "features", "pipeline-result", "timeout",
                                        "version-info", "version-url", "xResetStrm"}) {
        if (token(request, name)) {
            return fail(std::string{expected}, "Pragma " + show_token(request, name));
        }
    }
    const auto cache = request.head.field("Cache-Control");
    if (cache && !iequals(*cache, "no-cache")) {
        return fail("no-cache and no other directive", show_field(request, "Cache-Control"));
    }
    return cannot_see(exchange.request).value_or(pass());
}

Judgement http_request_cache_control(const Exchange& exchange)
{
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    return pass_if(exchange.request->head.field("Cache-Control").has_value(), "Cache-Control",
                   "no Cache-Control");
}

Judgement post_content_type(const Exchange& exchange)
{
    if (!exchange.request || exchange.request->head.method() != "POST") {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    const bool excused = exchange.is(RequestKind::keep_alive) || exchange.is(RequestKind::select_stream)
                         || exchange.is(RequestKind::stop) || token(request, "log-line");
    if (excused || request.body_bytes == 0) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    return pass_if(request.head.field("Content-Type").has_value(), "Content-Type", "no Content-Type");
}

constexpr std::array http_requests_table{
    Rule{
        .id = "http.request.method",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 3.2.5.1",
        .requirement = "Every request uses GET, POST or OPTIONS.",
        .why = "The ten request types are defined with these methods; a server answers others with an error.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .fails = R"(
> PUT /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .decide = OfExchange{method},
    },
    Rule{
        .id = "http.request.version",
        .level = Level::must,
        .side = Side::client,
        .section = "2.1, 2.2.2.1 to 2.2.2.10",
        .requirement = "The request line names HTTP/1.0 or HTTP/1.1.",
        .why = "Whether a reply may be chunked, and whether a connection is kept, hangs on it.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .fails = R"(
> GET /live HTTP/1.2
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .decide = OfExchange{version},
    },
    Rule{
        .id = "http.request.no-response-only-parts",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1, 2.2.1.1, 2.2.1.5, 2.2.1.6, 2.2.1.12, 2.2.1.4",
        .requirement = "A request has nothing that is defined for responses only.",
        .why = "The receiver has to ignore it, so the sender and the receiver disagree about what was said.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Cache-Control: no-cache
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: timeout=60000
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K15: srvppair and fastcache in Supported are for responses only, but the examples "
                        "have clients that list them; they are not counted.",
        .decide = OfExchange{no_response_only_parts},
    },
    Rule{
        .id = "http.request.cache-control",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "Requests carry Cache-Control.",
        .why = "Proxies on the way know by it whether the client takes a cached answer.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Cache-Control: no-cache
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{http_request_cache_control},
    },
    Rule{
        .id = "http.request.post-content-type",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "A POST with a body names its Content-Type.",
        .why = "The type of a POST is told by it.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats;charset=UTF-8
> Content-Length: 4
>> "<a/>"
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 4
>> "<a/>"
)",
        .disagreement = "K1: KeepAlive, SelectStream, Stop and a log-line Log are defined without one; they "
                        "are not counted.",
        .decide = OfExchange{post_content_type},
    },
};

} // namespace

std::span<const Rule> http_requests()
{
    return http_requests_table;
}

} // namespace wmclients::check::rules
