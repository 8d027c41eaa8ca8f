#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/error.hpp>
#include <wmclients/base/time.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace wmclients::live {

/// A sink of this project that runs on this system, as it says of itself.
struct RunningSink {
    std::uint64_t pid = 0;
    std::uint64_t start_ticks = 0; ///< process_start() of it
    Timestamp started_at{};
    std::uint16_t port = 0;
    std::vector<IpAddress> addresses; ///< that it may listen on: 0.0.0.0 and :: for all; empty: unknown, any
    std::string url;
};

/// The folder where this user's sinks leave their run-time files: $XDG_RUNTIME_DIR/wmclients, else
/// /run/wmclients for root and /tmp/wmclients-UID for others.
std::string runtime_folder();

/// A file PID.json in runtime_folder(), which says that a sink runs; it is removed with this object. It is
/// written aside and renamed, so that nobody reads half of it.
class RuntimeFile {
  public:
    /// The folder is made if it is not there. It must be this user's own, writable for nobody else, and no
    /// symbolic link. Errors: unavailable.
    /// @param sink of this process; its pid and start_ticks are filled in
    static Expected<RuntimeFile> create(RunningSink sink);

    RuntimeFile(RuntimeFile&& other) noexcept;
    RuntimeFile& operator=(RuntimeFile&&) = delete;
    ~RuntimeFile();

  private:
    RuntimeFile(int folder, std::string name) : folder_(folder), name_(std::move(name)) {}

    int folder_; ///< a descriptor; -1 once moved from
    std::string name_;
};

/// The sinks whose files are in runtime_folder() or, of root's, in /run/wmclients, and whose processes are
/// there; by port. Folders and files that are neither this user's nor root's, or that others may write, are
/// passed over. Files in runtime_folder() whose processes have gone are removed.
std::vector<RunningSink> running_sinks();

} // namespace wmclients::live
