#include <wmclients/asf/guid.hpp>
#include <wmclients/asf/object_ids.hpp>

#include <support/asf_sample.hpp>

namespace wmclients::testing {
namespace {

void put(std::string& out, std::uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
}

void put(std::string& out, const asf::Guid& guid)
{
    out.append(guid.bytes.begin(), guid.bytes.end());
}

std::string object(const asf::Guid& id, const std::string& fields)
{
    std::string out;
    put(out, id);
    put(out, 24 + fields.size(), 8);
    return out + fields;
}

std::string file_properties(const asf::Guid& file_id, std::uint32_t packet_size, std::uint64_t preroll)
{
    std::string fields;
    put(fields, file_id);
    put(fields, 0, 8);           // file size
    put(fields, 0, 8);           // creation date
    put(fields, 0xFFFF'FFFF, 8); // data packets: not known in a broadcast
    put(fields, 0, 8);           // play duration
    put(fields, 0, 8);           // send duration
    put(fields, preroll, 8);     // ms
    put(fields, 0x09, 4);        // broadcast
    put(fields, packet_size, 4);
    put(fields, packet_size, 4);
    put(fields, 64'000, 4); // bit/s
    return object(asf::ids::file_properties, fields);
}

std::string audio_stream()
{
    std::string fields;
    put(fields, asf::ids::audio_media);
    put(fields, asf::Guid{}); // no error correction
    put(fields, 0, 8);        // time offset
    put(fields, 18, 4);       // WAVEFORMATEX below
    put(fields, 0, 4);
    put(fields, 1, 2); // stream number
    put(fields, 0, 4);
    put(fields, 0x0161, 2); // Windows Media Audio 2
    put(fields, 2, 2);
    put(fields, 44'100, 4);
    put(fields, 8'000, 4);
    put(fields, 1, 2);
    put(fields, 16, 2);
    put(fields, 0, 2);
    return object(asf::ids::stream_properties, fields);
}

void put_wide(std::string& out, std::string_view ascii)
{
    put(out, ascii.size(), 2);
    for (const char c : ascii) {
        put(out, static_cast<std::uint8_t>(c), 2);
    }
}

std::string script_command(const SampleScript& script)
{
    std::string fields;
    put(fields, *asf::parse_guid("4B1ACBE3-100B-11D0-A39B-00A0C90348F6")); // reserved
    put(fields, 1, 2);                                                     // commands
    put(fields, 1, 2);                                                     // types
    put_wide(fields, "FILENAME");
    put(fields, script.time_ms, 4);
    put(fields, 0, 2); // the first type
    put_wide(fields, script.file_name);
    return object(asf::ids::script_command, fields);
}

std::string header_extension()
{
    std::string fields;
    put(fields, *asf::parse_guid("ABD3D211-A9BA-11CF-8EE6-00C00C205365")); // reserved field 1
    put(fields, 6, 2);                                                     // reserved field 2
    put(fields, 0, 4);
    return object(asf::ids::header_extension, fields);
}

} // namespace

std::string sample_asf_header(std::string_view file_id, std::uint32_t packet_size, const SampleScript& script)
{
    const auto guid = asf::parse_guid(file_id);
    if (!guid) {
        return {};
    }
    std::string fields;
    const bool scripted = !script.file_name.empty();
    put(fields, scripted ? 4 : 3, 4); // objects
    put(fields, 0x0201, 2);
    fields += file_properties(*guid, packet_size, script.preroll_ms) + audio_stream() + header_extension();
    if (scripted) {
        fields += script_command(script);
    }
    std::string out = object(asf::ids::header, fields);
    std::string data;
    put(data, *guid);
    put(data, 0, 8); // data packets
    put(data, 0x0101, 2);
    std::string data_object = object(asf::ids::data, data);
    return out + data_object;
}

} // namespace wmclients::testing
