#include <wmclients/asf/header.hpp>
#include <wmclients/asf/object_ids.hpp>
#include <wmclients/base/text.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <vector>

namespace test_asf_header {

using namespace wmclients;
using asf::Guid;
using asf::Header;
using asf::parse_header;
using asf::StreamKind;
namespace ids = asf::ids;

namespace {

constexpr std::array<std::uint8_t, 783> vlc_header{
#include "data/vlc-asf-header.hex"
};

/// Little-endian bytes under construction.
struct Builder {
    std::vector<std::uint8_t> bytes;

    Builder& number(std::uint64_t value, unsigned size)
    {
        for (unsigned i = 0; i < size; ++i) {
            bytes.push_back(static_cast<std::uint8_t>(i < 8 ? value >> (8 * i) & 0xFF : 0));
        }
        return *this;
    }

    Builder& u16(std::uint64_t value) { return number(value, 2); }

    Builder& u32(std::uint64_t value) { return number(value, 4); }

    Builder& u64(std::uint64_t value) { return number(value, 8); }

    Builder& zeros(unsigned count) { return number(0, count); }

    Builder& guid(const Guid& value) { return add({value.bytes.begin(), value.bytes.end()}); }

    Builder& add(const std::vector<std::uint8_t>& more)
    {
        bytes.insert(bytes.end(), more.begin(), more.end());
        return *this;
    }

