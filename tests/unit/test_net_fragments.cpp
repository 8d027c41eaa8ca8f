#include "test_net_support.hpp"

#include <wmclients/net/fragments.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace test_net_fragments {

using namespace net_packets;
using namespace std::chrono_literals;
using wmclients::Cap;
using wmclients::Caps;
using wmclients::Timestamp;
using wmclients::net::FragmentTable;
using wmclients::net::IpPacket;
using Outcome = FragmentTable::Outcome;

namespace {

/// Feeds fragments whose bytes are spelled out.
struct Feed {
    Caps caps{};
    FragmentTable table{caps};
    FragmentTable::Whole whole{};
    Timestamp now{};
    bool v6 = false;
    std::uint32_t identification = 1;

    /// `cut` bytes beyond `bytes` were on the wire.
    Outcome operator()(std::uint32_t offset, std::string_view bytes, bool more, std::uint32_t cut = 0)
    {
        const Buffer held = text(bytes);
        static const std::uint8_t from[] = {192, 0, 2, 1};
        static const std::uint8_t to[] = {192, 0, 2, 2};
        IpPacket ip;
        ip.source = wmclients::IpAddress::v4(from);
        ip.destination = wmclients::IpAddress::v4(to);
        ip.payload = {held, static_cast<std::uint32_t>(held.size()) + cut};
        ip.identification = identification;
        ip.fragment_offset = static_cast<std::uint16_t>(offset);
        ip.more_fragments = more;
        ip.v6 = v6;
        ip.protocol = 17;
        return table.add(ip, now, whole);
    }

    [[nodiscard]] std::string payload() const
    {
        return std::string(wmclients::as_text(whole.payload.captured));
    }
};

} // namespace

