#include <wmclients/asf/object_ids.hpp>
#include <wmclients/asf/object_reader.hpp>
#include <wmclients/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace wmclients::asf {
namespace {

constexpr std::size_t max_anomalies = 64;
constexpr std::size_t max_codecs = 128;
constexpr std::size_t max_commands = 64;
constexpr std::size_t max_text = 1024;      ///< bytes read; 128 streams may share one codec
constexpr std::uint16_t number_bits = 0x7F; ///< of a flags field: the stream number

/// A cursor behind the GUID and the size of `object`, which is at least as long as these.
ByteCursor fields_of(Bytes object)
{
    return ByteCursor{object.subspan(24)};
}

Guid take_guid(ByteCursor& cursor)
{
    Guid guid;
    const Bytes bytes = cursor.take(guid.bytes.size());
    std::copy(bytes.begin(), bytes.end(), guid.bytes.begin());
    return guid;
}

/// A text of `bytes` bytes, of which no more than `limit` are kept.
std::string take_text(ByteCursor& cursor, std::size_t bytes, std::size_t limit = std::string_view::npos)
{
    return utf8_from_utf16le(as_text(cursor.take(bytes)).substr(0, limit));
}

/// FILETIME: units of 100 ns since 1601-01-01T00:00:00Z (section 3.2).
MaybeTime from_filetime(std::uint64_t ticks)
{
    constexpr std::int64_t from_1601_to_1970 = 11'644'473'600;
    constexpr std::uint64_t ticks_a_second = 10'000'000;
    if (ticks == 0) {
        return {};
    }
    return timestamp_from(static_cast<std::int64_t>(ticks / ticks_a_second) - from_1601_to_1970,
                          static_cast<std::int64_t>(ticks % ticks_a_second) * 100);
}

StreamKind kind_of(const Guid& type)
{
    return type == ids::audio_media     ? StreamKind::audio
           : type == ids::video_media   ? StreamKind::video
           : type == ids::command_media ? StreamKind::command
                                        : StreamKind::other;
}

/// Section 9.1.
std::optional<AudioFormat> read_audio(Bytes specific)
{
    ByteCursor cursor{specific};
    AudioFormat format;
    format.format_tag = cursor.le16();
    format.channels = cursor.le16();
    format.sample_rate = cursor.le32();
    cursor.skip(6); // average bytes a second, block alignment
    format.bits_per_sample = cursor.le16();
    return cursor.ok() ? std::optional{format} : std::nullopt;
}

/// Section 9.2: the size, then a BITMAPINFOHEADER with the FourCC at 16.
std::optional<VideoFormat> read_video(Bytes specific)
{
    ByteCursor cursor{specific};
    VideoFormat format;
    format.width = cursor.le32();
    format.height = cursor.le32();
    cursor.skip(3 + 16); // reserved flags, format data size; BITMAPINFOHEADER up to biCompression
    format.four_cc = as_text(cursor.take(4));
    return cursor.ok() ? std::optional{std::move(format)} : std::nullopt;
}

/// The Codec List's information about the codec of `stream` (section 3.5).
std::string codec_information(const Stream& stream)
{
    if (stream.video) {
        return stream.video->four_cc;
    }
    if (stream.audio) {
        return {static_cast<char>(stream.audio->format_tag & 0xFF),
                static_cast<char>(stream.audio->format_tag >> 8)};
    }
    return {};
}

} // namespace

void ObjectReader::note(std::string what)
{
    if (header_.anomalies.size() < max_anomalies) {
        header_.anomalies.push_back(std::move(what));
    }
}

void ObjectReader::read(const Guid& id, Bytes object)
{
    if (id == ids::file_properties) {
        read_file_properties(object);
    } else if (id == ids::stream_properties) {
        read_stream_properties(object);
    } else if (id == ids::extended_stream_properties) {
        read_extended_stream_properties(object);
    } else if (id == ids::codec_list) {
        read_codec_list(object);
    } else if (id == ids::script_command) {
        read_script_commands(object);
    } else if (id == ids::content_description) {
        read_content_description(object);
    } else if (id == ids::extended_content_description) {
        read_extended_content_description(object);
    } else if (id == ids::stream_bitrate_properties) {
        read_bitrates(object);
    }
}

