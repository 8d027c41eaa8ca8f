#pragma once

#include <wmclients/base/time.hpp>

#include <cstdint>

namespace wmclients::capture {

/// Turns the 64-bit timestamps of a pcapng interface into time (draft-ietf-opsawg-pcapng, section 4.2): units
/// of a power of ten or of two below a second (if_tsresol) since 1970, plus whole seconds (if_tsoffset).
/// Digits below a nanosecond are cut off; what Timestamp cannot express is held at its limits.
class TickScale {
  public:
    /// `resolution` as in if_tsresol: with the top bit clear, units of 10^-resolution s; set, of 2^-(low 7
    /// bits) s.
    explicit TickScale(std::uint8_t resolution = 6, std::int64_t offset_seconds = 0);

    [[nodiscard]] Timestamp at(std::uint64_t ticks) const
    {
        if (ticks < simple_end_) [[likely]] {
            return Timestamp{Duration{static_cast<std::int64_t>(ticks * nanoseconds_a_tick_)}};
        }
        return at_slowly(ticks);
    }

  private:
    [[nodiscard]] Timestamp at_slowly(std::uint64_t ticks) const;

    std::uint8_t resolution_;
    std::int64_t offset_seconds_;
    // A tick of whole nanoseconds: one multiplication, for ticks below the end (0: for none).
    std::uint64_t nanoseconds_a_tick_ = 0;
    std::uint64_t simple_end_ = 0;
};

} // namespace wmclients::capture
