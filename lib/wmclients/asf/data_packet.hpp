#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

/// ASF data packets: ASF specification 01.20.05, section 5.2, which the section numbers here mean. All
/// numbers of a packet are little-endian, all positions count from its first byte.
namespace wmclients::asf {

/// A packet has no more payloads than a field of 6 bits can count (section 5.2.3.3).
inline constexpr std::size_t max_payloads = 63;

/// A number inside a packet. Its size is 0 to 4 bytes; 0: the packet does not have it.
struct NumberField {
    std::size_t at = 0;
    std::uint8_t size = 0;
};

/// One payload of a data packet. A compressed payload (replicated data of 1 byte, sections 5.2.3.2 and
/// 5.2.3.4), which holds several media objects, counts as one.
struct Payload {
    std::uint8_t stream = 0; ///< 1 to 127
    bool key_frame = false;
    bool compressed = false;
    std::uint32_t object_number = 0;     ///< compressed: of its first object
    std::uint32_t object_offset = 0;     ///< of the payload's data in its media object; compressed: 0
    std::uint32_t object_size = 0;       ///< of the whole media object; 0: not told
    std::uint32_t presentation_time = 0; ///< ms, preroll included; the packet's send time if not told
    std::uint32_t sub_payloads = 1;      ///< media objects in a compressed payload; 1 for others
    std::uint8_t time_delta = 0;         ///< ms between the objects of a compressed payload; 0 for others
    std::size_t begin = 0;               ///< where the payload begins, its header included
    std::size_t data_begin = 0;          ///< where its header ends
    std::size_t end = 0;

    NumberField number_field; ///< of object_number
    NumberField time_field;   ///< of presentation_time

    /// The payload has the end of its media object (or the object's size is not known).
    [[nodiscard]] bool ends_object() const
    {
        return compressed || object_size == 0
               || object_offset + std::uint64_t{end - data_begin} >= object_size;
    }
};

/// What parse_data_packet() found. One object can serve many packets: it keeps its memory.
struct DataPacket {
    std::uint32_t send_time = 0; ///< ms
    std::uint16_t duration = 0;  ///< ms
    bool multiple_payloads = false;
    std::size_t size = 0;      ///< of the whole packet
    std::uint32_t padding = 0; ///< Padding Length as it says; stands after an error, too, if that came later
    std::size_t media_end = 0; ///< where the last payload ends; what follows up to `size` is padding
    std::vector<Payload> payloads;

    NumberField length_field;  ///< of Packet Length
    NumberField padding_field; ///< of Padding Length
    std::size_t flags_at = 0;  ///< of Length Type Flags; the property flags are behind
    std::size_t send_time_at = 0;
    std::size_t payload_flags_at = 0; ///< only with multiple_payloads; its low 6 bits count the payloads
};

/// Reads one whole data packet, its padding included (or removed: then its Padding Length is 0). An explicit
/// Packet Length may be less than packet.size(): what is beyond is padding, too.
///
/// The error says what is wrong and at which offset; `into` is then of no use. Refused is, besides lengths
/// that do not fit: opaque error correction data, stream number 0, a field size that the specification does
/// not know.
Expected<void> parse_data_packet(Bytes packet, DataPacket& into);

/// By how much the media object numbers of each stream are moved.
using ObjectShift = std::array<std::uint32_t, 128>;

/// Moves, in place, the send time and all presentation times by `ms` (modulo 2^32, or the field's width where
/// that is less), and the media object numbers by object_shift[stream] (modulo the field's width). `parsed`
/// is of this packet, and tells the times and numbers of before.
///
/// Times in payload extension data (replicated data beyond the first 8 bytes) are left alone.
void shift_times(std::span<std::uint8_t> packet, const DataPacket& parsed, std::uint32_t ms,
                 const ObjectShift& object_shift);

/// Takes the padding out of `packet`: Padding Length becomes 0, an explicit Packet Length the new length
/// (MS-WMSP 2.2.3.3). `parsed` is of this packet; all its positions but `size` stay right. True if that
/// changed anything.
///
/// A packet with a single payload and no Packet Length gets one, of two bytes: there only the padding length
/// tells where the payload ends, and players that fill a short packet up to the fixed size again (ffmpeg,
/// libmms, MPlayer) would take what they fill it with for media. `parsed` is then no longer right. One byte
/// of padding stays in such a packet.
bool remove_padding(std::vector<std::uint8_t>& packet, const DataPacket& parsed);

/// Fills `packet` up to `size` bytes, as a writer makes them: what remove_padding() took out is there again.
/// `parsed` is of this packet. False, and nothing changed, if it has that size, or if its fields cannot say
/// so.
bool add_padding(std::vector<std::uint8_t>& packet, const DataPacket& parsed, std::size_t size);

/// Appends to `out` the packet with only those payloads whose bit is set in `kept` (bit i: payloads[i]), and
/// with their number set to that; padding as remove_padding(). Nothing is appended, and false returned, if
/// none is kept. `packet` must not be part of `out`.
bool filter_packet(Bytes packet, const DataPacket& parsed, std::uint64_t kept,
                   std::vector<std::uint8_t>& out);

/// The same with those payloads for which keep(payload) is true.
template <typename Keep>
requires std::is_invocable_r_v<bool, Keep&, const Payload&>

bool filter_packet(Bytes packet, const DataPacket& parsed, Keep&& keep, std::vector<std::uint8_t>& out)
{
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i < parsed.payloads.size(); ++i) {
        kept |= std::uint64_t{keep(parsed.payloads[i]) ? 1U : 0U} << i;
    }
    return filter_packet(packet, parsed, kept, out);
}

} // namespace wmclients::asf
