#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/net/layer.hpp>

#include <cstdint>

namespace wmclients::net {

/// The IANA protocol numbers that are told apart here.
namespace ip_protocol {
inline constexpr std::uint8_t hop_by_hop = 0;
inline constexpr std::uint8_t ipv4 = 4;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;
inline constexpr std::uint8_t ipv6 = 41;
inline constexpr std::uint8_t routing = 43;
inline constexpr std::uint8_t fragment = 44;
inline constexpr std::uint8_t gre = 47;
inline constexpr std::uint8_t authentication = 51;
inline constexpr std::uint8_t destination_options = 60;
inline constexpr std::uint8_t mpls = 137;
} // namespace ip_protocol

/// An IPv4 or IPv6 packet without its headers. Numbers are in host order.
struct IpPacket {
    IpAddress source;
    IpAddress destination;
    WireBytes payload;                 ///< its length is the one that the IP header states
    std::uint32_t identification = 0;  ///< of a fragment
    std::uint16_t fragment_offset = 0; ///< in bytes
    bool more_fragments = false;
    bool v6 = false;
    std::uint8_t protocol = 0; ///< of the payload, after the extension headers

    [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

/// Reads an IPv4 header with its options (RFC 791, section 3.1) or an IPv6 header with its extension headers
/// (RFC 8200, section 4), and an authentication header after either (RFC 4302). Of a fragment, the payload is
/// what follows the Fragment header; one that is the whole packet ("atomic", RFC 6946) is no fragment.
///
/// A length of 0 is what segmentation offload leaves in the header: the payload then is all there was on the
/// wire. A length beyond the captured bytes makes the payload shorter than its length.
///
/// `expected` is Protocol::ipv4, ipv6, or ip for either. False, with `ip` in no particular state, if the
/// version is another, a header is cut short or its lengths contradict each other.
bool read_ip(Protocol expected, WireBytes packet, IpPacket& ip);

/// Skips the extension headers at the front of `ip.payload` that `ip.protocol` announces: all of them for
/// IPv6, the authentication header for IPv4. read_ip() has done it; a reassembled payload needs it again.
/// False as above.
bool skip_extensions(IpPacket& ip);

} // namespace wmclients::net
