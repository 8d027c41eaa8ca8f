#include <support/capture_builder.hpp>

namespace wmclients::testing {

std::vector<std::uint8_t> BuiltCapture::pcap() const
{
    std::vector<std::uint8_t> out;
    const auto put = [&](std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) {
            out.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xFF));
        }
    };
    put(0xA1B2'3C4D, 4);
    put(2, 2);
    put(4, 2);
    put(0, 8);
    put(snaplen, 4);
    put(static_cast<std::uint32_t>(link), 4);
    for (const BuiltPacket& packet : packets) {
        const auto nanoseconds = static_cast<std::uint64_t>(packet.time.time_since_epoch().count());
        put(nanoseconds / 1'000'000'000, 4);
        put(nanoseconds % 1'000'000'000, 4);
        put(packet.bytes.size(), 4);
        put(packet.original_length, 4);
        out.insert(out.end(), packet.bytes.begin(), packet.bytes.end());
    }
    return out;
}

std::vector<capture::Packet> BuiltCapture::views() const
{
    std::vector<capture::Packet> out;
    out.reserve(packets.size());
    for (const BuiltPacket& packet : packets) {
        out.push_back({packet.bytes, packet.original_length, link, {out.size() + 1, packet.time, 0}});
    }
    return out;
}

} // namespace wmclients::testing
