#include <wmclients/base/text.hpp>
#include <wmclients/dns/reverse_name.hpp>

#include <array>
#include <charconv>

namespace wmclients::dns {
namespace {

constexpr std::string_view v4_zone = ".in-addr.arpa";
constexpr std::string_view v6_zone = ".ip6.arpa";
constexpr std::size_t v6_digits = 32;

bool ends_in(std::string_view name, std::string_view zone)
{
    return name.size() > zone.size() && iequals(name.substr(name.size() - zone.size()), zone);
}

/// Four decimal octets, the last one of the address first. A leading zero makes another label, hence no
/// address.
std::optional<IpAddress> parse_v4(std::string_view labels)
{
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t i = 4; i-- > 0;) {
        const std::size_t dot = labels.find('.');
        const std::string_view label = labels.substr(0, dot);
        const char* end = label.data() + label.size();
        const auto [stop, error] = std::from_chars(label.data(), end, octets[i]);
        if (error != std::errc{} || stop != end || (label.size() > 1 && label.front() == '0')
            || (dot == std::string_view::npos) != (i == 0)) {
            return {};
        }
        labels.remove_prefix(i == 0 ? labels.size() : dot + 1);
    }
    return IpAddress::v4(octets.data());
}

std::optional<IpAddress> parse_v6(std::string_view labels)
{
    if (labels.size() != 2 * v6_digits - 1) {
        return {};
    }
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < v6_digits; ++i) {
        const char* at = labels.data() + 2 * i;
        std::uint8_t digit = 0;
        const auto [stop, error] = std::from_chars(at, at + 1, digit, 16);
        if (error != std::errc{} || stop != at + 1 || (i + 1 < v6_digits && at[1] != '.')) {
            return {};
        }
        // Digit 0 is the low half of the last byte.
        std::uint8_t& byte = bytes[15 - i / 2];
        byte = static_cast<std::uint8_t>(byte | (i % 2 == 0 ? digit : digit << 4));
    }
    return IpAddress::v6(bytes.data());
}

} // namespace

std::optional<IpAddress> parse_reverse_name(std::string_view name)
{
    if (!name.empty() && name.back() == '.') {
        name.remove_suffix(1);
    }
    if (ends_in(name, v4_zone)) {
        return parse_v4(name.substr(0, name.size() - v4_zone.size()));
    }
    if (ends_in(name, v6_zone)) {
        return parse_v6(name.substr(0, name.size() - v6_zone.size()));
    }
    return {};
}

} // namespace wmclients::dns
