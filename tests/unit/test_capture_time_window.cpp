#include "test_capture_support.hpp"

#include <wmclients/capture/time_window.hpp>

#include <doctest/doctest.h>

namespace test_capture_time_window {

using namespace capture_test;
using std::chrono::milliseconds;

namespace {

std::vector<std::uint64_t> numbers_within(std::optional<WindowEdge> from, std::optional<WindowEdge> to)
{
    TimeWindow window(std::move(*open_bytes(simple_pcap({1000, 1500, 2000, 2500, 3000}))), from, to);
    std::vector<std::uint64_t> numbers;
    for (const Kept& packet : read_all(window)) {
        numbers.push_back(packet.number);
    }
    return numbers;
}

using Numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("capture/time_window: both edges are within, and numbers are those of the whole")
{
    const Timestamp two{milliseconds{2000}};
    CHECK(numbers_within({}, {}) == Numbers{1, 2, 3, 4, 5});
    CHECK(numbers_within(two, {}) == Numbers{3, 4, 5});
    CHECK(numbers_within({}, two) == Numbers{1, 2, 3});
    CHECK(numbers_within(two, two) == Numbers{3});
    CHECK(numbers_within(two, Timestamp{milliseconds{1000}}).empty());
}

TEST_CASE("capture/time_window: an edge may count from the first packet")
{
    CHECK(numbers_within(milliseconds{500}, milliseconds{1500}) == Numbers{2, 3, 4});
    CHECK(numbers_within(milliseconds{-500}, milliseconds{0}) == Numbers{1});
    CHECK(numbers_within(wmclients::Duration::max(), {}).empty());
    CHECK(numbers_within({}, wmclients::Duration::min()).empty());
    CHECK(numbers_within({}, wmclients::Duration::max()).size() == 5);
}

TEST_CASE("capture/time_window: nothing is read beyond the end")
{
    const std::string file = simple_pcap({1000, 2000, 3000}) + "cut";
    TimeWindow window(std::move(*open_bytes(file)), {}, Timestamp{milliseconds{1500}});
    CHECK(read_all(window).size() == 1);
    Packet packet;
    CHECK_FALSE(window.next(packet));
    CHECK(window.problems().empty());
    CHECK(window.quality().packets == 2);

    TimeWindow whole(std::move(*open_bytes(file)), {}, {});
    CHECK(read_all(whole).size() == 3);
    CHECK(whole.problems().size() == 1);
}

} // namespace test_capture_time_window
