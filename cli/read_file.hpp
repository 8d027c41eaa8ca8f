#pragma once

#include <cstddef>
#include <string>

namespace cli {

/// The whole of a file ("-": standard input); Exit with code 3 if it cannot be read, or has more than
/// `longest` bytes.
std::string read_file(const std::string& name, std::size_t longest = std::string::npos);

} // namespace cli
