#include <wmclients/capture/pcapng_reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace wmclients::capture {
namespace {

// draft-ietf-opsawg-pcapng, section 4 and appendix A.
namespace block {
constexpr std::uint32_t section_header = 0x0A0D0D0A;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t obsolete_packet = 2;
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t interface_statistics = 5;
constexpr std::uint32_t enhanced_packet = 6;
} // namespace block

namespace option {
constexpr std::uint16_t end = 0;
constexpr std::uint16_t epb_dropcount = 4;
constexpr std::uint16_t isb_ifdrop = 5;
constexpr std::uint16_t if_tsresol = 9;
constexpr std::uint16_t if_tsoffset = 14;
} // namespace option

constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::uint32_t framing = 12; ///< type and both lengths
constexpr std::uint32_t smallest_section_header = 28;
constexpr std::size_t max_interfaces = 65'536; ///< of a section: what an obsolete Packet Block can name

/// Calls `visit(code, value)` for each well-formed option of `options`.
template <typename Visit>
void for_each_option(Bytes options, ByteOrder order, Visit visit)
{
    while (options.size() >= 4) {
        const std::uint16_t code = order.u16(options.data());
        const std::size_t length = order.u16(options.data() + 2);
        options = options.subspan(4);
        if (code == option::end || length > options.size()) {
            return;
        }
        visit(code, options.first(length));
        options = options.subspan(std::min(options.size(), (length + 3) & ~std::size_t{3}));
    }
}

bool is_packet(std::uint32_t type)
{
    return type == block::enhanced_packet || type == block::simple_packet || type == block::obsolete_packet;
}

std::uint64_t add_saturating(std::uint64_t left, std::uint64_t right)
{
    return right > std::numeric_limits<std::uint64_t>::max() - left
               ? std::numeric_limits<std::uint64_t>::max()
               : left + right;
}

} // namespace

PcapngReader::PcapngReader(BufferedInput input, std::string name)
    : FileReader(std::move(input), std::move(name))
{
}

Expected<std::unique_ptr<PcapngReader>> PcapngReader::open(BufferedInput input, std::string name)
{
    std::unique_ptr<PcapngReader> reader(new PcapngReader(std::move(input), std::move(name)));
    if (!reader->begin_section()) {
        return tl::unexpected(reader->problems().front());
    }
    return reader;
}

std::string PcapngReader::name_of(std::uint32_t type) const
{
    return is_packet(type) ? next_packet() : fmt::format("the block after packet {}", quality_.packets);
}

bool PcapngReader::next(Packet& out)
{
    for (;;) {
        input_.consume(block_);
        block_ = 0;
        if (!input_.ensure(8)) {
            return !at_clean_end() && cut(name_of(0), input_.offset(), framing, input_.available());
        }
        const std::uint32_t type = order_.u32(input_.data());
        const std::uint32_t length = order_.u32(input_.data() + 4);
        const Step step = read_block(type, length, out);
        if (step == Step::stop) {
            block_ = 0;
        }
        if (step != Step::other) {
            return step == Step::packet;
        }
    }
}

PcapngReader::Step PcapngReader::read_block(std::uint32_t type, std::uint32_t length, Packet& out)
{
    const auto step = [](bool good) { return good ? Step::other : Step::stop; };
    if (type == block::section_header) {
        // Its length cannot be read before its byte order is known.
        return step(begin_section());
    }
    if (length < framing || length % 4 != 0) {
        damaged(name_of(type), input_.offset(), fmt::format("a block cannot be {} bytes long", length));
        return Step::stop;
    }
    if (!is_packet(type) && type != block::interface_description && type != block::interface_statistics) {
        return step(skip_block(length));
    }
    if (!load_block(type, length)) {
        return Step::stop;
    }
    const Bytes body = {input_.data() + 8, length - framing};
    switch (type) {
    case block::enhanced_packet:
        return read_enhanced(body, out);
    case block::simple_packet:
        return read_simple(body, out);
    case block::obsolete_packet:
        return read_obsolete(body, out);
    case block::interface_description:
        return step(add_interface(body));
    default:
        read_statistics(body);
        return Step::other;
    }
}

