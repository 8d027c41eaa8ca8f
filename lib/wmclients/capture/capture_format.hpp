#pragma once

#include <wmclients/base/bytes.hpp>

#include <cstddef>
#include <string>

namespace wmclients::capture {

/// The capture file formats that can be read.
enum class CaptureFormat { pcap, pcapng, none };

/// The compressions that files are kept in.
enum class Compression { none, gzip, zstd, xz, bzip2, lz4 };

/// How many bytes of a file's head tell its format for certain.
inline constexpr std::size_t recognition_size = 12;

/// By the magic number alone: draft-ietf-opsawg-pcap, section 4 (and libpcap's 0xa1b2cd34 "modified" one);
/// draft-ietf-opsawg-pcapng, section 4.1. Either byte order.
CaptureFormat recognise_capture(Bytes head);

/// By the magic number alone: RFC 1952 section 2.3.1, RFC 8878 section 3.1.1 (and 3.1.2, skippable frames),
/// and the xz, bzip2 and lz4 frame (and legacy frame) formats.
Compression recognise_compression(Bytes head);

/// What a file with this head seems to be, to end the sentence "NAME: no capture, but …".
std::string describe_content(Bytes head);

} // namespace wmclients::capture
