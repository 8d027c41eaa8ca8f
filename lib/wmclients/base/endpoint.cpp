#include <wmclients/base/bytes.hpp>
#include <wmclients/base/endpoint.hpp>

#include <fmt/format.h>

#include <charconv>

namespace wmclients {
namespace {

/// A whole text as an unsigned number no larger than `limit`.
std::optional<unsigned> parse_number(std::string_view text, int base, std::size_t max_digits, unsigned limit)
{
    unsigned value = 0;
    const char* end = text.data() + text.size();
    if (text.empty() || text.size() > max_digits) {
        return {};
    }
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    return error == std::errc{} && stop == end && value <= limit ? std::optional{value} : std::nullopt;
}

std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text)
{
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t dot = text.find('.');
        if ((dot == std::string_view::npos) != (i == 3)) {
            return {};
        }
        const auto octet = parse_number(text.substr(0, dot), 10, 3, 255);
        if (!octet) {
            return {};
        }
        octets[i] = static_cast<std::uint8_t>(*octet);
        text.remove_prefix(i == 3 ? text.size() : dot + 1);
    }
    return octets;
}

/// The 16-bit groups of one side of a "::", an IPv4 tail included. False if malformed or too many.
bool parse_groups(std::string_view text, std::array<std::uint8_t, 16>& bytes, std::size_t& used)
{
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto tail = parse_v4(group);
            if (!tail || used + 4 > bytes.size()) {
                return false;
            }
            std::memcpy(bytes.data() + used, tail->data(), 4);
            used += 4;
            return true;
        }
        const auto value = parse_number(group, 16, 4, 0xFFFF);
        if (!value || used + 2 > bytes.size()) {
            return false;
        }
        bytes[used++] = static_cast<std::uint8_t>(*value >> 8);
        bytes[used++] = static_cast<std::uint8_t>(*value & 0xFF);
        if (colon == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(colon + 1);
        if (text.empty()) {
            return false;
        }
    }
    return true;
}

std::optional<IpAddress> parse_v6(std::string_view text)
{
    std::array<std::uint8_t, 16> head{};
    std::array<std::uint8_t, 16> tail{};
    std::size_t head_size = 0;
    std::size_t tail_size = 0;
    const std::size_t elision = text.find("::");
    if (text.substr(0, elision).find('.') != std::string_view::npos && elision != std::string_view::npos) {
        return {}; // an IPv4 tail ends the whole address (RFC 4291, section 2.2)
    }
    if (elision == std::string_view::npos) {
        if (!parse_groups(text, head, head_size) || head_size != 16) {
            return {};
        }
        return IpAddress{head};
    }
    if (!parse_groups(text.substr(0, elision), head, head_size)
        || !parse_groups(text.substr(elision + 2), tail, tail_size) || head_size + tail_size > 14) {
        return {};
    }
    std::memcpy(head.data() + 16 - tail_size, tail.data(), tail_size);
    return IpAddress{head};
}

} // namespace

std::string to_string(const IpAddress& address)
{
    const auto& b = address.bytes;
    if (address.is_v4()) {
        return fmt::format("{}.{}.{}.{}", b[12], b[13], b[14], b[15]);
    }
    const auto group = [&](std::size_t i) { return load_be16(&b[2 * i]); };
    // RFC 5952, section 4.2: the first of the longest runs of two or more zero groups is shortened.
    std::size_t run_start = 8;
    std::size_t run_length = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t length = 0;
        while (i + length < 8 && group(i + length) == 0) {
            ++length;
        }
        if (length > run_length) {
            run_start = i;
            run_length = length;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == run_start) {
            text += "::";
            i += run_length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') {
            text += ':';
        }
        fmt::format_to(std::back_inserter(text), "{:x}", group(i));
    }
    return text;
}

std::string to_string(const Endpoint& endpoint)
{
    return endpoint.address.is_v4() ? fmt::format("{}:{}", to_string(endpoint.address), endpoint.port)
                                    : fmt::format("[{}]:{}", to_string(endpoint.address), endpoint.port);
}

std::string to_string(const LinkAddress& address)
{
    const auto& b = address.bytes;
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::optional<IpAddress> parse_address(std::string_view text)
{
    if (const auto octets = parse_v4(text)) {
        return IpAddress::v4(octets->data());
    }
    return parse_v6(text);
}

std::optional<Endpoint> parse_endpoint(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return {};
    }
    std::string_view host = text.substr(0, colon);
    const auto port = parse_number(text.substr(colon + 1), 10, 5, 65535);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = parse_address(host);
    if (!port || !address || bracketed != (host.find(':') != std::string_view::npos)) {
        return {};
    }
    return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<LinkAddress> parse_link_address(std::string_view text)
{
    LinkAddress address;
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
        const auto octet = parse_number(text.substr(0, 2), 16, 2, 255);
        if (!octet || (i + 1 < address.bytes.size() && (text.size() < 3 || text[2] != ':'))) {
            return {};
        }
        address.bytes[i] = static_cast<std::uint8_t>(*octet);
        text.remove_prefix(i + 1 < address.bytes.size() ? 3 : 2);
    }
    return text.empty() ? std::optional{address} : std::nullopt;
}

} // namespace wmclients