bool PcapngReader::load_block(std::uint32_t type, std::uint32_t length)
{
    if (length > max_window) {
        return damaged(name_of(type), input_.offset(),
                       fmt::format("its header claims {} bytes, at most {} can be", length, max_window));
    }
    if (!input_.ensure(length)) {
        return cut(name_of(type), input_.offset(), length, input_.available());
    }
    const std::uint32_t again = order_.u32(input_.data() + length - 4);
    if (again != length) {
        return damaged(name_of(type), input_.offset(),
                       fmt::format("its length is {} in front and {} at the end", length, again));
    }
    block_ = length;
    return true;
}

bool PcapngReader::begin_section()
{
    if (!input_.ensure(12)) {
        return cut(name_of(block::section_header), input_.offset(), smallest_section_header,
                   input_.available());
    }
    const std::uint8_t* magic = input_.data() + 8;
    if (load_le32(magic) != byte_order_magic && load_be32(magic) != byte_order_magic) {
        return damaged(name_of(block::section_header), input_.offset(), "its byte-order magic is wrong");
    }
    order_.big = load_be32(magic) == byte_order_magic;
    const std::uint32_t length = order_.u32(input_.data() + 4);
    if (length < smallest_section_header || length % 4 != 0) {
        return damaged(name_of(block::section_header), input_.offset(),
                       fmt::format("a section header cannot be {} bytes long", length));
    }
    if (!load_block(block::section_header, length)) {
        return false;
    }
    const std::uint16_t major = order_.u16(input_.data() + 12);
    if (major != 1) {
        return damaged(name_of(block::section_header), input_.offset(),
                       fmt::format("its version is {}, only 1 is known", major));
    }
    interfaces_.clear();
    return true;
}

bool PcapngReader::skip_block(std::uint32_t length)
{
    const std::uint64_t offset = input_.offset();
    const auto cut_here = [&] {
        return cut(name_of(0), offset, length, input_.offset() + input_.available() - offset);
    };
    // Not more than is needed at once: such a block may be larger than any window.
    if (!input_.skip(length - 4) || !input_.ensure(4)) {
        return cut_here();
    }
    const std::uint32_t again = order_.u32(input_.data());
    if (again != length) {
        return damaged(name_of(0), offset,
                       fmt::format("its length is {} in front and {} at the end", length, again));
    }
    input_.consume(4);
    ++quality_.unknown_blocks;
    return true;
}

bool PcapngReader::add_interface(Bytes body)
{
    if (body.size() < 8) {
        return damaged(name_of(0), input_.offset(), "an interface description needs 20 bytes");
    }
    if (interfaces_.size() >= max_interfaces) {
        return damaged(name_of(0), input_.offset(),
                       fmt::format("the section has more than {} interfaces", max_interfaces));
    }
    std::uint8_t resolution = 6;
    std::int64_t offset_seconds = 0;
    for_each_option(body.subspan(8), order_, [&](std::uint16_t code, Bytes value) {
        if (code == option::if_tsresol && value.size() == 1) {
            resolution = value[0];
        } else if (code == option::if_tsoffset && value.size() == 8) {
            offset_seconds = static_cast<std::int64_t>(order_.u64(value.data()));
        }
    });
    Interface device;
    device.link = static_cast<LinkType>(order_.u16(body.data()));
    device.snaplen = order_.u32(body.data() + 4);
    device.scale = TickScale(resolution, offset_seconds);
    interfaces_.push_back(device);
    return true;
}

PcapngReader::Step PcapngReader::read_enhanced(Bytes body, Packet& out)
{
    if (body.size() < 20) {
        return bad_packet("an enhanced packet block needs 32 bytes");
    }
    const std::uint32_t index = order_.u32(body.data());
    if (index >= interfaces_.size()) {
        return no_such_interface(index);
    }
    const std::uint64_t ticks =
        std::uint64_t{order_.u32(body.data() + 4)} << 32 | order_.u32(body.data() + 8);
    const std::uint32_t captured = order_.u32(body.data() + 12);
    const std::uint32_t original = order_.u32(body.data() + 16);
    const Bytes rest = body.subspan(20);
    Interface& device = interfaces_[index];
    const std::size_t padded = (std::size_t{captured} + 3) & ~std::size_t{3};
    if (padded < rest.size()) {
        for_each_option(rest.subspan(padded), order_, [&](std::uint16_t code, Bytes value) {
            if (code == option::epb_dropcount && value.size() == 8) {
                count_drops(device, 0, order_.u64(value.data()));
            }
        });
    }
    return finish_packet(device, ticks, captured, original, rest, out);
}

