#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The attacks that make_attack knows: each writes a file whose cost grows with `size`.
namespace attack {

struct Attack {
    std::string_view name;
    void (*write)(const char* path, std::uint64_t size);
};

std::span<const Attack> on_tcp();     ///< on addresses, connections and reassembly
std::span<const Attack> on_packets(); ///< below TCP, and DNS
std::span<const Attack> on_http();    ///< on what reads messages
std::span<const Attack> on_clients(); ///< on what keeps clients and sinks
std::span<const Attack> on_files();   ///< on what reads files

} // namespace attack
