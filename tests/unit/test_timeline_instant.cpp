#include <wmclients/timeline/instant.hpp>

#include <doctest/doctest.h>

namespace test_timeline_instant {

using namespace wmclients;
using timeline::Instant;
using timeline::Moment;

TEST_CASE("timeline/instant: by time, all packets up to it, itself included")
{
    const Timestamp t = timestamp_from(100, 0);
    const Instant instant{t, 0};
    CHECK(instant.includes(PacketRef{9, t, 0}));
    CHECK_FALSE(instant.includes(PacketRef{1, t + Duration{1}, 0}));
    CHECK(instant.includes(Moment{t, 9}));
    CHECK_FALSE(instant.includes(Moment{t + Duration{1}, 1}));
    CHECK(instant.includes(Moment{}));
}

TEST_CASE("timeline/instant: by packet, whatever the time")
{
    const Timestamp t = timestamp_from(100, 0);
    const Instant instant{{}, 5};
    CHECK(instant.includes(PacketRef{5, t, 0}));
    CHECK_FALSE(instant.includes(PacketRef{6, {}, 0}));
    CHECK(instant.includes(Moment{t, 5}));
    CHECK_FALSE(instant.includes(Moment{t, 6}));
    CHECK(instant.includes(Moment{}));
}

} // namespace test_timeline_instant
