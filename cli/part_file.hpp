#pragma once

#include <wmclients/base/output_file.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <string>

namespace cli {

class PartFile;

/// Standard output as a file, whose name is "-".
std::unique_ptr<wmclients::OutputFile> standard_output_file();

/// Makes files that are written bit by bit, many at a time, of which only some are open: of the others, the
/// one longest idle is closed, and opened again when it is its turn.
class PartFiles {
  public:
    /// @param most_open at least 1
    explicit PartFiles(std::size_t most_open = 64) : most_open_(most_open) {}

    PartFiles(const PartFiles&) = delete;
    PartFiles& operator=(const PartFiles&) = delete;
    ~PartFiles() = default;

    /// A file beside `name` until it is finished, so that nobody finds half of it: a file that is there stays
    /// until then, and gives the new one its permissions; symbolic links are followed, hard links are not.
    /// Devices, FIFOs, open files (/dev/stdout, /dev/fd/3) are written directly. Throws Exit with 141 if it
    /// is standard output and nobody reads it any more. Must not outlive this object.
    wmclients::Expected<std::unique_ptr<wmclients::OutputFile>> create(const std::string& name);

  private:
    friend class PartFile;

    /// Standard output as a file, whose name is "-".
    std::unique_ptr<wmclients::OutputFile> standard_output_file();

    std::size_t most_open_;
    std::list<PartFile*> open_; ///< the one used last first
};

} // namespace cli
