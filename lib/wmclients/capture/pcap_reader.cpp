#include <wmclients/capture/pcap_reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace wmclients::capture {
namespace {

constexpr std::size_t file_header = 24;
constexpr std::uint32_t libpcap_maximum_snaplen = 262'144;
constexpr std::uint32_t magic_microseconds = 0xA1B2C3D4;
constexpr std::uint32_t magic_nanoseconds = 0xA1B23C4D;
constexpr std::uint32_t magic_modified = 0xA1B2CD34;

std::optional<ByteOrder> order_of(const std::uint8_t* magic)
{
    for (const bool big : {false, true}) {
        const std::uint32_t value = ByteOrder{big}.u32(magic);
        if (value == magic_microseconds || value == magic_nanoseconds || value == magic_modified) {
            return ByteOrder{big};
        }
    }
    return {};
}

} // namespace

PcapReader::PcapReader(BufferedInput input, std::string name, const Format& format)
    : FileReader(std::move(input), std::move(name)), format_(format)
{
}

Expected<std::unique_ptr<PcapReader>> PcapReader::open(BufferedInput input, std::string name)
{
    if (!input.ensure(file_header)) {
        if (input.error()) {
            return tl::unexpected(*input.error());
        }
        return failure(Error::Kind::damaged,
                       fmt::format("{}: cut in the file header (needs {} bytes, {} are there)", name,
                                   file_header, input.available()));
    }
    const std::uint8_t* header = input.data();
    const std::optional<ByteOrder> order = order_of(header);
    if (!order) {
        return failure(Error::Kind::damaged, fmt::format("{}: is not a pcap file", name));
    }
    Format format;
    format.order = *order;
    const std::uint32_t magic = order->u32(header);
    format.nanoseconds_a_tick = magic == magic_nanoseconds ? 1 : 1'000;
    format.record_header = magic == magic_modified ? 24 : 16;
    const std::uint32_t snaplen = order->u32(header + 16);
    if (snaplen != 0 && snaplen <= max_packet_bytes) {
        format.max_captured = std::max(snaplen, libpcap_maximum_snaplen);
    }
    format.link = static_cast<LinkType>(order->u32(header + 20) & 0xFFFF);
    input.consume(file_header);
    return std::unique_ptr<PcapReader>(new PcapReader(std::move(input), std::move(name), format));
}

bool PcapReader::next(Packet& out)
{
    input_.consume(delivered_);
    delivered_ = 0;
    const std::size_t header_size = format_.record_header;
    if (!input_.ensure(header_size)) {
        return !at_clean_end()
               && cut("the header of " + next_packet(), input_.offset(), header_size, input_.available());
    }
    const std::uint8_t* header = input_.data();
    const std::uint32_t captured = format_.order.u32(header + 8);
    if (captured > format_.max_captured) [[unlikely]] {
        return damaged(next_packet(), input_.offset(),
                       fmt::format("its header claims {} captured bytes, at most {} can be", captured,
                                   format_.max_captured));
    }
    // No overflow: both numbers have 32 bits and seconds are unsigned (until 2106).
    const std::int64_t nanoseconds =
        std::int64_t{format_.order.u32(header)} * 1'000'000'000
        + std::int64_t{format_.order.u32(header + 4)} * format_.nanoseconds_a_tick;
    const std::uint32_t original = format_.order.u32(header + 12);
    const std::size_t record_size = header_size + captured;
    if (!input_.ensure(record_size)) [[unlikely]] {
        return cut(next_packet(), input_.offset(), captured, input_.available() - header_size);
    }
    delivered_ = record_size;
    deliver(out, {input_.data() + header_size, captured}, original, format_.link,
            Timestamp{Duration{nanoseconds}});
    return true;
}

} // namespace wmclients::capture
