#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wmclients {

/// Base64 with padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);

/// The bytes again; empty if `text` is not base64 with padding.
std::optional<std::string> from_base64(std::string_view text);

} // namespace wmclients
