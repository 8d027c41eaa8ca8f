#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/packet_ref.hpp>

#include <cstdint>

namespace wmclients::capture {

/// The link-layer types that can be decoded, by their LINKTYPE_ values
/// (https://www.tcpdump.org/linktypes.html). Any other value may occur in a file; such packets are counted
/// and passed over.
enum class LinkType : std::uint32_t {
    null = 0,
    ethernet = 1,
    ppp = 9,
    ppp_hdlc = 50,
    pppoe = 51,
    raw_bsd = 12,
    raw_openbsd = 14,
    raw = 101,
    ieee802_11 = 105,
    loop = 108,
    linux_sll = 113,
    ieee802_11_prism = 119,
    ieee802_11_radiotap = 127,
    ipv4 = 228,
    ipv6 = 229,
    linux_sll2 = 276,
};

/// One captured packet.
struct Packet {
    Bytes data; ///< what was captured; valid until the source's next call of next()
    std::uint32_t original_length =
        0; ///< its length on the wire; larger than data.size() if cut by a snaplen
    LinkType link = LinkType::ethernet; ///< how data begins
    PacketRef ref;
};

} // namespace wmclients::capture
