#include <wmclients/capture/capture_format.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace wmclients::capture {
namespace {

using namespace std::literals;

constexpr std::array compressions = {
    std::pair{"\x1F\x8B\x08"sv, Compression::gzip},
    std::pair{"\x28\xB5\x2F\xFD"sv, Compression::zstd},
    std::pair{"\xFD"
              "7zXZ\0"sv,
              Compression::xz},
    std::pair{"BZh"sv, Compression::bzip2},
    std::pair{"\x04\x22\x4D\x18"sv, Compression::lz4},
    std::pair{"\x02\x21\x4C\x18"sv, Compression::lz4},
};

/// Other formats that somebody may take for a capture we read.
constexpr std::array others = {
    std::pair{"snoop\0\0\0"sv, "a snoop capture (convert it: editcap -F pcapng IN OUT)"sv},
    std::pair{"GMBU"sv, "a Microsoft Network Monitor capture (convert it: editcap -F pcapng IN OUT)"sv},
    std::pair{"RTSS"sv, "a Microsoft Network Monitor capture (convert it: editcap -F pcapng IN OUT)"sv},
    std::pair{"PK\x03\x04"sv, "a ZIP archive (unpack it first)"sv},
    std::pair{"{\"type\":"sv, "JSON Lines; an event log is read with --events"sv},
    std::pair{"\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "an ASF file, the media itself"sv},
};

bool is_text(Bytes head)
{
    return std::ranges::none_of(head, [](std::uint8_t c) {
        return c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
    });
}

std::string_view compression_name(Compression compression)
{
    switch (compression) {
    case Compression::gzip:
        return "gzip";
    case Compression::zstd:
        return "zstd";
    case Compression::xz:
        return "xz";
    case Compression::bzip2:
        return "bzip2";
    case Compression::lz4:
        return "lz4";
    case Compression::none:
        break;
    }
    return "no";
}

} // namespace

CaptureFormat recognise_capture(Bytes head)
{
    if (head.size() < 4) {
        return CaptureFormat::none;
    }
    for (const std::uint32_t magic : {load_le32(head.data()), load_be32(head.data())}) {
        if (magic == 0xA1B2C3D4 || magic == 0xA1B23C4D || magic == 0xA1B2CD34) {
            return CaptureFormat::pcap;
        }
    }
    if (load_le32(head.data()) != 0x0A0D0D0A) {
        return CaptureFormat::none;
    }
    // The same four bytes can begin a text; a file too short for the byte-order magic gets the benefit of the
    // doubt.
    const bool marked = head.size() < 12 || load_le32(head.data() + 8) == 0x1A2B3C4D
                        || load_be32(head.data() + 8) == 0x1A2B3C4D;
    return marked ? CaptureFormat::pcapng : CaptureFormat::none;
}

Compression recognise_compression(Bytes head)
{
    for (const auto& [magic, compression] : compressions) {
        if (as_text(head).starts_with(magic)) {
            return compression;
        }
    }
    return Compression::none;
}

std::string describe_content(Bytes head)
{
    if (head.empty()) {
        return "an empty file";
    }
    if (const Compression compression = recognise_compression(head); compression != Compression::none) {
        return fmt::format("{}-compressed data (decompress it first)", compression_name(compression));
    }
    for (const auto& [magic, description] : others) {
        if (as_text(head).starts_with(magic)) {
            return std::string(description);
        }
    }
    if (is_text(head.first(std::min<std::size_t>(head.size(), 512)))) {
        return "text";
    }
    std::string bytes;
    for (const std::uint8_t byte : head.first(std::min<std::size_t>(head.size(), 4))) {
        fmt::format_to(std::back_inserter(bytes), " {:02x}", byte);
    }
    return fmt::format("unknown data that begins with the bytes{}", bytes);
}

} // namespace wmclients::capture
