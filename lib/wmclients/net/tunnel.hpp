#pragma once

#include <wmclients/net/layer.hpp>

#include <cstdint>
#include <optional>

namespace wmclients::net {

/// Peels off a GRE header of version 0 with checksum, key and sequence number (RFC 2784, RFC 2890). Protocol
/// 0x88BE is ERSPAN type II if there is a sequence number and type I, which has no header of its own, if
/// there is none; 0x22EB is ERSPAN type III (draft-foschiano-erspan-03, section 4). Other versions and source
/// routes are Protocol::other.
Layer peel_gre(WireBytes packet);

/// Peels off the header of ERSPAN type II (8 bytes) or III (12 or 20 bytes); `layer.protocol` says which.
Layer peel_erspan(const Layer& layer);

/// Peels off a label stack (RFC 3032). What follows has no type: IP if it can be (RFC 4928, section 2), else
/// an Ethernet pseudowire with or without control word (RFC 4385, RFC 4448), whichever fits.
Layer peel_mpls(WireBytes packet);

/// Peels VXLAN (RFC 7348; ports 4789 and, before it was assigned, 8472) or Geneve (RFC 8926; port 6081) off a
/// UDP payload. Empty if the port or the header says that it is neither.
std::optional<Layer> peel_udp_tunnel(std::uint16_t destination_port, WireBytes payload);

} // namespace wmclients::net
