#pragma once

#include <wmclients/base/bytes.hpp>

#include <string>

namespace wmclients::testing {

/// A regular file that has a name as long as this object lives, and is in memory alone. Linux only, as the
/// tests are.
class TemporaryFile {
  public:
    /// @throws std::runtime_error if the system has none
    explicit TemporaryFile(Bytes content);
    ~TemporaryFile();

    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

} // namespace wmclients::testing
