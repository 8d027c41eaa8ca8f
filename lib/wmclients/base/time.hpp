#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients {

/// An instant of the capture's clock: nanoseconds since 1970-01-01T00:00:00Z. The library has no other clock.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

/// An instant that may be unknown.
using MaybeTime = std::optional<Timestamp>;

/// The instant `seconds` + `nanoseconds` after 1970, held within 1823 to 2116: any two can be subtracted.
Timestamp timestamp_from(std::int64_t seconds, std::int64_t nanoseconds);

/// RFC 3339 in UTC with exactly nine fractional digits: "2026-11-21T23:19:31.940457000Z".
std::string to_rfc3339(Timestamp time);

/// Reads RFC 3339 ("2026-11-21T23:19:31.94Z", "…+01:00"; a space for the T, and no zone at all, which means
/// UTC, are accepted). Empty for anything else.
MaybeTime parse_rfc3339(std::string_view text);

} // namespace wmclients
