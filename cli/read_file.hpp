#pragma once

#include <cstddef>
#include <string>

namespace cli {

/// More than any hosts file, baseline or expect.json has.
constexpr std::size_t longest_text = 64U << 20;

/// The whole of a file ("-": standard input); Exit with code 3 if it cannot be read, or has more than
/// `longest` bytes.
std::string read_file(const std::string& name, std::size_t longest = longest_text);

} // namespace cli
