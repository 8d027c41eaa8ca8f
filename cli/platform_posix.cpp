#include "platform.hpp"

#include <wmclients/dns/glibc_decoder.hpp>
#include <wmclients/live/runtime_file.hpp>
#include <wmclients/live/socket_table.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

namespace cli {
namespace {

volatile std::sig_atomic_t interrupt_noted = 0;

struct sigaction before_guard {};

struct sigaction terminate_before_guard {};

void note_interrupt(int)
{
    interrupt_noted = 1;
}

std::error_code system_error()
{
    return {errno, std::generic_category()};
}

/// What would end the program without a word becomes an error that it can tell of: a reader that has gone
/// (EPIPE), a file as long as `ulimit -f` lets it be (EFBIG). A standard stream that is closed stays so:
/// else the next file that is opened would get its number, and the output.
void prepare_process()
{
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(number, F_GETFD) < 0) {
            // The lowest free number is this one; it can be read where it is for writing, and so fails.
            static_cast<void>(::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY));
        }
    }
}

int descriptor(Stream stream)
{
    return stream == Stream::output ? STDOUT_FILENO : STDERR_FILENO;
}

/// Whether a socket belongs to a port that is named, or to a sink that says that it runs.
bool is_wanted(const wmclients::live::TcpSocket& socket, const std::set<std::uint16_t>& named,
               const std::vector<wmclients::live::RunningSink>& running)
{
    const bool listens = socket.facts.state == wmclients::timeline::TcpState::listen;
    return !listens || named.contains(socket.local.port)
           || std::any_of(running.begin(), running.end(), [&](const wmclients::live::RunningSink& sink) {
                  return sink.port == socket.local.port
                         && (sink.addresses.empty()
                             || std::find(sink.addresses.begin(), sink.addresses.end(), socket.local.address)
                                    != sink.addresses.end());
              });
}

} // namespace

const bool has_socket_table = true;
const std::string_view sockets_example =
    "  wmclients list                              who is listening now, to a sink of this "
    "machine\n";
const std::string_view list_sockets_examples = R"(
  wmclients list                        # of every `wmclients serve` here, now
  wmclients list --port 8080            # of the program that listens there, now)";
const std::string_view info_sockets_examples = R"(
  wmclients info --index 0 --port 8080  # now, on this machine)";

wmclients::Expected<wmclients::live::SinkTable> sinks_of_this_machine(std::set<std::uint16_t> ports,
                                                                      bool running)
{
    const auto named = ports;
    const auto sinks =
        running ? wmclients::live::running_sinks() : std::vector<wmclients::live::RunningSink>{};
    for (const wmclients::live::RunningSink& sink : sinks) {
        ports.insert(sink.port);
    }
    auto sockets = wmclients::live::read_socket_table(ports);
    if (!sockets) {
        return tl::unexpected(sockets.error());
    }
    const auto now = std::chrono::system_clock::now();
    std::erase_if(*sockets, [&](const auto& socket) { return !is_wanted(socket, named, sinks); });
    return make_sink_table(*sockets, now);
}

const std::string_view capture_forms = "pcap, pcapng; gzip, zstd, xz, bzip2, lz4";
const std::string_view filter_help = "Read only packets that match, in libpcap's language";
const std::string_view missing_parts;

wmclients::Expected<std::unique_ptr<wmclients::capture::PacketSource>>
open_captures(std::vector<std::string> names, wmclients::capture::OpenOptions options)
{
    return wmclients::capture::open_sources(std::move(names), std::move(options));
}

std::unique_ptr<wmclients::dns::MessageDecoder> make_dns_decoder()
{
    return std::make_unique<wmclients::dns::GlibcDecoder>();
}

bool is_terminal(Stream stream)
{
    return isatty(descriptor(stream)) == 1;
}

std::error_code write_all(Stream stream, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor(stream), text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return system_error();
        }
    }
    return {};
}

std::FILE* open_file(const std::filesystem::path& name, FileMode mode)
{
    constexpr mode_t permissions = 0666; // less what the umask takes
    const int how = mode == FileMode::create      ? O_CREAT | O_EXCL
                    : mode == FileMode::overwrite ? O_TRUNC
                    : mode == FileMode::append    ? O_APPEND
                                                  : 0;
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | how, permissions);
    std::FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
    if (descriptor >= 0 && file == nullptr) {
        close(descriptor);
    }
    return file;
}

std::error_code take_permissions(std::FILE* file, const std::filesystem::path& old)
{
    struct stat known {};

    if (::stat(old.c_str(), &known) != 0) {
        return errno == ENOENT ? std::error_code{} : system_error();
    }
    // The owner first: a change of owner takes bits of the mode away.
    static_cast<void>(fchown(fileno(file), known.st_uid, known.st_gid) == 0
                      || fchown(fileno(file), static_cast<uid_t>(-1), known.st_gid) == 0);
    return fchmod(fileno(file), known.st_mode & ~static_cast<mode_t>(S_IFMT)) == 0 ? std::error_code{}
                                                                                   : system_error();
}

std::error_code sync(std::FILE* file)
{
    // EINVAL: not on a disk.
    return fflush(file) == 0 && (fsync(fileno(file)) == 0 || errno == EINVAL) ? std::error_code{}
                                                                              : system_error();
}

std::optional<Stream> standard_stream(const std::filesystem::path& name)
{
    struct stat named {};

    if (::stat(name.c_str(), &named) == 0) {
        for (const Stream stream : {Stream::output, Stream::error}) {
            struct stat open {};

            if (fstat(descriptor(stream), &open) == 0 && open.st_dev == named.st_dev
                && open.st_ino == named.st_ino) {
                return stream;
            }
        }
    }
    return {};
}

struct HeldSignals::Before {
    sigset_t mask{};
};

HeldSignals::HeldSignals() : before_(std::make_unique<Before>())
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&set, number);
    }
    pthread_sigmask(SIG_BLOCK, &set, &before_->mask);
}

HeldSignals::~HeldSignals()
{
    pthread_sigmask(SIG_SETMASK, &before_->mask, nullptr);
}

std::chrono::seconds utc_offset(std::chrono::sys_seconds time)
{
    const std::time_t value = time.time_since_epoch().count();
    std::tm parts{};
    return std::chrono::seconds{localtime_r(&value, &parts) == nullptr ? 0 : parts.tm_gmtoff};
}

InterruptGuard::InterruptGuard(bool terminate)
{
    struct sigaction action {};

    action.sa_handler = note_interrupt; // without SA_RESTART: a wait for a pipe ends
    action.sa_flags = terminate ? 0 : static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, &before_guard);
    sigaction(SIGTERM, terminate ? &action : nullptr, &terminate_before_guard);
}

InterruptGuard::~InterruptGuard()
{
    sigaction(SIGINT, &before_guard, nullptr);
    sigaction(SIGTERM, &terminate_before_guard, nullptr);
}

bool InterruptGuard::interrupted()
{
    return interrupt_noted != 0;
}

void InterruptGuard::forget()
{
    interrupt_noted = 0;
}

} // namespace cli

// NOLINTNEXTLINE(bugprone-exception-escape): thrown before run_program()'s try block is lack of memory alone
int main(int argc, char** argv)
{
    cli::prepare_process();
    return cli::run_program(argc == 0 ? std::vector<std::string>{}
                                      : std::vector<std::string>{argv + 1, argv + argc});
}
