#pragma once

#include <cstdint>
#include <optional>

namespace wmclients::sink {

/// What the system tells of a TCP connection's output.
struct SocketFacts {
    std::uint64_t sent = 0;         ///< bytes sent at least once
    std::uint64_t acknowledged = 0; ///< of them
};

/// @param socket a native socket; also one whose peer has gone. Empty where the system does not tell (Linux
/// does, by TCP_INFO, since 4.19).
std::optional<SocketFacts> facts_of(std::uintptr_t socket);

} // namespace wmclients::sink
