#include "test_net_support.hpp"

#include <wmclients/net/packet_decoder.hpp>

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace test_net_packet_decoder {

using namespace net_packets;
using wmclients::capture::LinkType;

namespace {

/// Tags, a pseudowire, PPPoE, VXLAN and GRE around one segment.
Buffer deeply_nested()
{
    const Buffer gre = ipv6(47, join({hex("2000 0800 00000001"), hello_v4()}));
    const Buffer frame = inner_ethernet(0x8864, pppoe(join({hex("0057"), gre})));
    const Buffer overlay = ipv4(17, udp(40000, 4789, vxlan(frame)), {.options = repeated(8, 1)});
    return ethernet(0x88A8, vlan(0x8100, vlan(0x8847, join({mpls(5, false), mpls(6, true), overlay}))));
}

} // namespace

TEST_CASE("net/packet_decoder: a plain segment has every field set")
{
    for (const Buffer& packet : {ethernet(0x0800, hello_v4()), ethernet(0x86DD, hello_v6())}) {
        Decoding decode;
        decode.packet.ref = {41, wmclients::timestamp_from(7, 8), 3};
        REQUIRE(decode(packet) == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(to_string(decode.segment.source_link) == "02:00:00:00:00:01");
        CHECK(to_string(decode.segment.destination_link) == "02:00:00:00:00:02");
        CHECK(decode.segment.ref.number == 42);
        CHECK(decode.segment.ref.time == wmclients::timestamp_from(7, 8));
        CHECK(decode.segment.ref.file == 3);
        CHECK(decode.segment.payload.data() >= decode.bytes.data());
        CHECK(decode.segment.payload.data() + 5 == decode.bytes.data() + decode.bytes.size());
        CHECK(decode.stats().segments == 1);
        CHECK(decode.stats().tunnelled == 0);
    }
}

TEST_CASE("net/packet_decoder: Ethernet padding is not payload")
{
    for (const std::uint8_t options :
         std::initializer_list<std::uint8_t>{0, 4}) { // the plain and the general path
        Decoding decode;
        const Buffer ip = ipv4(6, tcp({}), {.options = repeated(options, 1)});
        REQUIRE(decode(join({ethernet(0x0800, ip), repeated(6, 0xEE)})) == Decoding::Result::segment);
        CHECK(decode.segment.payload_length == 0);
        CHECK(decode.segment.payload.empty());
    }
}

TEST_CASE("net/packet_decoder: TCP options are skipped, and may be cut off")
{
    const Buffer options = repeated(40, 1);
    for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0x0800, 0x86DD}) {
        const Buffer segment = tcp(text("hello"), options);
        const Buffer packet = ethernet(type, type == 0x0800 ? ipv4(6, segment) : ipv6(6, segment));
        for (std::size_t cut = 0; cut <= 45; ++cut) {
            CAPTURE(cut);
            Decoding decode;
            REQUIRE(decode(LinkType::ethernet, packet, cut) == Decoding::Result::segment);
            CHECK(decode.segment.payload_length == 5);
            CHECK(decode.segment.payload.size() == (cut < 5 ? 5 - cut : 0));
            CHECK(decode.segment.sequence == 0x01020304);
        }
        Decoding decode;
        CHECK(decode(LinkType::ethernet, packet, 46) == Decoding::Result::nothing);
        CHECK(decode.stats().malformed == 1);
    }
}

TEST_CASE("net/packet_decoder: a SYN tells the scale of windows")
{
    const auto scale_of = [](std::string_view options, std::uint8_t flags) {
        Buffer segment = tcp({}, hex(options));
        segment[13] = flags;
        Decoding decode;
        REQUIRE(decode(ethernet(0x0800, ipv4(6, segment))) == Decoding::Result::segment);
        return decode.segment.window_scale;
    };
    constexpr std::uint8_t syn = 0x02;
    CHECK(scale_of("020405b4 01 030307", syn) == 7);
    CHECK(scale_of("020405b4 01 030307", 0x10) == std::nullopt);
    CHECK(scale_of("03037f 00", syn) == 14); // the largest (RFC 7323, section 2.3)
    CHECK(scale_of("020405b4", syn) == std::nullopt);
    CHECK(scale_of("00 030307", syn) == std::nullopt);
    CHECK(scale_of("0200 0303 07 010101", syn) == std::nullopt); // a length that is none
    CHECK(scale_of("02ff 0303 07 010101", syn) == std::nullopt); // one beyond the header
    CHECK(scale_of("0201 0303 07 010101", syn) == std::nullopt); // one within the option's own head
    CHECK(scale_of("01010303", syn) == std::nullopt);            // cut by the header's length
}

