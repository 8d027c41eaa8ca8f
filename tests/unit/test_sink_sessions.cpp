#include <wmclients/sink/sessions.hpp>

#include <doctest/doctest.h>

#include <set>

namespace test_sink_sessions {

using namespace wmclients::sink;
using std::chrono::seconds;

TEST_CASE("sink/sessions: client-ids are random, not 0, and found again")
{
    Sessions sessions{seconds{60}};
    const auto now = Sessions::Clock::now();
    std::set<std::uint32_t> ids;
    for (int i = 0; i < 1000; ++i) {
        ids.insert(sessions.create(now).id);
    }
    CHECK(ids.size() == 1000);
    CHECK_FALSE(ids.contains(0));
    CHECK(*ids.rbegin() - *ids.begin() > 1U << 20); // no row of neighbours
    for (const std::uint32_t id : ids) {
        REQUIRE(sessions.find(id) != nullptr);
        CHECK(sessions.find(id)->id == id);
    }
    CHECK(sessions.find(0) == nullptr);
}

TEST_CASE("sink/sessions: what is idle is forgotten after the timeout, what streams is not")
{
    Sessions sessions{seconds{60}};
    const auto begin = Sessions::Clock::now();
    const std::uint32_t idle = sessions.create(begin).id;
    Session& streams = sessions.create(begin);
    streams.data_connection = 7;
    const std::uint32_t streaming = streams.id;
    sessions.expire(begin + seconds{60});
    CHECK(sessions.size() == 2);
    sessions.expire(begin + seconds{61});
    CHECK(sessions.find(idle) == nullptr);
    CHECK(sessions.find(streaming) != nullptr);
}

TEST_CASE("sink/sessions: their number is bounded")
{
    Sessions sessions{seconds{60}};
    const auto now = Sessions::Clock::now();
    sessions.create(now).data_connection = 1;
    for (std::size_t i = 0; i < Sessions::most + 100; ++i) {
        sessions.create(now);
    }
    CHECK(sessions.size() <= Sessions::most);
}

} // namespace test_sink_sessions
