#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

constexpr std::size_t pairs = 3; ///< `$P` of a packet-pair experiment

/// The reply's body is the rules' matter.
bool has_description(const Exchange& exchange)
{
    return exchange.answers_describe() && exchange.status() == 200;
}

Judgement missing_packets(const Run& run)
{
    return inconclusive(Missing::gap, "bytes before a packet are missing").at(run.first.first);
}

/// Where a packet's type stands in the order of a Describe's reply; 3: nowhere.
int rank(char id)
{
    return id == packet_id::packet_pair ? 0 : id == packet_id::metadata ? 1 : id == packet_id::header ? 2 : 3;
}

Judgement body_packets(const Exchange& exchange)
{
    if (!has_description(exchange)) {
        return not_applicable();
    }
    constexpr std::string_view expected = "none or three $P, then $M, then $H";
    const Body& body = exchange.body;
    if (body.start == dissect::BodyStart::not_framed) {
        return fail(std::string{expected}, "a body that is no $ packets");
    }
    std::size_t seen_pairs = 0;
    int before = 0;
    bool gap = exchange.response->gap || body.start == dissect::BodyStart::unknown;
    for (const Run& run : body.runs) {
        const int now = rank(run.first.id);
        seen_pairs += now == 0 ? 1 : 0;
        if (now == 3 || now < before || seen_pairs > pairs) {
            return fail(std::string{expected}, fmt::format("a ${} out of place", run.first.id))
                .at(run.first.first, run.end);
        }
        if (run.after_junk) {
            return fail(std::string{expected}, "bytes that are no packet").at(body.unread_at);
        }
        if (now > 0 && seen_pairs % pairs != 0 && !gap) {
            return fail(std::string{expected}, fmt::format("{} $P", seen_pairs)).at(run.first.first, run.end);
        }
        before = now;
    }
    if (auto unseen = cannot_see_end(*exchange.response)) {
        return *unseen;
    }
    if (gap) {
        return inconclusive(Missing::gap, "the beginning of the body is missing");
    }
    if (body.unread_bytes != 0) {
        return fail(std::string{expected}, fmt::format("{} bytes that are no packet", body.unread_bytes))
            .at(body.unread_at);
    }
    return pass_if(before == 2, expected, "no $H");
}

Judgement ends_with_header(const Exchange& exchange)
{
    if (!has_description(exchange)) {
        return not_applicable();
    }
    if (auto unseen = cannot_see_end(*exchange.response)) {
        return *unseen;
    }
    const Body& body = exchange.body;
    constexpr std::string_view expected = "the whole ASF header in $H, and nothing after it";
    const bool ends_well = !body.runs.empty() && ends_header(body.runs.back());
    const HeaderSeen* const header = body.headers.empty() ? nullptr : &body.headers.back();
    if (ends_well && body.unread_bytes == 0 && header != nullptr && header->begins_well
        && header->header.header_size <= header->size) {
        return pass();
    }
    const Connection& connection = *exchange.connection;
    const auto client_end = connection.closed_by_client();
    if (client_end && exchange.response->end != http::MessageEnd::complete
        && client_end->number < connection.closed_by_server().value_or(*client_end).number) {
        return inconclusive(Missing::unknown, "the client closed first");
    }
    if (body.runs.empty()) {
        return fail(std::string{expected}, "no $ packet");
    }
    const Run& last = body.runs.back();
    return fail(std::string{expected}, !ends_well ? fmt::format("the last packet is a ${}{}", last.last.id,
                                                                last.last.complete ? "" : ", not whole")
                                       : body.unread_bytes != 0 ? "bytes that are no packet"
                                                                : "an ASF header that is not whole")
        .at(last.first.first, last.end);
}

Judgement packet_pair(const Exchange& exchange)
{
    if (!has_description(exchange) || !is_one(*exchange.response, "packet-pair-experiment")) {
        return not_applicable();
    }
    constexpr std::string_view expected = "three $P at the beginning, as packet-pair-experiment=1 says";
    const Body& body = exchange.body;
    for (std::size_t i = 0; i <= pairs; ++i) {
        if (i == body.runs.size()) {
            if (auto unseen = cannot_see_end(*exchange.response)) {
                return *unseen;
            }
            return pass_if(i == pairs, expected, "the body ends before");
        }
        const Run& run = body.runs[i];
        if (run.after_gap) {
            return missing_packets(run);
        }
        if ((run.first.id == packet_id::packet_pair) != (i < pairs)) {
            return fail(std::string{expected}, fmt::format("a ${} as number {}", run.first.id, i + 1))
                .at(run.first.first, run.end);
        }
    }
    return pass();
}

Judgement no_packet_pair(const Exchange& exchange)
{
    if (!has_description(exchange) || is_one(*exchange.response, "packet-pair-experiment")) {
        return not_applicable();
    }
    if (!token(*exchange.response, "packet-pair-experiment")) {
        if (auto unseen = cannot_see(exchange.response)) {
            return *unseen;
        }
    }
    for (const Run& run : exchange.body.runs) {
        if (run.first.id == packet_id::packet_pair) {
            return fail("no $P, as the reply does not say packet-pair-experiment=1", "a $P")
                .at(run.first.first, run.end);
        }
    }
    return cannot_see_end(*exchange.response).value_or(pass());
}

Judgement packet_pair_asked(const Exchange& exchange)
{
    return exchange.request && !exchange.answers_describe()
               ? not_applicable()
               : only_if_asked(exchange, "packet-pair-experiment");
}

