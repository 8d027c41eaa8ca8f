#include "platform.hpp"

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <windows.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

namespace cli {
namespace {

constexpr DWORD escape_sequences = ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;

std::atomic<bool> interrupt_noted = false;
std::atomic<HANDLE> reading_thread = nullptr;

/// Windows calls it on a thread of its own. The reading thread may wait for a pipe; if it began to wait only
/// after this, the next Ctrl-C is heard.
BOOL WINAPI note_interrupt(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        return FALSE;
    }
    interrupt_noted = true;
    CancelSynchronousIo(reading_thread);
    return TRUE;
}

HANDLE handle_of(Stream stream)
{
    return GetStdHandle(stream == Stream::output ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
}

std::optional<DWORD> console_mode(Stream stream)
{
    DWORD mode = 0;
    return GetConsoleMode(handle_of(stream), &mode) != 0 ? std::optional{mode} : std::nullopt;
}

/// While it lives, the console takes UTF-8 and, from Windows 10 on, escape sequences. The console outlives
/// the program and gets back what it had.
class ConsoleGuard {
  public:
    ConsoleGuard()
    {
        SetConsoleOutputCP(CP_UTF8);
        for (auto& [stream, mode] : modes_) {
            if (mode) {
                SetConsoleMode(handle_of(stream), *mode | escape_sequences);
            }
        }
    }

    ~ConsoleGuard()
    {
        for (const auto& [stream, mode] : modes_) {
            if (mode) {
                SetConsoleMode(handle_of(stream), *mode);
            }
        }
        SetConsoleOutputCP(code_page_);
    }

    ConsoleGuard(const ConsoleGuard&) = delete;
    ConsoleGuard& operator=(const ConsoleGuard&) = delete;

  private:
    UINT code_page_ = GetConsoleOutputCP();
    std::pair<Stream, std::optional<DWORD>> modes_[2] = {{Stream::output, console_mode(Stream::output)},
                                                         {Stream::error, console_mode(Stream::error)}};
};

/// Halves of surrogate pairs, which file names can have, become U+FFFD.
std::string utf8(const wchar_t* text)
{
    const int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr); // with the NUL
    std::string made(static_cast<std::size_t>(std::max(size, 1)), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, -1, made.data(), size, nullptr, nullptr);
    made.pop_back();
    return made;
}

std::error_code write_error(DWORD error)
{
    switch (error) { // which one it is depends on the kind of pipe
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
    case ERROR_PIPE_NOT_CONNECTED:
        return make_error_code(std::errc::broken_pipe);
    default:
        return {static_cast<int>(error), std::system_category()};
    }
}

} // namespace

const bool has_socket_table = false;
const std::string_view sockets_example;
const std::string_view list_sockets_examples;
const std::string_view info_sockets_examples;

wmclients::Expected<wmclients::live::SinkTable> sinks_of_this_machine(std::set<std::uint16_t> /*ports*/,
                                                                      bool /*running*/)
{
    return wmclients::failure(wmclients::Error::Kind::unavailable,
                              "this program cannot read the system's socket table");
}

const std::string_view capture_forms = "pcap, pcapng; not compressed";
const std::string_view filter_help = "Not in this build: it needs libpcap";
const std::string_view missing_parts = R"(

This build for Windows reads no compressed captures and has no --filter, no -i (capture with dumpcap:
dumpcap -w - | wmclients list -) and no serve (wmsink.dll is the sink). It reads no DNS messages: names come from
--hosts FILE alone.)";

wmclients::Expected<std::unique_ptr<wmclients::capture::PacketSource>>
open_captures(std::vector<std::string> names, wmclients::capture::OpenOptions options)
{
    return wmclients::capture::open_sources(std::move(names), std::move(options), {});
}

std::unique_ptr<wmclients::dns::MessageDecoder> make_dns_decoder()
{
    return nullptr;
}

