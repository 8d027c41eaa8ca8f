#include <wmclients/net/tcp_reassembler.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace test_net_tcp_reassembler {

using namespace wmclients;
using net::GapReason;
using net::TcpReassembler;

namespace {

constexpr std::array<std::uint32_t, 8> sequence_numbers{0,           1,           0x7FFF'FFF0, 0x7FFF'FFFF,
                                                        0x8000'0000, 0xFFFF'FFF6, 0xFFFF'FFFE, 0xFFFF'FFFF};

/// Draws what is delivered: the bytes themselves, and a dot for each byte of a gap.
struct Picture final : net::StreamConsumer {
    std::string text;
    std::vector<GapReason> gaps;
    bool in_order = true;

    void data(std::uint64_t offset, Bytes bytes, const PacketRef&) override
    {
        in_order = in_order && offset == text.size() && !bytes.empty();
        text += as_text(bytes);
    }

    void gap(std::uint64_t offset, std::uint64_t length, GapReason reason, const PacketRef&) override
    {
        in_order = in_order && offset == text.size() && length != 0;
        text.append(static_cast<std::size_t>(length), '.');
        gaps.push_back(reason);
    }
};

/// One direction of a connection, written to by offset.
struct Stream {
    explicit Stream(std::uint32_t initial = 1000, bool with_syn = true) : isn(initial)
    {
        if (with_syn) {
            reassembler.open(isn);
        }
    }

    void segment(std::uint64_t offset, std::string_view text, std::size_t cut = 0)
    {
        net::Segment segment;
        segment.sequence = isn + 1 + static_cast<std::uint32_t>(offset);
        segment.payload = as_bytes(text.substr(0, text.size() - cut));
        segment.payload_length = static_cast<std::uint32_t>(text.size());
        segment.ref = next();
        reassembler.segment(segment, picture, context);
    }

    bool acknowledge(std::uint64_t offset)
    {
        return reassembler.acknowledge(isn + 1 + static_cast<std::uint32_t>(offset), next(), picture,
                                       context);
    }

    void finish() { reassembler.finish(next(), picture, context); }

    PacketRef next() { return {++number, now, 0}; }

