#include "test_net_support.hpp"

#include <wmclients/net/ieee802_11.hpp>

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace test_net_ieee802_11 {

using namespace net_packets;
using wmclients::capture::LinkType;

namespace {

const Buffer access_point = hex("02 00 00 00 00 99");
const Buffer second_relay = hex("02 00 00 00 00 98");

/// A data frame in its four ways through the distribution system; `kind` is the first byte, 0x08 data, 0x88
/// QoS.
Buffer data_frame(std::uint8_t flags, const Buffer& body, std::uint8_t kind = 0x08,
                  const Buffer& quality = {})
{
    const Buffer control{kind, flags};
    const Buffer duration = be16(0);
    const Buffer sequence = be16(0x1000);
    switch (flags & 3) {
    case 0:
        return join({control, duration, destination_mac, source_mac, access_point, sequence, quality, body});
    case 1:
        return join({control, duration, access_point, source_mac, destination_mac, sequence, quality, body});
    case 2:
        return join({control, duration, destination_mac, access_point, source_mac, sequence, quality, body});
    default:
        return join({control, duration, access_point, second_relay, destination_mac, sequence, source_mac,
                     quality, body});
    }
}

Buffer radiotap(std::uint8_t flags, const Buffer& frame)
{
    return join({hex("0000 0900 02000000"), {flags}, frame});
}

Buffer subframe(const Buffer& packet, bool last)
{
    const Buffer body = snap(0x0800, packet);
    const std::size_t padding = last ? 0 : (4 - (14 + body.size()) % 4) % 4;
    return join({inner_destination_mac, inner_source_mac, be16(body.size()), body, repeated(padding, 0)});
}

} // namespace

TEST_CASE("net/ieee802_11: source and destination are found on every way through the distribution system")
{
    for (std::uint8_t flags = 0; flags < 4; ++flags) {
        CAPTURE(flags);
        Decoding decode;
        REQUIRE(decode(LinkType::ieee802_11, data_frame(flags, snap(0x0800, hello_v4())))
                == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(to_string(decode.segment.source_link) == "02:00:00:00:00:01");
        CHECK(to_string(decode.segment.destination_link) == "02:00:00:00:00:02");

        REQUIRE(decode(LinkType::ieee802_11, data_frame(flags, snap(0x86DD, hello_v6()), 0x88, hex("0000")))
                == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(to_string(decode.segment.source_link) == "02:00:00:00:00:01");
    }
}

TEST_CASE("net/ieee802_11: the HT control field is part of the header")
{
    Decoding decode;
    const Buffer frame = data_frame(0x81, snap(0x0800, hello_v4()), 0x88, hex("0000 11223344"));
    REQUIRE(decode(LinkType::ieee802_11, frame) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
}

TEST_CASE("net/ieee802_11: radiotap says whether the header is padded, and the frame check is no payload")
{
    Decoding decode;
    const Buffer check_sequence = hex("deadbeef");
    const Buffer plain = data_frame(2, join({snap(0x0800, hello_v4()), check_sequence}), 0x88, hex("0000"));
    REQUIRE(decode(LinkType::ieee802_11_radiotap, radiotap(0x10, plain)) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));

    const Buffer padded = data_frame(2, snap(0x0800, hello_v4()), 0x88, hex("0000 0000"));
    REQUIRE(decode(LinkType::ieee802_11_radiotap, radiotap(0x20, padded)) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    CHECK(decode(LinkType::ieee802_11_radiotap, radiotap(0x00, padded)) == Decoding::Result::nothing);
}

TEST_CASE("net/ieee802_11: radiotap flags are found behind a timestamp and more presence words")
{
    Decoding decode;
    const Buffer padded = data_frame(2, snap(0x0800, hello_v4()), 0x88, hex("0000 0000"));
    // Two presence words end at 12; the timestamp is aligned to 16 and ends at 24.
    const Buffer header = hex("0000 1900 03000080 00000000 00000000 1122334455667788 20");
    REQUIRE(header.size() == 0x19);
    REQUIRE(decode(LinkType::ieee802_11_radiotap, join({header, padded})) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
}

TEST_CASE("net/ieee802_11: a frame that failed its check, and impossible radiotap headers, are malformed")
{
    const Buffer frame = data_frame(2, snap(0x0800, hello_v4()));
    const std::vector<Buffer> packets = {
        radiotap(0x40, frame),
        join({hex("0000 0700 00000000"), frame}),
        join({hex("0000 ffff 00000000"), frame}),
        join({hex("0100 0800 00000000"), frame}),
    };
    for (const Buffer& packet : packets) {
        Decoding decode;
        CHECK(decode(LinkType::ieee802_11_radiotap, packet) == Decoding::Result::nothing);
        CHECK(decode.stats().malformed == 1);
    }
}

TEST_CASE("net/ieee802_11: presence words that never end stay within the header")
{
    Decoding decode;
    const Buffer frame = data_frame(2, snap(0x0800, hello_v4()));
    const Buffer packet = join({hex("0000 1000 020000ff ffffffff ffffffff"), frame});
    CHECK(decode(LinkType::ieee802_11_radiotap, packet) == Decoding::Result::segment);
}

TEST_CASE("net/ieee802_11: a Prism header of either byte order and an AVS header are skipped")
{
    const Buffer frame = data_frame(1, snap(0x0800, hello_v4()));
    const std::vector<Buffer> headers = {
        join({hex("44000000 90000000"), repeated(136, 0)}),
        join({hex("00000044 00000090"), repeated(136, 0)}),
        join({hex("80211001 00000040"), repeated(56, 0)}),
    };
    for (const Buffer& header : headers) {
        Decoding decode;
        REQUIRE(decode(LinkType::ieee802_11_prism, join({header, frame})) == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(to_string(decode.segment.destination_link) == "02:00:00:00:00:02");
    }
}

TEST_CASE("net/ieee802_11: protected frames are counted, and frames without data carry no IP")
{
    Decoding decode;
    CHECK(decode(LinkType::ieee802_11, data_frame(0x41, repeated(60, 0x55))) == Decoding::Result::nothing);
    CHECK(decode.stats().encrypted_frames == 1);

    CHECK(decode(LinkType::ieee802_11, data_frame(1, {}, 0x48)) == Decoding::Result::nothing);
    CHECK(decode(LinkType::ieee802_11, data_frame(1, {}, 0xC8, hex("0000"))) == Decoding::Result::nothing);
    CHECK(decode(LinkType::ieee802_11, join({hex("8000"), repeated(40, 0)})) == Decoding::Result::nothing);
    CHECK(decode(LinkType::ieee802_11, hex("d400 0000 020000000001")) == Decoding::Result::nothing);
    CHECK(decode.stats().not_ip == 4);
    CHECK(decode.stats().malformed == 0);
}

TEST_CASE("net/ieee802_11: a piece of a fragmented frame is not taken for a packet")
{
    Decoding decode;
    CHECK(decode(LinkType::ieee802_11, data_frame(0x05, snap(0x0800, hello_v4())))
          == Decoding::Result::nothing);
    Buffer second = data_frame(1, snap(0x0800, hello_v4()));
    second[22] |= 1;
    CHECK(decode(LinkType::ieee802_11, second) == Decoding::Result::nothing);
    CHECK(decode.stats().malformed == 2);
}

TEST_CASE("net/ieee802_11: of an aggregate the first segment is delivered and the others are counted")
{
    const Buffer arp = join(
        {inner_destination_mac, inner_source_mac, be16(36), snap(0x0806, repeated(28, 0)), repeated(2, 0)});
    const Buffer aggregate =
        join({arp, subframe(hello_v4(), false), subframe(hello_v4(), false), subframe(hello_v4(), true)});
    Decoding decode;
    const Buffer frame = data_frame(2, aggregate, 0x88, hex("8000"));
    REQUIRE(decode(LinkType::ieee802_11, frame) == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    CHECK(to_string(decode.segment.source_link) == "06:00:00:00:00:0a");
    CHECK(to_string(decode.segment.destination_link) == "06:00:00:00:00:0b");
    CHECK(decode.stats().not_ip == 1);
    CHECK(decode.stats().segments == 1);
    CHECK(decode.stats().aggregated_unread == 2);
    CHECK(decode.stats().malformed == 0);
}

TEST_CASE("net/ieee802_11: every prefix of an aggregate is read within its bounds")
{
    const Buffer frame = radiotap(
        0, data_frame(3, join({subframe(hello_v4(), false), subframe(hello_v4(), true), hex("01020304")}),
                      0x88, hex("8000")));
    for (std::size_t cut = 0; cut <= frame.size(); ++cut) {
        CAPTURE(cut);
        Decoding decode;
        const auto result = decode(LinkType::ieee802_11_radiotap, frame, cut);
        const bool first_header_captured = frame.size() - cut >= 9 + 32 + 14 + 8 + 40;
        CHECK((result == Decoding::Result::segment) == first_header_captured);
    }
}

} // namespace test_net_ieee802_11
