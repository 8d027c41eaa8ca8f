#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients::asf {

/// A GUID as ASF writes it: the first three groups of its text are little-endian on the wire, the other two
/// are bytes in order (ASF specification, section 1.2; RFC 4122 calls the text form a UUID).
struct Guid {
    std::array<std::uint8_t, 16> bytes{}; ///< in wire order

    /// True for the all-zero GUID, which stands for "not seen".
    [[nodiscard]] constexpr bool is_nil() const { return bytes == std::array<std::uint8_t, 16>{}; }

    friend bool operator==(const Guid&, const Guid&) = default;
    friend auto operator<=>(const Guid&, const Guid&) = default;
};

namespace detail {

/// Where in Guid::bytes the n-th byte of the text is.
inline constexpr std::array<std::uint8_t, 16> guid_text_order{3, 2, 1,  0,  5,  4,  7,  6,
                                                              8, 9, 10, 11, 12, 13, 14, 15};

constexpr int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// A hyphen stands before the text bytes 4, 6, 8 and 10.
constexpr bool hyphen_before(std::size_t text_byte)
{
    return text_byte == 4 || text_byte == 6 || text_byte == 8 || text_byte == 10;
}

} // namespace detail

/// Reads "75b22630-668e-11cf-a6d9-00aa0062ce6c" in either case, also in braces. Empty for anything else.
constexpr std::optional<Guid> parse_guid(std::string_view text)
{
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, 36);
    }
    if (text.size() != 36) {
        return {};
    }
    Guid guid;
    std::size_t at = 0;
    for (std::size_t i = 0; i < guid.bytes.size(); ++i) {
        if (detail::hyphen_before(i) && text[at++] != '-') {
            return {};
        }
        const int high = detail::hex_digit(text[at]);
        const int low = detail::hex_digit(text[at + 1]);
        if (high < 0 || low < 0) {
            return {};
        }
        guid.bytes[detail::guid_text_order[i]] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return guid;
}

/// Lower case, 8-4-4-4-12, no braces.
inline std::string to_string(const Guid& guid)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < guid.bytes.size(); ++i) {
        if (detail::hyphen_before(i)) {
            text += '-';
        }
        const std::uint8_t byte = guid.bytes[detail::guid_text_order[i]];
        text += digits[byte >> 4];
        text += digits[byte & 0xF];
    }
    return text;
}

} // namespace wmclients::asf
