#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients {

/// An IPv4 or IPv6 address. IPv4 is kept in its mapped form (RFC 4291, section 2.5.5.2), so that both kinds
/// compare, order (IPv4 first) and hash alike. Bytes are in network order.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    static IpAddress v4(const std::uint8_t* four_bytes)
    {
        IpAddress address;
        address.bytes[10] = address.bytes[11] = 0xFF;
        std::memcpy(address.bytes.data() + 12, four_bytes, 4);
        return address;
    }

    static IpAddress v6(const std::uint8_t* sixteen_bytes)
    {
        IpAddress address;
        std::memcpy(address.bytes.data(), sixteen_bytes, 16);
        return address;
    }

    [[nodiscard]] bool is_v4() const
    {
        static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
        return std::memcmp(bytes.data(), mapped.data(), mapped.size()) == 0;
    }

    /// The IPv4 address as a number with the first octet in the most significant byte; 0 for IPv6.
    [[nodiscard]] std::uint32_t v4_number() const
    {
        return is_v4() ? std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16
                             | std::uint32_t{bytes[14]} << 8 | bytes[15]
                       : 0;
    }

    /// Two words at a time: this is asked for every packet.
    friend bool operator==(const IpAddress& left, const IpAddress& right)
    {
        std::array<std::uint64_t, 2> a{};
        std::array<std::uint64_t, 2> b{};
        std::memcpy(a.data(), left.bytes.data(), sizeof a);
        std::memcpy(b.data(), right.bytes.data(), sizeof b);
        return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
    }

    friend std::strong_ordering operator<=>(const IpAddress& left, const IpAddress& right)
    {
        if (left.is_v4() != right.is_v4()) {
            return left.is_v4() ? std::strong_ordering::less : std::strong_ordering::greater;
        }
        return std::memcmp(left.bytes.data(), right.bytes.data(), 16) <=> 0;
    }
};

/// A transport address; the port is in host order.
struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// A link-layer (MAC) address; all zeros where the link layer has none.
struct LinkAddress {
    std::array<std::uint8_t, 6> bytes{};

    [[nodiscard]] bool known() const { return bytes != std::array<std::uint8_t, 6>{}; }

    friend bool operator==(const LinkAddress&, const LinkAddress&) = default;
};

/// "10.78.0.11", or the canonical IPv6 text of RFC 5952 without brackets or scope.
std::string to_string(const IpAddress& address);

/// "10.78.0.11:8080" or "[fd78::1]:8080".
std::string to_string(const Endpoint& endpoint);

/// "02:00:0a:4e:00:01".
std::string to_string(const LinkAddress& address);

/// Reads dotted IPv4 or any RFC 4291 text of IPv6, without brackets or scope.
std::optional<IpAddress> parse_address(std::string_view text);

/// Reads "ADDR:PORT" with an IPv6 address in brackets.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// Reads "02:00:0a:4e:00:01".
std::optional<LinkAddress> parse_link_address(std::string_view text);

} // namespace wmclients
