#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/capture/byte_source.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace wmclients::capture {

/// How much a file's window holds at first; no read() asks for more than a large one. From 128 KiB on the
/// cost per byte hardly changes; a merge of many files takes small ones.
inline constexpr std::size_t large_window = std::size_t{1} << 20;
inline constexpr std::size_t small_window = std::size_t{64} << 10;

/// The largest record that can be asked for: a packet of 16 MiB with its headers and options.
inline constexpr std::size_t max_window = (std::size_t{16} << 20) + (std::size_t{64} << 10);

/// A window that moves over a ByteSource, front to back. One buffer, refilled by large reads; it grows only
/// for a record that does not fit, never beyond `max_window`.
class BufferedInput {
  public:
    explicit BufferedInput(std::unique_ptr<ByteSource> source, std::size_t window = large_window);

    /// Makes at least `count` bytes visible; false if the input ends or fails before (what is there stays
    /// visible), or if `count` is above `max_window`. Reads no more often than that needs, so a pipe is
    /// followed closely. Moves earlier views.
    bool ensure(std::size_t count) { return count <= available() || fill(count); }

    /// The visible bytes. The pointer and the view are valid until the next ensure() or skip().
    [[nodiscard]] const std::uint8_t* data() const { return buffer_.get() + begin_; }

    [[nodiscard]] std::size_t available() const { return end_ - begin_; }

    [[nodiscard]] Bytes view() const { return {data(), available()}; }

    /// Moves on by `count` bytes, which must be visible.
    void consume(std::size_t count)
    {
        begin_ += count;
        offset_ += count;
    }

    /// Moves on by `count` bytes, visible or not; false if the input ends or fails before.
    bool skip(std::uint64_t count);

    /// Where the first visible byte is in the stream (of decompressed bytes, if they were compressed).
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

    /// Why the source could not be read further, if it was not its end.
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    /// Drops what is visible and reads no more: from now on the input is at its end.
    void stop();

    [[nodiscard]] const ByteSource& source() const { return *source_; }

  private:
    bool fill(std::size_t count);
    void grow(std::size_t count);

    std::unique_ptr<ByteSource> source_;
    std::size_t capacity_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t offset_ = 0;
    bool ended_ = false;
    std::optional<Error> error_;
};

} // namespace wmclients::capture
