#pragma once

#include <string>
#include <string_view>

namespace wmclients {

/// ASCII only, as HTTP field names and tokens are compared (RFC 9110, section 5.1).
bool iequals(std::string_view left, std::string_view right);
bool istarts_with(std::string_view text, std::string_view prefix);

/// The position of `needle` in `text` without regard to ASCII case, or npos.
std::size_t ifind(std::string_view text, std::string_view needle);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// True if `text` is well-formed UTF-8 (RFC 3629: no overlong forms, surrogates or values above U+10FFFF).
bool is_utf8(std::string_view text);

/// `text` with every malformed UTF-8 sequence replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

/// UTF-16 from UTF-8; malformed sequences become U+FFFD.
std::u16string to_utf16(std::string_view text);

/// UTF-8 from UTF-16 little-endian bytes up to the first NUL; lone surrogates become U+FFFD.
std::string utf8_from_utf16le(std::string_view bytes);

/// Harmless on a terminal and in the log of a CI service: controls (C0, DEL, C1), bidirectional and invisible
/// formatting characters, line separators, noncharacters and malformed bytes appear as \xNN or \u{NNNN}, and
/// so does the beginning of what a service may take for a command: "::" at the beginning (GitHub's runner
/// does not count blanks) of what is no IP address, "##" anywhere (GitHub's "##[…]", Azure's "##vso[…]",
/// TeamCity's). All other text stays as it is.
std::string printable(std::string_view text);

/// How many columns of a terminal `text` (UTF-8, printable) takes: see columns_of().
std::size_t display_width(std::string_view text);

} // namespace wmclients
