#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/text.hpp>
#include <wmclients/base/unicode_ranges.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace wmclients {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::uint32_t malformed = 0xFFFF'FFFF;

struct CodePoint {
    std::uint32_t value; ///< `malformed` for a byte that begins no well-formed sequence
    std::size_t size;    ///< bytes taken, at least 1
};

/// The code point at the front of non-empty UTF-8.
CodePoint decode_front(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) {
        return {malformed, 1};
    }
    std::uint32_t value = first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
            return {malformed, 1};
        }
        value = value << 6 | (byte(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return {malformed, 1};
    }
    return {value, size};
}

void append_utf8(std::string& out, std::uint32_t value)
{
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (value < 0x80) {
        put(value);
    } else if (value < 0x800) {
        put(0xC0 | value >> 6);
        put(0x80 | (value & 0x3F));
    } else if (value < 0x10000) {
        put(0xE0 | value >> 12);
        put(0x80 | (value >> 6 & 0x3F));
        put(0x80 | (value & 0x3F));
    } else {
        put(0xF0 | value >> 18);
        put(0x80 | (value >> 12 & 0x3F));
        put(0x80 | (value >> 6 & 0x3F));
        put(0x80 | (value & 0x3F));
    }
}

/// Characters that Unicode calls White_Space and that is_deceptive() lets pass.
bool is_blank(std::uint32_t value)
{
    return value == 0x20 || value == 0xA0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200A)
           || value == 0x202F || value == 0x205F || value == 0x3000;
}

} // namespace

bool iequals(std::string_view left, std::string_view right)
{
    return left.size() == right.size()
           && std::equal(left.begin(), left.end(), right.begin(),
                         [](char a, char b) { return lower(a) == lower(b); });
}

bool istarts_with(std::string_view text, std::string_view prefix)
{
    return iequals(text.substr(0, prefix.size()), prefix);
}

std::size_t ifind(std::string_view text, std::string_view needle)
{
    const auto* const found = std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                                          [](char a, char b) { return lower(a) == lower(b); });
    return found == text.end() && !needle.empty() ? std::string_view::npos
                                                  : static_cast<std::size_t>(found - text.begin());
}

std::string_view trim(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const CodePoint point = decode_front(text);
        if (point.value == malformed) {
            return false;
        }
        text.remove_prefix(point.size);
    }
    return true;
}

std::string repair_utf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = decode_front(text);
        append_utf8(out, point.value == malformed ? 0xFFFD : point.value);
        text.remove_prefix(point.size);
    }
    return out;
}

std::u16string to_utf16(std::string_view text)
{
    std::u16string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = decode_front(text);
        text.remove_prefix(point.size);
        const std::uint32_t value = point.value == malformed ? 0xFFFD : point.value;
        if (value >= 0x10000) {
            out += static_cast<char16_t>(0xD800 + ((value - 0x10000) >> 10));
            out += static_cast<char16_t>(0xDC00 + ((value - 0x10000) & 0x3FF));
        } else {
            out += static_cast<char16_t>(value);
        }
    }
    return out;
}

std::string utf8_from_utf16le(std::string_view bytes)
{
    std::string out;
    const auto unit = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])
                                          | static_cast<std::uint8_t>(bytes[i + 1]) << 8);
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        std::uint32_t value = unit(i);
        if (value == 0) {
            break;
        }
        const bool has_next = i + 3 < bytes.size();
        if (value >= 0xD800 && value <= 0xDBFF && has_next && unit(i + 2) >= 0xDC00
            && unit(i + 2) <= 0xDFFF) {
            value = 0x10000 + ((value - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
            i += 2;
        } else if (value >= 0xD800 && value <= 0xDFFF) {
            value = 0xFFFD;
        }
        append_utf8(out, value);
    }
    return out;
}

std::string printable(std::string_view text)
{
    // What nearly every text is.
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (plain && text.find("::") == std::string_view::npos && text.find("##") == std::string_view::npos) {
        return std::string{text};
    }
    std::string out;
    out.reserve(text.size());
    bool begins = !text.starts_with("::") || !parse_address(text); // "::1" is no command
    while (!text.empty()) {
        const CodePoint point = decode_front(text);
        const bool ascii = point.value < 0x80;
        const bool command = (begins && text.starts_with("::")) || text.starts_with("##");
        if (point.value == malformed || command || (ascii && is_deceptive(point.value))) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text.front()));
        } else if (is_deceptive(point.value)) {
            fmt::format_to(std::back_inserter(out), "\\u{{{:04x}}}", point.value);
        } else {
            out.append(text.substr(0, point.size));
        }
        begins = begins && is_blank(point.value);
        text.remove_prefix(point.size);
    }
    return out;
}

std::size_t display_width(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            ++width;
            text.remove_prefix(1);
            continue;
        }
        const CodePoint point = decode_front(text);
        text.remove_prefix(point.size);
        width += point.value == malformed ? 1 : columns_of(point.value);
    }
    return width;
}

} // namespace wmclients
