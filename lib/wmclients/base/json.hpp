#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/time.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wmclients {

/// Keeps the order in which keys were added.
using Json = nlohmann::ordered_json;

/// Puts raw text under `name`; null for an unknown (empty) one. Malformed UTF-8 becomes U+FFFD, and
/// `NAME_raw` with the bytes in base64 stands beside it.
void put_text(Json& object, std::string_view name, std::string_view raw);

/// What put_text() put: the raw bytes; empty if it is null, absent or no text.
std::string get_text(const Json& object, std::string_view name);

/// A time as RFC 3339 with nine digits, or null.
Json time_or_null(MaybeTime time);

/// The time under `name`; empty if it is null, absent or malformed.
MaybeTime get_time(const Json& object, std::string_view name);

/// The number under `name`; `otherwise` if it is absent or none.
std::uint64_t get_number(const Json& object, std::string_view name, std::uint64_t otherwise = 0);

/// The flag under `name`; `otherwise` if it is absent or none.
bool get_flag(const Json& object, std::string_view name, bool otherwise);

/// One line or, with `indent`, several; never fails. ASCII only: what is not is escaped, so that no text can
/// act on a terminal; so is "##", which begins commands to CI services (see printable()).
std::string dump(const Json& value, int indent = -1);

} // namespace wmclients
