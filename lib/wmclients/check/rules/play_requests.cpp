#include <wmclients/asf/header.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/wmsp/stream_switch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement play_request_required_tokens(const Exchange& exchange)
{
    return exchange.is(RequestKind::play)
               ? needs_tokens(exchange.request,
                              {"no-cache", "packet-num", "rate", "stream-offset", "stream-time", "xPlayStrm"})
               : not_applicable();
}

Judgement play_request_exclusive_tokens(const Exchange& exchange)
{
    return exchange.is(RequestKind::play)
               ? forbids_tokens(exchange.request, {"xPlayNextEntry", "pipeline-request"})
               : not_applicable();
}

Judgement stream_switch_present(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play)) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (token(request, "stream-switch-entry")) {
        return pass();
    }
    if (auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    const Product client = client_product(request);
    if (client.is("NSServer") && !client.version) {
        return inconclusive(Missing::unknown, show_field(request, "User-Agent"));
    }
    const bool always = client.is("NSPlayer") || client.is("WMCacheProxy")
                        || (client.is("NSServer") && *client.version >= Version{9, 0});
    return always ? fail("stream-switch-entry", "no stream-switch-entry") : not_applicable();
}

/// The ASF header that the client had when it sent the request; null: none was captured.
const asf::Header* header_before(const Exchange& exchange)
{
    if (exchange.past.header == nullptr) {
        return nullptr;
    }
    const auto& headers = exchange.past.header->body.headers;
    const auto latest = std::find_if(headers.rbegin(), headers.rend(), [&](const HeaderSeen& seen) {
        return seen.begins_well && seen.at.number < exchange.request->head.first.number;
    });
    return latest == headers.rend() ? nullptr : &latest->header;
}

Judgement stream_switch_complete(const Exchange& exchange)
{
    const auto entries =
        exchange.is(RequestKind::play) ? token(*exchange.request, "stream-switch-entry") : std::nullopt;
    if (!entries) {
        return not_applicable();
    }
    std::bitset<128> listed; // ASF has stream numbers of 7 bits
    std::string_view rest = *entries;
    while (const auto entry = wmsp::take_stream_switch(rest)) {
        if (entry->thinning == wmsp::Thinning::key_frames) {
            return fail("thinning 0 or 2", show_token(*exchange.request, "stream-switch-entry"));
        }
        if (entry->destination < listed.size()) {
            listed.set(entry->destination);
        }
    }
    const asf::Header* const header = header_before(exchange);
    if (header == nullptr) {
        return inconclusive(Missing::history, "no ASF header of the session was captured before");
    }
    const auto left_out =
        std::find_if(header->streams.begin(), header->streams.end(),
                     [&](const asf::Stream& one) { return !listed[one.number % listed.size()]; });
    return left_out == header->streams.end()
               ? pass()
               : fail(fmt::format("an entry for stream {} of the ASF header", left_out->number),
                      show_token(*exchange.request, "stream-switch-entry"));
}

Judgement play_request_connection(const Exchange& exchange)
{
    const Exchange* const before = exchange.past.described;
    if (!exchange.is(RequestKind::play) || before == nullptr) {
        return not_applicable();
    }
    if (before->connection == exchange.connection) {
        return pass();
    }
    const auto open = before->connection->open_at(exchange.request->head.first);
    if (!open.has_value()) {
        return inconclusive(Missing::gap, "packets of the older connection are missing");
    }
    if (!*open) {
        return pass();
    }
    return fail(
        fmt::format("the connection of the last {}, or that one closed", to_string(before->type.kind)),
        "both open side by side");
}

Judgement speed_gated(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play) || !token(*exchange.request, "Speed")) {
        return not_applicable();
    }
    if (exchange.past.fastcache) {
        return pass();
    }
    if (exchange.past.unseen || !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the server may have listed fastcache before");
    }
    return fail("no Speed before the server has listed fastcache", show_token(*exchange.request, "Speed"));
}

Judgement version11_http11(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play) || !is_one(*exchange.request, "version11-enabled")) {
        return not_applicable();
    }
    return pass_if(exchange.request->head.version() == "HTTP/1.1", "HTTP/1.1",
                   exchange.request->head.version());
}

