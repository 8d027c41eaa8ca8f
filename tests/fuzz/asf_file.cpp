#include <wmclients/asf/data_packet.hpp>
#include <wmclients/asf/header.hpp>
#include <wmclients/asf/live_header.hpp>
#include <wmclients/sink/asf_source.hpp>
#include <wmclients/sink/stream_filter.hpp>

#include <fuzz/targets.hpp>
#include <support/temporary_file.hpp>

#include <algorithm>
#include <vector>

// A file that `serve` is to stream.
//
// Input: a byte (1: looped), then the file. Claimed: a header that is sent can be read, a packet that is sent
// fits into a `$D` and is what it says, and taking payloads or padding out of it leaves a packet.

namespace wmclients::fuzz {
namespace {

constexpr int most_packets = 40;
constexpr std::size_t longest_packet = 0xFFFF - 8; // PacketLength counts the MMS header too (MS-WMSP 2.2.3.1)

void take_apart(const sink::AsfSource::Packet& packet)
{
    require(!packet.bytes.empty() && packet.bytes.size() <= longest_packet, "a packet fits into a $D");
    asf::DataPacket parsed;
    require(asf::parse_data_packet(packet.bytes, parsed).has_value(), "a packet that is sent can be read");
    require(parsed.send_time == packet.send_time, "its send time is what it says");
    require(parsed.payloads.size() <= asf::max_payloads, "a packet has no more payloads than can be counted");
    for (const asf::Payload& payload : parsed.payloads) {
        require(payload.begin <= payload.data_begin && payload.data_begin <= payload.end
                    && payload.end <= packet.bytes.size(),
                "payloads lie in their packet");
    }
    for (const std::uint64_t kept : {std::uint64_t{1}, std::uint64_t{0x5555'5555'5555'5555}}) {
        std::vector<std::uint8_t> out;
        if (asf::filter_packet(packet.bytes, parsed, kept, out)) {
            asf::DataPacket fewer;
            require(asf::parse_data_packet(out, fewer).has_value(), "a packet with fewer payloads is one");
            require(fewer.payloads.size() < parsed.payloads.size() + 1, "it has no more than before");
        }
    }
    std::vector<std::uint8_t> full{packet.bytes.begin(), packet.bytes.end()};
    if (asf::add_padding(full, parsed, full.size() + 100)) {
        asf::DataPacket padded;
        require(asf::parse_data_packet(full, padded).has_value(), "a padded packet is one");
        require(padded.payloads.size() == parsed.payloads.size(), "padding adds no payload");
    }
}

} // namespace

void asf_file(Bytes input)
{
    ByteCursor cursor{input};
    sink::AsfSource::Options options;
    options.loop = (cursor.u8() & 1U) != 0;
    const Bytes content = cursor.rest();
    static_cast<void>(asf::parse_header(content));
    static_cast<void>(asf::live_header(content));
    const testing::TemporaryFile file{content};
    auto source = sink::AsfSource::open(file.path(), options);
    if (!source) {
        return;
    }
    require(asf::parse_header((*source)->header()).has_value(), "a header that is sent can be read");
    require(asf::live_header((*source)->header()) == (*source)->header(), "a live header stays as it is");
    for (int i = 0; i < most_packets; ++i) {
        const auto next = (*source)->next();
        if (!next || !*next) {
            break;
        }
        take_apart(**next);
        if (i == most_packets / 2) {
            (*source)->stop();
        }
    }
}

} // namespace wmclients::fuzz
