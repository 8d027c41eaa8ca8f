#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

Judgement incarnation_initial(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    const auto at = std::find_if(runs.begin(), runs.end(), [](const Run& run) {
        return run.first.has_mms_header && run.first.id != packet_id::data;
    });
    const auto is_new = makes_session(exchange);
    if (at == runs.end() || is_new == false) {
        return not_applicable();
    }
    if (!is_new.has_value()) {
        return inconclusive(Missing::history, "the request was not captured whole: the session may be older");
    }
    if (const auto unseen = cannot_see_before(exchange, *at)) {
        return *unseen;
    }
    const unsigned highest = exchange.answers_play() ? 1 : 0;
    return at->first.incarnation <= highest ? pass()
                                            : fail(highest == 0 ? "Incarnation 0" : "Incarnation 0 or 1",
                                                   fmt::format("Incarnation {}", at->first.incarnation))
                                                  .at(at->first.first, at->end);
}

Judgement incarnation_hm_equal(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    std::optional<Judgement> seen;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        const wmsp::Frame& metadata = runs[i - 1].last;
        const wmsp::Frame& header = runs[i].first;
        if (metadata.id != packet_id::metadata || header.id != packet_id::header || !metadata.has_mms_header
            || !header.has_mms_header) {
            continue;
        }
        if (auto unseen = cannot_see_before(exchange, runs[i])) {
            seen = seen ? seen : std::move(unseen);
            continue;
        }
        if (metadata.incarnation != header.incarnation) {
            return fail(fmt::format("Incarnation {} in the $H, as in its $M", metadata.incarnation),
                        fmt::format("Incarnation {}", header.incarnation))
                .at(metadata.first, runs[i].end);
        }
        seen = pass();
    }
    return seen.value_or(not_applicable());
}

Judgement metadata_then_header(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    std::optional<Judgement> seen;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const wmsp::Frame& metadata = runs[i].last;
        if (metadata.id != packet_id::metadata) {
            continue;
        }
        if (i + 1 == runs.size() || runs[i + 1].after_gap) {
            seen = seen.value_or(inconclusive(i + 1 == runs.size() ? Missing::truncated : Missing::gap,
                                              "what follows the $M was not seen"));
            continue;
        }
        const wmsp::Frame& next = runs[i + 1].first;
        const bool goes_on = next.id == packet_id::metadata && (metadata.af_flags & 0x08) == 0;
        if ((next.id != packet_id::header && !goes_on) || runs[i + 1].after_junk) {
            return fail("$H behind $M",
                        runs[i + 1].after_junk ? "bytes that are no packet" : fmt::format("${}", next.id))
                .at(metadata.first, runs[i + 1].end);
        }
        seen = goes_on ? seen : pass();
    }
    return seen.value_or(not_applicable());
}

Judgement metadata_not_for_old(const Exchange& exchange)
{
    const Body& body = exchange.body;
    if (body.runs.empty()) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(exchange.connection->from_client ? Missing::mid_stream : Missing::one_sided,
                            "the client's version was not captured");
    }
    if (!exchange.request->head.field("User-Agent")) {
        return cannot_see(exchange.request).value_or(not_applicable());
    }
    const auto version = client_version(exchange);
    if (!wmsp::is_wmsp_agent(exchange.request->head.value("User-Agent"))
        || (version && *version >= Version{9, 0})) {
        return not_applicable();
    }
    if (!version) {
        return inconclusive(Missing::unknown,
                            "the client names no version: " + show_field(*exchange.request, "User-Agent"));
    }
    const auto at = std::find_if(body.runs.begin(), body.runs.end(),
                                 [](const Run& run) { return run.first.id == packet_id::metadata; });
    if (at != body.runs.end()) {
        return fail(fmt::format("no $M to a client {}.{}", version->major, version->minor), "$M")
            .at(at->first.first, at->end);
    }
    return exchange.response && exchange.response->gap ? inconclusive(
               exchange.response->cut ? Missing::truncated : Missing::gap, "bytes of the body are missing")
                                                       : pass();
}

constexpr std::array framing_metadata_table{
    Rule{
        .id = "framing.incarnation-initial",
        .level = Level::should,
        .side = Side::server,
        .section = "2.2.3.1.2, 3.2.1",
        .requirement = "Incarnation of a new session starts at 0.",
        .why = "It counts how often the session began to stream, so that a client can tell old packets from "
               "new. A reply to Play may already have 1.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: no-cache
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: no-cache
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf, inc=1)
)",
        .inconclusive = R"(
! only <
> GET /live HTTP/1.0
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf, inc=1)
)",
        .decide = OfBody{incarnation_initial},
    },
    Rule{
        .id = "framing.incarnation-hm-equal",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 3.2.5.9",
        .requirement = "The $M and $H of one header have the same Incarnation.",
        .why = "They belong to the same start of the stream.",
        .passes = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(inc=1) $H(asf, inc=1) $D
)",
        .fails = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(inc=0) $H(asf, inc=1) $D
)",
        .inconclusive = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(inc=0) ~30 $H(asf, inc=1) $D
)",
        .decide = OfBody{incarnation_hm_equal},
    },
    Rule{
        .id = "framing.metadata-then-header",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "Nothing comes between $M and its $H.",
        .why = "A client takes the $M for the header that follows.",
        .passes = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) $D $C(0) $M $D $H(asf)
)",
        .inconclusive = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M
)",
        .decide = OfBody{metadata_then_header},
    },
    Rule{
        .id = "framing.metadata-not-for-old",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "No $M is sent to a client older than 9.0.",
        .why = "Such a client does not know the packet.",
        .passes = R"(
> GET /list HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(asf) $D
)",
        .fails = R"(
> GET /list HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! only <
> GET /list HTTP/1.0
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M $H(asf) $D
)",
        .decide = OfBody{metadata_not_for_old},
    },
};

} // namespace

std::span<const Rule> framing_metadata()
{
    return framing_metadata_table;
}

} // namespace wmclients::check::rules
