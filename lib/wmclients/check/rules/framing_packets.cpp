#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

/// The body is in packets, or its Content-Type says so (2.2.1.2.2, 2.2.1.2.3).
bool should_be_framed(const Exchange& exchange)
{
    if (exchange.body.framed()) {
        return true;
    }
    if (!exchange.response || exchange.body.start == dissect::BodyStart::none) {
        return false;
    }
    const std::string_view type = media_type(*exchange.response);
    return is_success(exchange.status())
           && (iequals(type, "application/x-mms-framed")
               || iequals(type, "application/vnd.ms.wms-hdr.asfv1"));
}

bool begins_well(const Stray& stray)
{
    return (stray.bytes[0] & 0x7F) == 0x24;
}

/// The body was captured to its end, where `run` is the last of it.
bool ends_with(const Exchange& exchange, const Run& run)
{
    return exchange.response && exchange.response->end && !exchange.response->gap && run.last.complete
           && *exchange.response->end != http::MessageEnd::incomplete;
}

Judgement frame_byte(const Exchange& exchange)
{
    if (!should_be_framed(exchange)) {
        return not_applicable();
    }
    for (const Stray& stray : exchange.body.strays) {
        if (!begins_well(stray)) {
            return fail("0x24 or 0xA4", fmt::format("0x{:02X}", stray.bytes[0])).at(stray.at);
        }
    }
    return exchange.body.framed()
               ? pass()
               : inconclusive(Missing::gap, "the body's first byte is missing, and no packet was found");
}

Judgement framing_packet_id(const Exchange& exchange)
{
    const Body& body = exchange.body;
    if (!body.framed()) {
        return not_applicable();
    }
    const std::string_view known = "C, D, E, H, M, P or T";
    for (const Stray& stray : body.strays) {
        if (begins_well(stray) && !stray.body_ends) {
            return fail(std::string{known}, fmt::format("0x{:02X}", stray.bytes[1])).at(stray.at);
        }
    }
    for (const Run& run : body.runs) {
        if (run.first.id == packet_id::filler || run.first.id == packet_id::header_change) {
            return fail(std::string{known}, std::string{run.first.id}).at(run.first.first, run.end);
        }
    }
    return body.runs.empty() ? inconclusive(Missing::truncated, "the body ends before a PacketID") : pass();
}

Judgement packet_length(const Exchange& exchange)
{
    const Body& body = exchange.body;
    for (const Stray& stray : body.strays) {
        if (stray.after.id != 0 && stray.after.id != packet_id::packet_pair && !stray.body_ends) {
            return fail(fmt::format("a packet or the body's end behind the {} bytes of the ${}",
                                    stray.after.length, stray.after.id),
                        fmt::format("{}, which begins no packet", show_bytes(stray)))
                .at(stray.after.first, stray.at);
        }
    }
    if (!body.runs.empty() && exchange.response && !exchange.response->gap) {
        const wmsp::Frame& last = body.runs.back().last;
        const bool cut_by_body = !last.complete && exchange.response->end == http::MessageEnd::complete;
        if (cut_by_body && last.id != packet_id::packet_pair && !body.runs_left_out) {
            return fail("a packet that ends with the body at the latest",
                        fmt::format("a ${} with PacketLength {} beyond it", last.id, last.length))
                .at(last.first, body.runs.back().end);
        }
    }
    bool any = false;
    for (std::size_t i = 0; i < body.runs.size(); ++i) {
        const Run& run = body.runs[i];
        if (run.first.id == packet_id::packet_pair) {
            continue;
        }
        any = true;
        const bool last = i + 1 == body.runs.size();
        if (run.count > 1 || (last ? ends_with(exchange, run) : adjacent(body.runs[i + 1]))) {
            return pass();
        }
    }
    return any ? inconclusive(Missing::truncated, "what follows the packet was not seen") : not_applicable();
}

Judgement packet_size_equals_packet_length(const Packet& packet)
{
    const wmsp::Frame& frame = packet.frame;
    if (!frame.has_mms_header || frame.packet_size == frame.length) {
        return frame.has_mms_header ? pass() : not_applicable();
    }
    return fail(fmt::format("PacketSize {}, as PacketLength", frame.length),
                fmt::format("PacketSize {}", frame.packet_size));
}

