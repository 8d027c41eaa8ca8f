#pragma once

#include <wmclients/capture/open_sources.hpp>
#include <wmclients/dns/name_record.hpp>
#include <wmclients/live/sink_table.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

// What the program needs of the system beyond the standard library and wmclients_core: platform_posix.cpp has
// it with wmclients_host, platform_windows.cpp with Windows' API alone. The entry point, main() or wmain(),
// is there, too.
namespace cli {

/// The program: what main.cpp makes of the words after its name, all in UTF-8. Returns the exit status.
int run_program(const std::vector<std::string>& words);

/// The sources' packets; see capture::open_sources().
wmclients::Expected<std::unique_ptr<wmclients::capture::PacketSource>>
open_captures(std::vector<std::string> names, wmclients::capture::OpenOptions options);

/// Who reads captured DNS messages; null if nobody does.
std::unique_ptr<wmclients::dns::MessageDecoder> make_dns_decoder();

/// Whether sinks_of_this_machine() can answer.
extern const bool has_socket_table;

/// A line among the program's examples, and lines among those of `list` and `info`; empty without that.
extern const std::string_view sockets_example;
extern const std::string_view list_sockets_examples;
extern const std::string_view info_sockets_examples;

/// The listeners on these ports, and with `running` those of sinks that left a run-time file
/// (live/runtime_file.hpp), with who is attached to them now.
wmclients::Expected<wmclients::live::SinkTable> sinks_of_this_machine(std::set<std::uint16_t> ports,
                                                                      bool running);

/// The parts of `--help` that are not the same everywhere: the forms of capture files, what `--filter` does,
/// and, in lines of their own, what this program lacks.
extern const std::string_view capture_forms;
extern const std::string_view filter_help;
extern const std::string_view missing_parts;

enum class Stream { output, error };

/// Whether it is a terminal, one that understands escape sequences.
bool is_terminal(Stream stream);

/// Writes all of `text` as it is. std::errc::broken_pipe if nobody reads it any more.
std::error_code write_all(Stream stream, std::string_view text);

enum class FileMode {
    create,    ///< fails if there is anything of that name, a symbolic link too
    overwrite, ///< what is there, which must be there
    append,    ///< to what is there, likewise
    change,    ///< what is there, which stays but for what is written over
};

/// Opens a file for writing bytes as they are. Null, with errno set, if it cannot.
std::FILE* open_file(const std::filesystem::path& name, FileMode mode);

/// Gives a new file what the file `old`, whose place it is to take, has: its permissions and, as far as this
/// user may, its owner and group. Nothing where there is no such thing.
std::error_code take_permissions(std::FILE* file, const std::filesystem::path& old);

/// Has the disk take what was written to the file.
std::error_code sync(std::FILE* file);

/// Which standard stream a name leads to, if to any: /dev/stdout, or the file that the shell sent it to.
std::optional<Stream> standard_stream(const std::filesystem::path& name);

/// While it lives, Ctrl-C, SIGTERM and SIGHUP wait for this thread and those that it starts. On Windows they
/// do not.
class HeldSignals {
  public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

  private:
    struct Before;
    std::unique_ptr<Before> before_;
};

/// How far local time is ahead of UTC at an instant.
std::chrono::seconds utc_offset(std::chrono::sys_seconds time);

/// While it lives, Ctrl-C ends the reading, not the program: what is known by then is shown. A second Ctrl-C
/// ends the program, but for a live capture, which hears the first within moments. There is one at a time, on
/// the thread that reads.
class InterruptGuard {
  public:
    /// `terminate`: SIGTERM as well, where there is one; of a live capture.
    explicit InterruptGuard(bool terminate = false);
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    /// Whether Ctrl-C came, now or while another one lived.
    [[nodiscard]] static bool interrupted();

    /// It was heard, and what it was to end has ended.
    static void forget();
};

} // namespace cli
