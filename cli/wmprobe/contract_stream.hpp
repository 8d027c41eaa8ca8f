#pragma once

#include <cstdint>
#include <vector>

namespace probe {

/// The smallest live ASF stream that a player could take for one, of silence: 25 packets a second (ASF
/// specification 01.20.05).

/// What a writer gives to OnHeader: the Header Object (File Properties with the broadcast flag, Header
/// Extension, one audio stream) and the first 50 bytes of the Data Object.
std::vector<std::uint8_t> tiny_header();

/// The data packet with that number; its send time is 40 ms times the number.
std::vector<std::uint8_t> tiny_packet(std::uint32_t number);

} // namespace probe
