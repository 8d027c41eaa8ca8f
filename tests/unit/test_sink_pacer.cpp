#include <wmclients/sink/pacer.hpp>

#include <doctest/doctest.h>

namespace test_sink_pacer {

using namespace wmclients::sink;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("sink/pacer: packets are as far apart as their send times")
{
    Pacer pacer;
    const auto begin = Pacer::Clock::now();
    CHECK(pacer.due(5000, begin) == begin);
    CHECK(pacer.due(5040, begin) == begin + milliseconds{40});
    CHECK(pacer.due(5040, begin) == begin + milliseconds{40});
    CHECK(pacer.due(5030, begin + milliseconds{35}) == begin + milliseconds{30}); // a little back
    CHECK(pacer.due(6000, begin + milliseconds{100}) == begin + seconds{1});
}

TEST_CASE("sink/pacer: send times wrap")
{
    Pacer pacer;
    const auto begin = Pacer::Clock::now();
    pacer.due(0xFFFF'FFF0, begin);
    CHECK(pacer.due(0x10, begin) == begin + milliseconds{32});
}

TEST_CASE("sink/pacer: a source that stood still is not caught up with")
{
    Pacer pacer;
    const auto begin = Pacer::Clock::now();
    pacer.due(0, begin);
    CHECK(pacer.due(100, begin + milliseconds{1500}) == begin + milliseconds{100}); // late, but not much
    const auto later = begin + seconds{10};
    CHECK(pacer.due(200, later) == later);
    CHECK(pacer.due(300, later) == later + milliseconds{100});
}

TEST_CASE("sink/pacer: a jump of the send times is not waited for")
{
    Pacer pacer;
    const auto begin = Pacer::Clock::now();
    pacer.due(0, begin);
    CHECK(pacer.due(3'600'000, begin + milliseconds{10}) == begin + milliseconds{10});
    CHECK(pacer.due(3'600'050, begin + milliseconds{10}) == begin + milliseconds{60});
    CHECK(pacer.due(0, begin + milliseconds{60}) == begin + milliseconds{60});
}

} // namespace test_sink_pacer
