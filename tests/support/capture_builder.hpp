#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/base/time.hpp>
#include <wmclients/capture/packet.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::testing {

/// A packet that owns its bytes.
struct BuiltPacket {
    Timestamp time{};
    std::vector<std::uint8_t> bytes;   ///< what was recorded: cut to the snaplen
    std::uint32_t original_length = 0; ///< on the wire
};

/// What a script describes, in the order in which the recorder wrote it.
struct BuiltCapture {
    std::vector<BuiltPacket> packets;
    capture::LinkType link = capture::LinkType::ethernet;
    std::uint32_t snaplen = 262'144;

    /// A pcap file with nanosecond timestamps, little-endian (draft-ietf-opsawg-pcap, section 4).
    [[nodiscard]] std::vector<std::uint8_t> pcap() const;

    /// The packets as a reader would hand them out, numbered from 1, file 0. The views point into this
    /// object.
    [[nodiscard]] std::vector<capture::Packet> views() const;
};

/// Builds a capture from a readable script; README.md of this folder describes the language. An error (kind
/// usage) names line and column of the script.
Expected<BuiltCapture> build_capture(std::string_view script);

} // namespace wmclients::testing
