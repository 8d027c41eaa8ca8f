#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients::testing {

/// The payload of a `$H`: a small valid ASF header (File Properties, one audio stream, Header Extension) and
/// the first 50 bytes of its Data Object (MS-WMSP 2.2.3.5; ASF specification 01.20.05, sections 3 and 4).
/// `file_id` is the text of a GUID; the result is empty if it is none. `packet_size` goes into the minimum
/// and the maximum.
std::string sample_asf_header(std::string_view file_id, std::uint32_t packet_size);

} // namespace wmclients::testing