Judgement pipelined_after_test(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play) || !exchange.past.tested) {
        return not_applicable();
    }
    const Message& request = *exchange.request;
    if (is_one(request, "version11-enabled")) {
        return pass();
    }
    if (!token(request, "version11-enabled")) {
        if (auto unseen = cannot_see(exchange.request)) {
            return *unseen;
        }
    }
    return fail("version11-enabled=1, as pipeline-result=1 came", show_token(request, "version11-enabled"));
}

constexpr std::array play_requests_table{
    Rule{
        .id = "play.request.required-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2, 2.2.2.6, 3.1.4.3.1",
        .requirement = "A Play has no-cache, packet-num, rate, stream-offset, stream-time and xPlayStrm=1.",
        .why = "They say where to begin and how fast. Third-party players leave some of them out.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,packet-num=4294967295
> Pragma: xPlayStrm=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
> Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0
> Pragma: xPlayStrm=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nPragma: xPlayStrm=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{play_request_required_tokens},
    },
    Rule{
        .id = "play.request.exclusive-tokens",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.2.6",
        .requirement = "A Play has neither xPlayNextEntry nor pipeline-request.",
        .why = "Each of them makes a request one of another type.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, xPlayStrm=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, xPlayStrm=1, pipeline-request=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nPragma: xPlayStrm=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{play_request_exclusive_tokens},
    },
    Rule{
        .id = "play.request.stream-switch-present",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.3.1",
        .requirement =
            "NSPlayer, WMCacheProxy and NSServer from 9.0 on select streams with stream-switch-entry.",
        .why = "Without it nothing is selected, and the server has nothing to send (3.2.5.6).",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:0 ffff:2:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nPragma: xPlayStrm=1\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{stream_switch_present},
    },
    Rule{
        .id = "play.request.stream-switch-complete",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.3.1",
        .requirement = "stream-switch-entry lists every stream of the ASF header, each with thinning 0 or 2.",
        .why = "What is not listed is not selected; a client that wants it off says so with thinning 2.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
> Pragma: stream-switch-entry=ffff:1:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
> Pragma: stream-switch-entry=ffff:2:0
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:0
)",
        .decide = OfExchange{stream_switch_complete},
    },
    Rule{
        .id = "play.request.connection",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.3, 3.1.4.3.1",
        .requirement =
            "When Play is sent, the connection of the last Describe, Play or PlayNextEntry is used for "
            "it, or closed.",
        .why = "A session has one data connection; a second one makes the server send twice, or refuse.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf)
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf, hole=100*20) $E(0)
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .decide = OfExchange{play_request_connection},
    },
    Rule{
        .id = "play.request.speed-gated",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.3.1, 2.2.1.7.1",
        .requirement = "Speed is sent only after the server has listed fastcache.",
        .why = "Only a server that lists it lets clients ask for more than the content's rate.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Supported: com.microsoft.wm.sswitch, com.microsoft.wm.fastcache
<< $M $H(asf) fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, Speed=5.000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Supported: com.microsoft.wm.sswitch
<< $M $H(asf) fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, Speed=5.000
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, Speed=5.000
)",
        .decide = OfExchange{speed_gated},
    },
    Rule{
        .id = "play.request.version11-http11",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.3.1",
        .requirement = "A Play with version11-enabled=1 is an HTTP/1.1 request.",
        .why = "The token asks for a chunked reply, which HTTP/1.0 does not have.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
)",
        .decide = OfExchange{version11_http11},
    },
    Rule{
        .id = "play.request.pipelined-after-test",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.9, 3.1.4.3.1",
        .requirement = "After pipeline-result=1 the client's Play says version11-enabled=1.",
        .why = "The test has shown that one connection can carry everything.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, pipeline-request=1
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, pipeline-result=1
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayStrm=1, version11-enabled=1
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, pipeline-request=1
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, pipeline-result=1
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, xPlayStrm=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, pipeline-request=1
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, pipeline-result=1
>> "GET /live HTTP/1.1\r\nPragma: xPlayStrm=1\r\nUser-Agent: NSPlayer/12.0\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{pipelined_after_test},
    },
};

} // namespace

std::span<const Rule> play_requests()
{
    return play_requests_table;
}

} // namespace wmclients::check::rules
