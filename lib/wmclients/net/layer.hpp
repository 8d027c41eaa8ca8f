#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/endpoint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace wmclients::net {

/// Bytes as far as they were captured, and how many there were on the wire (more if a snaplen cut the
/// packet).
struct WireBytes {
    Bytes captured;           ///< lives as long as the packet it was taken from
    std::uint32_t length = 0; ///< on the wire; never less than captured.size()

    [[nodiscard]] bool has(std::size_t count) const { return captured.size() >= count; }

    [[nodiscard]] const std::uint8_t* data() const { return captured.data(); }

    /// Without the first `count` bytes, which must have been captured.
    [[nodiscard]] WireBytes after(std::size_t count) const
    {
        return {captured.subspan(count), length - static_cast<std::uint32_t>(count)};
    }

    /// Exactly `count` bytes of the wire, as a length field states them: what is captured beyond them
    /// (padding, a frame check sequence) goes, and what they claim beyond the capture counts as cut off.
    [[nodiscard]] WireBytes limited_to(std::uint32_t count) const
    {
        return {captured.first(std::min<std::size_t>(captured.size(), count)), count};
    }
};

/// What a header says comes after it. The values from `other` on end the decoding of a packet.
enum class Protocol : std::uint8_t {
    ipv4,
    ipv6,
    ip,        ///< IPv4 or IPv6, told by the version field
    ethernet,  ///< a whole Ethernet frame (a bridging tunnel)
    vlan,      ///< the rest of an 802.1Q tag, from its control information on
    llc,       ///< IEEE 802.2
    pppoe,     ///< RFC 2516
    ppp,       ///< RFC 1661
    mpls,      ///< a label stack (RFC 3032)
    erspan,    ///< ERSPAN type II
    erspan3,   ///< ERSPAN type III
    aggregate, ///< the subframes of an IEEE 802.11 A-MSDU
    other,     ///< ARP and anything else that carries no IP
    malformed, ///< the header is cut short or contradicts itself
    encrypted, ///< a protected IEEE 802.11 frame
    unknown_link,
};

/// What is left of a packet after a header has been peeled off, and how to read it.
struct Layer {
    Protocol protocol = Protocol::other;
    WireBytes rest;
};

/// What ends the decoding of a packet.
inline constexpr Layer malformed_layer{Protocol::malformed, {}};
inline constexpr Layer other_layer{Protocol::other, {}};

/// The addresses of a link-layer header; zero where it has none.
struct LinkAddresses {
    LinkAddress source;
    LinkAddress destination;
};

/// The address in the six bytes at `at`.
inline LinkAddress link_address(const std::uint8_t* at)
{
    LinkAddress address;
    std::copy_n(at, address.bytes.size(), address.bytes.begin());
    return address;
}

} // namespace wmclients::net
