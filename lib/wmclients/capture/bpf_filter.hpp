#pragma once

#include <wmclients/capture/packet_source.hpp>

#include <memory>
#include <string>

namespace wmclients::capture {

/// Passes on the packets of `inner` that match `expression`, in libpcap's filter language (pcap-filter(7));
/// numbers are those of the whole. The expression is compiled once for each link type that occurs.
///
/// Fails with Error::Kind::usage and libpcap's message if the expression means nothing on Ethernet, nor on
/// IEEE 802.11, PPP, Linux cooked or raw IP links. Packets of a link type for which it means nothing do not
/// match, which problems() then says (Error::Kind::usage, once for each link type).
Expected<std::unique_ptr<PacketSource>> filter_packets(std::unique_ptr<PacketSource> inner,
                                                       std::string expression);

} // namespace wmclients::capture
