#pragma once

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace cli {

/// A file that is written line by line, each to be read at once by others (`tail -f`).
class LogFile {
  public:
    /// Creates the file; what is in it stays until the first line. "-" is standard output. Throws Exit if
    /// that cannot be done.
    explicit LogFile(const std::string& name);

    /// May be called on any one thread. After an error nothing is written any more.
    void line(std::string_view text);

    /// What went wrong in writing; empty if nothing did. May be asked while another thread writes.
    [[nodiscard]] std::string problem() const;

  private:
    struct Close {
        void operator()(std::FILE* file) const;
    };

    std::string name_;
    std::unique_ptr<std::FILE, Close> file_;
    std::atomic<int> error_ = 0; ///< as errno
    bool begun_ = false;
};

} // namespace cli
