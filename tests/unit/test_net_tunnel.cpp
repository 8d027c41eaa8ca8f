#include "test_net_support.hpp"

#include <wmclients/net/tunnel.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace test_net_tunnel {

using namespace net_packets;
using wmclients::Cap;
using wmclients::capture::LinkType;

namespace {

struct Case {
    const char* what;
    Buffer packet;
};

/// "hello" in every tunnel, with other addresses outside than inside.
std::vector<Case> hello_in_every_tunnel()
{
    const Buffer v4 = hello_v4();
    const Buffer v6 = hello_v6();
    const Buffer frame = inner_ethernet(0x0800, v4);
    const Buffer tagged = inner_ethernet(0x8100, vlan(0x86DD, v6));
    const auto outer = [](std::uint8_t protocol, const Buffer& payload) {
        Buffer packet = ipv4(protocol, payload);
        packet[12] = packet[16] = 198;
        return ethernet(0x0800, packet);
    };
    const auto outer_v6 = [](std::uint8_t protocol, const Buffer& payload) {
        Buffer packet = ipv6(protocol, payload);
        packet[8] = packet[24] = 0xFD;
        return ethernet(0x86DD, packet);
    };
    return {
        {"GRE", outer(47, join({hex("0000 0800"), v4}))},
        {"GRE, checksum, key, sequence", outer(47, join({hex("b000 86dd 00000000 00000001 00000002"), v6}))},
        {"GRE, key only, over IPv6", outer_v6(47, join({hex("2000 0800 00000001"), v4}))},
        {"GRE, bridging", outer(47, join({hex("0000 6558"), tagged}))},
        {"GRE, labels", outer(47, join({hex("0000 8847"), mpls(16, true), v4}))},
        {"ERSPAN type I", outer(47, join({hex("0000 88be"), frame}))},
        {"ERSPAN type II", outer(47, join({hex("1000 88be 00000001 1001 0002 00000003"), tagged}))},
        {"ERSPAN type III", outer(47, join({hex("1000 22eb 00000001 2001 0002 00000003 0000 0000"), frame}))},
        {"ERSPAN type III, subheader",
         outer(47, join({hex("1000 22eb 00000001 2001 0002 00000003 0000 0001 0102030405060708"), frame}))},
        {"ERSPAN type III, IP",
         outer(47, join({hex("1000 22eb 00000001 2001 0002 00000003 0000 0800"), v4}))},
        {"IP in IP", outer(4, v4)},
        {"6in4", outer(41, v6)},
        {"4in6", outer_v6(4, v4)},
        {"IPv6 in IPv6", outer_v6(41, v6)},
        {"MPLS in IP", outer(137, join({mpls(16, true), v6}))},
        {"VXLAN", outer(17, udp(33333, 4789, vxlan(frame)))},
        {"VXLAN, old port, over IPv6", outer_v6(17, udp(33333, 8472, vxlan(tagged)))},
        {"Geneve", outer(17, udp(33333, 6081, join({hex("0000 6558 00000100"), frame})))},
        {"Geneve, options, IP",
         outer(17, udp(33333, 6081, join({hex("0200 86dd 00000100 0102030405060708"), v6})))},
        {"MPLS", ethernet(0x8847, join({mpls(16, true), v4}))},
        {"MPLS, stack, IPv6", ethernet(0x8848, join({mpls(16, false), mpls(17, false), mpls(2, true), v6}))},
        {"MPLS, pseudowire, control word", ethernet(0x8847, join({mpls(16, true), be32(0), frame}))},
        {"MPLS, pseudowire, sequence number", ethernet(0x8847, join({mpls(16, true), be32(77), tagged}))},
        {"MPLS, pseudowire, no control word", ethernet(0x8847, join({mpls(16, true), frame}))},
    };
}

} // namespace

