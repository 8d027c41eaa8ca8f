#pragma once

#include <wmclients/base/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace wmclients::wmsp {

/// The longest payload of a `$D` or `$H`: PacketSize is 16 bits wide and counts its own 8 bytes (2.2.3.1.2).
inline constexpr std::size_t longest_payload = 0xFFFF - 8;

/// The framing header and the MMS header of a `$D` (2.2.3.1.1, 2.2.3.1.2).
using DataHeader = std::array<std::uint8_t, 12>;

/// @param payload_size at most `longest_payload`
DataHeader data_header(std::uint32_t location_id, std::uint8_t af_flags, std::size_t payload_size);

/// Appends `asf_header` (the Header Object and 50 bytes of the Data Object) as one `$H`, or, if it is longer
/// than a packet can be, as several (2.2.3.5): AFFlags 0x0C, or 0x04, 0x00 …, 0x08.
void append_header(std::vector<std::uint8_t>& out, Bytes asf_header);

/// How many `$H` there are among whole packets.
std::size_t header_packets_in(Bytes packets);

/// Appends a `$C` or `$E` (packet_id::new_header, packet_id::end_of_stream) with its Reason
/// (2.2.3.2, 2.2.3.4).
void append_reason(std::vector<std::uint8_t>& out, char id, std::uint32_t reason);

} // namespace wmclients::wmsp
