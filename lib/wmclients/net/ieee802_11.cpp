#include <wmclients/net/ieee802_11.hpp>

namespace wmclients::net {

namespace {

/// The flags of a radiotap header, 0 if it has none. The header's length has been checked.
std::uint8_t radiotap_flags(Bytes header)
{
    constexpr std::uint32_t has_timestamp = 1U << 0;
    constexpr std::uint32_t has_flags = 1U << 1;
    constexpr std::uint32_t has_more_words = 1U << 31;
    const std::uint32_t present = load_le32(header.data() + 4);
    if ((present & has_flags) == 0) {
        return 0;
    }
    std::size_t at = 8;
    for (std::uint32_t word = present; (word & has_more_words) != 0; at += 4) {
        if (at + 4 > header.size()) {
            return 0;
        }
        word = load_le32(header.data() + at);
    }
    if ((present & has_timestamp) != 0) {
        at = (at + 7) / 8 * 8 + 8; // the timestamp is aligned to its size
    }
    return at < header.size() ? header[at] : std::uint8_t{0};
}

} // namespace

Layer peel_ieee802_11(WireBytes frame, bool padded, LinkAddresses& addresses)
{
    if (!frame.has(2)) {
        return malformed_layer;
    }
    const std::uint8_t* at = frame.data();
    const int version = at[0] & 0x03;
    const int type = at[0] >> 2 & 0x03;
    const bool quality = (at[0] & 0x80) != 0;
    const bool no_data = (at[0] & 0x40) != 0;
    if (version != 0 || type != 2 || no_data) {
        return other_layer;
    }
    const bool to_distribution = (at[1] & 0x01) != 0;
    const bool from_distribution = (at[1] & 0x02) != 0;
    const bool more_fragments = (at[1] & 0x04) != 0;
    const bool protected_frame = (at[1] & 0x40) != 0;
    const bool high_throughput_control = (at[1] & 0x80) != 0;

    const std::size_t quality_at = to_distribution && from_distribution ? 30 : 24;
    std::size_t size = quality_at;
    if (quality) {
        size += high_throughput_control ? 6 : 2;
    }
    if (padded) {
        size = (size + 3) / 4 * 4;
    }
    if (!frame.has(size)) {
        return malformed_layer;
    }
    if (protected_frame) {
        return {Protocol::encrypted, {}};
    }
    if (more_fragments || (at[22] & 0x0F) != 0) {
        return malformed_layer;
    }
    const std::uint8_t* const address1 = at + 4;
    const std::uint8_t* const address2 = at + 10;
    const std::uint8_t* const address3 = at + 16;
    const std::uint8_t* const address4 = at + 24;
    const std::uint8_t* const without_relay = from_distribution ? address3 : address2;
    addresses.source = link_address(to_distribution && from_distribution ? address4 : without_relay);
    addresses.destination = link_address(to_distribution ? address3 : address1);

    const bool aggregate = quality && (at[quality_at] & 0x80) != 0;
    return {aggregate ? Protocol::aggregate : Protocol::llc, frame.after(size)};
}

Layer peel_radiotap(WireBytes packet, LinkAddresses& addresses)
{
    constexpr std::uint8_t data_padded = 0x20;
    constexpr std::uint8_t bad_frame_check = 0x40;
    if (!packet.has(8) || packet.data()[0] != 0) {
        return malformed_layer;
    }
    const std::size_t size = load_le16(packet.data() + 2);
    if (size < 8 || !packet.has(size)) {
        return malformed_layer;
    }
    const std::uint8_t flags = radiotap_flags(packet.captured.first(size));
    if ((flags & bad_frame_check) != 0) {
        return malformed_layer;
    }
    return peel_ieee802_11(packet.after(size), (flags & data_padded) != 0, addresses);
}

Layer peel_prism(WireBytes packet, LinkAddresses& addresses)
{
    constexpr std::uint32_t avs_magic = 0x80211000;
    if (!packet.has(8)) {
        return malformed_layer;
    }
    std::uint32_t size = load_be32(packet.data() + 4);
    const bool avs = (load_be32(packet.data()) & 0xFFFFF000) == avs_magic;
    if (!avs && size > 0xFFFF) { // Prism headers have the recorder's byte order
        size = load_le32(packet.data() + 4);
    }
    if (size < 8 || !packet.has(size)) {
        return malformed_layer;
    }
    return peel_ieee802_11(packet.after(size), false, addresses);
}

bool next_subframe(WireBytes& aggregate, Layer& subframe, LinkAddresses& addresses)
{
    constexpr std::size_t header = 14;
    if (aggregate.captured.empty()) {
        return false;
    }
    if (!aggregate.has(header)) {
        // Up to three bytes of padding and four of a frame check sequence may follow the last subframe.
        const bool cut_short = aggregate.captured.size() > 7;
        aggregate = {};
        subframe = malformed_layer;
        return cut_short;
    }
    const std::uint8_t* at = aggregate.data();
    const std::uint16_t length = load_be16(at + 12);
    addresses = {link_address(at + 6), link_address(at)};
    subframe = {Protocol::llc, aggregate.after(header).limited_to(length)};
    const std::size_t whole = (header + length + 3U) / 4U * 4U;
    if (length == 0) {
        subframe = other_layer;
    }
    aggregate = aggregate.has(whole) ? aggregate.after(whole) : WireBytes{};
    return true;
}

} // namespace wmclients::net
