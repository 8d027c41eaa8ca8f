#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;
namespace packet_id = wmsp::packet_id;

/// The client ended the connection before the server did.
bool client_closed_first(const Connection& connection)
{
    const auto client = connection.closed_by_client();
    const auto server = connection.closed_by_server();
    return client && (!server || client->number < server->number);
}

Judgement header_first(const Exchange& exchange)
{
    if (const auto unasked = no_stream(exchange)) {
        return *unasked;
    }
    if (exchange.is(RequestKind::play_next_entry) || exchange.status() != 200) {
        return not_applicable();
    }
    constexpr std::string_view expected = "the whole ASF header in $H, $M before it at most";
    const Body& body = exchange.body;
    if (body.start == dissect::BodyStart::not_framed) {
        return fail(std::string{expected}, "a body that is no $ packets");
    }
    if (body.start == dissect::BodyStart::unknown) {
        return inconclusive(Missing::gap, "the body's start is missing");
    }
    bool in_header = false;
    for (const Run& run : body.runs) {
        if (run.after_gap) {
            return inconclusive(Missing::gap, "bytes before a packet are missing").at(run.first.first);
        }
        const bool header = run.first.id == packet_id::header;
        if (run.after_junk || !(header || (run.first.id == packet_id::metadata && !in_header))) {
            return fail(std::string{expected}, run.after_junk
                                                   ? "bytes that are no packet"
                                                   : fmt::format("a ${} before its end", run.first.id))
                .at(run.first.first, run.first.first);
        }
        in_header = in_header || header;
        if (ends_header(run)) {
            return run.last.damaged ? inconclusive(Missing::gap, "bytes of the ASF header are missing")
                                    : pass();
        }
    }
    if (auto unseen = cannot_see_end(*exchange.response)) {
        return *unseen;
    }
    if (!exchange.connection->from_client) {
        return inconclusive(Missing::one_sided, "the client may have closed first");
    }
    if (client_closed_first(*exchange.connection)) {
        return inconclusive(Missing::unknown, "the client closed first");
    }
    return fail(std::string{expected}, "the body ends before");
}

/// Where a stream stands in the grammar of 2.2.2.6.
enum class At : std::uint8_t {
    start,  ///< header_first() judges what comes here
    header, ///< behind a `$H`
    data,
    end,    ///< behind a `$E`
    change, ///< behind a `$C` and the `$M` of the new header
    lost,   ///< behind a gap
};

/// Where the stream stands after a packet; nothing if the packet must not come there.
std::optional<At> next(At at, char id)
{
    const bool anywhere = at == At::start || at == At::lost;
    switch (id) {
    case packet_id::metadata:
        return anywhere ? std::optional{at} : at == At::change ? std::optional{At::change} : std::nullopt;
    case packet_id::header:
        return anywhere || at == At::change || at == At::header ? std::optional{At::header} : std::nullopt;
    case packet_id::data:
        return anywhere || at == At::header || at == At::data ? std::optional{At::data} : std::nullopt;
    case packet_id::end_of_stream:
        return at == At::change ? std::nullopt : std::optional{At::end};
    case packet_id::new_header:
        return at == At::change ? std::nullopt : std::optional{At::change};
    default:
        return {};
    }
}

Judgement body_order(const Exchange& exchange)
{
    const Body& body = exchange.body;
    if (body.runs.empty() || (exchange.response && (!streams(exchange) || exchange.status() != 200))
        || (!exchange.response && !body.has(packet_id::data))) {
        return not_applicable();
    }
    At at = body.start == dissect::BodyStart::framed ? At::start : At::lost;
    bool lost = at == At::lost;
    char before = 0;
    for (const Run& run : body.runs) {
        if (run.after_gap || run.after_junk) {
            at = At::lost;
            lost = true;
        }
        const auto now = next(at, run.first.id);
        if (!now) {
            return fail("$H, then $D, then $E or $C; behind each $C a new $H",
                        before == 0 ? fmt::format("a ${}", run.first.id)
                                    : fmt::format("a ${} behind a ${}", run.first.id, before))
                .at(run.first.first, run.first.first);
        }
        at = *now;
        before = run.first.id;
    }
    if (lost) {
        return exchange.response ? inconclusive(Missing::gap, "packets may be missing")
                                 : inconclusive(Missing::mid_stream, "the beginning was not captured");
    }
    return body.runs_left_out ? inconclusive(Missing::unknown, "more packets than are kept") : pass();
}

Judgement play_response_metadata(const Exchange& exchange)
{
    if (const auto unasked = no_stream(exchange)) {
        return *unasked;
    }
    if (auto not_due = no_metadata_due(exchange)) {
        return *not_due;
    }
    const Body& body = exchange.body;
    bool lost = body.start == dissect::BodyStart::unknown;
    bool due = !lost && !exchange.is(RequestKind::play_next_entry);
    bool seen = false;
    for (const Run& run : body.runs) {
        if (run.after_gap) {
            lost = true;
            due = false;
        }
        if (run.first.id == packet_id::new_header) {
            due = true;
        } else if (run.first.id == packet_id::metadata) {
            due = false;
            seen = true;
        } else if (run.first.id == packet_id::header && due) {
            return fail("a $M before the header, as both sides are of version 9.0 or later", "no $M")
                .at(run.first.first, run.end);
        }
    }
    if (lost) {
        return inconclusive(Missing::gap, "packets may be missing");
    }
    // Where no header came there is nothing before which $M should stand.
    return seen ? pass() : not_applicable();
}

constexpr std::array play_bodies_table{
    Rule{
        .id = "play.response.header-first",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 2.2.2.6",
        .requirement = "The body of a Play's reply begins with the ASF header in $H, $M before it at most.",
        .why = "Data cannot be decoded before the header has come.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, split=2) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< 2*$D $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< ~200
<< 2*$D
)",
        .decide = OfExchange{header_first},
    },
    Rule{
        .id = "play.response.body-order",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.6, 3.2.5.6, 3.2.4.1",
        .requirement =
            "After the header come $D, then $E or $C; each $C is followed by a new $H; no $P, no $T.",
        .why = "A new header without $C reaches a client that has no reason to read it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $E(1) $C(0) $H(asf) 2*$D $E(0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D $H(asf) 2*$D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D
<< ~200
<< 2*$D
)",
        .decide = OfExchange{body_order},
    },
    Rule{
        .id = "play.response.metadata",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 3.2.4.2",
        .requirement =
            "A Cougar of version 9.0 or later sends $M before the header, and again after each $C, to a "
            "client of 9.0 or later.",
        .why = "The client takes the number and the features of the playlist entry from it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) 2*$D $C(0) $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) 2*$D $C(0) $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< ~60
<< $H(asf) 2*$D
)",
        .disagreement = "K25: 3.2.5.6 asks any Cougar, 3.2.4.2 only those from 9.0 on; 9.0 is taken.",
        .decide = OfExchange{play_response_metadata},
    },
};

} // namespace

std::span<const Rule> play_bodies()
{
    return play_bodies_table;
}

} // namespace wmclients::check::rules
