#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>

#include <cstdint>
#include <string>

namespace wmclients {

/// A file under way, as those see it who write it bit by bit. What fails is Error::Kind::unavailable, names
/// the file, and ends its use.
class OutputFile {
  public:
    OutputFile() = default;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Without finish() before it, nothing is left of the file.
    virtual ~OutputFile() = default;

    /// Appends.
    virtual Expected<void> write(Bytes bytes) = 0;

    /// Whether what was written can be changed: not on a pipe.
    [[nodiscard]] virtual bool can_overwrite() const = 0;

    /// Changes bytes that were written. To be called only if can_overwrite().
    virtual Expected<void> overwrite(std::uint64_t at, Bytes bytes) = 0;

    /// The file is whole, and gets its name.
    virtual Expected<void> finish() = 0;

    /// As people know it.
    [[nodiscard]] virtual const std::string& name() const = 0;
};

} // namespace wmclients
