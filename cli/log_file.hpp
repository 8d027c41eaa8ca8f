#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// A file that is written line by line, each to be read at once by others (`tail -f`).
class LogFile {
  public:
    /// Creates the file; what is in it stays until the first line. "-" is standard output. Throws Exit if
    /// that cannot be done.
    explicit LogFile(const std::string& name);
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// May be called on any one thread. After an error nothing is written any more, and the file ends with
    /// its last whole line.
    void line(std::string_view text);

    /// What went wrong in writing; empty if nothing did. May be asked while another thread writes.
    [[nodiscard]] std::string problem() const;

    /// Whether that was that nobody reads standard output any more.
    [[nodiscard]] bool reader_gone() const;

  private:
    std::string name_;
    int file_;
    std::atomic<int> error_ = 0; ///< as errno
    bool begun_ = false;
    std::int64_t whole_ = 0; ///< bytes of the lines so far
    std::string line_;       ///< with its end
};

} // namespace cli
