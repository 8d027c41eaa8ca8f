#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients::check::rules {
namespace {

/// Why a packet cannot be judged as an ASF packet of its header's size; not_applicable() if it is no $D.
std::optional<Judgement> cannot_judge(const Packet& packet)
{
    if (packet.frame.id != wmsp::packet_id::data || !packet.frame.has_mms_header) {
        return not_applicable();
    }
    if (packet.parsed == nullptr && packet.parse_error.empty()) {
        const Message* const response = packet.exchange.response.get();
        const bool gap = packet.frame.damaged && !(response != nullptr && response->cut);
        return inconclusive(gap ? Missing::gap : Missing::truncated, "the $D was not captured whole");
    }
    if (packet.header == nullptr || packet.header->max_packet_size == 0) {
        return inconclusive(Missing::mid_stream, "no ASF header with a packet size was seen");
    }
    return {};
}

Judgement one_packet(const Packet& packet)
{
    if (auto unseen = cannot_judge(packet)) {
        return std::move(*unseen);
    }
    const std::uint32_t largest = packet.header->max_packet_size;
    if (packet.payload.size() > largest) {
        return fail(fmt::format("at most {} bytes, the Max Packet Size", largest),
                    fmt::format("{} bytes", packet.payload.size()));
    }
    return packet.parsed != nullptr ? pass() : fail("one whole ASF packet", std::string{packet.parse_error});
}

/// The client is an NSServer older than 5.0, which gets packets as they are.
bool wants_padding(const Packet& packet)
{
    const Message* const request = packet.exchange.request.get();
    if (request == nullptr || !istarts_with(request->head.value("User-Agent"), "NSServer")) {
        return false;
    }
    const auto version = client_product(*request).version;
    return version && *version < Version{5, 0};
}

Judgement padding_removed(const Packet& packet)
{
    if (auto unseen = cannot_judge(packet)) {
        return std::move(*unseen);
    }
    if (wants_padding(packet)) {
        return not_applicable();
    }
    if (packet.parsed == nullptr) {
        return inconclusive(Missing::unknown, "the payload is no ASF packet");
    }
    const std::size_t padding = packet.parsed->size - packet.parsed->media_end;
    if (padding == 0) {
        return pass();
    }
    if (packet.payload.size() < packet.header->max_packet_size) {
        return inconclusive(Missing::unknown, "a short packet: its padding may be there or not");
    }
    return fail("no padding", fmt::format("{} bytes", padding));
}

Judgement padding_length_updated(const Packet& packet)
{
    if (auto unseen = cannot_judge(packet)) {
        return std::move(*unseen);
    }
    if (packet.payload.size() >= packet.header->max_packet_size) {
        return not_applicable();
    }
    return packet.padding_length == 0
               ? pass()
               : fail(fmt::format("Padding Length 0 in a packet of {} bytes, not {}", packet.payload.size(),
                                  packet.header->max_packet_size),
                      fmt::format("Padding Length {}", packet.padding_length));
}

// In the examples the header says packets of 100 bytes, and %head is 27 bytes: what comes before the media of
// a packet with a single payload, and a Padding Length at its sixth byte.
constexpr std::array asf_packets_table{
    Rule{
        .id = "asf.one-packet",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.3",
        .requirement = "The payload of $D is exactly one whole ASF packet.",
        .why = "A client fills it up to the fixed packet size again and hands it to its ASF reader.",
        .passes = R"(
! let head x"820000 085d 00 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=%head 73*"m") $D(data=%head 4*"m")
)",
        .fails = R"(
! let head x"820000 085d 00 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=2*(%head 73*"m"))
)",
        .inconclusive = R"(
! let head x"820000 085d 00 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< ~40 "the rest of a header" $D(data=%head 73*"m")
)",
        .decide = OfPacket{one_packet},
    },
    Rule{
        .id = "asf.padding-removed",
        .level = Level::should,
        .side = Side::server,
        .section = "2.2.3.3",
        .requirement = "Padding is taken out of the ASF packet, but for an NSServer older than 5.0.",
        .why = "It takes bandwidth and says nothing.",
        .passes = R"(
! let head x"820000 085d 00 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=%head 4*"m")
)",
        .fails = R"(
! let head x"820000 085d 45 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=%head 4*"m" 69*"\0")
)",
        .inconclusive = R"(
! let head x"820000 085d 45 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(hole=90*9, data=%head 4*"m" 69*"\0")
)",
        .decide = OfPacket{padding_removed},
    },
    Rule{
        .id = "asf.padding-length-updated",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.3",
        .requirement = "Where padding was taken out, the Padding Length field says so.",
        .why = "Else a reader takes the end of the media for padding.",
        .passes = R"(
! let head x"820000 085d 00 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=%head 4*"m")
)",
        .fails = R"(
! let head x"820000 085d 45 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D(data=%head 4*"m")
)",
        .inconclusive = R"(
! let head x"820000 085d 45 00000000 0000 81 00 00000000 08 04000000 00000000"
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf, hole=60*20) $D(data=%head 4*"m")
)",
        .decide = OfPacket{padding_length_updated},
    },
};

} // namespace

std::span<const Rule> asf_packets()
{
    return asf_packets_table;
}

} // namespace wmclients::check::rules
