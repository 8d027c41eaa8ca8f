#include <wmclients/net/ieee802_11.hpp>
#include <wmclients/net/link_layer.hpp>

namespace wmclients::net {

namespace {

constexpr std::size_t address_size = 6;

/// The 4-byte address family of BSD loopback captures. LINKTYPE_NULL has it in the recorder's byte order,
/// LINKTYPE_LOOP in network order; the numbers are so small that both orders can be tried.
Layer peel_null(WireBytes packet)
{
    if (!packet.has(4)) {
        return malformed_layer;
    }
    const std::uint32_t big = load_be32(packet.data());
    switch (big <= 0xFF ? big : load_le32(packet.data())) {
    case 2:
        return {Protocol::ipv4, packet.after(4)};
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // Darwin
        return {Protocol::ipv6, packet.after(4)};
    default:
        return other_layer;
    }
}

/// The protocol field of the Linux cooked headers; below 0x600 it is one of the kernel's own ETH_P_ values.
Protocol protocol_of_cooked(std::uint16_t protocol, std::uint16_t arphrd)
{
    constexpr std::uint16_t arphrd_netlink = 824; // the field then is a netlink family
    constexpr std::uint16_t eth_p_802_2 = 4;
    if (arphrd == arphrd_netlink) {
        return Protocol::other;
    }
    if (protocol < 0x600) {
        return protocol == eth_p_802_2 ? Protocol::llc : Protocol::other;
    }
    return protocol_of_ether_type(protocol);
}

/// LINKTYPE_LINUX_SLL: packet type, ARPHRD_, address length, address (8), protocol.
Layer peel_sll(WireBytes packet, LinkAddresses& addresses)
{
    if (!packet.has(16)) {
        return malformed_layer;
    }
    const std::uint8_t* at = packet.data();
    if (load_be16(at + 4) == address_size) {
        addresses.source = link_address(at + 6);
    }
    return {protocol_of_cooked(load_be16(at + 14), load_be16(at + 2)), packet.after(16)};
}

/// LINKTYPE_LINUX_SLL2: protocol, reserved, interface (4), ARPHRD_, packet type, address length, address (8).
Layer peel_sll2(WireBytes packet, LinkAddresses& addresses)
{
    if (!packet.has(20)) {
        return malformed_layer;
    }
    const std::uint8_t* at = packet.data();
    if (at[11] == address_size) {
        addresses.source = link_address(at + 12);
    }
    return {protocol_of_cooked(load_be16(at), load_be16(at + 8)), packet.after(20)};
}

Layer peel_vlan(WireBytes tag)
{
    if (!tag.has(4)) {
        return malformed_layer;
    }
    return {protocol_of_ether_type(load_be16(tag.data() + 2)), tag.after(4)};
}

/// IEEE 802.2, section 3; SNAP in RFC 1042 and, for 00-00-F8, IEEE 802.1H.
Layer peel_llc(WireBytes packet)
{
    constexpr std::uint8_t sap_snap = 0xAA;
    constexpr std::uint8_t sap_ip = 0x06;
    constexpr std::uint8_t unnumbered = 0x03;
    if (!packet.has(3)) {
        return malformed_layer;
    }
    const std::uint8_t* at = packet.data();
    if (at[2] != unnumbered) {
        return other_layer;
    }
    if (at[0] == sap_ip && at[1] == sap_ip) {
        return {Protocol::ip, packet.after(3)};
    }
    if (at[0] != sap_snap || at[1] != sap_snap) {
        return other_layer;
    }
    if (!packet.has(8)) {
        return malformed_layer;
    }
    const std::uint32_t organisation = load_be32(at + 2) & 0xFFFFFF;
    const std::uint16_t ether_type = load_be16(at + 6);
    if ((organisation != 0 && organisation != 0xF8) || ether_type < 0x600) {
        return other_layer;
    }
    return {protocol_of_ether_type(ether_type), packet.after(8)};
}

/// PPP's protocol field (RFC 1661, section 2); it is one byte if that byte is odd (section 6.5).
Layer peel_ppp(WireBytes packet)
{
    constexpr std::uint16_t address_and_control = 0xFF03; // RFC 1662, section 3.1
    if (packet.has(2) && load_be16(packet.data()) == address_and_control) {
        packet = packet.after(2);
    }
    if (!packet.has(1)) {
        return malformed_layer;
    }
    std::size_t size = 1;
    std::uint16_t protocol = packet.data()[0];
    if ((protocol & 1) == 0) {
        if (!packet.has(2)) {
            return malformed_layer;
        }
        size = 2;
        protocol = load_be16(packet.data());
    }
    switch (protocol) {
    case 0x0021:
        return {Protocol::ipv4, packet.after(size)};
    case 0x0057:
        return {Protocol::ipv6, packet.after(size)};
    case 0x0281:
    case 0x0283:
        return {Protocol::mpls, packet.after(size)};
    default:
        return other_layer;
    }
}

/// LINKTYPE_PPP_HDLC is PPP with its HDLC bytes, or Cisco's HDLC with an EtherType.
Layer peel_ppp_hdlc(WireBytes packet)
{
    if (packet.has(4)) {
        const std::uint16_t start = load_be16(packet.data());
        if (start == 0x0F00 || start == 0x8F00) {
            const std::uint16_t ether_type = load_be16(packet.data() + 2);
            return {ether_type < 0x600 ? Protocol::other : protocol_of_ether_type(ether_type),
                    packet.after(4)};
        }
    }
    return peel_ppp(packet);
}

/// RFC 2516, section 4: version and type 1, code 0 in the session stage, session, length.
Layer peel_pppoe(WireBytes packet)
{
    if (!packet.has(6)) {
        return malformed_layer;
    }
    if (packet.data()[0] != 0x11) {
        return malformed_layer;
    }
    return packet.data()[1] == 0 ? peel_ppp(packet.after(6)) : other_layer;
}

} // namespace

Protocol protocol_of_ether_type(std::uint16_t ether_type)
{
    switch (ether_type) {
    case 0x0800:
        return Protocol::ipv4;
    case 0x86DD:
        return Protocol::ipv6;
    case 0x8100: // IEEE 802.1Q
    case 0x88A8: // IEEE 802.1ad
    case 0x9100: // QinQ before 802.1ad
        return Protocol::vlan;
    case 0x8847:
    case 0x8848:
        return Protocol::mpls;
    case 0x8864:
        return Protocol::pppoe;
    case 0x880B:
        return Protocol::ppp;
    case 0x6558:
        return Protocol::ethernet;
    default:
        return ether_type < 0x600 ? Protocol::llc : Protocol::other;
    }
}

Layer peel_ethernet(WireBytes frame, LinkAddresses& addresses)
{
    if (!frame.has(14)) {
        return malformed_layer;
    }
    const std::uint8_t* at = frame.data();
    addresses = {link_address(at + 6), link_address(at)};
    return {protocol_of_ether_type(load_be16(at + 12)), frame.after(14)};
}

Layer peel_link(capture::LinkType link, WireBytes packet, LinkAddresses& addresses)
{
    using capture::LinkType;
    addresses = {};
    switch (link) {
    case LinkType::ethernet:
        return peel_ethernet(packet, addresses);
    case LinkType::null:
    case LinkType::loop:
        return peel_null(packet);
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd:
        return {Protocol::ip, packet};
    case LinkType::ipv4:
        return {Protocol::ipv4, packet};
    case LinkType::ipv6:
        return {Protocol::ipv6, packet};
    case LinkType::linux_sll:
        return peel_sll(packet, addresses);
    case LinkType::linux_sll2:
        return peel_sll2(packet, addresses);
    case LinkType::ppp:
        return peel_ppp(packet);
    case LinkType::ppp_hdlc:
        return peel_ppp_hdlc(packet);
    case LinkType::pppoe:
        return peel_pppoe(packet);
    case LinkType::ieee802_11:
        return peel_ieee802_11(packet, false, addresses);
    case LinkType::ieee802_11_radiotap:
        return peel_radiotap(packet, addresses);
    case LinkType::ieee802_11_prism:
        return peel_prism(packet, addresses);
    }
    return {Protocol::unknown_link, {}};
}

Layer peel_shim(const Layer& layer)
{
    switch (layer.protocol) {
    case Protocol::vlan:
        return peel_vlan(layer.rest);
    case Protocol::llc:
        return peel_llc(layer.rest);
    case Protocol::pppoe:
        return peel_pppoe(layer.rest);
    case Protocol::ppp:
        return peel_ppp(layer.rest);
    default:
        return layer;
    }
}

} // namespace wmclients::net
