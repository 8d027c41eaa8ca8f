#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>
#include <wmclients/wmsp/stream_switch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;
namespace packet_id = wmsp::packet_id;

Judgement expect_new_header(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.body.start == dissect::BodyStart::not_framed) {
        return not_applicable();
    }
    const bool said = is_one(*exchange.response, "expect-new-header");
    const auto& runs = exchange.body.runs;
    std::size_t at = 0;
    const auto skip = [&](char id) {
        const std::size_t begin = at;
        while (at < runs.size() && !runs[at].after_gap && runs[at].first.id == id) {
            ++at;
        }
        return at > begin;
    };
    const bool metadata = skip(packet_id::metadata);
    const bool header = skip(packet_id::header);
    if (exchange.body.start == dissect::BodyStart::unknown || (at < runs.size() && runs[at].after_gap)) {
        return inconclusive(Missing::gap, "the body's first packets are missing");
    }
    if (at == runs.size()) {
        return said ? cannot_see_end(*exchange.response)
                          .value_or(fail("$C behind the header, as expect-new-header=1 says",
                                         "the end of the body"))
                    : not_applicable();
    }
    const bool changes_at_once = metadata && header && runs[at].first.id == packet_id::new_header;
    if (said) {
        return changes_at_once ? pass()
                               : fail("$M, $H and $C at the beginning, as expect-new-header=1 says",
                                      fmt::format("a ${}", runs[at].first.id))
                                     .at(runs[at].first.first, runs[at].first.first);
    }
    if (!changes_at_once) {
        return not_applicable();
    }
    return cannot_see(exchange.response)
        .value_or(fail("expect-new-header=1, as $M, $H and $C come first",
                       show_token(*exchange.response, "expect-new-header")));
}

Judgement old_client_sequence(const Exchange& exchange)
{
    if (!streams(exchange) || exchange.is(RequestKind::play_next_entry)
        || !is_one(*exchange.response, "xResetStrm")) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(Missing::one_sided, "the client's version was not captured");
    }
    const Product client = client_product(*exchange.request);
    const auto context = token(*exchange.request, "request-context");
    const bool first_play =
        (client.is("NSPlayer") && context == "2") || (client.is("NSServer") && context == "3");
    if (!client.version || *client.version >= Version{7, 0} || !first_play) {
        return exchange.request->head.complete ? not_applicable() : *cannot_see(exchange.request);
    }
    constexpr std::string_view expected = "$H, $E with reason 1, $C with reason 0, $H";
    const auto& runs = exchange.body.runs;
    const auto is = [](const Run& run, char id, std::uint32_t reason) {
        return run.first.id == id && run.first.reason == reason;
    };
    constexpr std::string_view ids = "HECH";
    std::size_t at = 0;
    for (std::size_t step = 0; step < ids.size(); ++step, ++at) {
        while (at > 0 && at < runs.size() && !runs[at].after_gap && ids[step] != packet_id::header
               && runs[at].first.id == packet_id::header) {
            ++at; // another fragment of the header
        }
        if (at >= runs.size()) {
            return cannot_see_end(*exchange.response)
                .value_or(fail(std::string{expected}, "the end of the body"));
        }
        const Run& run = runs[at];
        if (run.after_gap) {
            return inconclusive(Missing::gap, "the body's first packets are missing");
        }
        if (!is(run, ids[step], ids[step] == packet_id::end_of_stream ? 1 : 0)) {
            return fail(std::string{expected}, fmt::format("a ${} as number {}", run.first.id, at + 1))
                .at(run.first.first, run.first.first);
        }
    }
    return pass();
}

/// Whether the request's entries select the stream.
bool selects(std::string_view entries, std::uint8_t stream)
{
    bool selected = false;
    while (const auto entry = wmsp::take_stream_switch(entries)) {
        if (entry->destination == stream) {
            selected = entry->thinning != wmsp::Thinning::off;
        }
    }
    return selected;
}

/// Whether a client that gives no entries gets all streams; empty: it cannot be told (3.2.5.6).
std::optional<bool> gets_all(const Message& request)
{
    const Product client = client_product(request);
    if (!client.is("NSServer")) {
        return false;
    }
    return client.version ? std::optional{*client.version <= Version{5, 0}} : std::nullopt;
}

/// The client may select other streams while this reply runs: a new entry begins, for which the server
/// chooses (3.2.4.2), or a SelectStream came on another connection.
bool may_have_changed(const Exchange& exchange)
{
    const auto id = exchange.response ? token(*exchange.response, "client-id") : std::nullopt;
    return exchange.body.header_changes
           || (id
               && exchange.connection->server->reselected.find(*id)
                      != exchange.connection->server->reselected.end());
}

