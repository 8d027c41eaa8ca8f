#pragma once

#include <wmclients/base/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace wmclients::capture {

/// What a live capture is after. Where nothing is named: every TCP connection.
struct KernelFilterOptions {
    std::optional<std::uint16_t> port; ///< of the sinks
    std::optional<IpAddress> address;  ///< of the sink, with `port`
    std::string also;                  ///< the user's own filter: a packet must match both
};

/// A filter in libpcap's language that lets pass every packet that may belong to it, and DNS, mDNS and LLMNR.
///
/// What has no port where a filter of the kernel could see it passes whole: fragments (only the first has
/// ports), IPv6 with extension headers, frames whose VLAN tag is in place (the kernel takes the outermost off
/// before the filter, but on sending and with QinQ), PPPoE, MPLS and the tunnels that PacketDecoder reads. It
/// is for every link type, cooked ones as well, and shifts no offsets as libpcap's `vlan` would, so it can be
/// combined with any other.
std::string kernel_filter(const KernelFilterOptions& options);

} // namespace wmclients::capture
