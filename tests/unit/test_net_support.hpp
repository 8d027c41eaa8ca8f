#pragma once

// Packets made by hand, for the tests of net/.

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/caps.hpp>
#include <wmclients/base/endpoint.hpp>
#include <wmclients/net/packet_decoder.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace net_packets {

using Buffer = std::vector<std::uint8_t>;

inline Buffer join(std::initializer_list<Buffer> parts)
{
    Buffer whole;
    for (const Buffer& part : parts) {
        whole.insert(whole.end(), part.begin(), part.end());
    }
    return whole;
}

inline Buffer text(std::string_view characters)
{
    return {characters.begin(), characters.end()};
}

/// Bytes written as hexadecimal digits; everything else is passed over.
inline Buffer hex(std::string_view digits)
{
    Buffer bytes;
    int high = -1;
    for (const char digit : digits) {
        const auto at = std::string_view("0123456789abcdef").find(digit);
        if (at == std::string_view::npos) {
            continue;
        }
        const int value = static_cast<int>(at);
        if (high < 0) {
            high = value;
        } else {
            bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
            high = -1;
        }
    }
    return bytes;
}

inline Buffer be16(std::size_t value)
{
    return {static_cast<std::uint8_t>(value >> 8 & 0xFF), static_cast<std::uint8_t>(value & 0xFF)};
}

inline Buffer be32(std::size_t value)
{
    return join({be16(value >> 16), be16(value & 0xFFFF)});
}

inline Buffer repeated(std::size_t count, std::uint8_t value)
{
    return Buffer(count, value);
}

inline const Buffer source_mac = hex("02 00 00 00 00 01");
inline const Buffer destination_mac = hex("02 00 00 00 00 02");
inline const Buffer inner_source_mac = hex("06 00 00 00 00 0a");
inline const Buffer inner_destination_mac = hex("06 00 00 00 00 0b");

/// Port 8080 to 50000, sequence 0x01020304, acknowledgment 0x05060708, PSH and ACK, window 0x1122.
inline Buffer tcp(const Buffer& payload, const Buffer& options = {})
{
    const auto offset = static_cast<std::uint8_t>((20 + options.size()) / 4 << 4);
    return join({be16(8080),
                 be16(50000),
                 be32(0x01020304),
                 be32(0x05060708),
                 {offset, 0x18},
                 be16(0x1122),
                 be32(0),
                 options,
                 payload});
}

inline Buffer udp(std::uint16_t from, std::uint16_t to, const Buffer& payload)
{
    return join({be16(from), be16(to), be16(payload.size() + 8), be16(0), payload});
}

struct Ipv4Fields {
    Buffer options{};
    std::uint16_t identification = 1;
    std::uint16_t fragment = 0; ///< flags and offset, as in the header
    int total_length = -1;      ///< the true one if negative
};

/// 192.0.2.1 to 192.0.2.2.
inline Buffer ipv4(std::uint8_t protocol, const Buffer& payload, const Ipv4Fields& fields = {})
{
    const std::size_t header = 20 + fields.options.size();
    const std::size_t total =
        fields.total_length < 0 ? header + payload.size() : static_cast<std::size_t>(fields.total_length);
    return join({{static_cast<std::uint8_t>(0x40 | header / 4), 0},
                 be16(total),
                 be16(fields.identification),
                 be16(fields.fragment),
                 {64, protocol},
                 be16(0),
                 hex("c0000201 c0000202"),
                 fields.options,
                 payload});
}

/// 2001:db8::1 to 2001:db8::2.
inline Buffer ipv6(std::uint8_t next_header, const Buffer& payload, int payload_length = -1)
{
    const std::size_t length = payload_length < 0 ? payload.size() : static_cast<std::size_t>(payload_length);
    return join({be32(0x60000000),
                 be16(length),
                 {next_header, 64},
                 hex("20010db8 00000000 00000000 00000001 20010db8 00000000 00000000 00000002"),
                 payload});
}

/// An IPv6 options, routing or authentication header of eight bytes.
inline Buffer extension(std::uint8_t next_header)
{
    return {next_header, 0, 1, 4, 0, 0, 0, 0};
}

inline Buffer fragment_header(std::uint8_t next_header, std::uint16_t offset, bool more, std::uint32_t id = 7)
{
    return join({{next_header, 0}, be16(static_cast<std::size_t>(offset) | (more ? 1U : 0U)), be32(id)});
}

inline Buffer ethernet(std::uint16_t type, const Buffer& payload)
{
    return join({destination_mac, source_mac, be16(type), payload});
}

inline Buffer inner_ethernet(std::uint16_t type, const Buffer& payload)
{
    return join({inner_destination_mac, inner_source_mac, be16(type), payload});
}

/// What follows a tag's EtherType.
inline Buffer vlan(std::uint16_t type, const Buffer& payload)
{
    return join({be16(0x2007), be16(type), payload});
}

inline Buffer snap(std::uint16_t type, const Buffer& payload)
{
    return join({hex("aaaa03 000000"), be16(type), payload});
}

inline Buffer pppoe(const Buffer& ppp)
{
    return join({hex("1100 0042"), be16(ppp.size()), ppp});
}

inline Buffer vxlan(const Buffer& frame)
{
    return join({hex("08000000 00002a00"), frame});
}

inline Buffer mpls(std::uint32_t label, bool bottom)
{
    return be32(label << 12 | (bottom ? 0x100U : 0U) | 64U);
}

/// A whole plain packet, "hello" from 192.0.2.1:8080 to 192.0.2.2:50000.
inline Buffer hello_v4()
{
    return ipv4(6, tcp(text("hello")));
}

inline Buffer hello_v6()
{
    return ipv6(6, tcp(text("hello")));
}

/// A decoder and what it made of the last packet. The packet is kept in a buffer of exactly its size, so that
/// a sanitizer sees a read beyond it.
struct Decoding {
    wmclients::Caps caps{};
    wmclients::net::PacketDecoder decoder{caps};
    wmclients::net::Segment segment{};
    wmclients::net::Datagram datagram{};
    wmclients::capture::Packet packet{};
    Buffer bytes{};

    using Result = wmclients::net::PacketDecoder::Result;

    /// `cut` bytes of the packet were not captured.
    Result operator()(wmclients::capture::LinkType link, Buffer data, std::size_t cut = 0)
    {
        const std::size_t original = data.size();
        data.resize(original - cut);
        data.shrink_to_fit();
        bytes = std::move(data);
        packet.data = bytes;
        packet.original_length = static_cast<std::uint32_t>(original);
        packet.link = link;
        ++packet.ref.number;
        return decoder.decode(packet, segment, datagram);
    }

    Result operator()(const Buffer& data) { return (*this)(wmclients::capture::LinkType::ethernet, data); }

    [[nodiscard]] const wmclients::net::DecodeStats& stats() const { return decoder.stats(); }
};

inline std::string payload_of(const wmclients::net::Segment& segment)
{
    return std::string(wmclients::as_text(segment.payload));
}

/// Whether this is the segment that hello_v4() and hello_v6() make.
inline bool is_hello(const wmclients::net::Segment& segment)
{
    const bool v4 = segment.source.address.is_v4();
    return to_string(segment.source) == (v4 ? "192.0.2.1:8080" : "[2001:db8::1]:8080")
           && to_string(segment.destination) == (v4 ? "192.0.2.2:50000" : "[2001:db8::2]:50000")
           && segment.sequence == 0x01020304 && segment.acknowledgment == 0x05060708 && segment.flags == 0x18
           && segment.window == 0x1122 && segment.payload_length == 5 && payload_of(segment) == "hello";
}

} // namespace net_packets
