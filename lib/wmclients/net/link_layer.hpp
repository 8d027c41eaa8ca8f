#pragma once

#include <wmclients/capture/packet.hpp>
#include <wmclients/net/layer.hpp>

#include <cstdint>

namespace wmclients::net {

/// The layer named by an EtherType (https://www.iana.org/assignments/ieee-802-numbers). A value below 0x600
/// is a length, and LLC follows (IEEE 802.3, section 3.2.6).
Protocol protocol_of_ether_type(std::uint16_t ether_type);

/// Peels the outermost header off a packet, as https://www.tcpdump.org/linktypes.html describes it for each
/// link type, and sets both `addresses`.
Layer peel_link(capture::LinkType link, WireBytes packet, LinkAddresses& addresses);

/// Peels off an Ethernet header without tags (14 bytes); sets both `addresses` unless it is malformed.
Layer peel_ethernet(WireBytes frame, LinkAddresses& addresses);

/// Peels one of the small headers between link layer and IP: a VLAN tag, LLC/SNAP (RFC 1042), PPPoE (RFC
/// 2516, session stage), PPP (RFC 1661, with or without HDLC address and control and with or without protocol
/// field compression). `layer.protocol` says which; any other value comes back as it is.
Layer peel_shim(const Layer& layer);

} // namespace wmclients::net