bool is_terminal(Stream stream)
{
    return (console_mode(stream).value_or(0) & ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

std::error_code write_all(Stream stream, std::string_view text)
{
    constexpr std::size_t most = 32U << 10; // the console of older Windows refuses more
    while (!text.empty()) {
        DWORD written = 0;
        if (WriteFile(handle_of(stream), text.data(), static_cast<DWORD>(std::min(text.size(), most)),
                      &written, nullptr)
            == 0) {
            return write_error(GetLastError());
        }
        text.remove_prefix(written);
    }
    return {};
}

std::FILE* open_file(const std::filesystem::path& name, FileMode mode)
{
    const int how = mode == FileMode::create      ? _O_CREAT | _O_EXCL
                    : mode == FileMode::overwrite ? _O_TRUNC
                    : mode == FileMode::append    ? _O_APPEND
                                                  : 0;
    const int descriptor =
        _wopen(name.c_str(), _O_WRONLY | _O_BINARY | _O_NOINHERIT | how, _S_IREAD | _S_IWRITE);
    std::FILE* const file = descriptor < 0 ? nullptr : _fdopen(descriptor, "wb");
    if (descriptor >= 0 && file == nullptr) {
        _close(descriptor);
    }
    return file;
}

std::error_code take_permissions(std::FILE* /*file*/, const std::filesystem::path& /*old*/)
{
    return {}; // a new file has what its folder gives it
}

std::error_code sync(std::FILE* file)
{
    return std::fflush(file) == 0 && _commit(_fileno(file)) == 0
               ? std::error_code{}
               : std::error_code{errno, std::generic_category()};
}

std::optional<Stream> standard_stream(const std::filesystem::path& /*name*/)
{
    return {};
}

struct HeldSignals::Before {};

HeldSignals::HeldSignals() = default;

HeldSignals::~HeldSignals() = default;

std::chrono::seconds utc_offset(std::chrono::sys_seconds time)
{
    constexpr std::int64_t ticks_a_second = 10'000'000;      // FILETIME counts 100 ns …
    constexpr std::int64_t seconds_to_1970 = 11'644'473'600; // … since 1601-01-01
    const std::int64_t ticks = (time.time_since_epoch().count() + seconds_to_1970) * ticks_a_second;
    const FILETIME file_time{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
    SYSTEMTIME universal{};
    if (FileTimeToSystemTime(&file_time, &universal) == 0) {
        return {};
    }
    // The rules of that year; if Windows does not tell them, those of now.
    TIME_ZONE_INFORMATION zone{};
    const bool known = GetTimeZoneInformationForYear(universal.wYear, nullptr, &zone) != 0;
    SYSTEMTIME local{};
    FILETIME local_file_time{};
    if (SystemTimeToTzSpecificLocalTime(known ? &zone : nullptr, &universal, &local) == 0
        || SystemTimeToFileTime(&local, &local_file_time) == 0) {
        return {};
    }
    const auto local_ticks = static_cast<std::int64_t>(std::uint64_t{local_file_time.dwHighDateTime} << 32
                                                       | local_file_time.dwLowDateTime);
    return std::chrono::seconds{(local_ticks - ticks) / ticks_a_second};
}

InterruptGuard::InterruptGuard(bool)
{
    // CancelSynchronousIo asks for this right.
    reading_thread = OpenThread(THREAD_TERMINATE, FALSE, GetCurrentThreadId());
    SetConsoleCtrlHandler(note_interrupt, TRUE);
}

InterruptGuard::~InterruptGuard()
{
    SetConsoleCtrlHandler(note_interrupt, FALSE);
    CloseHandle(reading_thread.exchange(nullptr));
}

bool InterruptGuard::interrupted()
{
    return interrupt_noted;
}

void InterruptGuard::forget()
{
    interrupt_noted = false;
}

} // namespace cli

/// Read by MinGW's start-up code: it expands `*` and `?` in the words, as cmd.exe does not.
extern "C" {
int _dowildcard = -1;
}

int wmain(int argc, wchar_t** argv)
{
    const cli::ConsoleGuard console;
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        words.push_back(cli::utf8(argv[i]));
    }
    return cli::run_program(words);
}
