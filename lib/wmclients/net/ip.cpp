#include <wmclients/net/ip.hpp>

namespace wmclients::net {

namespace {

constexpr std::size_t ipv6_header = 40;

bool read_ipv4(WireBytes packet, IpPacket& ip)
{
    if (!packet.has(20)) {
        return false;
    }
    const std::uint8_t* at = packet.data();
    const std::uint32_t header = (at[0] & 0x0FU) * 4;
    const std::uint32_t stated_length = load_be16(at + 2);
    const std::uint16_t fragment = load_be16(at + 6);
    ip.v6 = false;
    ip.more_fragments = (fragment & 0x2000) != 0;
    ip.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1FFF) * 8);
    ip.identification = load_be16(at + 4);
    ip.protocol = at[9];
    if (header < 20 || !packet.has(header)) {
        return false;
    }
    if (stated_length == 0 && ip.is_fragment()) { // nothing left to offload
        return false;
    }
    const std::uint32_t length = stated_length == 0 ? packet.length : stated_length;
    if (length < header) {
        return false;
    }
    ip.source = IpAddress::v4(at + 12);
    ip.destination = IpAddress::v4(at + 16);
    ip.payload = packet.after(header).limited_to(length - header);
    return ip.protocol != ip_protocol::authentication || ip.is_fragment() || skip_extensions(ip);
}

bool read_ipv6(WireBytes packet, IpPacket& ip)
{
    if (!packet.has(ipv6_header)) {
        return false;
    }
    const std::uint8_t* at = packet.data();
    const std::uint16_t stated_length = load_be16(at + 4);
    ip.v6 = true;
    ip.more_fragments = false;
    ip.fragment_offset = 0;
    ip.identification = 0;
    ip.protocol = at[6];
    ip.source = IpAddress::v6(at + 8);
    ip.destination = IpAddress::v6(at + 24);
    ip.payload = packet.after(ipv6_header);
    if (stated_length != 0) {
        ip.payload = ip.payload.limited_to(stated_length);
    }
    return skip_extensions(ip) && (stated_length != 0 || !ip.is_fragment());
}

} // namespace

bool skip_extensions(IpPacket& ip)
{
    for (;;) {
        const bool authentication = ip.protocol == ip_protocol::authentication;
        const bool fragment = ip.v6 && ip.protocol == ip_protocol::fragment;
        const bool options = ip.v6
                             && (ip.protocol == ip_protocol::hop_by_hop || ip.protocol == ip_protocol::routing
                                 || ip.protocol == ip_protocol::destination_options);
        if (!authentication && !fragment && !options) {
            return true;
        }
        if (!ip.payload.has(8)) {
            return false;
        }
        const std::uint8_t* at = ip.payload.data();
        std::size_t size = 8;
        if (authentication) {
            size = (std::size_t{at[1]} + 2) * 4; // in 32-bit words, less two (RFC 4302, section 2.2)
        } else if (options) {
            size = (std::size_t{at[1]} + 1) * 8; // in 64-bit words, less one (RFC 8200, section 4.3)
        }
        if (!ip.payload.has(size)) {
            return false;
        }
        ip.protocol = at[0];
        if (fragment) {
            const std::uint16_t offset_and_flags = load_be16(at + 2);
            ip.more_fragments = (offset_and_flags & 1) != 0;
            ip.fragment_offset = static_cast<std::uint16_t>(offset_and_flags & 0xFFF8);
            ip.identification = load_be32(at + 4);
        }
        ip.payload = ip.payload.after(size);
        if (ip.is_fragment()) { // what follows is a piece of something, not a header
            return true;
        }
    }
}

bool read_ip(Protocol expected, WireBytes packet, IpPacket& ip)
{
    if (!packet.has(1)) {
        return false;
    }
    switch (packet.data()[0] >> 4) {
    case 4:
        return expected != Protocol::ipv6 && read_ipv4(packet, ip);
    case 6:
        return expected != Protocol::ipv4 && read_ipv6(packet, ip);
    default:
        return false;
    }
}

} // namespace wmclients::net
