#include "attacks/attacks.hpp"
#include "attacks/wmsp.hpp"

namespace attack {
namespace {

constexpr std::uint8_t in_ip = 4;
constexpr std::uint8_t udp_protocol = 17;

std::string segment(std::uint8_t flags)
{
    std::string tcp;
    big16(tcp, 50'000);
    big16(tcp, 8080);
    big32(tcp, 1);
    big32(tcp, 0);
    tcp += '\x50';
    tcp += static_cast<char>(flags);
    big16(tcp, 65'535);
    big32(tcp, 0);
    return tcp;
}

/// IP in IP in IP …; the largest packets that IP can have.
void tunnels(const char* path, std::uint64_t size)
{
    constexpr std::size_t depth = 3'000;
    // Headers are put in front, so the lengths are those of what is behind.
    std::string packet;
    for (std::size_t i = 0; i < depth; ++i) {
        const auto length = static_cast<std::uint32_t>(20 * (depth - i) + 20);
        std::string header = ipv4(0x0A01'0001, 0x0A01'0002, i + 1 == depth ? 6 : in_ip, {});
        header[2] = static_cast<char>(length >> 8);
        header[3] = static_cast<char>(length & 0xFF);
        packet += header;
    }
    packet += segment(syn);
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.ip(packet);
    }
    wire.close();
}

/// IPv6 with 8,000 Destination Options headers in front of TCP.
void extension_headers(const char* path, std::uint64_t size)
{
    constexpr std::size_t depth = 8'000;
    Peer peer;
    peer.bytes = {0xFD};
    std::string headers;
    for (std::size_t i = 0; i < depth; ++i) {
        headers += i + 1 == depth ? '\x06' : '\x3C';
        headers += std::string("\0\1\4\0\0\0\0", 7); // PadN
    }
    const std::string packet = ipv6(peer, peer, 60, headers + segment(syn));
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.ip(packet);
    }
    wire.close();
}

/// First fragments of datagrams of which no other comes.
void fragments(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.ip(ipv4(static_cast<std::uint32_t>(0x0A40'0000 + (i >> 16)), sink().v4, 6, std::string(64, 'x'),
                     static_cast<std::uint32_t>(i & 0xFFFF), 0x2000));
    }
    wire.close();
}

/// Eight bytes near the end of the largest datagrams: each claims 64 KiB.
void late_fragments(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.ip(ipv4(static_cast<std::uint32_t>(0x0A40'0000 + (i >> 16)), sink().v4, 6, std::string(8, 'x'),
                     static_cast<std::uint32_t>(i & 0xFFFF), 0x2000 | 8'180));
    }
    wire.close();
}

/// Datagrams of 4,000 fragments of eight bytes with holes between them, from the back.
void tiny_fragments(const char* path, std::uint64_t size)
{
    constexpr std::uint64_t a_datagram = 4'000;
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto place = static_cast<std::uint32_t>(2 * (a_datagram - i % a_datagram));
        wire.ip(ipv4(0x0A40'0000, sink().v4, 6, std::string(8, 'x'),
                     static_cast<std::uint32_t>(i / a_datagram & 0xFFFF), 0x2000 | place));
    }
    wire.close();
}

std::string name_record(std::string_view name, std::uint32_t type, std::string_view data)
{
    std::string out{name};
    big16(out, type);
    big16(out, 1);
    big32(out, 60);
    big16(out, static_cast<std::uint32_t>(data.size()));
    return out + std::string{data};
}

std::string label(std::string_view text)
{
    return static_cast<char>(text.size()) + std::string{text};
}

std::string dns_head(std::uint32_t questions, std::uint32_t answers)
{
    std::string out;
    big16(out, 1);
    big16(out, 0x8000);
    big16(out, questions);
    big16(out, answers);
    big32(out, 0);
    return out;
}

/// mDNS answers: a hundred to a message, `many_names` names of one address or one name of each address.
void mdns(const char* path, std::uint64_t size, bool many_names)
{
    constexpr std::uint64_t a_message = 100;
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; i += a_message) {
        std::string message = dns_head(0, a_message);
        for (std::uint64_t k = i; k < i + a_message; ++k) {
            std::string address;
            big32(address, static_cast<std::uint32_t>(0x0A40'0000 + (many_names ? 0 : k)));
            message += name_record(label("host-" + number_text(k, 9)) + label("local") + '\0', 1, address);
        }
        wire.udp(peer4(0x0A40'0001, 5353), peer4(0xE000'00FB, 5353), message);
    }
    wire.close();
}

void dns_addresses(const char* path, std::uint64_t size)
{
    mdns(path, size, false);
}

void dns_names(const char* path, std::uint64_t size)
{
    mdns(path, size, true);
}

/// Messages of 9,000 bytes: 250 records whose names are pointers to the end of a chain of 2,400 pointers.
void dns_pointers(const char* path, std::uint64_t size)
{
    constexpr std::uint32_t records = 250;
    constexpr std::uint32_t pointers = 2'400;
    std::string message = dns_head(0, 1 + records);
    // The chain is the data of a record of a type that nobody reads.
    const auto chain_at = static_cast<std::uint32_t>(message.size() + 1 + 10);
    std::string chain{'\0', '\0'};
    for (std::uint32_t i = 0; i < pointers; ++i) {
        big16(chain, 0xC000 | (chain_at + 2 * i));
    }
    message += name_record(std::string(1, '\0'), 99, chain);
    for (std::uint32_t i = 0; i < records; ++i) {
        std::string name;
        big16(name, 0xC000 | (chain_at + 2 * pointers));
        message += name_record(name, 1, "\x0A\x01\x02\x03");
    }
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        wire.udp(peer4(0x0A40'0001, 5353), peer4(0xE000'00FB, 5353), message);
    }
    wire.close();
}

/// Datagrams to ports of DNS that are no messages.
void dns_noise(const char* path, std::uint64_t size)
{
    Wire wire{path};
    for (std::uint64_t i = 0; i < size; ++i) {
        std::string noise;
        for (std::uint64_t k = 0; k < 64; ++k) {
            little(noise, bench::mix(i * 64 + k), 8);
        }
        noise[2] = '\x80';
        noise[3] = 0;
        wire.ip(ipv4(0x0A40'0001, 0xE000'00FB, udp_protocol,
                     "\x14\xE9\x14\xE9\x02\x08" + std::string(2, '\0') + noise));
    }
    wire.close();
}

constexpr std::array attacks_on_packets{
    Attack{"tunnels", tunnels},
    Attack{"extension_headers", extension_headers},
    Attack{"fragments", fragments},
    Attack{"late_fragments", late_fragments},
    Attack{"tiny_fragments", tiny_fragments},
    Attack{"dns_addresses", dns_addresses},
    Attack{"dns_names", dns_names},
    Attack{"dns_pointers", dns_pointers},
    Attack{"dns_noise", dns_noise},
};

} // namespace

std::span<const Attack> on_packets()
{
    return attacks_on_packets;
}

} // namespace attack
