#include <wmclients/capture/tick_scale.hpp>

#include <algorithm>
#include <limits>

namespace wmclients::capture {
namespace {

constexpr std::uint64_t nanoseconds_a_second = 1'000'000'000;

/// 10^exponent; 0 if that needs more than 64 bits.
std::uint64_t power_of_ten(unsigned exponent)
{
    std::uint64_t power = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        if (power > std::numeric_limits<std::uint64_t>::max() / 10) {
            return 0;
        }
        power *= 10;
    }
    return power;
}

struct Split {
    std::uint64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
};

Split split_decimal(std::uint64_t ticks, unsigned exponent)
{
    const std::uint64_t ticks_a_second = power_of_ten(exponent);
    const std::uint64_t seconds = ticks_a_second == 0 ? 0 : ticks / ticks_a_second;
    const std::uint64_t rest = ticks_a_second == 0 ? ticks : ticks % ticks_a_second;
    if (exponent <= 9) {
        return {seconds, rest * power_of_ten(9 - exponent)};
    }
    const std::uint64_t ticks_a_nanosecond = power_of_ten(exponent - 9);
    return {seconds, ticks_a_nanosecond == 0 ? 0 : rest / ticks_a_nanosecond};
}

Split split_binary(std::uint64_t ticks, unsigned exponent)
{
    const std::uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
    std::uint64_t fraction = exponent < 64 ? ticks & ((std::uint64_t{1} << exponent) - 1) : ticks;
    // 2^-34 s is finer than a nanosecond, and 34 + 30 bits are what a product may have.
    constexpr unsigned enough = 34;
    if (exponent > enough) {
        fraction = exponent - enough < 64 ? fraction >> (exponent - enough) : 0;
        exponent = enough;
    }
    return {seconds, fraction * nanoseconds_a_second >> exponent};
}

/// The sum, held within what a signed number can express.
std::int64_t add_saturating(std::uint64_t seconds, std::int64_t offset)
{
    constexpr std::uint64_t highest = std::numeric_limits<std::int64_t>::max();
    const auto bits = static_cast<std::uint64_t>(offset);
    if (offset >= 0) {
        return static_cast<std::int64_t>(seconds > highest - bits ? highest : seconds + bits);
    }
    const std::uint64_t magnitude = ~bits + 1;
    if (seconds >= magnitude) {
        return static_cast<std::int64_t>(std::min(seconds - magnitude, highest));
    }
    // Two's complement, as C++20 has it.
    return static_cast<std::int64_t>(seconds + bits);
}

} // namespace

TickScale::TickScale(std::uint8_t resolution, std::int64_t offset_seconds)
    : resolution_(resolution), offset_seconds_(offset_seconds)
{
    // What timestamp_from() need not hold within its limits: until 2116, without an offset.
    constexpr std::int64_t half = std::numeric_limits<std::int64_t>::max() / 2 - 4'000'000'000;
    if (resolution <= 9 && offset_seconds == 0) {
        nanoseconds_a_tick_ = power_of_ten(9U - resolution);
        simple_end_ = static_cast<std::uint64_t>(half) / nanoseconds_a_tick_;
    }
}

Timestamp TickScale::at_slowly(std::uint64_t ticks) const
{
    const unsigned exponent = resolution_ & 0x7FU;
    const Split split =
        (resolution_ & 0x80) != 0 ? split_binary(ticks, exponent) : split_decimal(ticks, exponent);
    return timestamp_from(add_saturating(split.seconds, offset_seconds_),
                          static_cast<std::int64_t>(split.nanoseconds));
}

} // namespace wmclients::capture
