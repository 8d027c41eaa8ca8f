#pragma once

#include <filesystem>
#include <string>

namespace wmclients::capture {

// Names of files are UTF-8 on Windows, whatever its code page; elsewhere they are the bytes that the system
// has.

inline std::filesystem::path path_of(const std::string& name)
{
    return {std::u8string{name.begin(), name.end()}};
}

/// With / between folders, on Windows as well, which takes both: reports are the same on every system.
inline std::string name_of(const std::filesystem::path& path)
{
    const std::u8string name = path.generic_u8string();
    return {name.begin(), name.end()};
}

} // namespace wmclients::capture
