#include <wmclients/live/process.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>

namespace wmclients::live {
namespace {

/// The beginning of a file in /proc/PID; empty if it cannot be read.
std::string read_of(std::uint64_t pid, const char* file)
{
    struct Close {
        void operator()(std::FILE* open) const { static_cast<void>(std::fclose(open)); }
    };

    const std::string path = "/proc/" + std::to_string(pid) + "/" + file;
    const std::unique_ptr<std::FILE, Close> open{std::fopen(path.c_str(), "re")};
    std::array<char, 4096> text{};
    return open ? std::string{text.data(), std::fread(text.data(), 1, text.size(), open.get())}
                : std::string{};
}

} // namespace

std::string process_name(std::uint64_t pid)
{
    std::string name = read_of(pid, "comm");
    if (!name.empty() && name.back() == '\n') {
        name.pop_back();
    }
    return name;
}

std::optional<std::uint64_t> process_start(std::uint64_t pid)
{
    // "PID (NAME) STATE …": a name may have blanks and brackets; starttime is the 22nd field (proc(5)).
    constexpr int fields_after_name = 20;
    const std::string stat = read_of(pid, "stat");
    std::size_t at = stat.rfind(')');
    for (int field = 0; field < fields_after_name && at != std::string::npos; ++field) {
        at = stat.find(' ', at + 1);
    }
    if (at == std::string::npos) {
        return {};
    }
    std::uint64_t ticks = 0;
    const auto [stop, error] = std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks);
    return error == std::errc{} ? std::optional{ticks} : std::nullopt;
}

} // namespace wmclients::live