    /// UTF-16LE with a NUL.
    Builder& text(std::string_view value)
    {
        for (const char16_t unit : to_utf16(value)) {
            u16(unit);
        }
        return u16(0);
    }
};

using Object = std::vector<std::uint8_t>;

Object object(const Guid& id, const Builder& fields)
{
    return Builder{}.guid(id).u64(24 + fields.bytes.size()).add(fields.bytes).bytes;
}

const Guid file_id = *asf::parse_guid("88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6");
const Guid extension_reserved = *asf::parse_guid("ABD3D211-A9BA-11cf-8EE6-00C00C205365");

Object file_properties(std::uint64_t created = 0, std::uint32_t flags = 9, std::uint32_t min_packet = 8223)
{
    Builder fields;
    fields.guid(file_id).u64(5487).u64(created).u64(0xFFFFFFFF).u64(0).u64(0).u64(3000);
    return object(ids::file_properties, fields.u32(flags).u32(min_packet).u32(8223).u32(556489));
}

Object stream(const Guid& type, std::uint16_t flags, const Builder& specific = {})
{
    Builder fields;
    fields.guid(type)
        .zeros(16)
        .u64(0)
        .u32(specific.bytes.size())
        .u32(0)
        .u16(flags)
        .u32(0)
        .add(specific.bytes);
    return object(ids::stream_properties, fields);
}

Builder audio_format(std::uint16_t tag)
{
    return Builder{}.u16(tag).u16(2).u32(44100).u32(8000).u16(371).u16(16).u16(0);
}

Builder video_format(std::string_view four_cc)
{
    Builder format;
    format.u32(640).u32(480).number(2, 1).u16(40);
    format.u32(40).u32(640).u32(480).u16(1).u16(24);
    const Bytes code = as_bytes(four_cc);
    return format.add({code.begin(), code.end()}).zeros(20);
}

Object extension(const std::vector<Object>& objects)
{
    Builder inner;
    for (const Object& one : objects) {
        inner.add(one);
    }
    return object(ids::header_extension,
                  Builder{}.guid(extension_reserved).u16(6).u32(inner.bytes.size()).add(inner.bytes));
}

Object extended_stream(std::uint16_t number, std::uint32_t bitrate, const Object& inner = {})
{
    Builder fields;
    fields.u64(0).u64(0).u32(bitrate).zeros(28).u16(number).u16(0).u64(0).u16(1).u16(1);
    fields.u16(0).u16(6).text("en").zeros(16).u16(2).u32(3).zeros(3);
    return object(ids::extended_stream_properties, fields.add(inner));
}

Object codec_list(const std::vector<Builder>& codecs)
{
    Builder fields;
    fields.zeros(16).u32(codecs.size());
    for (const Builder& codec : codecs) {
        fields.add(codec.bytes);
    }
    return object(ids::codec_list, fields);
}

Builder codec(std::uint16_t type, std::string_view name, std::string_view description,
              const std::vector<std::uint8_t>& information)
{
    Builder entry;
    entry.u16(type).u16(name.size() + 1).text(name).u16(description.size() + 1).text(description);
    return entry.u16(information.size()).add(information);
}

Object data_object()
{
    return Builder{}.guid(ids::data).u64(50).guid(file_id).u64(0).u16(0x0101).bytes;
}

/// A `$H` payload of these objects.
Object header_of(const std::vector<Object>& objects)
{
    Builder inner;
    for (const Object& one : objects) {
        inner.add(one);
    }
    Builder all;
    all.guid(ids::header).u64(30 + inner.bytes.size()).u32(objects.size()).u16(0x0201);
    return all.add(inner.bytes).add(data_object()).bytes;
}

Header parsed(Bytes bytes)
{
    const auto header = parse_header(bytes);
    REQUIRE(header);
    return *header;
}

bool has_anomaly(const Header& header, std::string_view part)
{
    return std::any_of(header.anomalies.begin(), header.anomalies.end(),
                       [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

void store(Object& bytes, std::size_t at, std::uint64_t value, unsigned size)
{
    const Builder number = Builder{}.number(value, size);
    std::copy(number.bytes.begin(), number.bytes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

} // namespace

TEST_CASE("asf/header: a real header of VLC is read, and its wrong object count noticed")
{
    const Header header = parsed(vlc_header);
    CHECK(header.complete);
    CHECK(header.header_size == 733);
    CHECK(header.objects_told == 6);
    CHECK(header.objects_found == 5);
    REQUIRE(header.anomalies.size() == 1);
    CHECK(header.anomalies[0] == "header says 6 objects, has 5");
    CHECK(asf::to_string(header.file_id) == "babac001-f08c-d408-9722-5e4c8f5b4654");
    CHECK(header.data_file_id == header.file_id);
    CHECK(header.broadcast);
    CHECK_FALSE(header.seekable);
    CHECK(header.min_packet_size == 4096);
    CHECK(header.max_packet_size == 4096);
    CHECK(header.max_bitrate == 576'000);
    CHECK(header.preroll_ms == 2000);
    CHECK(header.data_packet_count == 0xFFFFFFFF);
    CHECK_FALSE(header.creation_time);

    REQUIRE(header.streams.size() == 2);
    const asf::Stream& video = header.streams[0];
    CHECK(video.number == 1);
    CHECK(video.kind == StreamKind::video);
    REQUIRE(video.video);
    CHECK(video.video->width == 320);
    CHECK(video.video->height == 240);
    CHECK(video.video->four_cc == "WMV2");
    CHECK(video.codec_name == "Windows Media Video 8");
    CHECK_FALSE(video.bitrate);
    const asf::Stream& audio = header.streams[1];
    CHECK(audio.number == 2);
    CHECK(audio.kind == StreamKind::audio);
    REQUIRE(audio.audio);
    CHECK(audio.audio->format_tag == 0x0161);
    CHECK(audio.audio->channels == 1);
    CHECK(audio.audio->sample_rate == 44'100);
    CHECK(audio.audio->bits_per_sample == 16);
    CHECK(audio.codec_name == "Windows Media Audio (v2) 7, 8 and 9 Series");
}

TEST_CASE("asf/header: every cut of a real header gives what was read, and is incomplete")
{
    for (std::size_t size = 0; size < vlc_header.size(); ++size) {
        CAPTURE(size);
        // A copy of exactly that size, so that a sanitizer sees a read beyond it.
        const Object cut(vlc_header.begin(), vlc_header.begin() + static_cast<std::ptrdiff_t>(size));
        const auto header = parse_header(cut);
        REQUIRE(header.has_value() == (size >= 16));
        if (header) {
            CHECK_FALSE(header->complete);
            CHECK(header->anomalies.empty() == (size < 733));
            CHECK(header->has_file_properties == (size >= 30 + 104));
            CHECK(header->streams.size()
                  == (size < 30 + 104 + 156 + 133         ? 0U
                      : size < 30 + 104 + 156 + 133 + 114 ? 1U
                                                          : 2U));
            CHECK(header->data_file_id.is_nil());
        }
    }
}

TEST_CASE("asf/header: no single changed byte of a real header leads astray")
{
    for (std::size_t at = 0; at < vlc_header.size(); ++at) {
        for (const std::uint8_t value : {std::uint8_t{0x00}, std::uint8_t{0x01}, std::uint8_t{0x7F},
                                         std::uint8_t{0x80}, std::uint8_t{0xFF}}) {
            Object changed(vlc_header.begin(), vlc_header.end());
            changed[at] = value;
            const auto header = parse_header(changed);
            REQUIRE(header.has_value() == (at >= 16 || value == vlc_header[at]));
            if (header) {
                CHECK(header->streams.size() <= 2);
                CHECK(header->anomalies.size() <= 64);
            }
        }
    }
}

TEST_CASE("asf/header: bytes without the Header Object's GUID are an error that says so")
{
    Object bytes = header_of({file_properties()});
    bytes[0] ^= 1;
    const auto header = parse_header(bytes);
    REQUIRE_FALSE(header);
    CHECK(header.error().kind == Error::Kind::damaged);
    CHECK(header.error().message.find("75b22630-668e-11cf-a6d9-00aa0062ce6c") != std::string::npos);
    CHECK_FALSE(parse_header({}));
}

TEST_CASE("asf/header: a live encoder's flags, texts, bitrates and version are read")
{
    Builder description;
    description.u16(6).u16(8).u16(4).u16(10).u16(2).text("Ти").text("Ann").text("c").text("Text").text("");
    Builder extended;
    extended.u16(3).u16(12).text("IsVBR").u16(2).u16(4).u32(0);
    extended.u16(28).text("WMFSDKVersion").u16(0).u16(32).text("12.0.7600.16385");
    extended.u16(26).text("WMFSDKNeeded").u16(0).u16(18).text("0.0.0.00");
    const Object bytes = header_of({
        file_properties(130'000'000'000'000'001),
        stream(ids::command_media, 4),
        stream(ids::audio_media, 1, audio_format(0x0162)),
        stream(ids::video_media, 0x8002, video_format("WVC1")),
        object(ids::content_description, description),
        object(ids::extended_content_description, extended),
        object(ids::stream_bitrate_properties, Builder{}.u16(2).u16(0xFF81).u32(72'000).u16(4).u32(100)),
        extension({extended_stream(1, 64'000), extended_stream(2, 400'000)}),
    });
    const Header header = parsed(bytes);
    CHECK(header.complete);
    CHECK(header.anomalies.empty());
    CHECK(header.objects_found == 8);
    CHECK(header.flags == 9);
    CHECK(header.broadcast);
    CHECK_FALSE(header.seekable);
    CHECK(header.file_id == file_id);
    REQUIRE(header.creation_time);
    CHECK(to_rfc3339(*header.creation_time) == "2012-12-14T23:06:40.000000100Z");
    CHECK(header.title == "Ти");
    CHECK(header.author == "Ann");
    CHECK(header.copyright == "c");
    CHECK(header.description == "Text");
    CHECK(header.encoder_version == "12.0.7600.16385");
    REQUIRE(header.streams.size() == 3);
    CHECK(header.streams[0].number == 1);
    CHECK(header.streams[0].bitrate == 72'000U);
    CHECK(header.streams[1].number == 2);
    CHECK(header.streams[1].bitrate == 400'000U);
    CHECK(header.streams[1].encrypted);
    CHECK_FALSE(header.streams[0].encrypted);
    CHECK(header.streams[2].kind == StreamKind::command);
    CHECK(header.streams[2].number == 4);
    CHECK(header.streams[2].bitrate == 100U);
}

TEST_CASE("asf/header: a seekable recording and unequal packet sizes are told")
{
    const Header header = parsed(header_of({file_properties(0, 2, 100)}));
    CHECK_FALSE(header.broadcast);
    CHECK(header.seekable);
    CHECK(has_anomaly(header, "minimum packet size 100 is not the maximum 8223"));
}

TEST_CASE("asf/header: a creation time beyond all calendars is held, not overflowed")
{
    CHECK(parsed(header_of({file_properties(~std::uint64_t{0})})).creation_time);
    CHECK(parsed(header_of({file_properties(1)})).creation_time);
}

TEST_CASE("asf/header: a stream inside Extended Stream Properties counts like any other")
{
    const Object hidden = stream(ids::video_media, 5, video_format("MSS2"));
    const Header header =
        parsed(header_of({file_properties(), extension({extended_stream(5, 123, hidden)})}));
    CHECK(header.complete);
    CHECK(header.anomalies.empty());
    CHECK(header.objects_found == 2);
    REQUIRE(header.streams.size() == 1);
    CHECK(header.streams[0].number == 5);
    CHECK(header.streams[0].bitrate == 123U);
    REQUIRE(header.streams[0].video);
    CHECK(header.streams[0].video->four_cc == "MSS2");
}

TEST_CASE("asf/header: codecs go to streams by format, one each, or shared if there is one only")
{
    const std::vector<Object> streams{
        stream(ids::audio_media, 1, audio_format(0x0161)), stream(ids::audio_media, 2, audio_format(0x0161)),
        stream(ids::video_media, 3, video_format("WMV3")), stream(ids::command_media, 4)};
    SUBCASE("one each")
    {
        std::vector<Object> objects = streams;
        objects.push_back(
            codec_list({codec(1, "V", "v", {'W', 'M', 'V', '3'}), codec(2, "A", "low", {0x61, 0x01}),
                        codec(2, "A", "high", {0x61, 0x01})}));
        const Header header = parsed(header_of(objects));
        REQUIRE(header.streams.size() == 4);
        CHECK(header.streams[0].codec_description == "low");
        CHECK(header.streams[1].codec_description == "high");
        CHECK(header.streams[2].codec_name == "V");
        CHECK(header.streams[3].codec_name.empty());
    }
    SUBCASE("shared, and by kind where the format is not given")
    {
        std::vector<Object> objects = streams;
        objects.push_back(codec_list({codec(2, "A", "", {0x61, 0x01}), codec(1, "V", "", {})}));
        const Header header = parsed(header_of(objects));
        REQUIRE(header.streams.size() == 4);
        CHECK(header.streams[0].codec_name == "A");
        CHECK(header.streams[1].codec_name == "A");
        CHECK(header.streams[2].codec_name == "V");
    }
}

TEST_CASE("asf/header: a long codec name that many streams share does not multiply")
{
    std::vector<Object> objects{codec_list({codec(2, std::string(60'000, 'n'), "d", {0x61, 0x01})})};
    for (std::uint16_t i = 1; i < 128; ++i) {
        objects.push_back(stream(ids::audio_media, i, audio_format(0x0161)));
    }
    const Header header = parsed(header_of(objects));
    REQUIRE(header.streams.size() == 127);
    CHECK(header.streams[126].codec_name == std::string(512, 'n'));
    CHECK(header.streams[126].codec_description == "d");
}

TEST_CASE("asf/header: an unknown stream type keeps its GUID")
{
    const Guid binary = *asf::parse_guid("3AFB65E2-47EF-40F2-AC2C-70A90D71D343");
    const Header header = parsed(header_of({stream(binary, 7)}));
    REQUIRE(header.streams.size() == 1);
    CHECK(header.streams[0].kind == StreamKind::other);
    CHECK(header.streams[0].type == binary);
    CHECK(asf::to_string(StreamKind::other) == "other");
    CHECK_FALSE(header.has_file_properties);
}

TEST_CASE("asf/header: sizes that lie end the reading, and are told")
{
    const Object good =
        header_of({file_properties(), stream(ids::audio_media, 1), stream(ids::audio_media, 2)});
    const std::size_t second = 30 + 104;
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{23}, std::uint64_t{1} << 63,
                                     ~std::uint64_t{0}, std::uint64_t{1} << 32, std::uint64_t{good.size()}}) {
        CAPTURE(size);
        Object bytes = good;
        store(bytes, second + 16, size, 8);
        const Header header = parsed(bytes);
        CHECK_FALSE(header.complete);
        CHECK(header.objects_found == 1);
        CHECK(header.streams.empty());
        CHECK(header.file_id == file_id);
        CHECK(header.data_file_id == file_id);
        CHECK(has_anomaly(header,
                          "b7dc0791-a9b7-11cf-8ee6-00c00c205365 claims " + std::to_string(size) + " bytes"));
    }
}

TEST_CASE("asf/header: a Header Object whose own size lies still shows its objects")
{
    const Object good = header_of({file_properties(), stream(ids::audio_media, 1)});
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{29}, std::uint64_t{1} << 63,
                                     ~std::uint64_t{0}, std::uint64_t{good.size()}}) {
        CAPTURE(size);
        Object bytes = good;
        store(bytes, 16, size, 8);
        const Header header = parsed(bytes);
        CHECK(header.header_size == size);
        CHECK_FALSE(header.complete);
        CHECK(has_anomaly(header, "Data Object inside the Header Object"));
        CHECK(header.streams.size() == 1);
        CHECK(header.data_file_id == file_id);
    }
    Object shorter = good;
    store(shorter, 16, 30 + 104, 8);
    const Header header = parsed(shorter);
    CHECK_FALSE(header.complete);
    CHECK(has_anomaly(header, "header says 2 objects, has 1"));
    CHECK(has_anomaly(header, "no Data Object after the Header Object"));
}

TEST_CASE("asf/header: header extensions may lie and nest, and are read once")
{
    const Object inner = extension({stream(ids::audio_media, 1)});
    const Header nested = parsed(header_of({extension({inner, stream(ids::audio_media, 2)})}));
    CHECK(has_anomaly(nested, "inside another"));
    REQUIRE(nested.streams.size() == 1);
    CHECK(nested.streams[0].number == 2);

    Object lying = extension({stream(ids::audio_media, 1)});
    store(lying, 42, 0xFFFFFFFF, 4);
    const Header header = parsed(header_of({lying}));
    CHECK(has_anomaly(header, "header extension says 4294967295 bytes, has 78"));
    CHECK(header.streams.size() == 1);

    const Header tiny = parsed(header_of({object(ids::header_extension, Builder{}.u32(0))}));
    CHECK_FALSE(tiny.complete);
    CHECK(has_anomaly(tiny, "too short"));
}

TEST_CASE("asf/header: objects too short for their fields or with lying counts are told")
{
    CHECK(has_anomaly(parsed(header_of({object(ids::file_properties, Builder{}.u64(0))})),
                      "File Properties Object has 32 bytes, not 104"));
    CHECK(has_anomaly(parsed(header_of({object(ids::stream_properties, Builder{}.u64(0))})),
                      "Stream Properties Object has only 32 bytes"));
    CHECK(has_anomaly(parsed(header_of({object(ids::codec_list, Builder{}.zeros(16).u32(0xFFFFFFFF))})),
                      "codec list says 4294967295 entries, has 0"));
    CHECK(has_anomaly(parsed(header_of({object(ids::content_description, Builder{}.u16(0xFFFF).zeros(8))})),
                      "end beyond it"));
    CHECK(has_anomaly(parsed(header_of({object(ids::extended_content_description, Builder{}.u16(0xFFFF))})),
                      "extended content description says 65535 entries, has 0"));
    CHECK(has_anomaly(
        parsed(header_of({object(ids::stream_bitrate_properties, Builder{}.u16(2).u16(1).u32(5))})),
        "say 2 records, have 1"));
    Object stream_object = stream(ids::audio_media, 1, audio_format(1));
    store(stream_object, 64, 0xFFFFFFFF, 4);
    store(stream_object, 68, 0xFFFFFFFF, 4);
    CHECK(has_anomaly(parsed(header_of({stream_object})), "format data of stream 1 claim 8589934590 bytes"));
    CHECK(has_anomaly(parsed(header_of({file_properties(), file_properties()})), "second File Properties"));
    CHECK(has_anomaly(parsed(header_of({stream(ids::audio_media, 3), stream(ids::video_media, 3)})),
                      "second Stream Properties Object of stream 3"));
    CHECK(has_anomaly(parsed(header_of({stream(ids::audio_media, 0)})), "number 0"));
}

TEST_CASE("asf/header: another File ID in the Data Object is told")
{
    Object bytes = header_of({file_properties()});
    bytes[bytes.size() - 20] ^= 0xFF;
    const Header header = parsed(bytes);
    CHECK(header.complete);
    CHECK(header.data_file_id != header.file_id);
    CHECK(has_anomaly(header, "File ID of the Data Object"));
}

TEST_CASE("asf/header: at most 256 objects, 128 streams and 64 anomalies are kept")
{
    std::vector<Object> padding(300, object(Guid{}, {}));
    Header header = parsed(header_of(padding));
    CHECK(header.objects_found == 256);
    CHECK_FALSE(header.complete);
    CHECK(has_anomaly(header, "more than 256 objects"));

    std::vector<Object> streams;
    for (std::uint16_t i = 0; i < 256; ++i) {
        streams.push_back(stream(ids::audio_media, i));
    }
    header = parsed(header_of(streams));
    CHECK(header.streams.size() == 128);
    CHECK(header.anomalies.size() == 64);

    // Objects of the extension count as well.
    header = parsed(header_of({extension(padding), stream(ids::audio_media, 1)}));
    CHECK(header.streams.empty());
    CHECK_FALSE(header.complete);
}

} // namespace test_asf_header
