#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wmclients::live {

/// The name of a process (/proc/PID/comm), raw bytes; empty if there is none, or one may not look.
std::string process_name(std::uint64_t pid);

/// When a process began, in clock ticks since the system's start (the field "starttime" of /proc/PID/stat):
/// with its number it tells a process from a later one of the same number. Empty if there is none.
std::optional<std::uint64_t> process_start(std::uint64_t pid);

} // namespace wmclients::live
