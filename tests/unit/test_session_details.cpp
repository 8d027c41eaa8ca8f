#include <wmclients/session/details.hpp>

#include <doctest/doctest.h>

#include <numeric>

namespace test_session_details {

using namespace wmclients;
using session::ClientDetails;
using session::DetailStore;
using session::RateHistory;

namespace {

std::uint64_t sum(const RateHistory& history)
{
    const auto bytes = history.bytes();
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
}

} // namespace

TEST_CASE("session/details: bytes fall into intervals that double as time goes on")
{
    RateHistory history;
    CHECK(history.bytes().empty());
    const Timestamp begin = timestamp_from(100, 0);
    history.add(begin, 10);
    history.add(begin + std::chrono::milliseconds{249}, 5);
    history.add(begin + std::chrono::milliseconds{250}, 7);
    CHECK(history.bytes() == std::vector<std::uint64_t>{15, 7});
    history.add(begin - std::chrono::seconds{5}, 1); // before the first: as the first
    CHECK(history.bytes().front() == 16);
    CHECK(history.width() == std::chrono::milliseconds{250});
    history.add(begin + std::chrono::seconds{16}, 100); // the 65th interval
    CHECK(history.width() == std::chrono::milliseconds{500});
    CHECK(history.bytes().size() == 33);
    CHECK(history.bytes().front() == 23);
    CHECK(history.bytes().back() == 100);
    CHECK(sum(history) == 123);
}

TEST_CASE("session/details: no byte is lost, however far apart they are")
{
    RateHistory history;
    std::uint64_t all = 0;
    Timestamp time = timestamp_from(0, 0);
    for (std::uint64_t i = 1; i < 60; ++i) {
        history.add(time, i);
        all += i;
        time += Duration{std::int64_t{1} << i % 55};
        CHECK(history.bytes().size() <= RateHistory::intervals);
    }
    CHECK(sum(history) == all);
}

TEST_CASE("session/details: details are found by row, up to the cap")
{
    Caps caps;
    caps.set_limit(Cap::details_kept, 1);
    DetailStore store{caps};
    CHECK(store.find(1, 0) == nullptr);
    const auto details = [] {
        ClientDetails made;
        made.request_head = "GET";
        return made;
    };
    store.keep(1, 0, details());
    REQUIRE(store.find(1, 0) != nullptr);
    CHECK(store.find(1, 0)->request_head == "GET");
    CHECK(store.find(1, 1) == nullptr);
    store.keep(2, 0, details());
    CHECK(store.find(2, 0) == nullptr);
    CHECK(caps.times_reached(Cap::details_kept) == 1);
}

} // namespace test_session_details
