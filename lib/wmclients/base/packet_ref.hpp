#pragma once

#include <wmclients/base/time.hpp>

#include <cstdint>

namespace wmclients {

/// Where in the capture something was seen. Every packet, datum, gap and message carries one.
struct PacketRef {
    std::uint64_t number = 0; ///< 1-based, in merged order, as in tshark's frame.number for a single file
    Timestamp time{};         ///< the packet's timestamp, clamped so that it never goes backwards in its file
    std::uint32_t file = 0;   ///< 0-based index of the file, in the order in which the files were opened
};

} // namespace wmclients
