#include <wmclients/capture/tick_scale.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

namespace test_capture_tick_scale {

using wmclients::capture::TickScale;

namespace {

std::int64_t at(std::uint8_t resolution, std::uint64_t ticks, std::int64_t offset = 0)
{
    return TickScale(resolution, offset).at(ticks).time_since_epoch().count();
}

constexpr std::uint8_t binary = 0x80;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

} // namespace

TEST_CASE("capture/tick_scale: powers of ten")
{
    CHECK(at(6, 1'700'000'000'123'456) == 1'700'000'000'123'456'000);
    CHECK(at(9, 1'700'000'000'123'456'789) == 1'700'000'000'123'456'789);
    CHECK(at(0, 1'700'000'000) == 1'700'000'000'000'000'000);
    CHECK(at(3, 1'234) == 1'234'000'000);
    CHECK(at(12, 1'700'000'000'123'999) == 1'700'000'000'123);
    CHECK(at(19, 10'000'000'000'000'000'000U) == 1'000'000'000);
    CHECK(at(20, most) == 184'467'440);
    CHECK(at(28, most) == 1);
    CHECK(at(127, most) == 0);
}

TEST_CASE("capture/tick_scale: powers of two")
{
    CHECK(at(binary | 10, 1024 + 512) == 1'500'000'000);
    CHECK(at(binary | 0, 3) == 3'000'000'000);
    CHECK(at(binary | 32, (std::uint64_t{7} << 32) + 1) == 7'000'000'000);
    CHECK(at(binary | 34, (std::uint64_t{1} << 34) - 1) == 999'999'999);
    CHECK(at(binary | 63, most) == 1'999'999'999);
    CHECK(at(binary | 64, std::uint64_t{1} << 63) == 500'000'000);
    CHECK(at(binary | 65, std::uint64_t{1} << 63) == 250'000'000);
    CHECK(at(binary | 127, most) == 0);
}

TEST_CASE("capture/tick_scale: whole seconds are added, also to a tick of zero")
{
    CHECK(at(6, 1'500'000, 10) == 11'500'000'000);
    CHECK(at(6, 1'500'000, -10) == -8'500'000'000);
    CHECK(at(12, 0, 100) == 100'000'000'000);
    CHECK(at(binary | 20, 0, -1) == -1'000'000'000);
    CHECK(at(9, 0, 4'000'000'000) == 4'000'000'000'000'000'000);
}

TEST_CASE("capture/tick_scale: simple and general conversion agree where they meet")
{
    const TickScale micro(6, 0);
    const std::uint64_t meet =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 2 - 4'000'000'000) / 1'000;
    for (std::uint64_t ticks = meet - 3; ticks < meet + 3; ++ticks) {
        CHECK(micro.at(ticks).time_since_epoch().count() == static_cast<std::int64_t>(ticks * 1'000));
    }
}

TEST_CASE("capture/tick_scale: what no timestamp can express is held at the limits")
{
    constexpr std::int64_t year_2100 = 4'102'444'800'000'000'000;
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
    CHECK(at(0, most) > year_2100);
    CHECK(at(6, most) > year_2100);
    CHECK(at(0, most, highest) > year_2100);
    CHECK(at(6, 0, highest) > year_2100);
    CHECK(at(6, 0, lowest) < -year_2100);
    CHECK(at(binary, most, lowest) > year_2100);
    CHECK(at(binary, 5, -8) == -3'000'000'000);
    CHECK(at(binary, std::uint64_t{1} << 63, lowest) == 0);
    CHECK(at(binary, (std::uint64_t{1} << 63) - 1, lowest) == -1'000'000'000);
    CHECK(at(binary, std::uint64_t{1} << 63, -highest) == 1'000'000'000);
}

} // namespace test_capture_tick_scale