/// Section 3.2.
void ObjectReader::read_file_properties(Bytes object)
{
    constexpr std::size_t expected_size = 104;
    if (object.size() < expected_size) {
        note(fmt::format("File Properties Object has {} bytes, not {}", object.size(), expected_size));
        return;
    }
    if (header_.has_file_properties) {
        note("a second File Properties Object was not read");
        return;
    }
    header_.has_file_properties = true;
    ByteCursor cursor = fields_of(object);
    header_.file_id = take_guid(cursor);
    cursor.skip(8); // file size
    header_.creation_time = from_filetime(cursor.le64());
    header_.data_packet_count = cursor.le64();
    cursor.skip(16); // play and send duration
    header_.preroll_ms = cursor.le64();
    header_.flags = cursor.le32();
    header_.broadcast = (header_.flags & 1) != 0;
    header_.seekable = (header_.flags & 2) != 0;
    header_.min_packet_size = cursor.le32();
    header_.max_packet_size = cursor.le32();
    header_.max_bitrate = cursor.le32();
    if (header_.min_packet_size != header_.max_packet_size) {
        note(fmt::format("minimum packet size {} is not the maximum {}", header_.min_packet_size,
                         header_.max_packet_size));
    }
}

/// Section 3.3.
void ObjectReader::read_stream_properties(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    Stream stream;
    stream.type = take_guid(cursor);
    stream.kind = kind_of(stream.type);
    cursor.skip(24); // error correction type, time offset
    const std::uint32_t specific_size = cursor.le32();
    const std::uint32_t correction_size = cursor.le32();
    const std::uint16_t flags = cursor.le16();
    cursor.skip(4); // reserved
    if (!cursor.ok()) {
        note(fmt::format("Stream Properties Object has only {} bytes", object.size()));
        return;
    }
    stream.number = static_cast<std::uint8_t>(flags & number_bits);
    stream.encrypted = (flags & 0x8000) != 0;
    if (stream.number == 0) {
        note("a stream has the number 0");
    }
    const auto same_number = [&](const Stream& other) { return other.number == stream.number; };
    if (std::any_of(header_.streams.begin(), header_.streams.end(), same_number)) {
        note(fmt::format("a second Stream Properties Object of stream {} was not read", stream.number));
        return;
    }
    if (std::uint64_t{specific_size} + correction_size > cursor.remaining()) {
        note(fmt::format("format data of stream {} claim {} bytes where {} are left", stream.number,
                         std::uint64_t{specific_size} + correction_size, cursor.remaining()));
    }
    const Bytes specific = cursor.take(std::min<std::size_t>(specific_size, cursor.remaining()));
    if (stream.kind == StreamKind::audio) {
        stream.audio = read_audio(specific);
    } else if (stream.kind == StreamKind::video) {
        stream.video = read_video(specific);
    }
    header_.streams.push_back(std::move(stream));
}

/// Section 4.1; it may hold the Stream Properties Object of its stream.
void ObjectReader::read_extended_stream_properties(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    cursor.skip(16); // start and end time
    const std::uint32_t bitrate = cursor.le32();
    cursor.skip(28); // buffer model, largest object, flags
    const std::uint16_t number = cursor.le16();
    cursor.skip(10); // language, time a frame
    const std::uint16_t names = cursor.le16();
    const std::uint16_t systems = cursor.le16();
    if (!cursor.ok() || number > number_bits) {
        note("an Extended Stream Properties Object could not be read");
        return;
    }
    extended_[number] = bitrate;
    for (unsigned i = 0; i < names && cursor.ok(); ++i) {
        cursor.skip(2); // language
        cursor.skip(cursor.le16());
    }
    for (unsigned i = 0; i < systems && cursor.ok(); ++i) {
        cursor.skip(18); // GUID, size of the data
        cursor.skip(cursor.le32());
    }
    if (!cursor.ok()) {
        note(
            fmt::format("lists of the Extended Stream Properties Object of stream {} end beyond it", number));
        return;
    }
    const Bytes inner = cursor.rest();
    if (inner.empty()) {
        return;
    }
    ByteCursor prefix{inner};
    const Guid id = take_guid(prefix);
    const std::uint64_t size = prefix.le64();
    if (!prefix.ok() || id != ids::stream_properties || size < 24 || size > inner.size()) {
        note(fmt::format("bytes after the Extended Stream Properties of stream {} are no object", number));
        return;
    }
    read_stream_properties(inner.first(static_cast<std::size_t>(size)));
}

/// Section 3.5. Lengths of texts are in WCHARs, of the information in bytes.
void ObjectReader::read_codec_list(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    cursor.skip(16); // reserved
    const std::uint32_t count = cursor.le32();
    for (std::uint32_t i = 0; i < count && codecs_.size() < max_codecs; ++i) {
        Codec codec;
        const std::uint16_t type = cursor.le16();
        codec.kind = type == 1 ? StreamKind::video : type == 2 ? StreamKind::audio : StreamKind::other;
        codec.name = take_text(cursor, std::size_t{cursor.le16()} * 2, max_text);
        codec.description = take_text(cursor, std::size_t{cursor.le16()} * 2, max_text);
        codec.information = as_text(cursor.take(cursor.le16()));
        if (!cursor.ok()) {
            note(fmt::format("codec list says {} entries, has {}", count, i));
            return;
        }
        codecs_.push_back(std::move(codec));
    }
}