Judgement mms_packet_minimum(const Packet& packet)
{
    const wmsp::Frame& frame = packet.frame;
    if (frame.has_mms_header) {
        return frame.packet_size >= 8 ? pass()
                                      : fail("at least 8", fmt::format("PacketSize {}", frame.packet_size));
    }
    const bool should_have =
        frame.id == packet_id::data || frame.id == packet_id::header || frame.id == packet_id::metadata;
    return should_have ? fail("at least 8", fmt::format("PacketLength {}", frame.length)) : not_applicable();
}

Judgement body_fully_framed(const Exchange& exchange)
{
    const Body& body = exchange.body;
    if (!should_be_framed(exchange)) {
        return not_applicable();
    }
    for (const Stray& stray : body.strays) {
        if (!stray.body_ends) {
            return fail("packets alone", fmt::format("{}, which begins none", show_bytes(stray)))
                .at(stray.at);
        }
    }
    if (!exchange.response || !exchange.response->head.complete) {
        return inconclusive(Missing::mid_stream, "the beginning of the body was not captured");
    }
    if (const auto unseen = cannot_see_end(*exchange.response)) {
        return *unseen;
    }
    if (body.runs_left_out) {
        return inconclusive(Missing::unknown, "the body has more packets than are kept");
    }
    if (!body.runs.empty() && body.strays.empty() && ends_with(exchange, body.runs.back())) {
        return pass();
    }
    if (exchange.response->end == http::MessageEnd::complete) {
        return fail("a last packet that ends with the body", "a packet that the body's end cuts")
            .at(exchange.response->end_at);
    }
    return inconclusive(Missing::truncated, "the connection or the capture ends before the body does");
}

constexpr std::array framing_packets_table{
    Rule{
        .id = "framing.frame-byte",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.1",
        .requirement = "Every packet starts with 0x24 or 0xA4.",
        .why = "The low seven bits are `$`, and mark the beginning of a packet; the high one, B, tells that "
               "the next follows at once.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(b) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) "#D" $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Content-Type: application/x-mms-framed
<< ~12 "the middle of a large packet"
)",
        .decide = OfBody{frame_byte},
    },
    Rule{
        .id = "framing.packet-id",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.2-2.2.3.8",
        .requirement = "The PacketID is C, D, E, H, M, P or T.",
        .why = "A client gives up at a packet that it does not know. $F belongs to the push protocol; some "
               "servers send $S where $C is meant.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $C(0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $S(0)
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< "$"
)",
        .decide = OfBody{framing_packet_id},
    },
    Rule{
        .id = "framing.packet-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.1",
        .requirement = "PacketLength is the number of bytes behind it, but in $P.",
        .why = "The next packet is found by it alone.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) 2*$D
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(size=100, length=92) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) ~112 "the middle of a packet"
)",
        .decide = OfBody{packet_length},
    },
    Rule{
        .id = "framing.packet-size-equals-packet-length",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.1, 2.2.3.1.2",
        .requirement = "In $D, $H and $M, PacketSize equals PacketLength.",
        .why = "Both count the MMS packet, as there is no Reason in these.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(size=100)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(size=100, packet-size=100)
)",
        .decide = OfPacket{packet_size_equals_packet_length},
    },
    Rule{
        .id = "framing.mms-packet-minimum",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.1.2",
        .requirement = "In $D, $H and $M, PacketSize is at least 8.",
        .why = "It counts its own header, which has 8 bytes.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(size=0)
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(size=4, packet-size=4)
)",
        .decide = OfPacket{mms_packet_minimum},
    },
    Rule{
        .id = "framing.body-fully-framed",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.2.2, 2.2.1.2.3, 2.2.3",
        .requirement = "A framed body holds packets only, up to its end.",
        .why = "Whatever stands between packets makes a client lose its place. A live reply without a length "
               "may end inside a packet when its connection does.",
        .passes = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D $E(0) fin
)",
        .fails = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D "bye" fin
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) x"24 44 6c 00" fin
)",
        .decide = OfBody{body_fully_framed},
    },
};

} // namespace

std::span<const Rule> framing_packets()
{
    return framing_packets_table;
}

} // namespace wmclients::check::rules
