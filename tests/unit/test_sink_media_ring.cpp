#include <wmclients/sink/media_ring.hpp>

#include <doctest/doctest.h>

namespace test_sink_media_ring {

using namespace wmclients::sink;
using std::chrono::milliseconds;

namespace {

MediaItem packet(std::int64_t time, bool entry, std::size_t size = 100)
{
    return {MediaItem::Kind::data, entry, time, std::vector<std::uint8_t>(size)};
}

} // namespace

TEST_CASE("sink/media_ring: a client begins at the latest entry that is as old as the burst")
{
    MediaRing ring{milliseconds{10'000}, milliseconds{2'000}, 1U << 20};
    CHECK(ring.entry_point() == ring.end());
    for (int i = 0; i < 10; ++i) {
        ring.push(packet(i * 1000, i % 3 == 0)); // entries at 0, 3, 6 and 9 s; now it is 9 s
    }
    CHECK(ring.entry_point() == 6);
    ring.push(packet(10'900, false));
    CHECK(ring.entry_point() == 6);
    ring.push(packet(11'000, false));
    CHECK(ring.entry_point() == 9);
}

TEST_CASE("sink/media_ring: if no entry is that old, the oldest must do")
{
    MediaRing ring{milliseconds{10'000}, milliseconds{5'000}, 1U << 20};
    ring.push(packet(0, false));
    ring.push(packet(100, true));
    ring.push(packet(200, true));
    CHECK(ring.entry_point() == 1);
}

TEST_CASE("sink/media_ring: old items leave, but the latest entry stays")
{
    MediaRing ring{milliseconds{1'000}, milliseconds{0}, 1U << 20};
    ring.push(packet(0, true));
    for (int i = 1; i <= 50; ++i) {
        ring.push(packet(i * 100, false));
    }
    CHECK(ring.begin() == 0);
    CHECK(ring.entry_point() == 0);
    ring.push(packet(5'100, true));
    CHECK(ring.begin() == 41); // 4.1 s: as old as may be
    CHECK(ring.entry_point() == 51);
}

TEST_CASE("sink/media_ring: bytes are bounded, whatever the times and entries are")
{
    MediaRing ring{milliseconds{1'000'000}, milliseconds{0}, 1'000};
    ring.push(packet(0, true));
    for (int i = 0; i < 100; ++i) {
        ring.push(packet(0, false));
        CHECK(ring.bytes() <= 1'000);
    }
    CHECK(ring.end() == 101);
    CHECK(ring.begin() == 91);
    CHECK(ring.entry_point() == ring.end());
    ring.push(packet(0, true, 5'000)); // one that is too large by itself still is there
    CHECK(ring.end() - ring.begin() == 1);
}

TEST_CASE("sink/media_ring: after a new header nobody begins before it")
{
    MediaRing ring{milliseconds{1'000}, milliseconds{500}, 1U << 20};
    ring.push(packet(0, true));
    ring.push({MediaItem::Kind::header, false, 10, {1, 2, 3}});
    CHECK(ring.entry_point() == ring.end());
    ring.push(packet(20, true));
    CHECK(ring.entry_point() == 2);
    CHECK(ring[1].kind == MediaItem::Kind::header);
}

} // namespace test_sink_media_ring