TEST_CASE("net/fragments: a datagram becomes whole whatever the order of its fragments")
{
    const std::string all = "aaaaaaaabbbbbbbbccccccccdddd";
    for (const bool v6 : {false, true}) {
        std::array<std::uint32_t, 4> order{0, 1, 2, 3};
        do {
            Feed feed;
            feed.v6 = v6;
            for (std::size_t i = 0; i < order.size(); ++i) {
                const std::uint32_t offset = order[i] * 8;
                const bool more = order[i] != 3;
                const Outcome outcome = feed(offset, std::string_view(all).substr(offset, 8), more);
                REQUIRE(outcome == (i == 3 ? Outcome::whole : Outcome::held));
            }
            CHECK(feed.payload() == all);
            CHECK(feed.whole.payload.length == all.size());
            CHECK(feed.whole.protocol == 17);
            CHECK(feed.table.lost() == 0);
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

TEST_CASE("net/fragments: repeated fragments do no harm, before and after the datagram is whole")
{
    for (const bool v6 : {false, true}) {
        Feed feed;
        feed.v6 = v6;
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
        CHECK(feed(8, "bbbb", false) == Outcome::whole);
        CHECK(feed.payload() == "aaaaaaaabbbb");
        CHECK(feed(8, "bbbb", false) == Outcome::held);
        // The number is used again: the repeated end of the first datagram has no part in the second.
        CHECK(feed(0, "cccccccc", true) == Outcome::held);
        CHECK(feed(8, "dddd", false) == Outcome::whole);
        CHECK(feed.payload() == "ccccccccdddd");
        CHECK(feed.table.lost() == 0);
    }
}

TEST_CASE("net/fragments: of an IPv4 overlap the first copy stays")
{
    Feed feed;
    CHECK(feed(8, "BBBBBBBB", true) == Outcome::held);
    CHECK(feed(0, "aaaaaaaabbbbbbbbcccccccc", true) == Outcome::held);
    CHECK(feed.table.lost() == 2); // the different one, and one that still waits
    CHECK(feed(24, "dd", false) == Outcome::whole);
    CHECK(feed.payload() == "aaaaaaaaBBBBBBBBccccccccdd");
    CHECK(feed.table.lost() == 1);
}

TEST_CASE("net/fragments: an overlap in IPv6 discards the datagram and what follows of it")
{
    Feed feed;
    feed.v6 = true;
    CHECK(feed(0, "aaaaaaaabbbbbbbb", true) == Outcome::held);
    CHECK(feed(8, "bbbbbbbbcccccccc", true) == Outcome::held);
    CHECK(feed(16, "cccccccc", true) == Outcome::held);
    CHECK(feed(24, "d", false) == Outcome::held);
    CHECK(feed.table.lost() == 4);

    feed.identification = 2;
    CHECK(feed(0, "aaaaaaaabbbbbbbb", true) == Outcome::held);
    CHECK(feed(8, "XXXXXXXX", true) == Outcome::held); // within what is there, but different
    CHECK(feed(16, "d", false) == Outcome::held);
    CHECK(feed.table.lost() == 7);
}

TEST_CASE("net/fragments: contradictory ends discard the datagram")
{
    for (const bool v6 : {false, true}) {
        CAPTURE(v6);
        Feed feed;
        feed.v6 = v6;
        CHECK(feed(8, "bbbb", false) == Outcome::held);
        CHECK(feed(8, "bbbbbbbb", false) == Outcome::held); // another end
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
        CHECK(feed.table.lost() == 3);

        feed.identification = 2;
        CHECK(feed(16, "cccccccc", true) == Outcome::held);
        CHECK(feed(8, "bbbb", false) == Outcome::held); // an end before what is there
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
        CHECK(feed.table.lost() == 6);

        feed.identification = 3;
        CHECK(feed(8, "bbbbbbbb", false) == Outcome::held);
        CHECK(feed(8, "bbbbbbbb", true) == Outcome::held); // more after the end
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
        CHECK(feed.table.lost() == 9);
    }
}

TEST_CASE("net/fragments: impossible lengths are malformed")
{
    Feed feed;
    CHECK(feed(0, "aaaaaaa", true) == Outcome::malformed);
    CHECK(feed(8, "", false) == Outcome::malformed);
    CHECK(feed(0, "", true) == Outcome::malformed);
    // The ping of death: an end beyond what a length field can say.
    CHECK(feed(65'528, "aaaaaaaa", false) == Outcome::malformed);
    CHECK(feed(65'512, "aaaa", false) == Outcome::malformed);
    CHECK(feed(65'512, "aaa", false) == Outcome::held);
    CHECK(feed(0, "a", false, 4'000'000'000) == Outcome::malformed);
    feed.v6 = true;
    CHECK(feed(65'528, "aaaaaaaa", false) == Outcome::malformed);
    CHECK(feed(65'528, "aaaaaaa", false) == Outcome::held);
}

TEST_CASE("net/fragments: a datagram is given up after 60 s")
{
    Feed feed;
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    feed.now += 60s;
    CHECK(feed(8, "bbbbbbbb", true) == Outcome::held);
    CHECK(feed(16, "c", false) == Outcome::whole);

    feed.identification = 2;
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    feed.now += 60s + 1ns;
    CHECK(feed(8, "b", false) == Outcome::held);
    CHECK(feed.table.lost() == 2);
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::whole); // the end began a new one
    CHECK(feed.table.lost() == 1);
}

TEST_CASE("net/fragments: instants as far apart as they can be are compared")
{
    Feed feed;
    feed.now = Timestamp::min();
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    feed.now = Timestamp::max();
    CHECK(feed(8, "b", false) == Outcome::held);
    feed.now = Timestamp::min();
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::whole);
}

TEST_CASE("net/fragments: the number of datagrams is bounded and the oldest is given up")
{
    Feed feed;
    feed.caps.set_limit(Cap::fragments, 3);
    for (std::uint32_t i = 1; i <= 4; ++i) {
        feed.identification = i;
        CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    }
    CHECK(feed.caps.times_reached(Cap::fragments) == 1);
    feed.identification = 4;
    CHECK(feed(8, "b", false) == Outcome::whole);
    feed.identification = 2;
    CHECK(feed(8, "b", false) == Outcome::whole);
    feed.identification = 1;
    CHECK(feed(8, "b", false) == Outcome::held);

    Feed none;
    none.caps.set_limit(Cap::fragments, 0);
    CHECK(none(0, "aaaaaaaa", true) == Outcome::held);
    CHECK(none.caps.times_reached(Cap::fragments) == 1);
    CHECK(none.table.lost() == 1);
}

TEST_CASE("net/fragments: the bytes held are bounded and the oldest datagram is given up")
{
    Feed feed;
    feed.caps.set_limit(Cap::fragment_bytes, 100'000);
    const std::string kilobyte(1024, 'a');
    for (std::uint32_t i = 1; i <= 200; ++i) {
        feed.identification = i;
        CHECK(feed(0, kilobyte, true) == Outcome::held);
    }
    const std::uint64_t evicted = feed.caps.times_reached(Cap::fragment_bytes);
    CHECK(evicted >= 200 - 100'000 / 1024);
    CHECK(evicted < 200);
    feed.identification = 200;
    CHECK(feed(1024, "b", false) == Outcome::whole);

    // Eight bytes far out need as much memory as if all before them were there.
    Feed far;
    far.caps.set_limit(Cap::fragment_bytes, 100'000);
    for (std::uint32_t i = 1; i <= 10; ++i) {
        far.identification = i;
        CHECK(far(64'000, "aaaaaaaa", true) == Outcome::held);
    }
    CHECK(far.caps.times_reached(Cap::fragment_bytes) == 9);

    Feed none;
    none.caps.set_limit(Cap::fragment_bytes, 0);
    CHECK(none(0, "aaaaaaaa", true) == Outcome::held);
    CHECK(none.caps.times_reached(Cap::fragment_bytes) == 1);
    CHECK(none(8, "b", false) == Outcome::held);
    CHECK(none.table.lost() == 2);
}

TEST_CASE("net/fragments: a fragment cut by a snaplen ends what is delivered, not the length")
{
    Feed feed;
    CHECK(feed(0, "aaaa", true, 4) == Outcome::held);
    CHECK(feed(8, "bbbbbbbb", true) == Outcome::held);
    CHECK(feed(16, "c", false, 3) == Outcome::whole);
    CHECK(feed.payload() == "aaaa");
    CHECK(feed.whole.payload.length == 20);

    feed.identification = 2;
    CHECK(feed(16, "cccc", false) == Outcome::held);
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    CHECK(feed(8, "bb", true, 6) == Outcome::whole);
    CHECK(feed.payload() == "aaaaaaaabb");
    CHECK(feed.whole.payload.length == 20);
}

TEST_CASE("net/fragments: datagrams that differ in one part of the key are apart")
{
    Feed feed;
    CHECK(feed(0, "aaaaaaaa", true) == Outcome::held);
    feed.v6 = true;
    CHECK(feed(8, "b", false) == Outcome::held);
    feed.v6 = false;
    feed.identification = 2;
    CHECK(feed(8, "b", false) == Outcome::held);
    feed.identification = 1;
    CHECK(feed(8, "c", false) == Outcome::whole);
    CHECK(feed.payload() == "aaaaaaaac");
}

TEST_CASE("net/fragments: the largest datagram in the smallest pieces, back to front")
{
    Feed feed;
    CHECK(feed(65'504, "aaaaaaaaaaa", false) == Outcome::held);
    for (std::uint32_t offset = 65'496; offset > 0; offset -= 8) {
        REQUIRE(feed(offset, "aaaaaaaa", true) == Outcome::held);
    }
    REQUIRE(feed(0, "aaaaaaaa", true) == Outcome::whole);
    CHECK(feed.payload() == std::string(65'515, 'a'));
}

TEST_CASE("net/fragments: the decoder delivers a reassembled segment with the packet that completed it")
{
    const Buffer whole = tcp(text("hello"));
    const Buffer first(whole.begin(), whole.begin() + 16);
    const Buffer second(whole.begin() + 16, whole.end());
    Decoding decode;
    CHECK(decode(ethernet(0x0800, ipv4(6, second, {.fragment = 2}))) == Decoding::Result::nothing);
    CHECK(decode.stats().fragments_lost == 1);
    REQUIRE(decode(ethernet(0x0800, ipv4(6, first, {.fragment = 0x2000}))) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    CHECK(decode.segment.ref.number == 2);
    CHECK(to_string(decode.segment.source_link) == "02:00:00:00:00:01");
    CHECK(decode.stats().fragments == 2);
    CHECK(decode.stats().fragments_lost == 0);
}

TEST_CASE("net/fragments: a first fragment with all of the TCP header is no segment yet")
{
    const Buffer whole = tcp(text("hello, hello"));
    const Buffer first(whole.begin(), whole.begin() + 24);
    const Buffer second(whole.begin() + 24, whole.end());
    for (const bool options : {false, true}) { // the plain and the general path
        const Buffer skipped = repeated(options ? 4 : 0, 1);
        Decoding decode;
        CHECK(decode(ethernet(0x0800, ipv4(6, first, {.options = skipped, .fragment = 0x2000})))
              == Decoding::Result::nothing);
        REQUIRE(decode(ethernet(0x0800, ipv4(6, second, {.options = skipped, .fragment = 3})))
                == Decoding::Result::segment);
        CHECK(decode.segment.payload_length == 12);
        CHECK(payload_of(decode.segment) == "hello, hello");
    }
}

TEST_CASE("net/fragments: extension headers after an IPv6 Fragment header are read once it is whole")
{
    const Buffer whole = join({extension(6), tcp(text("hello"))});
    const Buffer first(whole.begin(), whole.begin() + 16);
    const Buffer second(whole.begin() + 16, whole.end());
    Decoding decode;
    CHECK(decode(ethernet(0x86DD, ipv6(44, join({fragment_header(60, 0, true), first}))))
          == Decoding::Result::nothing);
    REQUIRE(decode(ethernet(0x86DD, ipv6(44, join({fragment_header(60, 16, false), second}))))
            == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
}

TEST_CASE("net/fragments: fragments within the fragments of a tunnel")
{
    // The inner packet is in two fragments, and each of them in two outer ones.
    const Buffer whole = tcp(text("hello"));
    const Buffer parts[] = {
        ipv4(6, Buffer(whole.begin(), whole.begin() + 16), {.identification = 9, .fragment = 0x2000}),
        ipv4(6, Buffer(whole.begin() + 16, whole.end()), {.identification = 9, .fragment = 2}),
    };
    Decoding decode;
    auto result = Decoding::Result::nothing;
    std::uint16_t identification = 100;
    for (const Buffer& part : parts) {
        const Buffer front(part.begin(), part.begin() + 24);
        const Buffer back(part.begin() + 24, part.end());
        decode(ethernet(0x0800, ipv4(4, front, {.identification = identification, .fragment = 0x2000})));
        result = decode(ethernet(0x0800, ipv4(4, back, {.identification = identification, .fragment = 3})));
        ++identification;
    }
    REQUIRE(result == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    CHECK(decode.stats().fragments == 6);
    CHECK(decode.stats().fragments_lost == 0);
    CHECK(decode.stats().tunnelled == 1);
}

TEST_CASE("net/fragments: fragments of other protocols are not held")
{
    Decoding decode;
    CHECK(decode(ethernet(0x0800, ipv4(1, repeated(16, 0), {.fragment = 0x2000})))
          == Decoding::Result::nothing);
    CHECK(decode.stats().fragments == 1);
    CHECK(decode.stats().other_protocols == 1);
    CHECK(decode.stats().fragments_lost == 0);
}

} // namespace test_net_fragments
