#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>

#include <cstdint>
#include <vector>

namespace wmclients::asf {

/// The header of a file as a live encoder writes it, that is what a `$H` holds: the Header Object and exactly
/// the first 50 bytes of the Data Object (MS-WMSP 2.2.3.5). `header` begins with just that; more is ignored.
///
/// In File Properties (ASF specification 01.20.05, section 3.2) the Broadcast flag is set and Seekable
/// cleared, File Size is that of the result, Data Packets Count is 0xFFFFFFFF, both durations are 0; the Data
/// Object (section 5.1) has 50 bytes and 0 packets. All else stays: File ID, preroll, packet sizes.
///
/// An error if either object is not there, is cut, or if there are no File Properties.
Expected<std::vector<std::uint8_t>> live_header(Bytes header);

} // namespace wmclients::asf