    std::uint32_t isn;
    Timestamp now = timestamp_from(1'000, 0);
    std::uint64_t number = 0;
    Caps caps;
    net::ReassemblyContext context{caps, {}, 0};
    Picture picture;
    TcpReassembler reassembler;
};

struct Insert {
    std::uint64_t offset;
    std::string text;
};

struct Drawing {
    const char* name;
    std::vector<Insert> inserts;
    std::string before_finish;
    std::string after_finish;
};

const std::vector<Drawing>& drawings()
{
    static const std::vector<Drawing> all{
        {"in order", {{0, "aaa"}, {3, "bbb"}}, "aaabbb", "aaabbb"},
        {"out of order", {{3, "bbb"}, {0, "aaa"}}, "aaabbb", "aaabbb"},
        {"backwards", {{6, "cc"}, {4, "bb"}, {2, "dd"}, {0, "aa"}}, "aaddbbcc", "aaddbbcc"},
        {"repeated", {{0, "aaa"}, {0, "xxx"}, {3, "bb"}, {0, "xxxxx"}}, "aaabb", "aaabb"},
        {"overlap with what was delivered", {{0, "aaa"}, {1, "bbbb"}}, "aaabb", "aaabb"},
        {"overlap at the left of what is held",
         {{4, "cccc"}, {2, "bbbb"}, {0, "aaaa"}},
         "aabbcccc",
         "aabbcccc"},
        {"overlap at the right of what is held", {{2, "bbb"}, {4, "ccc"}, {0, "aa"}}, "aabbbcc", "aabbbcc"},
        {"islands under a large segment", {{2, "b"}, {6, "d"}, {0, "aaaaaaaa"}}, "aabaaada", "aabaaada"},
        {"a held segment inside a held one", {{1, "bbbbb"}, {2, "xx"}, {0, "a"}}, "abbbbb", "abbbbb"},
        {"a held segment around a held one", {{3, "ccc"}, {1, "xxxxxxx"}, {0, "a"}}, "axxcccxx", "axxcccxx"},
        {"the same held segment twice", {{2, "bb"}, {2, "yy"}, {0, "aa"}}, "aabb", "aabb"},
        {"touching held segments", {{4, "cc"}, {2, "bb"}, {6, "dd"}, {0, "aa"}}, "aabbccdd", "aabbccdd"},
        {"an open hole", {{0, "aa"}, {4, "cc"}}, "aa", "aa..cc"},
        {"two open holes", {{1, "b"}, {4, "ee"}}, "", ".b..ee"},
        {"a hole filled in part", {{0, "a"}, {5, "f"}, {2, "cc"}}, "a", "a.cc.f"},
        {"before the beginning", {{0, "ab"}, {0xFFFF'FFFE, "xxc"}, {2, "cd"}}, "abcd", "abcd"},
    };
    return all;
}

/// What the stream must be: the first copy of each byte, and dots for what never came.
struct ByteMap {
    std::string text;
    std::vector<bool> known;

    void insert(std::size_t offset, std::string_view bytes, std::size_t cut)
    {
        if (text.size() < offset + bytes.size()) {
            text.resize(offset + bytes.size(), '.');
            known.resize(text.size(), false);
        }
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (!known[offset + i]) {
                known[offset + i] = true;
                text[offset + i] = i + cut < bytes.size() ? bytes[i] : '.';
            }
        }
    }
};

} // namespace

TEST_CASE("net/tcp_reassembler: letter pictures, from any initial sequence number")
{
    for (const std::uint32_t isn : sequence_numbers) {
        for (const Drawing& drawing : drawings()) {
            CAPTURE(isn);
            CAPTURE(drawing.name);
            Stream stream{isn};
            for (const Insert& insert : drawing.inserts) {
                stream.segment(insert.offset, insert.text);
            }
            CHECK(stream.picture.text == drawing.before_finish);
            stream.finish();
            CHECK(stream.picture.text == drawing.after_finish);
            CHECK(stream.picture.in_order);
            CHECK(stream.context.held_memory == 0);
        }
    }
}

TEST_CASE("net/tcp_reassembler: the sequence space wraps inside the stream, again and again")
{
    Stream stream{0xFFFF'F000};
    const std::string block(60'000, 'w');
    std::uint64_t offset = 0;
    for (; offset < (std::uint64_t{9} << 30) && stream.reassembler.delivered() == offset;
         offset += block.size()) {
        stream.segment(offset, block);
        stream.picture.text.clear();
    }
    CHECK(stream.reassembler.delivered() == offset);
    CHECK(offset > (std::uint64_t{8} << 30));
    CHECK(stream.picture.gaps.empty());
    stream.picture = {};
}

TEST_CASE(
    "net/tcp_reassembler: property: the first copy of each byte, whatever the order, overlap, cut and ISN")
{
    CHECK(rc::check("as a naive byte map", [] {
        Stream stream{*rc::gen::arbitrary<std::uint32_t>()};
        ByteMap expected;
        const auto count = *rc::gen::inRange(1, 24);
        for (int i = 0; i < count; ++i) {
            const auto offset = static_cast<std::size_t>(*rc::gen::inRange(0, 60));
            const std::string text(static_cast<std::size_t>(*rc::gen::inRange(1, 14)),
                                   static_cast<char>('a' + i));
            const std::size_t cut = *rc::gen::inRange(0, 4) == 0 ? text.size() / 2 : 0;
            expected.insert(offset, text, cut);
            stream.segment(offset, text, cut);
            RC_ASSERT(expected.text.compare(0, stream.picture.text.size(), stream.picture.text) == 0);
        }
        stream.finish();
        RC_ASSERT(stream.picture.in_order);
        RC_ASSERT(stream.picture.text == expected.text);
        RC_ASSERT(stream.context.held_memory == 0U);
    }));
}

TEST_CASE(
    "net/tcp_reassembler: property: any order and any split of a stream, with repeats, gives the stream")
{
    CHECK(rc::check("the same stream", [](std::uint32_t isn) {
        std::string whole;
        const auto size = *rc::gen::inRange<std::size_t>(1, 200);
        for (std::size_t i = 0; i < size; ++i) {
            whole += static_cast<char>('A' + i % 26);
        }
        std::vector<std::pair<std::size_t, std::size_t>> pieces;
        for (std::size_t at = 0; at < size;) {
            const auto length = std::min(size - at, *rc::gen::inRange<std::size_t>(1, 30));
            pieces.emplace_back(at, length);
            if (*rc::gen::inRange(0, 3) == 0) {
                pieces.emplace_back(at / 2, std::min(size - at / 2, length + 5));
            }
            at += length;
        }
        for (std::size_t i = pieces.size(); i > 1; --i) {
            std::swap(pieces[i - 1], pieces[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        Stream stream{isn};
        for (const auto& [at, length] : pieces) {
            stream.segment(at, whole.substr(at, length));
        }
        RC_ASSERT(stream.picture.text == whole);
        RC_ASSERT(stream.picture.gaps.empty());
        RC_ASSERT(stream.context.stats.overlap_conflicts == 0U);
        RC_ASSERT(stream.context.held_memory == 0U);
    }));
}

TEST_CASE("net/tcp_reassembler: without a SYN the first payload is offset 0")
{
    for (const std::uint32_t isn : sequence_numbers) {
        Stream stream{isn, false};
        CHECK_FALSE(stream.reassembler.started());
        CHECK_FALSE(stream.acknowledge(0));
        stream.segment(0, "abc");
        stream.segment(6, "ghi");
        stream.segment(3, "def");
        CHECK(stream.picture.text == "abcdefghi");
        CHECK(stream.reassembler.base() == isn + 1);
    }
}

TEST_CASE("net/tcp_reassembler: a hole is given up 200 ms after the peer has acknowledged it")
{
    Stream stream;
    stream.segment(0, "aa");
    stream.segment(4, "cc");
    stream.acknowledge(6);
    stream.now += std::chrono::milliseconds{199};
    stream.segment(6, "dd");
    CHECK(stream.picture.text == "aa");
    stream.now += std::chrono::milliseconds{1};
    stream.segment(8, "ee");
    CHECK(stream.picture.text == "aa..ccddee");
    CHECK(stream.picture.gaps == std::vector{GapReason::not_captured});
    CHECK(stream.context.stats.gaps == 1);
    CHECK(stream.context.stats.gap_bytes == 2);
    // What comes now is late.
    stream.segment(2, "bb");
    CHECK(stream.picture.text == "aa..ccddee");
    CHECK(stream.context.stats.retransmissions == 1);
}

TEST_CASE("net/tcp_reassembler: an acknowledged hole is given up after 64 more segments, and filled before")
{
    for (const bool filled : {false, true}) {
        Stream stream;
        stream.segment(1, "b");
        stream.acknowledge(2);
        for (std::uint32_t i = 0; i + 1 < TcpReassembler::gap_segments; ++i) {
            stream.acknowledge(2);
        }
        CHECK(stream.picture.text.empty());
        if (filled) {
            stream.segment(0, "a");
            CHECK(stream.picture.text == "ab");
        } else {
            stream.acknowledge(2);
            CHECK(stream.picture.text == ".b");
        }
    }
}

TEST_CASE("net/tcp_reassembler: a hole that nobody acknowledged stays open, however much the other side says")
{
    Stream stream;
    stream.segment(0, "aa");
    stream.segment(4, "cc");
    for (int i = 0; i < 500; ++i) {
        stream.now += std::chrono::seconds{1};
        stream.acknowledge(2);
        stream.segment(6 + static_cast<std::uint64_t>(i), "d");
    }
    CHECK(stream.picture.text == "aa");
    stream.segment(2, "bb");
    CHECK(stream.picture.text.substr(0, 8) == "aabbccdd");
    CHECK(stream.picture.gaps.empty());
    CHECK(stream.context.stats.gaps == 0);
}

TEST_CASE("net/tcp_reassembler: several acknowledged holes go together once they have waited")
{
    Stream stream;
    for (const std::uint64_t offset : {1U, 3U, 5U, 7U}) {
        stream.segment(offset, "x");
    }
    stream.acknowledge(8);
    stream.now += std::chrono::milliseconds{250};
    stream.acknowledge(8);
    CHECK(stream.picture.text == ".x.x.x.x");
    CHECK(stream.picture.gaps.size() == 4);
}

TEST_CASE(
    "net/tcp_reassembler: an acknowledgment advances, never goes back, and never leaps out of the window")
{
    for (const std::uint32_t isn : sequence_numbers) {
        CAPTURE(isn);
        Stream stream{isn};
        stream.segment(0, "abcdef");
        CHECK(stream.acknowledge(3));
        CHECK_FALSE(stream.acknowledge(3));
        CHECK_FALSE(stream.acknowledge(1));
        CHECK(stream.acknowledge(6));
        CHECK_FALSE(stream.acknowledge(0x4000'0000));
        CHECK(stream.reassembler.acknowledged() == 6);
    }
}

TEST_CASE("net/tcp_reassembler: FIN and RST count within the window only")
{
    for (const std::uint32_t isn : sequence_numbers) {
        CAPTURE(isn);
        Stream stream{isn};
        stream.segment(0, std::string(100, 'a'));
        stream.segment(200, std::string(100, 'c'));
        stream.acknowledge(100);
        const auto at = [&](std::uint32_t offset) { return stream.reassembler.in_window(isn + 1 + offset); };
        CHECK(at(99)); // a FIN sent again
        CHECK(at(100));
        CHECK(at(300));
        CHECK(at(10'000));
        CHECK_FALSE(at(50));
        CHECK_FALSE(at(300 + (1U << 20) + 1));
        CHECK_FALSE(at(0x8000'0000));
    }
    CHECK(TcpReassembler{}.in_window(12345));
}

TEST_CASE("net/tcp_reassembler: the end of the stream delivers what is held and says why bytes are missing")
{
    Stream unfilled;
    unfilled.segment(2, "c");
    unfilled.finish();
    CHECK(unfilled.picture.text == "..c");
    CHECK(unfilled.picture.gaps == std::vector{GapReason::unfilled});

    Stream acknowledged;
    acknowledged.segment(2, "c");
    acknowledged.acknowledge(3);
    acknowledged.finish();
    CHECK(acknowledged.picture.text == "..c");
    CHECK(acknowledged.picture.gaps == std::vector{GapReason::not_captured});

    Stream tail;
    tail.segment(0, "aa");
    tail.acknowledge(10);
    tail.finish();
    CHECK(tail.picture.text == "aa........");

    Stream only_fin;
    only_fin.segment(0, "aa");
    only_fin.acknowledge(3);
    only_fin.finish();
    CHECK(only_fin.picture.text == "aa");
}

TEST_CASE("net/tcp_reassembler: a snaplen cut is a gap of its own kind, in order and held")
{
    Stream stream;
    stream.segment(0, "abcdef", 3);
    CHECK(stream.picture.text == "abc...");
    CHECK(stream.picture.gaps == std::vector{GapReason::cut});
    stream.segment(9, "jkl", 2);
    stream.segment(6, "ghi", 3);
    CHECK(stream.picture.text == "abc......j..");
    CHECK(stream.picture.in_order);
    stream.segment(12, "m");
    CHECK(stream.picture.text == "abc......j..m");
}

TEST_CASE("net/tcp_reassembler: keep-alives and frames recorded twice are told from other retransmissions")
{
    Stream stream;
    stream.segment(0, "abc");
    stream.segment(2, "\0"); // empty text: nothing
    stream.segment(2, std::string(1, '\0'));
    CHECK(stream.context.stats.keep_alives == 1);
    stream.now += std::chrono::seconds{1};
    stream.segment(3, "def");
    stream.now += std::chrono::microseconds{20};
    stream.segment(3, "def");
    CHECK(stream.context.stats.duplicates == 1);
    stream.now += std::chrono::milliseconds{300};
    stream.segment(3, "def");
    CHECK(stream.context.stats.duplicates == 1);
    CHECK(stream.context.stats.retransmissions == 3);
    CHECK(stream.picture.text == "abcdef");
}

TEST_CASE("net/tcp_reassembler: overlaps that disagree are counted, those that agree are not")
{
    Stream stream;
    stream.segment(2, "bbb");
    stream.segment(2, "bbb");
    CHECK(stream.context.stats.overlap_conflicts == 0);
    stream.segment(3, "Xbc");
    CHECK(stream.context.stats.overlap_conflicts == 1);
    stream.segment(0, "aa");
    CHECK(stream.picture.text == "aabbbc");
}

TEST_CASE("net/tcp_reassembler: each cap turns the first hole into a gap, and is counted")
{
    const std::string five(5, 'x');
    for (const Cap cap : {Cap::out_of_order_bytes, Cap::out_of_order_total_bytes}) {
        Stream stream;
        stream.segment(10, five);
        CHECK(stream.context.held_memory > five.size());
        stream.caps.set_limit(cap, cap == Cap::out_of_order_bytes ? 12 : stream.context.held_memory * 5 / 2);
        stream.segment(20, five);
        CHECK(stream.picture.text.empty());
        stream.segment(30, five);
        CHECK(stream.picture.text == std::string(10, '.') + five);
        CHECK(stream.picture.gaps == std::vector{GapReason::cap});
        CHECK(stream.caps.times_reached(cap) == 1);
    }
    Stream stream;
    stream.caps.set_limit(Cap::out_of_order_segments, 3);
    for (std::uint64_t i = 1; i <= 4; ++i) {
        stream.segment(10 * i, "x");
    }
    CHECK(stream.picture.text == "..........x");
    CHECK(stream.caps.times_reached(Cap::out_of_order_segments) == 1);
}

TEST_CASE("net/tcp_reassembler: what is held stays below the caps, whatever the sizes of the segments")
{
    for (const Cap cap : {Cap::out_of_order_bytes, Cap::out_of_order_total_bytes}) {
        Stream stream;
        stream.segment(10, "x");
        const std::uint64_t island = stream.context.held_memory;
        const std::uint64_t limit = cap == Cap::out_of_order_bytes ? 1000 : 20 * island;
        stream.caps.set_limit(cap, limit);
        // Many small islands first: giving up one of them makes no room for a large segment.
        for (std::uint64_t i = 1; i <= 200; ++i) {
            stream.segment(10 * i, "x");
        }
        std::uint64_t most = 0;
        for (std::uint64_t i = 1; i <= 100; ++i) {
            stream.segment(10'000 * i, std::string(900, 'y'));
            most = std::max(most, stream.context.held_memory);
        }
        CHECK(most >= 900);
        CHECK(most <= (cap == Cap::out_of_order_bytes ? limit + 200 * island : limit));
        stream.finish();
        CHECK(stream.context.held_memory == 0);
        CHECK(stream.picture.in_order);
    }
}

TEST_CASE("net/tcp_reassembler: what is forgotten no longer counts as held")
{
    Stream stream;
    stream.segment(10, "xxxxx");
    CHECK(stream.context.held_memory > 5);
    CHECK(stream.reassembler.highest() == 15);
    stream.reassembler.drop_held(stream.context);
    CHECK(stream.context.held_memory == 0);
    stream.segment(0, "a");
    CHECK(stream.picture.text == "a");
}

} // namespace test_net_tcp_reassembler
