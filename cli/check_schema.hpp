#pragma once

#include <string_view>

namespace cli {

/// schemas/check.json.
extern const std::string_view check_schema;

} // namespace cli
