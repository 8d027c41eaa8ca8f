#pragma once

#include <cstdint>

namespace wmclients {

// From Unicode 14 (UnicodeData.txt, EastAsianWidth.txt), the version of Debian 12's C library;
// tests/harmless/run compares every character with what Python knows of it.

/// Whether a character changes what a reader sees without being seen, as Trojan Source (CVE-2021-42574) uses
/// them, or is none: the general categories Cc, Cf, Zl and Zp, invisible fillers, selectors and tags, and
/// the noncharacters, which XML (1.0, section 2.2) and YAML refuse in part.
bool is_deceptive(std::uint32_t code_point);

/// How many columns of a terminal a character takes that is not deceptive: none for marks (Mn, Me) and the
/// middle and end of Hangul syllables, two for wide ones (UAX #11: W, F), else one.
unsigned columns_of(std::uint32_t code_point);

} // namespace wmclients
