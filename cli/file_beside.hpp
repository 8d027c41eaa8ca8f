#pragma once

#include <cstdio>
#include <filesystem>
#include <system_error>

// A file that is to take the place of another is written beside it first.
namespace cli {

/// What errno says.
std::error_code last_file_error();

/// What a symbolic link leads to, whether it is there or not; another name as it is. Links to the open files
/// of a process (proc(5)) stay.
std::filesystem::path followed(std::filesystem::path name);

/// Whether `target` cannot be replaced: a device, a FIFO, an open file of a process.
bool has_no_place_beside(const std::filesystem::path& target);

/// Whether what is written to a file of that name comes beside it first: not so for what cannot be replaced,
/// and standard streams.
bool is_put_in_place(const std::filesystem::path& name);

/// A new file beside `target`, whose name is put into `aside`; null, with errno set, if there can be none.
std::FILE* open_beside(const std::filesystem::path& target, std::filesystem::path& aside);

} // namespace cli
