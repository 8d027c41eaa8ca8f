#pragma once

#include <wmclients/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace wmclients::capture {

/// A stream of bytes that is read once, front to back: a file, a pipe, a decompressor over either.
class ByteSource {
  public:
    virtual ~ByteSource() = default;

    /// Fills `into` as far as bytes are available now, blocking for at least one; 0 only at the end.
    /// After an error (damaged compressed data, a disk that fails) what was read before remains good.
    virtual Expected<std::size_t> read(std::span<std::uint8_t> into) = 0;

    /// How many bytes of the underlying file have been read (compressed bytes for a decompressor), and its
    /// size, 0 if it has none (a pipe). For progress only.
    [[nodiscard]] virtual std::uint64_t bytes_read() const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
};

} // namespace wmclients::capture
