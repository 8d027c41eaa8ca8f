#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

bool is_object(const wmsp::Frame& frame)
{
    return frame.has_mms_header && (frame.id == packet_id::header || frame.id == packet_id::metadata);
}

/// A $H or $M, and where it stands.
struct Fragment {
    const wmsp::Frame& frame;
    const wmsp::Frame* before; ///< of the same object; null: it is the first of one
};

/// Asks `judge(fragment)` of each $H and $M whose place in its object is known: the first failure, else a
/// pass if there is any, else what is missing.
template <typename Judge>
Judgement of_fragments(const Exchange& exchange, Judge judge)
{
    std::optional<Judgement> missing;
    bool any = false;
    const auto& runs = exchange.body.runs;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const wmsp::Frame& frame = runs[i].first;
        if (!is_object(frame)) {
            continue;
        }
        const wmsp::Frame* const before = i > 0 && adjacent(runs[i]) ? &runs[i - 1].last : nullptr;
        const bool goes_on = before != nullptr && before->id == frame.id && is_object(*before)
                             && (before->af_flags & wmsp::last_fragment) == 0
                             && (frame.af_flags & wmsp::first_fragment) == 0;
        if (before == nullptr && (frame.af_flags & wmsp::first_fragment) == 0) {
            if (auto unseen = cannot_see_before(exchange, runs[i])) {
                missing = std::move(unseen);
                continue;
            }
        }
        any = true;
        Judgement judgement = judge(Fragment{frame, goes_on ? before : nullptr});
        if (judgement.verdict == Verdict::fail) {
            return std::move(judgement).at(frame.first, runs[i].end);
        }
    }
    return any ? pass() : missing.value_or(not_applicable());
}

Judgement hm_location_id(const Exchange& exchange)
{
    return of_fragments(exchange, [](const Fragment& fragment) {
        const std::uint32_t expected = fragment.before != nullptr ? fragment.before->location_id + 1 : 0;
        return fragment.frame.location_id == expected
                   ? pass()
                   : fail(fmt::format("LocationId {} in the ${}", expected, fragment.frame.id),
                          fmt::format("LocationId {}", fragment.frame.location_id));
    });
}

Judgement hm_afflags(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        // An object whose last fragment does not say so, and something else behind it.
        const wmsp::Frame& before = runs[i - 1].last;
        const bool goes_on =
            runs[i].first.id == before.id && (runs[i].first.af_flags & wmsp::first_fragment) == 0;
        if (is_object(before) && (before.af_flags & wmsp::last_fragment) == 0 && adjacent(runs[i])
            && !goes_on) {
            return fail(fmt::format("0x0C in a whole object, 0x08 in its last ${}", before.id),
                        fmt::format("0x{:02X}, and the object ends there", before.af_flags))
                .at(before.first, runs[i - 1].end);
        }
    }
    return of_fragments(exchange, [](const Fragment& fragment) {
        const unsigned flags = fragment.frame.af_flags;
        const unsigned allowed = flags & wmsp::last_fragment;
        const bool good =
            fragment.before != nullptr ? flags == allowed : flags == (allowed | wmsp::first_fragment);
        return good ? pass()
                    : fail(fragment.before != nullptr ? "0x00, or 0x08 in the last fragment"
                                                      : "0x0C, or 0x04 in the first fragment",
                           fmt::format("0x{:02X} in the ${}", flags, fragment.frame.id));
    });
}

/// The first $D of the body, or null.
const Run* first_data(const Exchange& exchange)
{
    const auto& runs = exchange.body.runs;
    const auto at = std::find_if(runs.begin(), runs.end(), [](const Run& run) {
        return run.first.id == packet_id::data && run.first.has_mms_header;
    });
    return at == runs.end() ? nullptr : &*at;
}

/// The latest $D in the session before this exchange, or null.
const Run* data_before(const Exchange& exchange)
{
    const auto earlier = exchange.session->before(exchange);
    for (auto one = earlier.rbegin(); one != earlier.rend(); ++one) {
        const auto& runs = (*one)->body.runs;
        const auto at = std::find_if(runs.rbegin(), runs.rend(),
                                     [](const Run& run) { return run.first.id == packet_id::data; });
        if (at != runs.rend()) {
            return &*at;
        }
    }
    return nullptr;
}

/// Whether the session began at this exchange, or at one before it with no $D since; unknown if neither was
/// captured.
std::optional<bool> is_first_stream(const Exchange& exchange)
{
    if (makes_session(exchange) == true) {
        return true;
    }
    const auto earlier = exchange.session->before(exchange);
    for (auto one = earlier.rbegin(); one != earlier.rend(); ++one) {
        if ((*one)->body.has(packet_id::data)) {
            return false;
        }
        if (makes_session(**one) == true) {
            return true;
        }
    }
    return {};
}

Judgement d_afflags_start(const Exchange& exchange)
{
    const Run* const run = first_data(exchange);
    if (run == nullptr) {
        return not_applicable();
    }
    const auto is_first = is_first_stream(exchange);
    if (!is_first) {
        return inconclusive(Missing::history, "the session's beginning was not seen");
    }
    if (!*is_first) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see_before(exchange, *run)) {
        return *unseen;
    }
    return run->first.af_flags == 0
               ? pass()
               : fail("AFFlags 0 in the session's first $D", fmt::format("AFFlags {}", run->first.af_flags))
                     .at(run->first.first);
}

