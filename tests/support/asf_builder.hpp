#pragma once

#include <wmclients/asf/header.hpp>

#include <cstdint>
#include <vector>

/// Small ASF files, packet by packet (ASF specification 01.20.05, sections 3 to 6).
namespace wmclients::testing {

using AsfBytes = std::vector<std::uint8_t>;

/// A stream of asf_header().
struct AsfStream {
    std::uint8_t number = 1;
    asf::StreamKind kind = asf::StreamKind::audio;
    std::uint32_t bitrate = 0; ///< bits a second; above 0: in a Stream Bitrate Properties Object
};

/// What File Properties say.
struct AsfFileProperties {
    std::uint32_t packet_size = 400; ///< the minimum, and the maximum unless max_packet_size is above 0
    std::uint32_t max_packet_size = 0;
    std::uint32_t flags = 2; ///< seekable
    std::uint64_t packets = 0;
    std::uint64_t preroll_ms = 3000;
};

/// A Header Object with these streams.
AsfBytes asf_header(const AsfFileProperties& properties, const std::vector<AsfStream>& streams);

/// How the fields of a packet are written; sizes of fields are 0, 1, 2 or 4 bytes, 0 being none.
struct AsfPacketLayout {
    bool error_correction = true; ///< 82 00 00
    bool multiple_payloads = true;
    unsigned length_size = 0;
    unsigned sequence_size = 0;
    unsigned padding_size = 2;
    unsigned number_size = 1;         ///< of the media object number
    unsigned offset_size = 4;         ///< of the offset into the media object
    unsigned replicated_size = 1;     ///< of the length of replicated data
    unsigned payload_length_size = 2; ///< 1, 2 or 4
    std::size_t size = 0;             ///< the packet is padded up to this; 0: no padding
};

/// A payload of asf_packet().
struct AsfPayload {
    std::uint8_t stream = 1;
    bool key_frame = false;
    std::uint32_t number = 0;
    std::uint32_t offset = 0;
    std::uint32_t object_size = 0;
    std::uint32_t time = 0;          ///< ms
    unsigned replicated = 8;         ///< bytes of replicated data: 0, 1 or at least 8
    std::vector<std::uint8_t> parts; ///< replicated == 1: how long each part of the compressed payload is
    std::uint8_t time_delta = 0;     ///< replicated == 1
    std::size_t data = 0;            ///< bytes of media of other payloads
    std::uint8_t fill = 0x55;        ///< what the media are made of
};

/// A payload that is a whole media object.
AsfPayload asf_object(std::uint8_t stream, std::uint32_t number, std::uint32_t time, std::size_t size);

/// A data packet. Without room for its padding (no Padding Length, no Packet Length) the rest is just zeros.
AsfBytes asf_packet(const AsfPacketLayout& layout, std::uint32_t send_time, std::uint16_t duration,
                    const std::vector<AsfPayload>& payloads);

/// Header, Data Object with the packets, and what comes after it. `data_size`: 0: the right one.
AsfBytes asf_file(const AsfBytes& header, const std::vector<AsfBytes>& packets, std::uint64_t data_size = 0,
                  const AsfBytes& after = {});

/// A Simple Index Object (section 6.1) with that many entries.
AsfBytes asf_simple_index(std::uint32_t entries);

} // namespace wmclients::testing
