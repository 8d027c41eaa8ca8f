#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/packet_ref.hpp>

#include <cstdint>
#include <optional>

namespace wmclients::net {

/// The control bits of a TCP header (RFC 9293, section 3.1).
namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t psh = 0x08;
inline constexpr std::uint8_t ack = 0x10;
inline constexpr std::uint8_t urg = 0x20;
} // namespace tcp_flag

/// A TCP segment as decoded from one packet (or from reassembled fragments). Numbers are in host order.
struct Segment {
    Endpoint source;
    Endpoint destination;
    LinkAddress source_link;      ///< of the outermost link layer; unknown (zero) where it has none
    LinkAddress destination_link; ///< likewise; unknown in Linux cooked captures
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    std::uint16_t window = 0; ///< as in the header, unscaled
    std::uint8_t flags = 0;
    std::optional<std::uint8_t> window_scale; ///< of a SYN: the shift of later windows (RFC 7323, 2.2)
    std::uint32_t payload_length = 0;         ///< on the wire, from the IP length
    Bytes payload; ///< what was captured of it; shorter than payload_length if cut by a snaplen.
                   ///< Valid as long as the packet, or until the decoder's next call
    PacketRef ref;

    [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

/// A UDP datagram, as far as captured. Lifetimes as in Segment.
struct Datagram {
    Endpoint source;
    Endpoint destination;
    Bytes payload;
    PacketRef ref;
};

} // namespace wmclients::net
