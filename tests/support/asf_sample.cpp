#include <wmclients/asf/guid.hpp>
#include <wmclients/asf/object_ids.hpp>

#include <support/asf_sample.hpp>

namespace wmclients::testing {
void append_number(std::string& out, std::uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
}

namespace {

void append_guid(std::string& out, const asf::Guid& guid)
{
    out.append(guid.bytes.begin(), guid.bytes.end());
}

std::string object(const asf::Guid& id, const std::string& fields)
{
    std::string out;
    append_guid(out, id);
    append_number(out, 24 + fields.size(), 8);
    return out + fields;
}

std::string file_properties(const asf::Guid& file_id, std::uint32_t packet_size, std::uint64_t preroll)
{
    std::string fields;
    append_guid(fields, file_id);
    append_number(fields, 0, 8);           // file size
    append_number(fields, 0, 8);           // creation date
    append_number(fields, 0xFFFF'FFFF, 8); // data packets: not known in a broadcast
    append_number(fields, 0, 8);           // play duration
    append_number(fields, 0, 8);           // send duration
    append_number(fields, preroll, 8);     // ms
    append_number(fields, 0x09, 4);        // broadcast
    append_number(fields, packet_size, 4);
    append_number(fields, packet_size, 4);
    append_number(fields, 64'000, 4); // bit/s
    return object(asf::ids::file_properties, fields);
}

std::string audio_stream()
{
    std::string fields;
    append_guid(fields, asf::ids::audio_media);
    append_guid(fields, asf::Guid{}); // no error correction
    append_number(fields, 0, 8);      // time offset
    append_number(fields, 18, 4);     // WAVEFORMATEX below
    append_number(fields, 0, 4);
    append_number(fields, 1, 2); // stream number
    append_number(fields, 0, 4);
    append_number(fields, 0x0161, 2); // Windows Media Audio 2
    append_number(fields, 2, 2);
    append_number(fields, 44'100, 4);
    append_number(fields, 8'000, 4);
    append_number(fields, 1, 2);
    append_number(fields, 16, 2);
    append_number(fields, 0, 2);
    return object(asf::ids::stream_properties, fields);
}

void put_wide(std::string& out, std::string_view ascii)
{
    append_number(out, ascii.size(), 2);
    for (const char c : ascii) {
        append_number(out, static_cast<std::uint8_t>(c), 2);
    }
}

std::string script_command(const SampleScript& script)
{
    std::string fields;
    append_guid(fields, *asf::parse_guid("4B1ACBE3-100B-11D0-A39B-00A0C90348F6")); // reserved
    append_number(fields, 1, 2);                                                   // commands
    append_number(fields, 1, 2);                                                   // types
    put_wide(fields, "FILENAME");
    append_number(fields, script.time_ms, 4);
    append_number(fields, 0, 2); // the first type
    put_wide(fields, script.file_name);
    return object(asf::ids::script_command, fields);
}

std::string header_extension()
{
    std::string fields;
    append_guid(fields, *asf::parse_guid("ABD3D211-A9BA-11CF-8EE6-00C00C205365")); // reserved field 1
    append_number(fields, 6, 2);                                                   // reserved field 2
    append_number(fields, 0, 4);
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
    append_number(fields, scripted ? 4 : 3, 4); // objects
    append_number(fields, 0x0201, 2);
    fields += file_properties(*guid, packet_size, script.preroll_ms) + audio_stream() + header_extension();
    if (scripted) {
        fields += script_command(script);
    }
    std::string out = object(asf::ids::header, fields);
    std::string data;
    append_guid(data, *guid);
    append_number(data, 0, 8); // data packets
    append_number(data, 0x0101, 2);
    std::string data_object = object(asf::ids::data, data);
    return out + data_object;
}

} // namespace wmclients::testing
