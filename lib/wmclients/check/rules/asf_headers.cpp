#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

/// Bytes of the Data Object behind the Header Object (2.2.3.5).
constexpr std::uint64_t data_object_start = 50;

/// The largest header that fits in one packet: an MMS packet of 65535 bytes less its own header (2.2.3.1.2).
constexpr std::uint64_t largest_in_one_packet = 65535 - 8;

/// Asks `judge(header)` of each header that was captured whole: the first failure, else a pass if there is
/// any, else what is missing.
template <typename Judge>
Judgement of_headers(const Exchange& exchange, Judge judge)
{
    std::optional<Judgement> seen;
    for (const HeaderSeen& header : exchange.body.headers) {
        Judgement judgement = judge(header);
        if (judgement.verdict == Verdict::fail) {
            return std::move(judgement).at(header.at);
        }
        if (!seen || judgement.verdict == Verdict::pass) {
            seen = std::move(judgement);
        }
    }
    if (!seen && exchange.body.has(packet_id::header)) {
        return inconclusive(Missing::gap, "no header was captured whole");
    }
    return seen.value_or(not_applicable());
}

Judgement too_large()
{
    return inconclusive(Missing::unknown, "the header is larger than what is kept of it");
}

Judgement header_complete(const Exchange& exchange)
{
    return of_headers(exchange, [](const HeaderSeen& seen) {
        if (!seen.begins_well) {
            return not_applicable();
        }
        if (seen.cut) {
            return too_large();
        }
        if (seen.size >= data_object_start && seen.size - data_object_start == seen.header.header_size) {
            return pass();
        }
        return fail(fmt::format("a Header Object of {} bytes, and 50", seen.header.header_size),
                    fmt::format("{} bytes", seen.size));
    });
}

Judgement header_object_first(const Exchange& exchange)
{
    return of_headers(exchange, [](const HeaderSeen& seen) {
        return seen.begins_well ? pass()
                                : fail("75b22630-668e-11cf-a6d9-00aa0062ce6c",
                                       seen.begins_with.is_nil() ? fmt::format("{} bytes", seen.size)
                                                                 : to_string(seen.begins_with));
    });
}

Judgement header_objects_consistent(const Exchange& exchange)
{
    return of_headers(exchange, [](const HeaderSeen& seen) {
        const asf::Header& header = seen.header;
        if (!seen.begins_well) {
            return not_applicable();
        }
        if (header.header_size > seen.size) {
            return inconclusive(Missing::truncated, "the header is cut short");
        }
        if (header.objects_found != header.objects_told) {
            return fail(fmt::format("{} objects, as the header says", header.objects_told),
                        fmt::format("{}", header.objects_found));
        }
        return header.objects_fill
                   ? pass()
                   : fail(fmt::format("objects that fill the header's {} bytes", header.header_size),
                          "objects that end elsewhere");
    });
}

Judgement data_object(const Exchange& exchange)
{
    return of_headers(exchange, [](const HeaderSeen& seen) {
        if (!seen.begins_well) {
            return not_applicable();
        }
        if (seen.cut) {
            return too_large();
        }
        return seen.data_object
                   ? pass()
                   : fail("the Data Object's GUID 75b22636-668e-11cf-a6d9-00aa0062ce6c behind the header",
                          seen.size > seen.header.header_size ? "another" : "nothing");
    });
}

Judgement header_split(const Exchange& exchange)
{
    return of_headers(exchange, [](const HeaderSeen& seen) {
        const std::uint64_t size = seen.header.header_size;
        if (!seen.begins_well || size <= largest_in_one_packet - data_object_start) {
            return not_applicable();
        }
        if (seen.cut) {
            return too_large();
        }
        return seen.size >= data_object_start && seen.size - data_object_start >= size
                   ? pass()
                   : fail(fmt::format("several $H with the {} bytes of the header and 50", size),
                          fmt::format("{} bytes in all", seen.size));
    });
}

Judgement header_after_change(const Exchange& exchange)
{
    std::optional<Judgement> seen;
    const Run* change = nullptr;
    for (const Run& run : exchange.body.runs) {
        if (change != nullptr && run.after_gap) {
            seen = seen.value_or(inconclusive(Missing::gap, "bytes behind the $C are missing"));
            change = nullptr;
        }
        if (run.first.id == packet_id::new_header) {
            change = &run;
        } else if (change != nullptr && run.first.id == packet_id::data) {
            return fail("$H before the first $D behind $C", "$D").at(change->first.first, run.first.first);
        } else if (change != nullptr && run.first.id == packet_id::header) {
            seen = pass();
            change = nullptr;
        }
    }
    if (change != nullptr && !seen) {
        return inconclusive(Missing::truncated, "the body, or what was captured of it, ends behind the $C");
    }
    return seen.value_or(not_applicable());
}

constexpr std::array asf_headers_table{
    Rule{
        .id = "asf.header-complete",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.5",
        .requirement = "The joined payload of $H is the whole Header Object and exactly 50 bytes more.",
        .why = "Those are the fixed beginning of the Data Object. A client that saves the stream writes the "
               "packets right behind them.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D
)",
        .fails = R"(
! let guid x"3026b2758e66cf11a6d900aa0062ce6c"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(data=%guid x"1e00000000000000 00000000 0102") $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D
)",
        .decide = OfBody{header_complete},
    },
    Rule{
        .id = "asf.header-object-first",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.5",
        .requirement = "The payload of $H starts with the ASF Header Object.",
        .why = "A client reads what the streams are from it.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(data="This is no ASF header.") $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D
)",
        .decide = OfBody{header_object_first},
    },
    Rule{
        .id = "asf.header-objects-consistent",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.5",
        .requirement = "The objects in the Header Object fill its size and match its count.",
        .why = "A client walks them by their sizes; some refuse a header whose count is wrong.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D
)",
        .fails = R"(
! let guid x"3026b2758e66cf11a6d900aa0062ce6c"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(data=%guid x"1e00000000000000 01000000 0102" 50*"d") $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D
)",
        .decide = OfBody{header_objects_consistent},
    },
    Rule{
        .id = "asf.data-object-start",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.5",
        .requirement = "The 50 bytes behind the Header Object are the fixed start of the Data Object.",
        .why = "Its File ID tells that the packets belong to the header.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D
)",
        .fails = R"(
! let guid x"3026b2758e66cf11a6d900aa0062ce6c"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(data=%guid x"1e00000000000000 00000000 0102" 50*"d") $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D
)",
        .decide = OfBody{data_object},
    },
    Rule{
        .id = "asf.header-split",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.5, 2.2.3.1.2",
        .requirement = "A header too large for one packet is split over several $H.",
        .why = "PacketSize has 16 bits: a packet holds 65527 bytes of it.",
        .passes = R"(
! let guid x"3026b2758e66cf11a6d900aa0062ce6c"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(split=2, data=%guid x"7011010000000000 01000000 0102" 70020*"o") $D
)",
        .fails = R"(
! let guid x"3026b2758e66cf11a6d900aa0062ce6c"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(data=%guid x"7011010000000000 01000000 0102" 65497*"o") $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D
)",
        .decide = OfBody{header_split},
    },
    Rule{
        .id = "asf.header-after-change",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "After $C the new ASF header is sent in $H before any $D.",
        .why = "A client cannot read packets of the new entry without it.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $C(0) $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $C(0) $D $H(asf)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $C(0)
)",
        .decide = OfBody{header_after_change},
    },
};

} // namespace

std::span<const Rule> asf_headers()
{
    return asf_headers_table;
}

} // namespace wmclients::check::rules
