#include <wmclients/net/link_layer.hpp>
#include <wmclients/net/tunnel.hpp>

namespace wmclients::net {

namespace {

/// A GRE or Geneve protocol type. Unlike in Ethernet, a value below 0x600 is no length.
Layer tunnelled(std::uint16_t ether_type, WireBytes rest)
{
    return {ether_type < 0x600 ? Protocol::other : protocol_of_ether_type(ether_type), rest};
}

/// Whether the length in an IP header, if that is one, fits the packet.
bool fits_ip(WireBytes packet)
{
    const std::uint8_t* at = packet.data();
    if (packet.has(20) && at[0] >> 4 == 4) {
        return (at[0] & 0x0F) >= 5 && load_be16(at + 2) <= packet.length;
    }
    return packet.has(40) && at[0] >> 4 == 6 && load_be16(at + 4) <= packet.length - 40;
}

/// Whether these can be an Ethernet header and what it announces.
bool fits_ethernet(WireBytes frame)
{
    if (!frame.has(15)) {
        return false;
    }
    const int version = frame.data()[14] >> 4;
    switch (protocol_of_ether_type(load_be16(frame.data() + 12))) {
    case Protocol::ipv4:
        return version == 4;
    case Protocol::ipv6:
        return version == 6;
    case Protocol::vlan:
    case Protocol::mpls:
    case Protocol::pppoe:
        return true;
    default:
        return false;
    }
}

} // namespace

Layer peel_gre(WireBytes packet)
{
    constexpr std::uint16_t has_checksum = 0x8000;
    constexpr std::uint16_t has_routing = 0x4000; // RFC 1701 only
    constexpr std::uint16_t has_key = 0x2000;
    constexpr std::uint16_t has_sequence = 0x1000;
    if (!packet.has(4)) {
        return malformed_layer;
    }
    const std::uint16_t flags = load_be16(packet.data());
    const std::uint16_t type = load_be16(packet.data() + 2);
    if ((flags & has_routing) != 0 || (flags & 7) != 0) {
        return other_layer;
    }
    std::size_t size = 4;
    for (const std::uint16_t field : {has_checksum, has_key, has_sequence}) {
        size += (flags & field) != 0 ? 4 : 0;
    }
    if (!packet.has(size)) {
        return malformed_layer;
    }
    const WireBytes rest = packet.after(size);
    switch (type) {
    case 0x88BE:
        return {(flags & has_sequence) != 0 ? Protocol::erspan : Protocol::ethernet, rest};
    case 0x22EB:
        return {Protocol::erspan3, rest};
    default:
        return tunnelled(type, rest);
    }
}

Layer peel_erspan(const Layer& layer)
{
    const bool third = layer.protocol == Protocol::erspan3;
    std::size_t size = third ? 12 : 8;
    if (!layer.rest.has(size)) {
        return malformed_layer;
    }
    const std::uint8_t* at = layer.rest.data();
    if (at[0] >> 4 != (third ? 2 : 1)) {
        return malformed_layer;
    }
    Protocol within = Protocol::ethernet;
    if (third) {
        const int frame_type = load_be16(at + 10) >> 10 & 0x1F;
        if (frame_type != 0 && frame_type != 2) {
            return other_layer;
        }
        if (frame_type == 2) {
            within = Protocol::ip;
        }
        if ((at[11] & 1) != 0) { // a platform-specific subheader follows
            size += 8;
        }
    }
    return layer.rest.has(size) ? Layer{within, layer.rest.after(size)} : malformed_layer;
}

Layer peel_mpls(WireBytes packet)
{
    for (bool bottom = false; !bottom; packet = packet.after(4)) {
        if (!packet.has(4)) {
            return malformed_layer;
        }
        bottom = (packet.data()[2] & 1) != 0;
    }
    if (!packet.has(5)) {
        return malformed_layer;
    }
    const int nibble = packet.data()[0] >> 4;
    const bool may_be_ip = nibble == 4 || nibble == 6;
    if (may_be_ip && (fits_ip(packet) || !fits_ethernet(packet))) {
        return {Protocol::ip, packet};
    }
    const WireBytes after_control_word = packet.after(4);
    if (nibble == 0 && (fits_ethernet(after_control_word) || !fits_ethernet(packet))) {
        return {Protocol::ethernet, after_control_word};
    }
    return fits_ethernet(packet) ? Layer{Protocol::ethernet, packet} : other_layer;
}

std::optional<Layer> peel_udp_tunnel(std::uint16_t destination_port, WireBytes payload)
{
    constexpr std::size_t header = 8;
    if (!payload.has(header)) {
        return std::nullopt;
    }
    const std::uint8_t* at = payload.data();
    switch (destination_port) {
    case 4789:
    case 8472: {
        const bool has_network = (at[0] & 0x08) != 0;
        if (!has_network || at[7] != 0) {
            return std::nullopt;
        }
        return Layer{Protocol::ethernet, payload.after(header)};
    }
    case 6081: {
        const std::size_t size = header + std::size_t{at[0] & 0x3FU} * 4;
        if (at[0] >> 6 != 0 || at[7] != 0 || !payload.has(size)) {
            return std::nullopt;
        }
        return tunnelled(load_be16(at + 2), payload.after(size));
    }
    default:
        return std::nullopt;
    }
}

} // namespace wmclients::net
