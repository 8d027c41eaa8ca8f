#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wmclients::wmsp {

/// How much of a stream is sent (the third part of a stream-switch-entry, 2.2.1.4.27).
enum class Thinning : std::uint8_t { all = 0, key_frames = 1, off = 2 };

/// One stream-switch-entry: `destination` is sent instead of `source`.
struct StreamSwitch {
    static constexpr std::uint16_t none = 0xFFFF;

    std::uint16_t source = none;      ///< a stream number, or none: nothing is replaced
    std::uint16_t destination = none; ///< a stream number, or none: the source ends
    Thinning thinning = Thinning::all;
};

/// Takes the next well-formed entry off `rest`, the value of a stream-switch-entry token; empty: there is
/// none.
std::optional<StreamSwitch> take_stream_switch(std::string_view& rest);

/// Reads the value of a stream-switch-entry token: entries "src:dst:thin" in hex, separated by spaces.
/// Entries that are malformed are passed over; at most 128, as many as ASF has stream numbers.
std::vector<StreamSwitch> parse_stream_switches(std::string_view value);

} // namespace wmclients::wmsp