TEST_CASE("net/tunnel: a segment comes out of every tunnel with the outermost link addresses")
{
    for (const Case& test : hello_in_every_tunnel()) {
        CAPTURE(test.what);
        Decoding decode;
        REQUIRE(decode(test.packet) == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(to_string(decode.segment.source_link) == "02:00:00:00:00:01");
        CHECK(to_string(decode.segment.destination_link) == "02:00:00:00:00:02");
        CHECK(decode.stats().tunnelled == 1);
        CHECK(decode.stats().datagrams == 0);
    }
}

TEST_CASE("net/tunnel: every prefix of every tunnel is read within its bounds")
{
    for (const Case& test : hello_in_every_tunnel()) {
        CAPTURE(test.what);
        for (std::size_t cut = 1; cut <= test.packet.size(); ++cut) {
            CAPTURE(cut);
            Decoding decode;
            const auto result = decode(LinkType::ethernet, test.packet, cut);
            CHECK((result == Decoding::Result::segment) == (cut <= 5));
        }
    }
}

TEST_CASE("net/tunnel: an Ethernet address that looks like an IP version does not mislead")
{
    Buffer frame = inner_ethernet(0x0800, hello_v4());
    for (const std::uint8_t first : std::initializer_list<std::uint8_t>{0x45, 0x46, 0x60, 0x6A}) {
        CAPTURE(first);
        frame[0] = first;
        frame[2] = 0xFF; // the length that an IPv4 header would state
        frame[4] = 0xFF; // and an IPv6 header
        Decoding decode;
        REQUIRE(decode(ethernet(0x8847, join({mpls(16, true), frame}))) == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
    }
}

TEST_CASE("net/tunnel: depth is bounded, and one more header is refused and counted")
{
    Buffer packet = hello_v4();
    for (int depth = 0; depth < 8; ++depth) {
        packet = ipv4(4, packet);
    }
    Decoding decode;
    REQUIRE(decode(ethernet(0x0800, packet)) == Decoding::Result::segment);
    CHECK(decode.caps.times_reached(Cap::tunnel_depth) == 0);
    CHECK(decode(ethernet(0x0800, ipv4(4, packet))) == Decoding::Result::nothing);
    CHECK(decode.caps.times_reached(Cap::tunnel_depth) == 1);

    Buffer tagged = vlan(0x0800, hello_v4());
    for (int depth = 1; depth < 8; ++depth) {
        tagged = vlan(0x8100, tagged);
    }
    CHECK(decode(ethernet(0x8100, tagged)) == Decoding::Result::segment);
    CHECK(decode(ethernet(0x8100, vlan(0x8100, tagged))) == Decoding::Result::nothing);
    CHECK(decode.caps.times_reached(Cap::tunnel_depth) == 2);

    decode.caps.set_limit(Cap::tunnel_depth, 0);
    CHECK(decode(ethernet(0x86DD, hello_v6())) == Decoding::Result::segment);
    CHECK(decode(ethernet(0x0800, ipv4(4, hello_v4()))) == Decoding::Result::nothing);
}

TEST_CASE("net/tunnel: UDP to a tunnel's port that holds no tunnel is a datagram")
{
    Decoding decode;
    const std::vector<Buffer> payloads = {hex("0000000000000000"), hex("08000000 000001ff"), text("hi")};
    for (const Buffer& payload : payloads) {
        REQUIRE(decode(ethernet(0x0800, ipv4(17, udp(53, 4789, payload)))) == Decoding::Result::datagram);
        CHECK(decode.datagram.payload.size() == payload.size());
    }
    CHECK(decode(ethernet(0x0800, ipv4(17, udp(4789, 53, vxlan({}))))) == Decoding::Result::datagram);
    CHECK(decode(ethernet(0x0800, ipv4(17, udp(53, 6081, hex("4000 6558 00000000")))))
          == Decoding::Result::datagram);
}

TEST_CASE("net/tunnel: damaged or foreign tunnel headers yield nothing")
{
    const std::vector<Buffer> payloads = {
        join({hex("0001 880b 00000000"), hello_v4()}), // version 1 (PPTP)
        join({hex("4000 0800 00000000"), hello_v4()}), // source routing
        join({hex("0000 0000"), hello_v4()}),          // keepalive
        hex("b000 0800 0000"),                         // options cut
        join({hex("1000 88be 00000001 7001 0002 00000003"), inner_ethernet(0x0800, hello_v4())}),
        join({hex("1000 22eb 00000001 2001 0002 00000003 0000 7c00"), hello_v4()}), // unknown frame type
        join({hex("0000 8847"), mpls(1, false), mpls(1, false)}),                   // no bottom of stack
        join({hex("0000 8847"), mpls(1, true), hex("10000021"), repeated(30, 0)}),  // associated channel
    };
    for (const Buffer& payload : payloads) {
        Decoding decode;
        CHECK(decode(ethernet(0x0800, ipv4(47, payload))) == Decoding::Result::nothing);
        CHECK(decode.stats().not_ip + decode.stats().malformed == 1);
        CHECK(decode.stats().segments == 0);
    }
}

} // namespace test_net_tunnel
