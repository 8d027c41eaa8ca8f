#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/packet.hpp>
#include <wmclients/net/segment.hpp>

#include <cstdint>
#include <memory>

namespace wmclients::net {

/// What became of the packets, for `list --stats`.
struct DecodeStats {
    std::uint64_t segments = 0;        ///< TCP segments delivered
    std::uint64_t datagrams = 0;       ///< UDP datagrams delivered
    std::uint64_t other_protocols = 0; ///< IP, but neither TCP nor UDP
    std::uint64_t not_ip = 0;          ///< ARP and the like
    std::uint64_t unknown_link = 0;    ///< packets of a link type that is not decoded
    std::uint64_t malformed = 0;       ///< lengths that contradict each other, headers cut short
    std::uint64_t fragments = 0;       ///< IP fragments seen
    std::uint64_t fragments_lost = 0;  ///< fragments whose datagram never became whole, or overlapped
                                       ///< differently; those still waiting count as if the capture ended now
    std::uint64_t tunnelled = 0;       ///< segments that came out of a tunnel
    std::uint64_t encrypted_frames = 0; ///< protected IEEE 802.11 frames
    std::uint64_t aggregated_unread =
        0; ///< subframes of an IEEE 802.11 A-MSDU after the one that was delivered
};

/// Turns packets into TCP segments and UDP datagrams: link layer, VLAN tags, tunnels, IPv4 and IPv6 with
/// their extension headers and fragments. Checksums are not verified: offload makes wrong ones normal.
class PacketDecoder {
  public:
    enum class Result : std::uint8_t { nothing, segment, datagram };

    explicit PacketDecoder(Caps& caps);
    ~PacketDecoder();
    PacketDecoder(const PacketDecoder&) = delete;
    PacketDecoder& operator=(const PacketDecoder&) = delete;

    /// Decodes one packet. Only the output named by the result is filled; its views point into `packet.data`,
    /// or, for a reassembled datagram, into the decoder until the next call.
    Result decode(const capture::Packet& packet, Segment& segment, Datagram& datagram);

    [[nodiscard]] const DecodeStats& stats() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace wmclients::net