Judgement d_afflags_increment(const Packet& packet)
{
    const wmsp::Frame& frame = packet.frame;
    if (frame.id != packet_id::data || !frame.has_mms_header) {
        return not_applicable();
    }
    if (packet.data_before == nullptr) {
        return frame.after_sync_loss ? inconclusive(Missing::gap, "the $D before was not captured")
                                     : not_applicable();
    }
    const std::uint8_t before = packet.data_before->af_flags;
    const auto next = static_cast<std::uint8_t>(before + 1);
    if (frame.af_flags == next || (before == 254 && frame.af_flags == 0)) {
        return pass();
    }
    if (frame.after_sync_loss) {
        return inconclusive(Missing::unknown, "bytes that are no packet lie before it");
    }
    return fail(fmt::format("AFFlags {}", next), fmt::format("AFFlags {}", frame.af_flags));
}

Judgement d_afflags_after_254(const Exchange& exchange)
{
    const Run* const run = first_data(exchange);
    const Run* const before = run != nullptr ? data_before(exchange) : nullptr;
    if (before == nullptr || before->last.af_flags != 254) {
        return not_applicable();
    }
    if (const auto unseen = cannot_see_before(exchange, *run)) {
        return *unseen;
    }
    return run->first.af_flags == 0
               ? pass()
               : fail("AFFlags 0, as the last was 254", fmt::format("AFFlags {}", run->first.af_flags))
                     .at(run->first.first);
}

Judgement d_location_order(const Packet& packet)
{
    const wmsp::Frame& frame = packet.frame;
    if (frame.id != packet_id::data || packet.data_before == nullptr || packet.header_since != nullptr
        || !frame.has_mms_header) {
        return not_applicable();
    }
    const std::uint32_t before = packet.data_before->location_id;
    if (frame.location_id == before) {
        return fail("another LocationId", fmt::format("{} again", before));
    }
    const Message* const request = packet.exchange.request.get();
    if (request == nullptr) {
        return inconclusive(Missing::one_sided, "the request, and its rate, was not captured");
    }
    const bool rises = frame.location_id > before;
    const auto rate = token(*request, "rate");
    if (!rate && !request->head.complete) {
        return inconclusive(Missing::truncated, "the request's head is not whole, and its rate not known");
    }
    if (!rate && !rises && !packet.exchange.is(wmsp::RequestKind::play)) {
        return inconclusive(Missing::history, "the request does not tell the rate");
    }
    const bool rewinds = rate && !rate->empty() && rate->front() == '-';
    return rises != rewinds ? pass()
                            : fail(fmt::format("a LocationId {} {}", rewinds ? "below" : "above", before),
                                   fmt::format("{}", frame.location_id));
}

constexpr std::array framing_fields_table{
    Rule{
        .id = "framing.hm-location-id",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement = "LocationId of $H, and of $M, is 0 in the first fragment and grows by 1.",
        .why = "A header that is too large for one packet is put together by it.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, split=3) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/4.1.0.3921
<< $H(asf) $D(loc=1138) $H(asf, loc=1139) $D(loc=1140)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< ~120 $H(data="the rest of a header", loc=1, af=8) $D
)",
        .decide = OfBody{hm_location_id},
    },
    Rule{
        .id = "framing.hm-afflags",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement =
            "AFFlags of $H and $M is 0x0C for a whole object; else 0x04 in the first fragment, 0x00 "
            "between, 0x08 in the last.",
        .why = "They tell a client when it has the whole header.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, split=3) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $M(af=4) $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< ~120 $H(data="the rest of a header", loc=1, af=8)
)",
        .decide = OfBody{hm_afflags},
    },
    Rule{
        .id = "framing.d-afflags-start",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement = "The first $D of a session has AFFlags 0.",
        .why = "AFFlags of $D is a sequence number.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=0) $D(af=1)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=1) $D(af=2)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=1) $D(af=2)
)",
        .decide = OfBody{d_afflags_start},
    },
    Rule{
        .id = "framing.d-afflags-increment",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement = "AFFlags grows by 1 with each $D of a reply, modulo 256.",
        .why = "A client sees by it what a server left out. 0 after 254 passes, too.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(af=255) $D(af=0) $D(af=1)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(af=0) $D(af=0)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(af=0) ~112 $D(af=2)
)",
        .decide = OfPacket{d_afflags_increment},
    },
    Rule{
        .id = "framing.d-afflags-after-254",
        .level = Level::should,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement =
            "If the last $D had AFFlags 254, the first $D of the next Play or PlayNextEntry has 0.",
        .why = "The specification says so of that number alone.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=254)
---
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(af=0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=254)
---
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(af=255)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D(af=254)
---
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) ~112 $D(af=1)
)",
        .decide = OfBody{d_afflags_after_254},
    },
    Rule{
        .id = "framing.d-location-order",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement = "LocationId of $D rises, or falls when rewinding; it may jump.",
        .why = "It is the number of the ASF packet, by which a client resumes where it was.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,rate=1.000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(loc=7) $D(loc=8) $D(loc=12)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,rate=1.000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(loc=7) $D(loc=8) $D(loc=8)
)",
        .inconclusive = R"(
! only <
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1,rate=-1.000
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(loc=8) $D(loc=7)
)",
        .decide = OfPacket{d_location_order},
    },
};

} // namespace

std::span<const Rule> framing_fields()
{
    return framing_fields_table;
}

} // namespace wmclients::check::rules
