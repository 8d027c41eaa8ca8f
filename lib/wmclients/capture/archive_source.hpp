#pragma once

#include <wmclients/capture/byte_source.hpp>

#include <memory>
#include <string>

namespace wmclients::capture {

/// The content of `raw`, decompressed if its first bytes are those of gzip, zstd, xz, bzip2 or lz4; otherwise
/// its own bytes, read straight into the reader's buffer. `name` stands in messages. Waits for the first
/// bytes.
///
/// Data that is cut or damaged is delivered as far as libarchive hands it out, then read() fails. It works in
/// pieces, and the last one before the damage is lost: 64 KiB of content for gzip and xz, 128 KiB for zstd, a
/// block for bzip2 (up to 900 kB) and lz4 (up to 4 MiB). Checksums are verified as far as libarchive does
/// (3.6 does not for gzip).
///
/// bytes_read() and size() are those of the compressed file. Nothing but the decompressor that the content
/// asks for is set up, and no program is ever run.
Expected<std::unique_ptr<ByteSource>> open_decompressed(std::unique_ptr<ByteSource> raw, std::string name);

} // namespace wmclients::capture