PcapngReader::Step PcapngReader::read_obsolete(Bytes body, Packet& out)
{
    if (body.size() < 20) {
        return bad_packet("a packet block needs 32 bytes");
    }
    const std::uint16_t index = order_.u16(body.data());
    if (index >= interfaces_.size()) {
        return no_such_interface(index);
    }
    const std::uint16_t drops = order_.u16(body.data() + 2);
    if (drops != 0xFFFF) { // unknown
        count_drops(interfaces_[index], 0, drops);
    }
    const std::uint64_t ticks =
        std::uint64_t{order_.u32(body.data() + 4)} << 32 | order_.u32(body.data() + 8);
    return finish_packet(interfaces_[index], ticks, order_.u32(body.data() + 12),
                         order_.u32(body.data() + 16), body.subspan(20), out);
}

PcapngReader::Step PcapngReader::read_simple(Bytes body, Packet& out)
{
    if (body.size() < 4) {
        return bad_packet("a simple packet block needs 16 bytes");
    }
    if (interfaces_.empty()) {
        return no_such_interface(0);
    }
    const std::uint32_t original = order_.u32(body.data());
    const std::uint32_t snaplen = interfaces_.front().snaplen;
    const std::uint32_t captured = snaplen == 0 ? original : std::min(original, snaplen);
    if (captured > body.size() - 4) {
        return bad_packet(
            fmt::format("it claims {} captured bytes, its block holds {}", captured, body.size() - 4));
    }
    deliver(out, body.subspan(4, captured), original, interfaces_.front().link, clock());
    return Step::packet;
}

PcapngReader::Step PcapngReader::finish_packet(Interface& device, std::uint64_t ticks, std::uint32_t captured,
                                               std::uint32_t original, Bytes rest, Packet& out)
{
    if (captured > rest.size() || captured > max_packet_bytes) [[unlikely]] {
        return bad_packet(
            fmt::format("it claims {} captured bytes, its block holds {}", captured, rest.size()));
    }
    deliver(out, rest.first(captured), original, device.link, device.scale.at(ticks));
    return Step::packet;
}

void PcapngReader::read_statistics(Bytes body)
{
    if (body.size() < 12) {
        return;
    }
    const std::uint32_t index = order_.u32(body.data());
    if (index >= interfaces_.size()) {
        return;
    }
    for_each_option(body.subspan(12), order_, [&](std::uint16_t code, Bytes value) {
        if (code == option::isb_ifdrop && value.size() == 8) {
            count_drops(interfaces_[index], order_.u64(value.data()), 0);
        }
    });
}

void PcapngReader::count_drops(Interface& device, std::uint64_t in_statistics, std::uint64_t at_packet)
{
    // Both tell of the same packets, so the larger one counts; statistics are totals, not increments.
    const auto total = [&] { return std::max(device.dropped_in_statistics, device.dropped_at_packets); };
    const std::uint64_t before = total();
    device.dropped_in_statistics = std::max(device.dropped_in_statistics, in_statistics);
    device.dropped_at_packets = add_saturating(device.dropped_at_packets, at_packet);
    quality_.dropped = add_saturating(quality_.dropped, total() - before);
}

PcapngReader::Step PcapngReader::no_such_interface(std::uint32_t index)
{
    return bad_packet(
        fmt::format("it names interface {}, the section describes {}", index, interfaces_.size()));
}

PcapngReader::Step PcapngReader::bad_packet(const std::string& why)
{
    damaged(next_packet(), input_.offset(), why);
    return Step::stop;
}

} // namespace wmclients::capture
