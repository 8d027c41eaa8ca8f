#pragma once

#include <wmclients/asf/guid.hpp>
#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>
#include <wmclients/base/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::asf {

/// What a stream carries (ASF specification, section 10.4).
enum class StreamKind : std::uint8_t {
    audio,
    video,
    command,
    other, ///< JFIF, degradable JPEG, file transfer, binary, private: see Stream::type
};

/// "audio", "video", "command", "other".
std::string_view to_string(StreamKind kind);

/// The WAVEFORMATEX of an audio stream (ASF specification, section 9.1).
struct AudioFormat {
    std::uint16_t format_tag = 0; ///< 0x0161 is Windows Media Audio 2, for instance
    std::uint16_t channels = 0;
    std::uint32_t sample_rate = 0; ///< Hz
    std::uint16_t bits_per_sample = 0;
};

/// The format of a video stream (ASF specification, section 9.2).
struct VideoFormat {
    std::uint32_t width = 0; ///< pixels, as encoded
    std::uint32_t height = 0;
    std::string four_cc; ///< the four bytes as on the wire, "WMV2" for instance; may hold any byte
};

/// One stream, from its Stream Properties Object and what other objects say about its number.
struct Stream {
    std::uint8_t number = 0; ///< 1 to 127; 0 is invalid, but kept
    StreamKind kind = StreamKind::other;
    Guid type; ///< the stream type's GUID
    bool encrypted = false;
    std::optional<AudioFormat> audio; ///< of an audio stream whose format could be read
    std::optional<VideoFormat> video; ///< of a video stream whose format could be read
    /// Bits a second: of the Stream Bitrate Properties Object (packet overhead included), else of the
    /// Extended Stream Properties Object (without it); empty if neither has the stream.
    std::optional<std::uint32_t> bitrate;
    /// Of the Codec List, which names no streams: matched by format tag or FourCC. At most 512 characters.
    std::string codec_name;
    std::string codec_description; ///< as codec_name; settings such as "64 kbps, 44 kHz, stereo"
};

/// One command of the Script Command Object (ASF specification, section 3.6).
struct ScriptCommand {
    std::uint32_t time_ms = 0; ///< presentation time
    std::string type;          ///< "URL", "FILENAME", …; empty if the object does not name it
    std::string name;          ///< for URL and FILENAME a URL. Both at most 512 characters
};

/// What an ASF header says. Texts are UTF-8 and hostile: lone surrogates have become U+FFFD, but controls and
/// bidirectional characters are still there.
struct Header {
    std::uint64_t header_size = 0;    ///< of the Header Object as it claims, in bytes
    std::uint32_t objects_told = 0;   ///< objects that the Header Object claims to hold
    std::uint32_t objects_found = 0;  ///< objects that it holds whole, those nested in others not counted
    bool objects_fill = false;        ///< those objects fill the Header Object to its last byte
    bool has_file_properties = false; ///< without it, the members up to creation_time mean nothing

    Guid file_id; ///< identity of the broadcast; nil if unknown
    std::uint32_t flags = 0;
    bool broadcast = false; ///< bit 0 of flags: live, so that sizes and counts are not final
    bool seekable = false;  ///< bit 1 of flags
    std::uint32_t min_packet_size = 0;
    std::uint32_t max_packet_size = 0;
    std::uint32_t max_bitrate = 0;       ///< bits a second
    std::uint64_t preroll_ms = 0;        ///< milliseconds
    std::uint64_t data_packet_count = 0; ///< live encoders write 0xFFFFFFFF
    MaybeTime creation_time;             ///< empty if zero

    std::vector<Stream> streams; ///< by rising number, each number once

    std::vector<ScriptCommand> script_commands; ///< the first, at most 64

    std::string title; ///< of the Content Description Object, like the next three
    std::string author;
    std::string copyright;
    std::string description;
    std::string encoder_version; ///< "WMFSDKVersion" of the Extended Content Description Object

    Guid data_file_id; ///< File ID of the Data Object; nil if it was not there

    /// What does not agree with the specification or with itself, one sentence each, at most 64.
    std::vector<std::string> anomalies;
    /// The Header Object and the first 50 bytes of the Data Object were there, and all objects could be read.
    bool complete = false;
};

/// Reads the payload of a `$H` packet, or of several put together: the Header Object and the first 50 bytes
/// of the Data Object (MS-WMSP 2.2.3.5; ASF specification 01.20.05, sections 2 to 4). Bytes after that are
/// ignored.
///
/// A header that was cut short or is damaged gives what could be read and complete = false; what is wrong is
/// in Header::anomalies. An error only if `bytes` does not begin with the GUID of the Header Object. At most
/// 256 objects are looked at; time and memory are linear in bytes.size(), whatever sizes the objects claim.
Expected<Header> parse_header(Bytes bytes);

} // namespace wmclients::asf
