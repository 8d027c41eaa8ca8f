#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/capture/packet.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::testing {

/// The link-layer addresses and tags of a packet.
struct LinkHeader {
    LinkAddress source;
    LinkAddress destination;
    std::vector<std::uint16_t> vlans; ///< outermost first; of two, the first is written as IEEE 802.1ad
};

/// A TCP header (RFC 9293, section 3.1) as the builder fills it; numbers in host order.
struct TcpHeader {
    Endpoint source;
    Endpoint destination;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint16_t window = 65535;
    std::uint8_t flags = 0;
    std::uint16_t mss = 0; ///< not 0: the option is written
};

/// An IPv4 or IPv6 packet with right checksums; `identification` is IPv4's.
std::string tcp_packet(const TcpHeader& header, std::string_view payload, std::uint16_t identification);
std::string udp_packet(const Endpoint& source, const Endpoint& destination, std::string_view payload,
                       std::uint16_t identification);

/// Whether wrap() can write that link type: ethernet, null, loop, raw, linux_sll and linux_sll2.
bool can_wrap(capture::LinkType type);

/// An IP packet with its link-layer header.
std::vector<std::uint8_t> wrap(capture::LinkType type, const LinkHeader& link, std::string_view ip_packet);

} // namespace wmclients::testing
