#include <wmclients/base/time.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <string>

namespace test_base_time {

using namespace wmclients;

TEST_CASE("base/time: RFC 3339 with nine digits")
{
    CHECK(to_rfc3339(timestamp_from(0, 0)) == "1970-01-01T00:00:00.000000000Z");
    CHECK(to_rfc3339(timestamp_from(1'763'767'171, 940'457'000)) == "2025-11-21T23:19:31.940457000Z");
    CHECK(to_rfc3339(timestamp_from(-1, 999'999'999)) == "1969-12-31T23:59:59.999999999Z");
    CHECK(to_rfc3339(timestamp_from(0, -1)) == "1969-12-31T23:59:59.999999999Z");
}

TEST_CASE("base/time: seconds and nanoseconds beyond what can be expressed are held within it")
{
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    const Timestamp latest = timestamp_from(most, 999'999'999);
    const Timestamp earliest = timestamp_from(least, 0);
    CHECK(latest > earliest);
    // They can be written, and subtracted.
    CHECK(parse_rfc3339(to_rfc3339(latest)) == latest);
    CHECK(parse_rfc3339(to_rfc3339(earliest)) == earliest);
    CHECK(latest - earliest > Duration{0});
    CHECK(timestamp_from(most, most) >= timestamp_from(most, 0));
    CHECK(timestamp_from(least, least) <= timestamp_from(0, 0));
    CHECK(timestamp_from(1, 3'500'000'000) == timestamp_from(4, 500'000'000));
}

TEST_CASE("base/time: reads RFC 3339 and its usual relatives")
{
    const Timestamp expected = timestamp_from(1'763'767'171, 940'000'000);
    for (const std::string text :
         {"2025-11-21T23:19:31.94Z", "2025-11-21t23:19:31.94z", "2025-11-21 23:19:31.94",
          "2025-11-22T00:19:31.940+01:00", "2025-11-22T00:19:31.940+0100",
          "2025-11-21T19:49:31.940000000000-03:30"}) {
        CAPTURE(text);
        CHECK(parse_rfc3339(text) == expected);
    }
    CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK(parse_rfc3339("2024-02-29T00:00:00Z").has_value());
}

TEST_CASE("base/time: refuses everything else")
{
    for (const std::string text :
         {"", "2025", "2025-11-21", "2025-11-21T23:19", "2025-13-21T23:19:31Z", "2025-11-31T23:19:31Z",
          "2025-02-29T00:00:00Z", "2025-11-21T24:00:00Z", "2025-11-21T23:60:00Z", "2025-11-21T23:19:61Z",
          "2025-11-21T23:19:31.Z", "2025-11-21T23:19:31Zx", "2025-11-21T23:19:31+1:00",
          "2025-11-21T23:19:31+24:00", " 2025-11-21T23:19:31Z", "+025-11-21T23:19:31Z",
          "2025-11-21T23:19:31+", "2025/11/21T23:19:31Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text).has_value());
    }
}

TEST_CASE("base/time: property: what is written reads back")
{
    CHECK(rc::check("round trip", [](std::int64_t seconds, std::int64_t nanoseconds) {
        const Timestamp time = timestamp_from(seconds % 4'000'000'000, nanoseconds % 1'000'000'000'000);
        RC_ASSERT(parse_rfc3339(to_rfc3339(time)) == time);
    }));
}

} // namespace test_base_time