Judgement selected_streams(const Packet& packet)
{
    const Exchange& exchange = packet.exchange;
    if (packet.frame.id != packet_id::data) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(exchange.connection->beginning_captured ? Missing::one_sided
                                                                    : Missing::mid_stream,
                            "the request was not captured");
    }
    const Message& request = *exchange.request;
    const auto entries = token(request, "stream-switch-entry");
    const bool goes_on =
        exchange.is(RequestKind::play_next_entry) && !entries; // with what was selected before
    const bool asked = exchange.is(RequestKind::play) || exchange.is(RequestKind::describe)
                       || exchange.is(RequestKind::play_next_entry);
    if (!asked || goes_on || may_have_changed(exchange) || exchange.foreign()) {
        return not_applicable();
    }
    if (!entries) {
        if (const auto unseen = cannot_see(exchange.request)) {
            return *unseen;
        }
        const auto all = gets_all(request);
        if (!all) {
            return inconclusive(Missing::unknown,
                                "an NSServer without entries, of a version that cannot be read");
        }
        if (*all) {
            return pass();
        }
    }
    if (packet.parsed == nullptr) {
        return packet.parse_error.empty()
                   ? inconclusive(Missing::gap, "the packet was not captured whole")
                   : inconclusive(Missing::unknown,
                                  fmt::format("the payload cannot be read: {}", packet.parse_error));
    }
    const auto& payloads = packet.parsed->payloads;
    const auto wrong = std::find_if(payloads.begin(), payloads.end(), [&](const asf::Payload& payload) {
        return !selects(entries.value_or(""), payload.stream);
    });
    return wrong == payloads.end()
               ? pass()
               : fail(entries ? fmt::format("streams of {}", show_token(request, "stream-switch-entry"))
                              : "no stream, as the request selects none",
                      fmt::format("a payload of stream {}", wrong->stream));
}

Judgement play_response_reset_unknown_id(const Exchange& exchange)
{
    return streams(exchange) && !exchange.is(RequestKind::play_next_entry) ? needs_reset(exchange)
                                                                           : not_applicable();
}

constexpr std::array play_sessions_table{
    Rule{
        .id = "play.response.expect-new-header",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 2.2.1.4.7",
        .requirement = "If $M and $H are followed at once by $C and another $M and $H, the reply says "
                       "expect-new-header=1, and only then.",
        .why = "The client need not prepare for a header that is replaced before any data.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: expect-new-header=1
<< $M $H(asf) $C(0) $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $C(0) $M $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: expect-new-header=1
<< $M $H(asf)
<< ~200
<< $D $D
)",
        .decide = OfExchange{expect_new_header},
    },
    Rule{
        .id = "play.response.old-client-sequence",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement =
            "After xResetStrm, NSPlayer below 7.0 with request-context=2, or NSServer below 7.0 with "
            "request-context=3, gets $H, $E with reason 1, $C with reason 0 and $H before data.",
        .why = "Old clients do not know xResetStrm; a change of entries makes them read the header anew.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/6.4.0.3856
> Pragma: xPlayStrm=1, request-context=2, client-id=5
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
<< $H(asf) $E(1) $C(0) $H(asf) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/6.4.0.3856
> Pragma: xPlayStrm=1, request-context=2, client-id=5
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
<< $H(asf) 2*$D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/6.4.0.3856
> Pragma: xPlayStrm=1, request-context=2, client-id=5
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77, xResetStrm=1
<< $H(asf)
)",
        .decide = OfExchange{old_client_sequence},
    },
    Rule{
        .id = "play.response.selected-streams",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "$D holds only payloads of streams that the client has selected.",
        .why = "What was not selected takes bandwidth that the client has counted on for something else.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:0 ffff:2:2
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=x"82 00 00 08 5d 00 00 00 00 00 00 00 01 01 00 00 00 00 00" 82*"m")
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:2 ffff:2:0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=x"82 00 00 08 5d 00 00 00 00 00 00 00 01 01 00 00 00 00 00" 82*"m")
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/foobar
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D
)",
        .decide = OfPacket{selected_streams},
    },
    Rule{
        .id = "play.response.reset-unknown-id",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 2.2.1.4.37",
        .requirement =
            "If the request's client-id is unknown to the server, a successful reply says xResetStrm=1.",
        .why = "It tells the client that its session is gone, and what it knows of the content may be, too.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, xResetStrm=1
<< $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=5
<< "HTTP/1.0 200 OK\r\nPragma: client-id=77\r\nServer: Rex/9.0" ~40 "\r\n\r\n" $H(asf) $D
)",
        .decide = OfExchange{play_response_reset_unknown_id},
    },
};

} // namespace

std::span<const Rule> play_sessions()
{
    return play_sessions_table;
}

} // namespace wmclients::check::rules