/// The TCP segments are told apart by the packets of the capture.
Judgement packet_pair_segments(const Exchange& exchange)
{
    if (!has_description(exchange) || !exchange.body.has(packet_id::packet_pair)) {
        return not_applicable();
    }
    const auto& runs = exchange.body.runs;
    if (runs.size() < pairs || std::any_of(runs.begin(), runs.begin() + pairs, [](const Run& run) {
            return run.after_gap || run.first.id != packet_id::packet_pair || !run.first.complete
                   || run.first.damaged;
        })) {
        return inconclusive(exchange.response->gap ? Missing::gap : Missing::truncated,
                            "not all three $P were captured");
    }
    const std::uint64_t head = exchange.response->head.last.number;
    const Run& first = runs[0];
    const Run& second = runs[1];
    const Run& third = runs[2];
    // Packet 3 alone is longer than an Ethernet frame may be: a segment with all of it was put together on
    // the way to the capture, or the link takes longer ones.
    if (third.first.first.number == third.end.number) {
        return inconclusive(Missing::unknown, "segments longer than 1500 bytes")
            .at(first.first.first, third.end);
    }
    if (first.first.first.number != head || first.end.number != head) {
        return fail("the head and the first $P in one segment", "more than one segment")
            .at(exchange.response->head.first, first.end);
    }
    const bool alone =
        second.first.first.number != first.end.number && second.end.number != third.first.first.number;
    return alone ? pass()
                 : fail("the second $P in a segment without another $P", "one segment with more than one $P")
                       .at(second.first.first, second.end);
}

Judgement pipeline_experiment_asked(const Exchange& exchange)
{
    return exchange.request && !exchange.answers_describe() ? not_applicable()
                                                            : only_if_asked(exchange, "pipeline-experiment");
}

Judgement describe_response_metadata(const Exchange& exchange)
{
    if (!has_description(exchange)) {
        return not_applicable();
    }
    if (auto not_due = no_metadata_due(exchange)) {
        return *not_due;
    }
    if (exchange.body.has(packet_id::metadata)) {
        return pass();
    }
    return cannot_see_end(*exchange.response)
        .value_or(fail("a $M, as both sides are of version 9.0 or later", "no $M"));
}

constexpr std::array describe_bodies_table{
    Rule{
        .id = "describe.response.body-packets",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.1, 3.2.5.4",
        .requirement =
            "The body of a Describe's reply is none or three $P, then $M packets, then $H packets.",
        .why = "The client reads it in this order, and stops at the header.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) $M fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=100*20)
<< fin
)",
        .decide = OfExchange{body_packets},
    },
    Rule{
        .id = "describe.response.ends-with-header",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "The body of a Describe's reply ends with the whole ASF header in one or more $H.",
        .why = "The client chooses streams by the header, and takes the end of the body for its end.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, split=2) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $E(0) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf)
)",
        .decide = OfExchange{ends_with_header},
    },
    Rule{
        .id = "describe.response.packet-pair",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4, 2.2.2.1",
        .requirement = "If the reply says packet-pair-experiment=1, its body begins with exactly three $P.",
        .why = "The client times their arrival, and computes the bandwidth from it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $M $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< ~300 $H(asf) fin
)",
        .decide = OfExchange{packet_pair},
    },
    Rule{
        .id = "describe.response.no-packet-pair",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "Without packet-pair-experiment=1 in the reply the server sends no $P.",
        .why = "The lengths of $P do not say where they end: a client that does not expect them loses its "
               "place.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $P(120) $M $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf) fin
)",
        .decide = OfExchange{no_packet_pair},
    },
    Rule{
        .id = "describe.response.packet-pair-asked",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "packet-pair-experiment is in the reply only if the request had it with value 1.",
        .why = "A client that did not ask does not expect $P.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .disagreement =
            "K5: the token is defined for requests only, but servers send it in 2.2.2.1 and 3.2.5.4.",
        .decide = OfExchange{packet_pair_asked},
    },
    Rule{
        .id = "describe.response.packet-pair-segments",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "The reply's head and the first $P share one TCP segment; the second $P has a segment "
                       "without another $P.",
        .why = "The client times the segments: the sizes of $P are made for it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
<< "HTTP/1.0 200 OK\r\nPragma: packet-pair-experiment=1\r\n\r\n" x"24 50 f8 01 f8 01 00 00"
<< x"24 50 f8 01 f8 01 00 00" 504*"p"
<< x"24 50 18 04 f8 01 00 00" 1552*"p" $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .inconclusive = R"(
! mss 9000
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: packet-pair-experiment=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: packet-pair-experiment=1
<< $P(120) $M $H(asf) fin
)",
        .decide = OfExchange{packet_pair_segments},
    },
    Rule{
        .id = "describe.response.pipeline-experiment-asked",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "pipeline-experiment is in the reply only if the request had it with value 1.",
        .why = "The token answers the client's; by itself it says nothing.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: pipeline-experiment=1
<< $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: pipeline-experiment=1
<< $M $H(asf) fin
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: pipeline-experiment=1
<< $M $H(asf) fin
)",
        .decide = OfExchange{pipeline_experiment_asked},
    },
    Rule{
        .id = "describe.response.metadata",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4, 3.2.4.2",
        .requirement = "A Cougar of version 9.0 or later sends at least one $M to a client of 9.0 or later.",
        .why = "The client takes the number and the features of the playlist entry from it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< ~60 $H(asf) fin
)",
        .disagreement = "K25: 3.2.5.4 asks any Cougar, 3.2.4.2 only those from 9.0 on; 9.0 is taken.",
        .decide = OfExchange{describe_response_metadata},
    },
};

} // namespace

std::span<const Rule> describe_bodies()
{
    return describe_bodies_table;
}

} // namespace wmclients::check::rules
