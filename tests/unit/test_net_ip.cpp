#include "test_net_support.hpp"

#include <wmclients/net/ip.hpp>

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace test_net_ip {

using namespace net_packets;
using wmclients::net::IpPacket;
using wmclients::net::Protocol;
using wmclients::net::read_ip;

namespace {

/// A packet as read, with the bytes that it points into.
struct Reading : IpPacket {
    Buffer bytes;
};

bool reads(const Buffer& packet, Reading& ip)
{
    ip.bytes = packet;
    return read_ip(Protocol::ip, {ip.bytes, static_cast<std::uint32_t>(packet.size())}, ip);
}

std::string payload_of(const IpPacket& ip)
{
    return std::string(wmclients::as_text(ip.payload.captured));
}

} // namespace

TEST_CASE("net/ip: IPv4 options are skipped and padding is dropped")
{
    const Buffer packet = join({ipv4(6, text("payload"), {.options = repeated(40, 1)}), text("padding")});
    Reading ip;
    REQUIRE(reads(packet, ip));
    CHECK(to_string(ip.source) == "192.0.2.1");
    CHECK(to_string(ip.destination) == "192.0.2.2");
    CHECK(ip.protocol == 6);
    CHECK_FALSE(ip.v6);
    CHECK_FALSE(ip.is_fragment());
    CHECK(payload_of(ip) == "payload");
    CHECK(ip.payload.length == 7);
}

TEST_CASE("net/ip: the wire length is the stated one when the packet was cut")
{
    const Buffer packet = ipv4(6, text("payl"), {.total_length = 1500});
    Reading ip;
    REQUIRE(reads(packet, ip));
    CHECK(payload_of(ip) == "payl");
    CHECK(ip.payload.length == 1480);
}

TEST_CASE("net/ip: a length of zero means all there was on the wire")
{
    Reading ip;
    const Buffer v4 = ipv4(6, text("offloaded"), {.total_length = 0});
    REQUIRE(read_ip(Protocol::ipv4, {v4, 70'000}, ip));
    CHECK(payload_of(ip) == "offloaded");
    CHECK(ip.payload.length == 70'000 - 20);

    const Buffer v6 = ipv6(6, text("offloaded"), 0);
    REQUIRE(read_ip(Protocol::ipv6, {v6, 200'000}, ip));
    CHECK(payload_of(ip) == "offloaded");
    CHECK(ip.payload.length == 200'000 - 40);
}

TEST_CASE("net/ip: impossible IPv4 headers are refused")
{
    Buffer short_header = ipv4(6, text("payload"));
    short_header[0] = 0x44;
    Buffer other_version = ipv4(6, text("payload"));
    other_version[0] = 0x55;
    const std::vector<Buffer> packets = {
        {},
        short_header,
        other_version,
        ipv4(6, text("payload"), {.total_length = 19}),
        ipv4(6, text("payload"), {.options = repeated(8, 1), .total_length = 27}),
        ipv4(6, text("payload"), {.fragment = 0x2000, .total_length = 0}),
        Buffer(short_header.begin(), short_header.begin() + 19),
    };
    for (const Buffer& packet : packets) {
        Reading ip;
        CHECK_FALSE(reads(packet, ip));
    }
}

TEST_CASE("net/ip: the version must be the expected one")
{
    Reading ip;
    const Buffer v4 = hello_v4();
    const Buffer v6 = hello_v6();
    CHECK_FALSE(read_ip(Protocol::ipv6, {v4, static_cast<std::uint32_t>(v4.size())}, ip));
    CHECK_FALSE(read_ip(Protocol::ipv4, {v6, static_cast<std::uint32_t>(v6.size())}, ip));
    CHECK(read_ip(Protocol::ip, {v6, static_cast<std::uint32_t>(v6.size())}, ip));
}

TEST_CASE("net/ip: the fields of an IPv4 fragment are read, and DF makes none")
{
    Reading ip;
    REQUIRE(reads(ipv4(17, text("12345678"), {.identification = 0xBEEF, .fragment = 0x2000 | 185}), ip));
    CHECK(ip.is_fragment());
    CHECK(ip.more_fragments);
    CHECK(ip.fragment_offset == 1480);
    CHECK(ip.identification == 0xBEEF);
    REQUIRE(reads(ipv4(17, text("12345678"), {.fragment = 0x4000}), ip));
    CHECK_FALSE(ip.is_fragment());
}

TEST_CASE("net/ip: extension headers lead to the payload")
{
    const Buffer authentication = join({{60, 4}, be16(0), be32(1), be32(2), repeated(12, 0xAA)});
    REQUIRE(authentication.size() == 24);
    const Buffer packet = ipv6(0, join({extension(43), extension(60), extension(51), authentication,
                                        join({{6, 1}, repeated(14, 0)}), text("payload")}));
    Reading ip;
    REQUIRE(reads(packet, ip));
    CHECK(to_string(ip.source) == "2001:db8::1");
    CHECK(ip.protocol == 6);
    CHECK(payload_of(ip) == "payload");

    for (std::size_t size = 0; size < packet.size() - 7; ++size) {
        CAPTURE(size);
        const Buffer cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(reads(cut, ip));
    }
}

TEST_CASE("net/ip: an authentication header follows IPv4 too")
{
    Reading ip;
    REQUIRE(reads(ipv4(51, join({hex("0604 0000"), repeated(20, 1), text("payload")})), ip));
    CHECK(ip.protocol == 6);
    CHECK(payload_of(ip) == "payload");
    CHECK_FALSE(reads(ipv4(51, hex("06ff 0000 00000000 00000000")), ip));
}

TEST_CASE("net/ip: an extension header longer than the packet is refused")
{
    Reading ip;
    CHECK_FALSE(reads(ipv6(0, join({{6, 200}, repeated(30, 0)})), ip));
    CHECK_FALSE(reads(ipv6(43, hex("06000000")), ip));
}

TEST_CASE("net/ip: an IPv6 fragment ends the headers, an atomic one does not")
{
    Reading ip;
    REQUIRE(reads(ipv6(0, join({extension(44), fragment_header(60, 16, true, 0xABCDEF01), text("12345678")})),
                  ip));
    CHECK(ip.is_fragment());
    CHECK(ip.protocol == 60);
    CHECK(ip.fragment_offset == 16);
    CHECK(ip.identification == 0xABCDEF01);
    CHECK(payload_of(ip) == "12345678");

    REQUIRE(reads(ipv6(44, join({fragment_header(60, 0, false), extension(6), text("payload")})), ip));
    CHECK_FALSE(ip.is_fragment());
    CHECK(ip.protocol == 6);
    CHECK(payload_of(ip) == "payload");

    CHECK_FALSE(reads(ipv6(44, join({fragment_header(6, 8, true), text("12345678")}), 0), ip));
}

TEST_CASE("net/ip: the decoder delivers segments behind options and extension headers")
{
    Decoding decode;
    REQUIRE(decode(ethernet(0x0800, ipv4(6, tcp(text("hello")), {.options = repeated(12, 1)})))
            == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    REQUIRE(decode(ethernet(0x86DD, ipv6(0, join({extension(60), extension(6), tcp(text("hello"))}))))
            == Decoding::Result::segment);
    CHECK(is_hello(decode.segment));
    CHECK(decode(ethernet(0x0800, ipv4(1, repeated(40, 8)))) == Decoding::Result::nothing);
    CHECK(decode(ethernet(0x86DD, ipv6(59, {}))) == Decoding::Result::nothing);
    CHECK(decode.stats().other_protocols == 2);
}

} // namespace test_net_ip
