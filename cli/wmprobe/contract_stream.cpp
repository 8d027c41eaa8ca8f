#include "contract_stream.hpp"

#include <wmclients/asf/object_ids.hpp>

namespace probe {

namespace asf = wmclients::asf;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr std::uint32_t packet_size = 200;
constexpr std::uint32_t packet_ms = 40;
constexpr std::uint32_t media_size = 173; ///< what a packet has room for
constexpr std::uint32_t bytes_a_second = media_size * 1000 / packet_ms;

constexpr asf::Guid file_id = *asf::parse_guid("6a3c2d1e-5b4f-4c8d-9e7a-0f1b2c3d4e5f");
constexpr asf::Guid reserved = *asf::parse_guid("ABD3D211-A9BA-11CF-8EE6-00C00C205365"); ///< 3.4
constexpr asf::Guid no_error_correction = *asf::parse_guid("20FB5700-5B55-11CF-A8FD-00805F5C442B");

void put(Bytes& out, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

void put(Bytes& out, const asf::Guid& guid)
{
    out.insert(out.end(), guid.bytes.begin(), guid.bytes.end());
}

void put_object(Bytes& out, const asf::Guid& id, const Bytes& fields)
{
    put(out, id);
    put(out, 24 + fields.size(), 8);
    out.insert(out.end(), fields.begin(), fields.end());
}

Bytes file_properties()
{
    Bytes fields;
    put(fields, file_id);
    for (int zero = 0; zero < 5;
         ++zero) { // size, date, packets and durations are not valid while broadcasting
        put(fields, 0, 8);
    }
    put(fields, 1000, 8); // preroll, ms
    put(fields, 1, 4);    // broadcast
    put(fields, packet_size, 4);
    put(fields, packet_size, 4);
    put(fields, 8 * bytes_a_second, 4);
    return fields;
}

/// Windows Media Audio 2, mono, 22 050 Hz.
Bytes audio_format()
{
    Bytes fields;
    put(fields, 0x0161, 2);
    put(fields, 1, 2);
    put(fields, 22'050, 4);
    put(fields, bytes_a_second, 4);
    put(fields, media_size, 2);
    put(fields, 16, 2);
    put(fields, 10, 2);
    put(fields, 0, 4); // samples a block
    put(fields, 0, 2); // options
    put(fields, media_size, 4);
    return fields;
}

Bytes stream_properties()
{
    const Bytes format = audio_format();
    Bytes fields;
    put(fields, asf::ids::audio_media);
    put(fields, no_error_correction);
    put(fields, 0, 8); // time offset
    put(fields, format.size(), 4);
    put(fields, 0, 4); // no data of error correction
    put(fields, 1, 2); // stream 1
    put(fields, 0, 4);
    fields.insert(fields.end(), format.begin(), format.end());
    return fields;
}

} // namespace

Bytes tiny_header()
{
    Bytes extension;
    put(extension, reserved);
    put(extension, 6, 2);
    put(extension, 0, 4);
    Bytes bitrate;
    put(bitrate, 1, 2);
    put(bitrate, 1, 2);
    put(bitrate, 8 * bytes_a_second, 4);
    Bytes objects;
    put(objects, 4, 4); // so many follow
    put(objects, 0x0201, 2);
    put_object(objects, asf::ids::file_properties, file_properties());
    put_object(objects, asf::ids::header_extension, extension);
    put_object(objects, asf::ids::stream_properties, stream_properties());
    put_object(objects, asf::ids::stream_bitrate_properties, bitrate);
    Bytes out;
    put_object(out, asf::ids::header, objects);
    put(out, asf::ids::data);
    put(out, 0, 8); // unknown, as packets are
    put(out, file_id);
    put(out, 0, 8);
    put(out, 0x0101, 2);
    return out;
}

Bytes tiny_packet(std::uint32_t number)
{
    Bytes out{0x82, 0, 0, 0x08, 0x5D, 0}; // one payload; a padding of 0 in a byte
    put(out, std::uint64_t{number} * packet_ms, 4);
    put(out, packet_ms, 2);
    put(out, 0x81, 1); // stream 1, key frame
    put(out, number & 0xFF, 1);
    put(out, 0, 4); // the object begins here
    put(out, 8, 1);
    put(out, media_size, 4);
    put(out, std::uint64_t{number} * packet_ms, 4);
    out.resize(packet_size);
    return out;
}

} // namespace probe
