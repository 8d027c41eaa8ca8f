#include <wmclients/asf/data_packet.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>

namespace wmclients::asf {
namespace {

// Length Type Flags (section 5.2.2), and the first byte of error correction data (section 5.2.1).
constexpr unsigned multiple_payloads_bit = 0x01;
constexpr unsigned correction_present = 0x80;
constexpr unsigned correction_length_type = 0x60;
constexpr unsigned correction_opaque = 0x10;
constexpr unsigned correction_length = 0x0F;

constexpr unsigned payload_count_bits = 0x3F; // of the payload flags (section 5.2.3.3)
constexpr unsigned stream_number_bits = 0x7F; // the other one marks a key frame (section 5.2.3.1)

tl::unexpected<Error> damaged(std::string_view what, std::size_t at)
{
    return failure(Error::Kind::damaged, fmt::format("ASF data packet: {} at offset {}", what, at));
}

/// The size of a field by its two bits of length type.
constexpr std::uint8_t field_size(unsigned length_type)
{
    constexpr std::array<std::uint8_t, 4> sizes{0, 1, 2, 4};
    return sizes[length_type & 3];
}

std::uint32_t load_number(const std::uint8_t* at, std::uint8_t size)
{
    switch (size) {
    case 1:
        return *at;
    case 2:
        return load_le16(at);
    case 4:
        return load_le32(at);
    default:
        return 0;
    }
}

void store_number(std::span<std::uint8_t> packet, NumberField field, std::uint64_t value)
{
    for (std::size_t i = 0; i < field.size; ++i) {
        packet[field.at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

/// Moves a number of the packet on, modulo its width.
void add_to(std::span<std::uint8_t> packet, NumberField field, std::uint32_t amount)
{
    if (field.size != 0) {
        store_number(packet, field,
                     std::uint64_t{load_number(packet.data() + field.at, field.size)} + amount);
    }
}

/// Reads the parts of a packet one after the other.
class PacketReader {
  public:
    PacketReader(Bytes packet, DataPacket& into) : packet_(packet), into_(into) {}

    Expected<void> read()
    {
        return skip_error_correction().and_then([&] { return read_prefix(); }).and_then([&] {
            return into_.multiple_payloads ? read_payloads() : read_single_payload();
        });
    }

  private:
    [[nodiscard]] std::size_t left() const { return end_ - position_; }

    /// A number of `size` bytes, of which left() must have been checked.
    std::uint32_t take(std::uint8_t size)
    {
        const std::uint32_t value = load_number(packet_.data() + position_, size);
        position_ += size;
        return value;
    }

    /// The same, kept in `field` with its place.
    std::uint32_t take(std::uint8_t size, NumberField& field)
    {
        field = {position_, size};
        return take(size);
    }

    /// Section 5.2.1.
    Expected<void> skip_error_correction()
    {
        end_ = packet_.size();
        if (left() < 1) {
            return damaged("nothing", 0);
        }
        const unsigned flags = packet_[0];
        if ((flags & correction_present) == 0) {
            return {}; // that byte is already the Length Type Flags
        }
        if ((flags & (correction_length_type | correction_opaque)) != 0) {
            return damaged(fmt::format("error correction flags 0x{:02x}, which no packet has", flags), 0);
        }
        const std::size_t size = 1 + (flags & correction_length);
        if (left() < size) {
            return damaged("cut in the error correction data", 0);
        }
        position_ = size;
        return {};
    }

    /// Payload Parsing Information, section 5.2.2.
    Expected<void> read_prefix()
    {
        if (left() < 2) {
            return damaged("cut before its flags", position_);
        }
        into_.flags_at = position_;
        const unsigned flags = take(1);
        const unsigned properties = take(1);
        replicated_size_ = field_size(properties);
        offset_size_ = field_size(properties >> 2);
        number_size_ = field_size(properties >> 4);
        if (field_size(properties >> 6) != 1) {
            return damaged(
                fmt::format("property flags 0x{:02x}, with no stream number of a byte", properties),
                position_ - 1);
        }
        const std::uint8_t length_size = field_size(flags >> 5);
        const std::uint8_t sequence_size = field_size(flags >> 1);
        const std::uint8_t padding_size = field_size(flags >> 3);
        if (left() < std::size_t{length_size} + sequence_size + padding_size + 6U) {
            return damaged("cut before its send time", position_);
        }
        const std::uint32_t length = take(length_size, into_.length_field);
        take(sequence_size);
        const std::uint32_t padding = take(padding_size, into_.padding_field);
        into_.padding = padding;
        into_.send_time_at = position_;
        into_.send_time = take(4);
        into_.duration = static_cast<std::uint16_t>(take(2));
        into_.multiple_payloads = (flags & multiple_payloads_bit) != 0;

        if (length_size != 0) {
            if (length < position_ || length > packet_.size()) {
                return damaged(
                    fmt::format("Packet Length {} of a packet with {} bytes", length, packet_.size()),
                    into_.length_field.at);
            }
            end_ = length;
        }
        if (padding > left()) {
            return damaged(fmt::format("Padding Length {} where {} bytes are left", padding, left()),
                           into_.padding_field.at);
        }
        end_ -= padding;
        return {};
    }

    /// Sections 5.2.3.1 and 5.2.3.2.
    Expected<void> read_single_payload()
    {
        Payload& payload = into_.payloads.emplace_back();
        return read_payload_header(payload).and_then([&]() -> Expected<void> {
            payload.data_begin = position_;
            payload.end = into_.media_end = end_;
            return read_sub_payloads(payload);
        });
    }

    /// Sections 5.2.3.3 and 5.2.3.4.
    Expected<void> read_payloads()
    {
        if (left() < 1) {
            return damaged("cut before its payload flags", position_);
        }
        into_.payload_flags_at = position_;
        const unsigned flags = take(1);
        const unsigned count = flags & payload_count_bits;
        const std::uint8_t length_size = field_size(flags >> 6);
        if (count == 0 || length_size == 0) {
            return damaged(fmt::format("payload flags 0x{:02x}, without {}", flags,
                                       count == 0 ? "payloads" : "a payload length"),
                           into_.payload_flags_at);
        }
        for (unsigned i = 0; i < count; ++i) {
            Payload& payload = into_.payloads.emplace_back();
            if (Expected<void> read = read_payload_header(payload); !read) {
                return read;
            }
            if (left() < length_size) {
                return damaged("cut before a payload length", position_);
            }
            const std::size_t length_at = position_;
            const std::uint32_t length = take(length_size);
            if (length > left()) {
                return damaged(fmt::format("payload length {} where {} bytes are left", length, left()),
                               length_at);
            }
            payload.data_begin = position_;
            payload.end = position_ + length;
            if (Expected<void> read = read_sub_payloads(payload); !read) {
                return read;
            }
            position_ = payload.end;
        }
        into_.media_end = position_;
        return {};
    }

    /// What payloads of all kinds begin with: up to and with the replicated data.
    Expected<void> read_payload_header(Payload& payload)
    {
        payload.begin = position_;
        if (left() < std::size_t{1} + number_size_ + offset_size_ + replicated_size_) {
            return damaged("cut in a payload's header", position_);
        }
        const unsigned stream = take(1);
        payload.stream = static_cast<std::uint8_t>(stream & stream_number_bits);
        payload.key_frame = (stream & ~stream_number_bits) != 0;
        if (payload.stream == 0) {
            return damaged("a payload of stream 0", payload.begin);
        }
        payload.object_number = take(number_size_, payload.number_field);
        NumberField offset_field;
        const std::uint32_t offset = take(offset_size_, offset_field);
        const std::size_t length_at = position_;
        const std::uint32_t replicated = take(replicated_size_);
        if (replicated > left()) {
            return damaged(fmt::format("replicated data of {} bytes where {} are left", replicated, left()),
                           length_at);
        }
        payload.presentation_time = into_.send_time;
        if (replicated == 1) {
            payload.compressed = true;
            payload.presentation_time = offset_size_ != 0 ? offset : into_.send_time;
            payload.time_field = offset_field;
            payload.time_delta = packet_[position_];
        } else if (replicated >= 8) {
            payload.object_offset = offset;
            payload.object_size = load_le32(packet_.data() + position_);
            payload.presentation_time = load_le32(packet_.data() + position_ + 4);
            payload.time_field = {position_ + 4, 4};
        } else if (replicated == 0) {
            payload.object_offset = offset;
        } else {
            return damaged(fmt::format("replicated data of {} bytes", replicated), length_at);
        }
        position_ += replicated;
        return {};
    }

    /// The parts of a compressed payload: a byte of length before each.
    Expected<void> read_sub_payloads(Payload& payload) const
    {
        if (!payload.compressed) {
            return {};
        }
        payload.sub_payloads = 0;
        for (std::size_t at = payload.data_begin; at < payload.end;) {
            const std::size_t length = packet_[at];
            if (length > payload.end - at - 1) {
                return damaged(fmt::format("part of {} bytes in a compressed payload where {} are left",
                                           length, payload.end - at - 1),
                               at);
            }
            ++payload.sub_payloads;
            at += 1 + length;
        }
        return {};
    }

    Bytes packet_;
    DataPacket& into_;
    std::size_t position_ = 0;
    std::size_t end_ = 0; ///< of what may be read: the padding is beyond
    std::uint8_t replicated_size_ = 0;
    std::uint8_t offset_size_ = 0;
    std::uint8_t number_size_ = 0;
};

/// Where a packet without padding still tells the ends of its payloads.
bool tells_ends(const DataPacket& parsed)
{
    return parsed.multiple_payloads || parsed.length_field.size != 0;
}

/// The fields of a packet without padding, all of which is in `packet`.
void store_lengths(std::span<std::uint8_t> packet, const DataPacket& parsed)
{
    store_number(packet, parsed.padding_field, 0);
    store_number(packet, parsed.length_field, packet.size());
}

/// Takes the padding out of a packet without a Packet Length, and puts that in. False if it has no room.
bool put_length(std::vector<std::uint8_t>& packet, const DataPacket& parsed)
{
    constexpr std::uint8_t length_type = 0x60; // of Length Type Flags, section 5.2.2
    constexpr std::uint8_t two_bytes = 0x40;
    constexpr std::uint8_t size = 2;
    if (packet.size() - parsed.media_end < size || parsed.media_end + size > 0xFFFF) {
        return false;
    }
    packet.resize(parsed.media_end);
    const std::size_t at = parsed.flags_at + 2;
    packet.insert(packet.begin() + static_cast<std::ptrdiff_t>(at), size, 0);
    packet[parsed.flags_at] = static_cast<std::uint8_t>((packet[parsed.flags_at] & ~length_type) | two_bytes);
    store_number(packet, {at, size}, packet.size());
    store_number(packet, {parsed.padding_field.at + size, parsed.padding_field.size}, 0);
    return true;
}

} // namespace

Expected<void> parse_data_packet(Bytes packet, DataPacket& into)
{
    into.payloads.clear();
    into.multiple_payloads = false;
    into.size = packet.size();
    into.padding = 0;
    into.media_end = 0;
    into.payload_flags_at = 0;
    return PacketReader{packet, into}.read();
}

void shift_times(std::span<std::uint8_t> packet, const DataPacket& parsed, std::uint32_t ms,
                 const ObjectShift& object_shift)
{
    add_to(packet, {parsed.send_time_at, 4}, ms);
    for (const Payload& payload : parsed.payloads) {
        add_to(packet, payload.time_field, ms);
        add_to(packet, payload.number_field, object_shift[payload.stream]);
    }
}

bool remove_padding(std::vector<std::uint8_t>& packet, const DataPacket& parsed)
{
    if (parsed.media_end == packet.size()) {
        return false;
    }
    if (!tells_ends(parsed)) {
        return put_length(packet, parsed);
    }
    packet.resize(parsed.media_end);
    store_lengths(packet, parsed);
    return true;
}

bool add_padding(std::vector<std::uint8_t>& packet, const DataPacket& parsed, std::size_t size)
{
    const auto holds = [](const NumberField& field, std::uint64_t number) {
        return number < std::uint64_t{1} << 8 * field.size;
    };
    const bool told = holds(parsed.padding_field, size - parsed.media_end)
                      && (parsed.length_field.size == 0 || holds(parsed.length_field, size));
    if (packet.size() >= size || !told) {
        return false;
    }
    packet.resize(size);
    store_number(packet, parsed.padding_field, size - parsed.media_end);
    store_number(packet, parsed.length_field, size);
    return true;
}

bool filter_packet(Bytes packet, const DataPacket& parsed, std::uint64_t kept, std::vector<std::uint8_t>& out)
{
    const std::size_t count = parsed.payloads.size();
    kept &= (std::uint64_t{1} << count) - 1;
    if (kept == 0) {
        return false;
    }
    const std::size_t start = out.size();
    const auto append = [&](std::size_t begin, std::size_t end) {
        const Bytes part = packet.subspan(begin, end - begin);
        out.insert(out.end(), part.begin(), part.end());
    };
    if (static_cast<std::size_t>(std::popcount(kept)) == count) {
        append(0, tells_ends(parsed) ? parsed.media_end : packet.size());
    } else {
        append(0, parsed.payloads.front().begin);
        for (std::size_t i = 0; i < count; ++i) {
            if ((kept >> i & 1) != 0) {
                append(parsed.payloads[i].begin, parsed.payloads[i].end);
            }
        }
        std::uint8_t& flags = out[start + parsed.payload_flags_at];
        flags = static_cast<std::uint8_t>((flags & ~payload_count_bits)
                                          | static_cast<unsigned>(std::popcount(kept)));
    }
    if (tells_ends(parsed)) {
        store_lengths(std::span{out}.subspan(start), parsed);
    }
    return true;
}

} // namespace wmclients::asf
