#include "progress.hpp"

#include "platform.hpp"

#include <wmclients/output/table.hpp>

#include <fmt/format.h>

namespace cli {
namespace {

constexpr std::chrono::milliseconds quiet_at_first{1000};
constexpr std::chrono::milliseconds between_updates{200};

} // namespace

Progress::Progress() : terminal_(is_terminal(Stream::error)), begin_(Clock::now()), last_(begin_) {}

Progress::~Progress()
{
    if (shown_) {
        static_cast<void>(write_all(Stream::error, "\r\x1b[K"));
    }
}

void Progress::show(const wmclients::capture::PacketSource& source)
{
    if (!terminal_) {
        return;
    }
    const auto now = Clock::now();
    if (now - begin_ < quiet_at_first || now - last_ < between_updates) {
        return;
    }
    last_ = now;
    shown_ = true;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double rate = static_cast<double>(source.bytes_read()) / seconds;
    std::string line = fmt::format("{} read, {}/s", wmclients::output::human_bytes(source.bytes_read()),
                                   wmclients::output::human_bytes(static_cast<std::uint64_t>(rate)));
    if (source.size() > source.bytes_read() && rate > 0) {
        line += fmt::format(", {} %, {} left", source.bytes_read() * 100 / source.size(),
                            wmclients::output::human_duration(
                                static_cast<double>(source.size() - source.bytes_read()) / rate));
    }
    static_cast<void>(write_all(Stream::error, fmt::format("\r{}\x1b[K", line)));
}

} // namespace cli
