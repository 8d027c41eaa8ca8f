#include "platform.hpp"

#include <wmclients/dns/glibc_decoder.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
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

int descriptor(Stream stream)
{
    return stream == Stream::output ? STDOUT_FILENO : STDERR_FILENO;
}

} // namespace

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
            return {errno, std::generic_category()};
        }
    }
    return {};
}

std::FILE* open_file(const std::filesystem::path& name, FileMode mode)
{
    constexpr mode_t permissions = 0666; // less what the umask takes
    const int how = mode == FileMode::create ? O_CREAT | O_EXCL : O_TRUNC;
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | how, permissions);
    std::FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
    if (descriptor >= 0 && file == nullptr) {
        close(descriptor);
    }
    return file;
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

// NOLINTNEXTLINE(bugprone-exception-escape): what is thrown before run_program()'s try block is lack of
// memory
int main(int argc, char** argv)
{
    return cli::run_program(argc == 0 ? std::vector<std::string>{}
                                      : std::vector<std::string>{argv + 1, argv + argc});
}
