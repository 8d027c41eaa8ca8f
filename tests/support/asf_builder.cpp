#include <wmclients/asf/object_ids.hpp>

#include <support/asf_builder.hpp>

namespace wmclients::testing {
namespace {

const asf::Guid usual_id = *asf::parse_guid("88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6");
const asf::Guid simple_index = *asf::parse_guid("33000890-E5B1-11CF-89F4-00A0C90349CB");

void put(AsfBytes& out, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        out.push_back(static_cast<std::uint8_t>(i < 8 ? value >> (8 * i) & 0xFF : 0));
    }
}

void put(AsfBytes& out, const asf::Guid& guid)
{
    out.insert(out.end(), guid.bytes.begin(), guid.bytes.end());
}

void put(AsfBytes& out, const AsfBytes& more)
{
    out.insert(out.end(), more.begin(), more.end());
}

AsfBytes object(const asf::Guid& id, const AsfBytes& fields)
{
    AsfBytes out;
    put(out, id);
    put(out, 24 + fields.size(), 8);
    put(out, fields);
    return out;
}

AsfBytes file_properties(const AsfFileProperties& told)
{
    AsfBytes fields;
    put(fields, usual_id);
    put(fields, 123'456, 8); // file size
    put(fields, 0, 8);       // creation date
    put(fields, told.packets, 8);
    put(fields, 70'000'000, 8); // play duration, 100 ns
    put(fields, 40'000'000, 8); // send duration
    put(fields, told.preroll_ms, 8);
    put(fields, told.flags, 4);
    put(fields, told.packet_size, 4);
    put(fields, told.max_packet_size != 0 ? told.max_packet_size : told.packet_size, 4);
    put(fields, 500'000, 4);
    return object(asf::ids::file_properties, fields);
}

AsfBytes stream_properties(const AsfStream& stream)
{
    AsfBytes format;
    if (stream.kind == asf::StreamKind::audio) {
        put(format, 0x0161, 2);
        put(format, 1, 2);
        put(format, 44'100, 4);
        put(format, 8'000, 4);
        put(format, 371, 2);
        put(format, 16, 2);
        put(format, 0, 2);
    } else if (stream.kind == asf::StreamKind::video) {
        put(format, 320, 4);
        put(format, 240, 4);
        put(format, 2, 1);
        put(format, 40, 2);
        put(format, 40, 4);
        put(format, 320, 4);
        put(format, 240, 4);
        put(format, 1, 2);
        put(format, 24, 2);
        put(format, 0x32564D57, 4); // "WMV2"
        put(format, 0, 20);
    }
    AsfBytes fields;
    put(fields, stream.kind == asf::StreamKind::audio   ? asf::ids::audio_media
                : stream.kind == asf::StreamKind::video ? asf::ids::video_media
                                                        : asf::ids::command_media);
    put(fields, 0, 16 + 8); // no error correction; time offset
    put(fields, format.size(), 4);
    put(fields, 0, 4);
    put(fields, stream.number, 2);
    put(fields, 0, 4);
    put(fields, format);
    return object(asf::ids::stream_properties, fields);
}

/// The length type of a field, two bits.
unsigned type_of(unsigned size)
{
    return size == 4 ? 3 : size;
}

AsfBytes payload_bytes(const AsfPacketLayout& layout, const AsfPayload& payload)
{
    AsfBytes out;
    put(out, payload.stream | (payload.key_frame ? 0x80U : 0U), 1);
    put(out, payload.number, layout.number_size);
    put(out, payload.replicated == 1 ? payload.time : payload.offset, layout.offset_size);
    put(out, payload.replicated, layout.replicated_size);
    AsfBytes data(payload.data, payload.fill);
    if (payload.replicated == 1) {
        put(out, payload.time_delta, 1);
        data.clear();
        for (const std::uint8_t part : payload.parts) {
            data.push_back(part);
            data.insert(data.end(), part, payload.fill);
        }
    } else if (payload.replicated != 0) {
        put(out, payload.object_size, 4);
        put(out, payload.time, 4);
        put(out, 0, payload.replicated - 8);
    }
    if (layout.multiple_payloads) {
        put(out, data.size(), layout.payload_length_size);
    }
    put(out, data);
    return out;
}

} // namespace

AsfPayload asf_object(std::uint8_t stream, std::uint32_t number, std::uint32_t time, std::size_t size)
{
    AsfPayload payload;
    payload.stream = stream;
    payload.number = number;
    payload.time = time;
    payload.object_size = static_cast<std::uint32_t>(size);
    payload.data = size;
    return payload;
}

AsfBytes asf_header(const AsfFileProperties& properties, const std::vector<AsfStream>& streams)
{
    AsfBytes objects = file_properties(properties);
    AsfBytes records;
    std::uint32_t count = 1;
    for (const AsfStream& stream : streams) {
        put(objects, stream_properties(stream));
        ++count;
        if (stream.bitrate != 0) {
            put(records, stream.number, 2);
            put(records, stream.bitrate, 4);
        }
    }
    if (!records.empty()) {
        AsfBytes fields;
        put(fields, records.size() / 6, 2);
        put(fields, records);
        put(objects, object(asf::ids::stream_bitrate_properties, fields));
        ++count;
    }
    AsfBytes fields;
    put(fields, count, 4);
    put(fields, 0x0201, 2);
    put(fields, objects);
    return object(asf::ids::header, fields);
}

AsfBytes asf_packet(const AsfPacketLayout& layout, std::uint32_t send_time, std::uint16_t duration,
                    const std::vector<AsfPayload>& payloads)
{
    AsfBytes media;
    for (const AsfPayload& payload : payloads) {
        put(media, payload_bytes(layout, payload));
    }
    const std::size_t used = (layout.error_correction ? 3U : 0U) + 2U + layout.length_size
                             + layout.sequence_size + layout.padding_size + 6U
                             + (layout.multiple_payloads ? 1U : 0U) + media.size();
    const std::size_t size = layout.size > used ? layout.size : used;

    AsfBytes out;
    if (layout.error_correction) {
        put(out, 0x82, 3);
    }
    put(out,
        (layout.multiple_payloads ? 1U : 0U) | type_of(layout.sequence_size) << 1
            | type_of(layout.padding_size) << 3 | type_of(layout.length_size) << 5,
        1);
    put(out,
        type_of(layout.replicated_size) | type_of(layout.offset_size) << 2 | type_of(layout.number_size) << 4
            | 1U << 6,
        1);
    put(out, layout.padding_size != 0 ? size : used, layout.length_size);
    put(out, 0x1234'5678, layout.sequence_size);
    put(out, size - used, layout.padding_size);
    put(out, send_time, 4);
    put(out, duration, 2);
    if (layout.multiple_payloads) {
        put(out, payloads.size() | type_of(layout.payload_length_size) << 6, 1);
    }
    put(out, media);
    out.resize(size);
    return out;
}

AsfBytes asf_file(const AsfBytes& header, const std::vector<AsfBytes>& packets, std::uint64_t data_size,
                  const AsfBytes& after)
{
    AsfBytes all;
    for (const AsfBytes& packet : packets) {
        put(all, packet);
    }
    AsfBytes out = header;
    put(out, asf::ids::data);
    put(out, data_size != 0 ? data_size : 50 + all.size(), 8);
    put(out, usual_id);
    put(out, packets.size(), 8);
    put(out, 0x0101, 2);
    put(out, all);
    put(out, after);
    return out;
}

AsfBytes asf_simple_index(std::uint32_t entries)
{
    AsfBytes fields;
    put(fields, usual_id);
    put(fields, 10'000'000, 8);
    put(fields, 1, 4);
    put(fields, entries, 4);
    put(fields, 0, std::size_t{6} * entries);
    return object(simple_index, fields);
}

} // namespace wmclients::testing