/// Section 3.6. Lengths are in WCHARs.
void ObjectReader::read_script_commands(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    cursor.skip(16); // reserved
    const std::uint16_t commands = cursor.le16();
    const std::uint16_t types = cursor.le16();
    std::vector<std::string> names;
    for (unsigned i = 0; i < types && cursor.ok(); ++i) {
        std::string name = take_text(cursor, std::size_t{cursor.le16()} * 2, max_text);
        if (names.size() < max_commands) {
            names.push_back(std::move(name));
        }
    }
    for (unsigned i = 0; i < commands && header_.script_commands.size() < max_commands; ++i) {
        ScriptCommand command;
        command.time_ms = cursor.le32();
        const std::uint16_t type = cursor.le16();
        command.name = take_text(cursor, std::size_t{cursor.le16()} * 2, max_text);
        if (!cursor.ok()) {
            note(fmt::format("Script Command Object says {} commands, has {}", commands, i));
            return;
        }
        if (type < names.size()) {
            command.type = names[type];
        }
        header_.script_commands.push_back(std::move(command));
    }
}

/// Section 3.10. Lengths are in bytes.
void ObjectReader::read_content_description(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    const std::uint16_t title = cursor.le16();
    const std::uint16_t author = cursor.le16();
    const std::uint16_t copyright = cursor.le16();
    const std::uint16_t description = cursor.le16();
    cursor.skip(2); // length of the rating, which comes last
    header_.title = take_text(cursor, title);
    header_.author = take_text(cursor, author);
    header_.copyright = take_text(cursor, copyright);
    header_.description = take_text(cursor, description);
    if (!cursor.ok()) {
        note("texts of the Content Description Object end beyond it");
    }
}

/// Section 3.11. Lengths are in bytes; value type 0 is text.
void ObjectReader::read_extended_content_description(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    const std::uint16_t count = cursor.le16();
    for (unsigned i = 0; i < count; ++i) {
        const std::string name = take_text(cursor, cursor.le16());
        const std::uint16_t type = cursor.le16();
        const Bytes value = cursor.take(cursor.le16());
        if (!cursor.ok()) {
            note(fmt::format("extended content description says {} entries, has {}", count, i));
            return;
        }
        if (name == "WMFSDKVersion" && type == 0 && header_.encoder_version.empty()) {
            header_.encoder_version = utf8_from_utf16le(as_text(value));
        }
    }
}

/// Section 3.12.
void ObjectReader::read_bitrates(Bytes object)
{
    ByteCursor cursor = fields_of(object);
    const std::uint16_t count = cursor.le16();
    for (unsigned i = 0; i < count; ++i) {
        const std::uint16_t flags = cursor.le16();
        const std::uint32_t bitrate = cursor.le32();
        if (!cursor.ok()) {
            note(fmt::format("stream bitrate properties say {} records, have {}", count, i));
            return;
        }
        average_[flags & number_bits] = bitrate;
    }
}

/// The list names no streams and may have one entry for several: the first entry with the stream's FourCC or
/// format tag that no other stream has, else any such, else the first free one of the stream's kind.
ObjectReader::Codec* ObjectReader::codec_of(const Stream& stream)
{
    Codec* shared = nullptr;
    Codec* same_kind = nullptr;
    const std::string information = codec_information(stream);
    for (Codec& codec : codecs_) {
        if (codec.kind != stream.kind || stream.kind == StreamKind::other) {
            continue;
        }
        const bool same = !information.empty() && codec.information == information;
        if (same && !codec.claimed) {
            return &codec;
        }
        if (same && shared == nullptr) {
            shared = &codec;
        }
        if (!codec.claimed && same_kind == nullptr) {
            same_kind = &codec;
        }
    }
    return shared != nullptr ? shared : same_kind;
}

void ObjectReader::finish()
{
    std::sort(header_.streams.begin(), header_.streams.end(),
              [](const Stream& left, const Stream& right) { return left.number < right.number; });
    for (Stream& stream : header_.streams) {
        stream.bitrate = average_[stream.number] ? average_[stream.number] : extended_[stream.number];
        if (Codec* codec = codec_of(stream)) {
            codec->claimed = true;
            stream.codec_name = codec->name;
            stream.codec_description = codec->description;
        }
    }
}

} // namespace wmclients::asf
