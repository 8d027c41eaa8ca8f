#include "attacks/attacks.hpp"
#include "attacks/wmsp.hpp"

namespace attack {
namespace {

void half_open(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.segment(client(i), sink(), static_cast<std::uint32_t>(bench::mix(i)), 0, syn);
    }
    wire.close();
}

void syn_rst(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto sequence = static_cast<std::uint32_t>(bench::mix(i));
        wire.segment(client(i), sink(), sequence, 0, syn);
        wire.segment(sink(), client(i), 0, sequence + 1, rst | ack);
    }
    wire.close();
}

/// Clients whose low 64 bits are a constant that stood in an earlier hash: there, addresses with it all had
/// the same hash under every key.
void colliding(const char* path, std::uint64_t size)
{
    constexpr std::uint64_t constant = 0xA076'1D64'78BD'642F;
    Wire wire{path};
    Peer server;
    server.v6 = true;
    server.port = 8080;
    server.bytes = {0xFD, 0x78};
    server.bytes[15] = 1;
    for (std::uint64_t i = 0; i < size; ++i) {
        Peer from;
        from.v6 = true;
        from.port = 50'000;
        from.bytes[0] = 0xFD;
        for (std::size_t k = 0; k < 7; ++k) {
            from.bytes[1 + k] = static_cast<std::uint8_t>(i >> 8 * k);
        }
        for (std::size_t k = 0; k < 8; ++k) {
            from.bytes[8 + k] = static_cast<std::uint8_t>(constant >> 8 * k);
        }
        wire.segment(from, server, 1, 0, syn);
    }
    wire.close();
}

/// One connection whose server sends single bytes, every second one missing.
void out_of_order(const char* path, std::uint64_t size)
{
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    plays(wire, talk);
    for (std::uint64_t i = 1; i <= size; ++i) {
        wire.segment(talk.server, talk.client, talk.server_next + static_cast<std::uint32_t>(2 * i),
                     talk.client_next, ack, "x");
    }
    wire.close();
}

/// The same backwards, a thousand at a time: each goes in front of all that are held.
void out_of_order_backwards(const char* path, std::uint64_t size)
{
    constexpr std::uint64_t wave = 1'000;
    Wire wire{path};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    plays(wire, talk);
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t offset = 2 * ((i / wave + 1) * wave - i % wave);
        wire.segment(talk.server, talk.client, talk.server_next + static_cast<std::uint32_t>(offset),
                     talk.client_next, ack, "x");
    }
    wire.close();
}

/// Many connections, a thousand single bytes beyond a hole on each. A second with `cut`: of 1,000 bytes each
/// nothing was captured.
void hold(const char* path, std::uint64_t size, bool cut)
{
    constexpr std::uint64_t holes = 1'000;
    Wire wire{path, 1};
    const std::uint64_t connections = (size + holes - 1) / holes;
    for (std::uint64_t i = 0; i < connections; ++i) {
        wire.segment(client(i), sink(), 0, 0, syn);
        wire.segment(sink(), client(i), 0, 1, syn | ack);
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto sequence = static_cast<std::uint32_t>(1 + 2'000 * (i / connections + 1));
        if (!cut) {
            wire.segment(sink(), client(i % connections), sequence, 1, ack, "x");
            continue;
        }
        std::string tcp;
        big16(tcp, sink().port);
        big16(tcp, client(i % connections).port);
        big32(tcp, sequence);
        big32(tcp, 1);
        tcp += "\x50\x10\xFF\xFF";
        big32(tcp, 0);
        std::string packet = ipv4(sink().v4, client(i % connections).v4, 6, tcp);
        packet[2] = static_cast<char>(1'040 >> 8); // its length
        packet[3] = static_cast<char>(1'040 & 0xFF);
        wire.ip(packet);
    }
    wire.close();
}

void holes_in_many(const char* path, std::uint64_t size)
{
    hold(path, size, false);
}

void cut_holes_in_many(const char* path, std::uint64_t size)
{
    hold(path, size, true);
}

/// Bytes of a body that were not captured, but acknowledged: one gap each.
void gaps(const char* path, std::uint64_t size)
{
    Wire wire{path, 250'000};
    Talk talk;
    talk.client = client(0);
    wire.handshake(talk);
    plays(wire, talk);
    const std::string packet = dollar('D', 1, data_packet(256, 0));
    for (std::uint64_t i = 0; i < size; ++i) {
        talk.server_next += static_cast<std::uint32_t>(packet.size());
        wire.send(talk, false, packet);
        wire.send(talk, true, {}, ack);
    }
    wire.close();
}

constexpr std::array attacks_on_tcp{
    Attack{"half_open", half_open},
    Attack{"syn_rst", syn_rst},
    Attack{"colliding", colliding},
    Attack{"out_of_order", out_of_order},
    Attack{"out_of_order_backwards", out_of_order_backwards},
    Attack{"holes_in_many", holes_in_many},
    Attack{"cut_holes_in_many", cut_holes_in_many},
    Attack{"gaps", gaps},
};

} // namespace

std::span<const Attack> on_tcp()
{
    return attacks_on_tcp;
}

} // namespace attack
