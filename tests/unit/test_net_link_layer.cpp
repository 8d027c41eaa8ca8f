#include "test_net_support.hpp"

#include <wmclients/net/link_layer.hpp>

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace test_net_link_layer {

using namespace net_packets;
using wmclients::capture::LinkType;
using wmclients::net::LinkAddresses;
using wmclients::net::Protocol;

namespace {

struct Case {
    const char* what;
    LinkType link;
    Buffer packet;
};

std::vector<Case> hello_of_every_link_type()
{
    const Buffer v4 = hello_v4();
    const Buffer v6 = hello_v6();
    const Buffer sll_address = join({hex("0006"), source_mac, hex("0000")});
    const Buffer sll2_address = join({hex("0006"), source_mac, hex("0000")});
    return {
        {"Ethernet, IPv4", LinkType::ethernet, ethernet(0x0800, v4)},
        {"Ethernet, IPv6", LinkType::ethernet, ethernet(0x86DD, v6)},
        {"802.1Q", LinkType::ethernet, ethernet(0x8100, vlan(0x0800, v4))},
        {"802.1ad", LinkType::ethernet, ethernet(0x88A8, vlan(0x8100, vlan(0x86DD, v6)))},
        {"old QinQ", LinkType::ethernet, ethernet(0x9100, vlan(0x9100, vlan(0x8100, vlan(0x0800, v4))))},
        {"802.3, SNAP", LinkType::ethernet,
         ethernet(static_cast<std::uint16_t>(v4.size() + 8), snap(0x0800, v4))},
        {"802.3, SNAP of 802.1H", LinkType::ethernet,
         ethernet(static_cast<std::uint16_t>(v6.size() + 8), join({hex("aaaa03 0000f8 86dd"), v6}))},
        {"802.3, IP's own access point", LinkType::ethernet,
         ethernet(static_cast<std::uint16_t>(v4.size() + 3), join({hex("060603"), v4}))},
        {"802.1Q around 802.3", LinkType::ethernet,
         ethernet(0x8100, vlan(static_cast<std::uint16_t>(v4.size() + 8), snap(0x0800, v4)))},
        {"PPPoE in Ethernet", LinkType::ethernet, ethernet(0x8864, pppoe(join({hex("0021"), v4})))},
        {"PPPoE, compressed field", LinkType::ethernet, ethernet(0x8864, pppoe(join({hex("57"), v6})))},
        {"SLL, IPv4", LinkType::linux_sll, join({hex("0000 0001"), sll_address, hex("0800"), v4})},
        {"SLL, IPv6", LinkType::linux_sll, join({hex("0004 0001"), sll_address, hex("86dd"), v6})},
        {"SLL, tagged", LinkType::linux_sll,
         join({hex("0004 0001"), sll_address, hex("8100"), vlan(0x0800, v4)})},
        {"SLL, LLC", LinkType::linux_sll,
         join({hex("0004 0001"), sll_address, hex("0004"), snap(0x0800, v4)})},
        {"SLL2, IPv4", LinkType::linux_sll2, join({hex("0800 0000 00000002 0001"), sll2_address, v4})},
        {"SLL2, IPv6", LinkType::linux_sll2, join({hex("86dd 0000 00000002 0001"), sll2_address, v6})},
        {"NULL, little-endian", LinkType::null, join({hex("02000000"), v4})},
        {"NULL, big-endian", LinkType::null, join({hex("00000002"), v4})},
        {"NULL, IPv6 of Linux", LinkType::null, join({hex("0a000000"), v6})},
        {"NULL, IPv6 of Windows", LinkType::null, join({hex("17000000"), v6})},
        {"NULL, IPv6 of NetBSD", LinkType::null, join({hex("18000000"), v6})},
        {"NULL, IPv6 of FreeBSD", LinkType::null, join({hex("0000001c"), v6})},
        {"NULL, IPv6 of Darwin", LinkType::null, join({hex("1e000000"), v6})},
        {"LOOP", LinkType::loop, join({hex("00000002"), v4})},
        {"LOOP, IPv6", LinkType::loop, join({hex("00000018"), v6})},
        {"RAW, IPv4", LinkType::raw, v4},
        {"RAW, IPv6", LinkType::raw, v6},
        {"RAW as 12", LinkType::raw_bsd, v4},
        {"RAW as 14", LinkType::raw_openbsd, v6},
        {"IPV4", LinkType::ipv4, v4},
        {"IPV6", LinkType::ipv6, v6},
        {"PPP", LinkType::ppp, join({hex("0021"), v4})},
        {"PPP, framed", LinkType::ppp, join({hex("ff03 0057"), v6})},
        {"PPP, compressed field", LinkType::ppp, join({hex("21"), v4})},
        {"PPP, framed, compressed field", LinkType::ppp_hdlc, join({hex("ff03 57"), v6})},
        {"PPP, labelled", LinkType::ppp, join({hex("0281"), mpls(100, true), v4})},
        {"Cisco HDLC", LinkType::ppp_hdlc, join({hex("0f00 0800"), v4})},
        {"PPPoE", LinkType::pppoe, pppoe(join({hex("0021"), v4}))},
        {"PPPoE, IPv6", LinkType::pppoe, pppoe(join({hex("0057"), v6}))},
    };
}

} // namespace

TEST_CASE("net/link_layer: a segment comes out of every link type")
{
    for (const Case& test : hello_of_every_link_type()) {
        CAPTURE(test.what);
        Decoding decode;
        REQUIRE(decode(test.link, test.packet) == Decoding::Result::segment);
        CHECK(is_hello(decode.segment));
        CHECK(decode.stats().segments == 1);
        const bool ethernet = test.link == LinkType::ethernet;
        const bool cooked = test.link == LinkType::linux_sll || test.link == LinkType::linux_sll2;
        CHECK(to_string(decode.segment.source_link)
              == (ethernet || cooked ? "02:00:00:00:00:01" : "00:00:00:00:00:00"));
        CHECK(to_string(decode.segment.destination_link)
              == (ethernet ? "02:00:00:00:00:02" : "00:00:00:00:00:00"));
    }
}

TEST_CASE("net/link_layer: every prefix of every link type is read within its bounds")
{
    for (const Case& test : hello_of_every_link_type()) {
        CAPTURE(test.what);
        for (std::size_t cut = 1; cut <= test.packet.size(); ++cut) {
            CAPTURE(cut);
            Decoding decode;
            const auto result = decode(test.link, test.packet, cut);
            // The payload is five bytes; without all of the TCP header there is no segment.
            CHECK(result == (cut <= 5 ? Decoding::Result::segment : Decoding::Result::nothing));
            if (result == Decoding::Result::segment) {
                CHECK(decode.segment.payload_length == 5);
                CHECK(payload_of(decode.segment) == std::string("hello").substr(0, 5 - cut));
            } else {
                CHECK(decode.stats().malformed + decode.stats().not_ip == 1);
            }
        }
    }
}

TEST_CASE("net/link_layer: what carries no IP is counted as such")
{
    const std::vector<std::pair<LinkType, Buffer>> packets = {
        {LinkType::ethernet, ethernet(0x0806, repeated(46, 0))},
        {LinkType::ethernet, ethernet(69, snap(0x0010, snap(0x0800, hello_v4())))},
        {LinkType::ethernet, ethernet(0x8863, hex("1109 0000 0000"))},
        {LinkType::ethernet, ethernet(38, join({hex("424203"), repeated(35, 0)}))},
        {LinkType::ethernet, ethernet(0x8864, hex("11a7 0042 0000"))},
        {LinkType::ethernet, ethernet(0x8864, pppoe(hex("c021 01010004")))},
        {LinkType::linux_sll, join({hex("0000 0338 0000 0000000000000000 0800"), hello_v4()})},
        {LinkType::linux_sll, join({hex("0000 0001 0000 0000000000000000 0001"), hello_v4()})},
        {LinkType::linux_sll2, join({hex("0806 0000 00000001 0001 0000 0000000000000000"), hello_v4()})},
        {LinkType::null, join({hex("07000000"), hello_v4()})},
        {LinkType::ppp, hex("c021 01010004")},
    };
    for (const auto& [link, packet] : packets) {
        Decoding decode;
        CHECK(decode(link, packet) == Decoding::Result::nothing);
        CHECK(decode.stats().not_ip == 1);
        CHECK(decode.stats().malformed == 0);
    }
}

TEST_CASE("net/link_layer: an unknown link type is counted and passed over")
{
    Decoding decode;
    CHECK(decode(static_cast<LinkType>(9999), ethernet(0x0800, hello_v4())) == Decoding::Result::nothing);
    CHECK(decode.stats().unknown_link == 1);
}

TEST_CASE("net/link_layer: an EtherType below 0x600 is a length")
{
    CHECK(wmclients::net::protocol_of_ether_type(0x05FF) == Protocol::llc);
    CHECK(wmclients::net::protocol_of_ether_type(0x0600) == Protocol::other);
    CHECK(wmclients::net::protocol_of_ether_type(0x0800) == Protocol::ipv4);
}

TEST_CASE("net/link_layer: peeling leaves what follows the header and what was cut off")
{
    const Buffer frame = ethernet(0x0800, text("rest"));
    LinkAddresses addresses;
    const auto layer = wmclients::net::peel_link(LinkType::ethernet, {frame, 100}, addresses);
    CHECK(layer.protocol == Protocol::ipv4);
    CHECK(wmclients::as_text(layer.rest.captured) == "rest");
    CHECK(layer.rest.length == 86);
    CHECK(to_string(addresses.destination) == "02:00:00:00:00:02");
}

TEST_CASE("net/link_layer: addresses of an earlier packet do not stay")
{
    const Buffer frame = ethernet(0x0800, hello_v4());
    const Buffer raw = hello_v4();
    LinkAddresses addresses;
    wmclients::net::peel_link(LinkType::ethernet, {frame, 100}, addresses);
    REQUIRE(addresses.source.known());
    wmclients::net::peel_link(LinkType::raw, {raw, 100}, addresses);
    CHECK_FALSE(addresses.source.known());
    CHECK_FALSE(addresses.destination.known());

    Decoding decode;
    REQUIRE(decode(frame) == Decoding::Result::segment);
    REQUIRE(decode(LinkType::raw, raw) == Decoding::Result::segment);
    CHECK_FALSE(decode.segment.source_link.known());
    CHECK_FALSE(decode.segment.destination_link.known());
}

} // namespace test_net_link_layer
