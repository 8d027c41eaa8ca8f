#pragma once

#include "bench/frames.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// What hostile captures are made of: Ethernet frames with IP, TCP and UDP. Shares no code with the library.
namespace attack {

enum Flag : std::uint8_t { fin = 1, syn = 2, rst = 4, psh = 8, ack = 16 };

/// An address and a port. IPv4 addresses are numbers, IPv6 ones 16 bytes.
struct Peer {
    std::uint32_t v4 = 0;
    std::uint16_t port = 0;
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};
};

inline Peer peer4(std::uint32_t address, std::uint32_t port)
{
    Peer peer;
    peer.v4 = address;
    peer.port = static_cast<std::uint16_t>(port);
    return peer;
}

/// The server that most attacks speak to.
inline Peer sink()
{
    return peer4(0x0A01'0001, 8080);
}

/// Clients that differ in address and port.
inline Peer client(std::uint64_t number)
{
    return peer4(static_cast<std::uint32_t>(0x0A40'0000 + number / 32'768),
                 static_cast<std::uint32_t>(16'384 + number % 32'768));
}

/// A TCP connection, with the next sequence number of each side.
struct Talk {
    Peer client;
    Peer server = sink();
    std::uint32_t client_next = 1'000'000;
    std::uint32_t server_next = 5'000'000;
};

/// Writes frames to a pcap file, a fixed time apart.
class Wire {
  public:
    explicit Wire(const char* path, std::uint64_t microseconds_a_frame = 10)
        : writer_(path), step_(microseconds_a_frame)
    {
    }

    /// An IP packet in Ethernet.
    void ip(std::string_view packet)
    {
        frame_.assign({2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
        frame_ += packet.empty() || (packet[0] & 0xF0) != 0x60 ? std::string_view{"\x08\x00", 2}
                                                               : std::string_view{"\x86\xDD", 2};
        frame_ += packet;
        put();
    }

    /// A segment at `sequence`; nothing else is touched.
    void segment(const Peer& from, const Peer& to, std::uint32_t sequence, std::uint32_t acknowledgment,
                 std::uint8_t flags, std::string_view payload = {});

    /// The next segments of a side, acknowledging all of the other's.
    void send(Talk& talk, bool from_client, std::string_view payload, std::uint8_t flags = ack | psh)
    {
        constexpr std::size_t largest = 1'400;
        std::uint32_t& next = from_client ? talk.client_next : talk.server_next;
        do {
            const std::string_view part = payload.substr(0, largest);
            payload.remove_prefix(part.size());
            segment(from_client ? talk.client : talk.server, from_client ? talk.server : talk.client, next,
                    (flags & ack) != 0 ? (from_client ? talk.server_next : talk.client_next) : 0, flags,
                    part);
            next += static_cast<std::uint32_t>(part.size()) + ((flags & (syn | fin)) != 0 ? 1U : 0U);
        } while (!payload.empty());
    }

    void handshake(Talk& talk)
    {
        send(talk, true, {}, syn);
        send(talk, false, {}, syn | ack);
        send(talk, true, {}, ack);
    }

    void udp(const Peer& from, const Peer& to, std::string_view payload);

    void wait(std::uint64_t microseconds) { now_ += microseconds; }

    void close() { writer_.close(); }

  private:
    void put()
    {
        writer_.frame(now_, reinterpret_cast<const std::uint8_t*>(frame_.data()),
                      static_cast<std::uint32_t>(frame_.size()));
        now_ += step_;
    }

    bench::PcapWriter writer_;
    std::uint64_t step_;
    std::uint64_t now_ = 1'700'000'000'000'000;
    std::string frame_;
};

inline void big16(std::string& out, std::uint32_t value)
{
    out += static_cast<char>(value >> 8 & 0xFF);
    out += static_cast<char>(value & 0xFF);
}

inline void big32(std::string& out, std::uint32_t value)
{
    big16(out, value >> 16);
    big16(out, value & 0xFFFF);
}

/// Little-endian, as ASF and MS-WMSP have numbers.
inline void little(std::string& out, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        out += static_cast<char>(value & 0xFF);
        value >>= 8;
    }
}

/// An IPv4 header (RFC 791) in front of `payload`; `flags_offset` is the field of that name. No checksum.
inline std::string ipv4(std::uint32_t from, std::uint32_t to, std::uint8_t protocol, std::string_view payload,
                        std::uint32_t identification = 0, std::uint32_t flags_offset = 0)
{
    std::string out{'\x45', '\0'};
    big16(out, static_cast<std::uint32_t>(20 + payload.size()));
    big16(out, identification);
    big16(out, flags_offset);
    out += '\x40';
    out += static_cast<char>(protocol);
    big16(out, 0);
    big32(out, from);
    big32(out, to);
    out += payload;
    return out;
}

/// An IPv6 header (RFC 8200) in front of `payload`.
inline std::string ipv6(const Peer& from, const Peer& to, std::uint8_t protocol, std::string_view payload)
{
    std::string out{'\x60', '\0', '\0', '\0'};
    big16(out, static_cast<std::uint32_t>(payload.size()));
    out += static_cast<char>(protocol);
    out += '\x40';
    out.append(reinterpret_cast<const char*>(from.bytes.data()), 16);
    out.append(reinterpret_cast<const char*>(to.bytes.data()), 16);
    out += payload;
    return out;
}

inline void Wire::segment(const Peer& from, const Peer& to, std::uint32_t sequence,
                          std::uint32_t acknowledgment, std::uint8_t flags, std::string_view payload)
{
    std::string tcp;
    tcp.reserve(20 + payload.size());
    big16(tcp, from.port);
    big16(tcp, to.port);
    big32(tcp, sequence);
    big32(tcp, acknowledgment);
    tcp += '\x50';
    tcp += static_cast<char>(flags);
    big16(tcp, 65'535);
    big32(tcp, 0); // checksum and urgent pointer
    tcp += payload;
    ip(from.v6 ? ipv6(from, to, 6, tcp) : ipv4(from.v4, to.v4, 6, tcp));
}

inline void Wire::udp(const Peer& from, const Peer& to, std::string_view payload)
{
    std::string datagram;
    big16(datagram, from.port);
    big16(datagram, to.port);
    big16(datagram, static_cast<std::uint32_t>(8 + payload.size()));
    big16(datagram, 0);
    datagram += payload;
    ip(ipv4(from.v4, to.v4, 17, datagram));
}

} // namespace attack
