#include "contract_child.hpp"

#include <fmt/format.h>
#include <windows.h>

#include <array>
#include <utility>

namespace probe {

using wmclients::Json;
using Clock = std::chrono::steady_clock;

namespace {

class Handle {
  public:
    Handle() = default;

    explicit Handle(HANDLE handle) : handle_(handle) {}

    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    ~Handle() { close(); }

    void close()
    {
        if (HANDLE handle = std::exchange(handle_, nullptr); handle != nullptr) {
            CloseHandle(handle);
        }
    }

    [[nodiscard]] HANDLE get() const { return handle_; }

    HANDLE* out() { return &handle_; }

  private:
    HANDLE handle_ = nullptr;
};

/// As CommandLineToArgvW takes it apart; arguments have no quotation marks.
std::string command_line(const std::vector<std::string>& arguments)
{
    std::array<char, MAX_PATH> self{};
    GetModuleFileNameA(nullptr, self.data(), MAX_PATH - 1);
    return fmt::format("\"{}\" \"{}\"", self.data(), fmt::join(arguments, "\" \""));
}

/// What the pipe has now, without waiting.
std::string read_waiting(HANDLE pipe)
{
    std::array<char, 4096> bytes{};
    DWORD there = 0;
    DWORD got = 0;
    if (PeekNamedPipe(pipe, nullptr, 0, nullptr, &there, nullptr) == FALSE || there == 0
        || ReadFile(pipe, bytes.data(), static_cast<DWORD>(bytes.size()), &got, nullptr) == FALSE) {
        return {};
    }
    return {bytes.data(), got};
}

} // namespace

std::optional<Ended> run_again(const std::vector<std::string>& arguments, std::chrono::seconds silence,
                               const std::function<void(const Json&)>& line)
{
    SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
    Handle ours;
    Handle theirs;
    if (CreatePipe(ours.out(), theirs.out(), &inherited, 0) == FALSE
        || SetHandleInformation(ours.get(), HANDLE_FLAG_INHERIT, 0) == FALSE) {
        return {};
    }
    STARTUPINFOA start{};
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdOutput = theirs.get();
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION made{};
    std::string command = command_line(arguments);
    if (CreateProcessA(nullptr, command.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &start, &made)
        == FALSE) {
        return {};
    }
    const Handle process{made.hProcess};
    const Handle thread{made.hThread};
    theirs.close();

    Ended ended;
    std::string text;
    auto deadline = Clock::now() + silence;
    for (bool running = true; running;) {
        constexpr DWORD nap = 20;
        running = WaitForSingleObject(process.get(), nap) == WAIT_TIMEOUT;
        for (std::string more = read_waiting(ours.get()); !more.empty(); more = read_waiting(ours.get())) {
            deadline = Clock::now() + silence;
            text += more;
        }
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            const Json parsed = Json::parse(text.substr(0, end), nullptr, false);
            if (parsed.is_object()) { // a DLL may print, too
                line(parsed);
            }
            text.erase(0, end + 1);
        }
        if (running && Clock::now() > deadline) {
            ended.hung = true;
            TerminateProcess(process.get(), 1);
            WaitForSingleObject(process.get(), 5000);
            running = false;
        }
    }
    GetExitCodeProcess(process.get(), &ended.exit_code);
    return ended;
}

} // namespace probe
