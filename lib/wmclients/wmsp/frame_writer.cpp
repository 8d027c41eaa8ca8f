#include <wmclients/wmsp/frame_parser.hpp>
#include <wmclients/wmsp/frame_writer.hpp>

#include <algorithm>

namespace wmclients::wmsp {
namespace {

constexpr std::uint8_t low(std::size_t value)
{
    return static_cast<std::uint8_t>(value & 0xFF);
}

std::array<std::uint8_t, 12> mms_header(char id, std::uint32_t location_id, std::uint8_t af_flags,
                                        std::size_t payload_size)
{
    const std::size_t size = payload_size + 8;
    return {0x24,
            static_cast<std::uint8_t>(id),
            low(size),
            low(size >> 8),
            low(location_id),
            low(location_id >> 8),
            low(location_id >> 16),
            low(location_id >> 24),
            0, // Incarnation
            af_flags,
            low(size),
            low(size >> 8)};
}

} // namespace

DataHeader data_header(std::uint32_t location_id, std::uint8_t af_flags, std::size_t payload_size)
{
    return mms_header('D', location_id, af_flags, payload_size);
}

void append_header(std::vector<std::uint8_t>& out, Bytes asf_header)
{
    std::uint32_t fragment = 0;
    do {
        const std::size_t size = std::min(asf_header.size(), longest_payload);
        const unsigned flags =
            (fragment == 0 ? first_fragment : 0U) | (size == asf_header.size() ? last_fragment : 0U);
        const auto head = mms_header('H', fragment++, static_cast<std::uint8_t>(flags), size);
        out.insert(out.end(), head.begin(), head.end());
        out.insert(out.end(), asf_header.begin(), asf_header.begin() + static_cast<std::ptrdiff_t>(size));
        asf_header = asf_header.subspan(size);
    } while (!asf_header.empty());
}

std::size_t header_packets_in(Bytes packets)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at + 4 <= packets.size(); at += 4U + load_le16(packets.data() + at + 2)) {
        count += packets[at + 1] == 'H' ? 1U : 0U;
    }
    return count;
}

void append_reason(std::vector<std::uint8_t>& out, char id, std::uint32_t reason)
{
    const std::array<std::uint8_t, 8> packet{0x24,
                                             static_cast<std::uint8_t>(id),
                                             4,
                                             0,
                                             low(reason),
                                             low(reason >> 8),
                                             low(reason >> 16),
                                             low(reason >> 24)};
    out.insert(out.end(), packet.begin(), packet.end());
}

} // namespace wmclients::wmsp
