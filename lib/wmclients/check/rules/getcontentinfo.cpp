#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using http::MessageEnd;
using wmsp::RequestKind;

Judgement product(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::get_content_info)) {
        return not_applicable();
    }
    const auto agent = exchange.request->head.field("User-Agent");
    if (!agent) {
        return cannot_see(exchange.request).value_or(fail("WMCacheProxy", "no User-Agent"));
    }
    return pass_if(client_product(*exchange.request).is("WMCacheProxy"), "WMCacheProxy", *agent);
}

Judgement getcontentinfo_request_body(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::get_content_info)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (request.body_bytes <= 1) {
        if (const auto unseen = cannot_see(exchange.request)) {
            return *unseen;
        }
        if (request.gap || request.end != MessageEnd::complete) {
            return inconclusive(request.gap && !request.cut ? Missing::gap : Missing::truncated,
                                "the body is not whole");
        }
    }
    return request.body_bytes == 1 ? pass()
                                   : fail("a body of one byte", fmt::format("{} bytes", request.body_bytes));
}

Judgement no_body(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::get_content_info) || is_error(exchange.status())) {
        return not_applicable();
    }
    if (!exchange.response) {
        return *cannot_see(exchange.response);
    }
    const Message& response = *exchange.response;
    if (response.body_bytes != 0 || exchange.body.framed()) {
        return fail("no body", fmt::format("{} bytes", response.body_bytes));
    }
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    return cannot_see_end(response).value_or(pass());
}

constexpr std::array getcontentinfo_table{
    Rule{
        .id = "getcontentinfo.request.product",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.1, 3.1.3",
        .requirement = "Only a WMCacheProxy sends GetContentInfo.",
        .why = "It asks what a cache may do with the content, which no player needs to know.",
        .passes = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
)",
        .fails = R"(
> POST /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
)",
        .inconclusive = R"(
>> "POST /live HTTP/1.1\r\nContent-Type: application/x-wms-getcontentinfo\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{product},
    },
    Rule{
        .id = "getcontentinfo.request.body",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.4.1, 2.2.2.2",
        .requirement = "The body of GetContentInfo is one byte.",
        .why = "The server ignores it, but by its definition the request has a body that is not empty.",
        .passes = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
)",
        .fails = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 0
)",
        .inconclusive = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
)",
        .decide = OfExchange{getcontentinfo_request_body},
    },
    Rule{
        .id = "getcontentinfo.response.no-body",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.2, 3.2.5.3",
        .requirement = "The reply to GetContentInfo has no body.",
        .why = "All that a cache asks for stands in the Cache-Control of the reply.",
        .passes = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18000
< Cache-Control: no-cache, max-age=86399
< Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
< HTTP/1.0 200 OK
< Server: Cougar 4.1.0.3921
<< $H(asf) fin
)",
        .inconclusive = R"(
> POST /live HTTP/1.1
> User-Agent: WMCacheProxy/9.5.6001.1
> Content-Type: application/x-wms-getcontentinfo
> Content-Length: 1
>> "x"
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18000
)",
        .decide = OfExchange{no_body},
    },
};

} // namespace

std::span<const Rule> getcontentinfo()
{
    return getcontentinfo_table;
}

} // namespace wmclients::check::rules
