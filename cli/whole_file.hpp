#pragma once

#include <string>
#include <string_view>

namespace cli {

/// Puts `text` into a file, beside it first and then under its name, so that nobody finds half of it. Throws
/// Exit with 4 if it cannot be written.
void write_whole_file(const std::string& name, std::string_view text);

/// Throws as write_whole_file() would if the file cannot be created; nothing is changed. For what is to be
/// written much later.
void require_writable(const std::string& name);

} // namespace cli
