#pragma once

#include <string>

namespace cli {

/// The table of network interfaces, without the last line end. Throws Exit if they cannot be listed.
std::string interfaces_text();

} // namespace cli
