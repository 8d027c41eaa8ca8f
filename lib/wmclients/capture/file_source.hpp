#pragma once

#include <wmclients/capture/byte_source.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace wmclients::capture {

/// The bytes of a file, a FIFO, a device, or of standard input. Nothing is buffered: read() is the system's,
/// so what a pipe holds is delivered at once.
///
/// A signal whose handler does not restart system calls ends the reading with Error::Kind::unavailable; that
/// is how a program gets out of waiting for a pipe.
class FileSource final : public ByteSource {
  public:
    /// Opens `path` (on Windows: in UTF-8, whatever the code page); "-" is standard input. Opening a FIFO
    /// waits for its writer. The error names the path and why.
    static Expected<std::unique_ptr<FileSource>> open(const std::string& path);

    Expected<std::size_t> read(std::span<std::uint8_t> into) override;

    [[nodiscard]] std::uint64_t bytes_read() const override { return bytes_read_; }

    [[nodiscard]] std::uint64_t size() const override { return size_; }

  private:
    /// Closes the file, unless it is standard input, which is not ours.
    struct Close {
        void operator()(std::FILE* file) const;
    };

    FileSource(std::FILE* file, std::string name, std::uint64_t size);

    std::unique_ptr<std::FILE, Close> file_;
    std::string name_;
    std::uint64_t size_;
    std::uint64_t bytes_read_ = 0;
};

/// How `path` is called in messages: "standard input" for "-".
std::string display_name(const std::string& path);

} // namespace wmclients::capture
