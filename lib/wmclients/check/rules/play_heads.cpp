#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>
#include <tl/expected.hpp>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

Judgement play_response_cache_control(const Exchange& exchange)
{
    if (const auto unasked = no_stream(exchange)) {
        return *unasked;
    }
    return needs_field(exchange.response, "Cache-Control");
}

Judgement play_response_required_tokens(const Exchange& exchange)
{
    if (const auto unasked = no_stream(exchange)) {
        return *unasked;
    }
    return needs_tokens(exchange.response, {"client-id", "features", "no-cache"});
}

Judgement play_response_content_type(const Exchange& exchange)
{
    if (const auto unasked = no_stream(exchange)) {
        return *unasked;
    }
    return needs_media_type(exchange, "application/x-mms-framed");
}

Judgement play_response_octet_stream(const Exchange& exchange)
{
    return streams(exchange) ? notes_octet_stream(exchange) : not_applicable();
}

/// Whether the request has version11-enabled=1; a judgement if its head does not tell.
tl::expected<bool, Judgement> asks_for_chunks(const Exchange& exchange)
{
    if (exchange.request && token(*exchange.request, "version11-enabled")) {
        return is_one(*exchange.request, "version11-enabled");
    }
    if (auto unseen = cannot_see(exchange.request)) {
        return tl::unexpected(*unseen);
    }
    return false;
}

Judgement chunked_if_asked(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const auto asked = asks_for_chunks(exchange);
    if (!asked) {
        return asked.error();
    }
    if (!*asked) {
        return not_applicable();
    }
    const Message& response = *exchange.response;
    if (response.head.version() == "HTTP/1.1" && response.chunked()) {
        return pass();
    }
    if (response.head.version() == "HTTP/1.1") {
        if (auto unseen = cannot_see(exchange.response)) {
            return *unseen;
        }
    }
    return fail("HTTP/1.1 and Transfer-Encoding: chunked, as the request says version11-enabled=1",
                fmt::format("{}, {}", response.head.version(), show_field(response, "Transfer-Encoding")));
}

Judgement not_chunked_otherwise(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const auto asked = asks_for_chunks(exchange);
    if (asked && *asked) {
        return not_applicable();
    }
    if (!exchange.response->chunked()) {
        return cannot_see(exchange.response).value_or(pass());
    }
    return asked ? fail("no Transfer-Encoding, as the request does not say version11-enabled=1",
                        show_field(*exchange.response, "Transfer-Encoding"))
                 : asked.error();
}

constexpr std::array play_heads_table{
    Rule{
        .id = "play.response.cache-control",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.2, 2.2.2.6",
        .requirement = "The reply to a Play has Cache-Control.",
        .why = "Proxies on the way learn by it whether they may keep the stream.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Cache-Control: no-cache
<< $H(asf) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) 2*$D
)",
        .disagreement = "K7: the grammar of 2.2.2.6 requires it, 3.2.5.2 says SHOULD; the weaker is taken.",
        .decide = OfExchange{play_response_cache_control},
    },
    Rule{
        .id = "play.response.required-tokens",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.6, 3.2.5.6, 3.2.5.2",
        .requirement = "The reply to a Play has client-id, features and no-cache.",
        .why = "The client names the session by client-id; features say what it can do with the stream.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache
< Pragma: client-id=77
< Pragma: features="broadcast"
<< $H(asf) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
<< $H(asf) 2*$D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) 2*$D
)",
        .disagreement = "K7: features is a SHOULD in the reply to Describe; nothing weakens it for Play.",
        .decide = OfExchange{play_response_required_tokens},
    },
    Rule{
        .id = "play.response.content-type",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.6, <73>",
        .requirement = "The reply to a Play is application/x-mms-framed.",
        .why = "The type tells the stream from a header alone, and from a file.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Type: application/x-mms-framed
<< $H(asf) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Type: application/vnd.ms.wms-hdr.asfv1
<< $H(asf) 2*$D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) 2*$D
)",
        .decide = OfExchange{play_response_content_type},
    },
    Rule{
        .id = "play.response.octet-stream",
        .level = Level::may,
        .side = Side::server,
        .section = "3.2.5.6, <73>",
        .requirement = "The type of the reply to a Play may instead be application/octet-stream.",
        .why = "Windows Media Services 4 and older encoders send it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/7.1.0.3055
< Content-Type: application/octet-stream
<< $H(asf) 2*$D
)",
        .decide = OfExchange{play_response_octet_stream},
    },
    Rule{
        .id = "play.response.chunked-if-asked",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "To version11-enabled=1 the server answers in HTTP/1.1, chunked.",
        .why = "Only a chunked stream can end without the connection, and another reply follow it.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .decide = OfExchange{chunked_if_asked},
    },
    Rule{
        .id = "play.response.not-chunked-otherwise",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "Without version11-enabled=1 the reply to a Play is not chunked.",
        .why = "A client that did not ask takes the sizes of chunks for parts of packets.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Transfer-Encoding: chunked
<< chunked($M $H(asf) $D)
)",
        .decide = OfExchange{not_chunked_otherwise},
    },
};

} // namespace

std::span<const Rule> play_heads()
{
    return play_heads_table;
}

} // namespace wmclients::check::rules
