#include <support/wire_packet.hpp>

namespace wmclients::testing {
namespace {

using capture::LinkType;

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;

void put_be(std::string& out, std::uint64_t value, unsigned size)
{
    for (unsigned i = size; i-- > 0;) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
}

void put(std::string& out, const LinkAddress& address)
{
    out.append(address.bytes.begin(), address.bytes.end());
}

std::string address_bytes(const IpAddress& address)
{
    const auto* begin = reinterpret_cast<const char*>(address.bytes.data());
    return address.is_v4() ? std::string{begin + 12, 4} : std::string{begin, 16};
}

/// The Internet checksum (RFC 1071).
std::uint16_t checksum(std::string_view bytes)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (i % 2 == 0 ? 8 : 0);
    }
    while (sum >> 16 != 0) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

void set_be16(std::string& out, std::size_t at, std::uint16_t value)
{
    out[at] = static_cast<char>(value >> 8);
    out[at + 1] = static_cast<char>(value & 0xFF);
}

/// Puts an IP header before `transport`, whose checksum field is at `checksum_at`.
std::string ip_packet(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                      std::string transport, std::size_t checksum_at, std::uint16_t identification)
{
    const bool v4 = source.is_v4();
    std::string pseudo = address_bytes(source) + address_bytes(destination);
    put_be(pseudo, protocol, 4);
    put_be(pseudo, transport.size(), 4);
    set_be16(transport, checksum_at, checksum(pseudo + transport));
    std::string out;
    if (v4) {
        put_be(out, 0x4500, 2);
        put_be(out, 20 + transport.size(), 2);
        put_be(out, identification, 2);
        put_be(out, 0x4000, 2); // don't fragment
        put_be(out, 64, 1);
        put_be(out, protocol, 1);
        put_be(out, 0, 2);
    } else {
        put_be(out, 0x6000'0000, 4);
        put_be(out, transport.size(), 2);
        put_be(out, protocol, 1);
        put_be(out, 64, 1);
    }
    out += address_bytes(source) + address_bytes(destination);
    if (v4) {
        set_be16(out, 10, checksum(out));
    }
    return out + transport;
}

} // namespace

std::string tcp_packet(const TcpHeader& header, std::string_view payload, std::uint16_t identification)
{
    std::string out;
    put_be(out, header.source.port, 2);
    put_be(out, header.destination.port, 2);
    put_be(out, header.sequence, 4);
    put_be(out, header.acknowledgment, 4);
    put_be(out, header.mss != 0 ? 0x60 : 0x50, 1);
    put_be(out, header.flags, 1);
    put_be(out, header.window, 2);
    put_be(out, 0, 4); // checksum, urgent pointer
    if (header.mss != 0) {
        put_be(out, 0x0204, 2);
        put_be(out, header.mss, 2);
    }
    out += payload;
    return ip_packet(header.source.address, header.destination.address, protocol_tcp, std::move(out), 16,
                     identification);
}

std::string udp_packet(const Endpoint& source, const Endpoint& destination, std::string_view payload,
                       std::uint16_t identification)
{
    std::string out;
    put_be(out, source.port, 2);
    put_be(out, destination.port, 2);
    put_be(out, 8 + payload.size(), 2);
    put_be(out, 0, 2);
    out += payload;
    return ip_packet(source.address, destination.address, protocol_udp, std::move(out), 6, identification);
}

bool can_wrap(LinkType type)
{
    return type == LinkType::ethernet || type == LinkType::null || type == LinkType::loop
           || type == LinkType::raw || type == LinkType::linux_sll || type == LinkType::linux_sll2;
}

std::vector<std::uint8_t> wrap(LinkType type, const LinkHeader& link, std::string_view ip_packet)
{
    std::string out;
    const bool v4 = !ip_packet.empty() && static_cast<std::uint8_t>(ip_packet[0]) >> 4 == 4;
    const std::uint16_t ethertype = v4 ? 0x0800 : 0x86DD;
    std::string tagged; // what stands where the EtherType does
    for (std::size_t i = 0; i < link.vlans.size(); ++i) {
        put_be(tagged, i + 1 < link.vlans.size() ? 0x88A8 : 0x8100, 2);
        put_be(tagged, link.vlans[i], 2);
    }
    put_be(tagged, ethertype, 2);
    switch (type) {
    case LinkType::ethernet:
        put(out, link.destination);
        put(out, link.source);
        out += tagged;
        break;
    case LinkType::null: // AF_INET, or Linux' AF_INET6, in the order of a little-endian host
        out += v4 ? '\x02' : '\x0A';
        out.append(3, '\0');
        break;
    case LinkType::loop: // AF_INET, or OpenBSD's AF_INET6
        put_be(out, v4 ? 2 : 24, 4);
        break;
    case LinkType::linux_sll: // packet type, ARPHRD_ETHER, address length, address, protocol
        put_be(out, 0, 2);
        put_be(out, 1, 2);
        put_be(out, 6, 2);
        put(out, link.source);
        put_be(out, 0, 2);
        out += tagged;
        break;
    case LinkType::linux_sll2: // protocol, reserved, interface, ARPHRD_ETHER, packet type, length, address
        out += tagged.substr(0, 2);
        put_be(out, 0, 2);
        put_be(out, 1, 4);
        put_be(out, 1, 2);
        put_be(out, 0, 1);
        put_be(out, 6, 1);
        put(out, link.source);
        put_be(out, 0, 2);
        out += tagged.substr(2);
        break;
    default:
        break; // raw
    }
    out += ip_packet;
    return {out.begin(), out.end()};
}

} // namespace wmclients::testing
