#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients::testing {

/// A script command of the sample header, and what else a redirecting header sets (MS-WMSP 3.2.5.4).
struct SampleScript {
    std::string file_name{}; ///< the name of a FILENAME command, ASCII; empty: no Script Command Object
    std::uint32_t time_ms = 0;
    std::uint64_t preroll_ms = 3000;
};

/// Appends the low `size` bytes of `value`, in little-endian order.
void append_number(std::string& out, std::uint64_t value, unsigned size);

/// The payload of a `$H`: a small valid ASF header (File Properties, one audio stream, Header Extension) and
/// the first 50 bytes of its Data Object (MS-WMSP 2.2.3.5; ASF specification 01.20.05, sections 3 and 4).
/// `file_id` is the text of a GUID; the result is empty if it is none. `packet_size` goes into the minimum
/// and the maximum.
std::string sample_asf_header(std::string_view file_id, std::uint32_t packet_size,
                              const SampleScript& script = {});

} // namespace wmclients::testing