TEST_CASE("net/packet_decoder: a TCP header length that cannot be is malformed")
{
    for (const std::uint8_t offset : std::initializer_list<std::uint8_t>{0x00, 0x40, 0xF0}) {
        Buffer segment = tcp(text("hello"));
        segment[12] = offset;
        for (const Buffer& ip : {ipv4(6, segment), ipv4(6, segment, {.options = repeated(4, 1)})}) {
            Decoding decode;
            CHECK(decode(ethernet(0x0800, ip)) == Decoding::Result::nothing);
            CHECK(decode.stats().malformed == 1);
            CHECK(decode.stats().segments == 0);
        }
    }
}

TEST_CASE("net/packet_decoder: the payload of an offloaded segment is what was on the wire")
{
    const Buffer payload = repeated(60'000, 'x');
    const std::vector<Buffer> packets = {
        ethernet(0x0800, ipv4(6, tcp(payload), {.total_length = 0})),
        ethernet(0x86DD, ipv6(6, tcp(payload), 0)),
    };
    for (const Buffer& packet : packets) {
        Decoding decode;
        REQUIRE(decode(packet) == Decoding::Result::segment);
        CHECK(decode.segment.payload_length == 60'000);
        CHECK(decode.segment.payload.size() == 60'000);
        REQUIRE(decode(LinkType::ethernet, packet, 59'000) == Decoding::Result::segment);
        CHECK(decode.segment.payload_length == 60'000);
        CHECK(decode.segment.payload.size() == 1'000);
    }
}

TEST_CASE("net/packet_decoder: a stated length beyond the capture leaves the payload short")
{
    for (const std::uint8_t options : std::initializer_list<std::uint8_t>{0, 4}) {
        Decoding decode;
        REQUIRE(
            decode(ethernet(0x0800, ipv4(6, tcp(text("hello")),
                                         {.options = repeated(options, 1), .total_length = 1040 + options})))
            == Decoding::Result::segment);
        CHECK(decode.segment.payload_length == 1000);
        CHECK(payload_of(decode.segment) == "hello");
    }
}

TEST_CASE("net/packet_decoder: a datagram ends at the smaller of the UDP and the IP length")
{
    Decoding decode;
    REQUIRE(decode(join({ethernet(0x0800, ipv4(17, udp(53, 40000, text("answer")))), text("padding")}))
            == Decoding::Result::datagram);
    CHECK(to_string(decode.datagram.source) == "192.0.2.1:53");
    CHECK(to_string(decode.datagram.destination) == "192.0.2.2:40000");
    CHECK(wmclients::as_text(decode.datagram.payload) == "answer");
    CHECK(decode.datagram.ref.number == 1);

    Buffer shorter = udp(53, 40000, text("answer"));
    shorter[5] = 11;
    REQUIRE(decode(ethernet(0x86DD, ipv6(17, shorter))) == Decoding::Result::datagram);
    CHECK(wmclients::as_text(decode.datagram.payload) == "ans");

    Buffer longer = udp(53, 40000, text("answer"));
    longer[4] = 99;
    REQUIRE(decode(join({ethernet(0x0800, ipv4(17, longer)), text("padding")}))
            == Decoding::Result::datagram);
    CHECK(wmclients::as_text(decode.datagram.payload) == "answer");

    Buffer impossible = udp(53, 40000, text("answer"));
    impossible[5] = 7;
    CHECK(decode(ethernet(0x0800, ipv4(17, impossible))) == Decoding::Result::nothing);
    CHECK(decode(ethernet(0x0800, ipv4(17, hex("0035 9c40 0008")))) == Decoding::Result::nothing);
    CHECK(decode.stats().datagrams == 3);
    CHECK(decode.stats().malformed == 2);
}

TEST_CASE("net/packet_decoder: only the output that the result names is written")
{
    Decoding decode;
    REQUIRE(decode(ethernet(0x0800, hello_v4())) == Decoding::Result::segment);
    const auto kept = decode.segment.ref.number;
    REQUIRE(decode(ethernet(0x0800, ipv4(17, udp(53, 40000, text("x"))))) == Decoding::Result::datagram);
    CHECK(decode.segment.ref.number == kept);
    REQUIRE(decode(ethernet(0x0800, hello_v4())) == Decoding::Result::segment);
    CHECK(decode.datagram.ref.number == 2);
    Buffer bad = ethernet(0x0800, hello_v4());
    bad[46] = 0;
    decode.segment.sequence = 99;
    CHECK(decode(bad) == Decoding::Result::nothing);
    CHECK(decode.segment.sequence == 99);
}

TEST_CASE("net/packet_decoder: every prefix of a deeply nested packet is read within its bounds")
{
    const Buffer packet = deeply_nested();
    Decoding whole;
    REQUIRE(whole(packet) == Decoding::Result::segment);
    CHECK(is_hello(whole.segment));
    CHECK(whole.stats().tunnelled == 1);
    for (std::size_t cut = 1; cut <= packet.size(); ++cut) {
        CAPTURE(cut);
        Decoding decode;
        const auto result = decode(LinkType::ethernet, packet, cut);
        CHECK((result == Decoding::Result::segment) == (cut <= 5));
        // A cut VXLAN header is no tunnel: what there is of it is a datagram.
        const auto& stats = decode.stats();
        CHECK(stats.malformed + stats.not_ip + stats.segments + stats.datagrams == 1);
    }
}

TEST_CASE("net/packet_decoder: damaged packets are survived, and views stay within the packet")
{
    const Buffer whole = tcp(text("hello, this is long enough for a few fragments"));
    const Buffer first(whole.begin(), whole.begin() + 24);
    const Buffer second(whole.begin() + 24, whole.end());
    const std::vector<std::pair<LinkType, Buffer>> seeds = {
        {LinkType::ethernet, deeply_nested()},
        {LinkType::ethernet, ethernet(0x0800, hello_v4())},
        {LinkType::ethernet,
         ethernet(0x86DD, ipv6(0, join({extension(43), extension(6), tcp(text("hello"))})))},
        {LinkType::ethernet, ethernet(0x0800, ipv4(6, first, {.fragment = 0x2000}))},
        {LinkType::ethernet, ethernet(0x0800, ipv4(6, second, {.fragment = 3}))},
        {LinkType::ethernet, ethernet(0x86DD, ipv6(44, join({fragment_header(6, 0, true), first})))},
        {LinkType::ethernet, ethernet(0x86DD, ipv6(44, join({fragment_header(6, 24, false), second})))},
        {LinkType::ethernet, ethernet(0x0800, ipv4(47, join({hex("1000 88be 00000001 1001 0002 00000003"),
                                                             inner_ethernet(0x0800, hello_v4())})))},
        {LinkType::ieee802_11_radiotap,
         join({hex("0000 0900 02000000 20 8801 0000"), repeated(18, 2), hex("0010 8000 0000"),
               inner_destination_mac, inner_source_mac, be16(53), snap(0x0800, hello_v4()), repeated(1, 0),
               inner_destination_mac, inner_source_mac, be16(53), snap(0x0800, hello_v4())})},
        {LinkType::ppp, join({hex("ff03 0281"), mpls(1, true), be32(0), inner_ethernet(0x0800, hello_v4())})},
    };
    std::mt19937 random(20010);
    Decoding decode;
    std::uint64_t delivered = 0;
    for (int round = 0; round < 60'000; ++round) {
        const auto& [link, seed] = seeds[random() % seeds.size()];
        Buffer packet = seed;
        const std::size_t cut = random() % 4 == 0 ? random() % packet.size() : 0;
        for (std::uint32_t changes = random() % 4; changes > 0; --changes) {
            packet[random() % packet.size()] = random() % 2 == 0   ? static_cast<std::uint8_t>(random())
                                               : random() % 2 == 0 ? 0xFF
                                                                   : 0x00;
        }
        decode.packet.ref.time += std::chrono::milliseconds(random() % 200);
        const auto result = decode(link, packet, cut);
        if (result == Decoding::Result::nothing) {
            continue;
        }
        ++delivered;
        const wmclients::Bytes payload =
            result == Decoding::Result::segment ? decode.segment.payload : decode.datagram.payload;
        std::uint32_t sum = 0;
        for (const std::uint8_t byte : payload) { // reads all of the view
            sum += byte;
        }
        CHECK(sum <= payload.size() * 255);
        if (result == Decoding::Result::segment) {
            CHECK(decode.segment.payload.size() <= decode.segment.payload_length);
            CHECK(decode.segment.ref.number == decode.packet.ref.number);
        }
    }
    CHECK(delivered > 10'000);
    CHECK(delivered == decode.stats().segments + decode.stats().datagrams);
}

} // namespace test_net_packet_decoder
