#pragma once

#include <string>
#include <string_view>

namespace cli {

/// Puts `text` into a file as PartFiles::create() has it: a file that was there stays as it was if anything
/// fails. Ctrl-C and SIGTERM wait. Throws Exit with 4 if it cannot be written, with 141 if it is standard
/// output and nobody reads it any more.
void write_whole_file(const std::string& name, std::string_view text);

/// Throws as write_whole_file() would if the file cannot be created; nothing is changed. For what is to be
/// written much later.
void require_writable(const std::string& name);

} // namespace cli
