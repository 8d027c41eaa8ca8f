#include <wmclients/base/base64.hpp>

#include <cstdint>

namespace wmclients {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string base64(std::string_view bytes)
{
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= bytes.size() - at ? alphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) {
        return {};
    }
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const char c = text[at + i];
            const std::size_t value = alphabet.find(c);
            const bool pad = c == '=' && at + 4 == text.size() && i >= 2;
            if ((value == std::string_view::npos && !pad) || (padding != 0 && !pad)) {
                return {};
            }
            padding += pad ? 1 : 0;
            group = group << 6 | (pad ? 0 : static_cast<std::uint32_t>(value));
        }
        for (std::size_t i = 0; i + padding < 3; ++i) {
            out += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
        }
    }
    return out;
}

} // namespace wmclients
