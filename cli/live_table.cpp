#include "live_table.hpp"

#include "watch_table.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace cli {

using namespace wmclients;

namespace {

struct TerminalSize {
    std::size_t lines = 24; ///< these two if it does not tell
    std::size_t columns = 80;
};

TerminalSize terminal_size()
{
    winsize size{};
    const bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
    return told ? TerminalSize{size.ws_row, size.ws_col} : TerminalSize{};
}

/// What a player calls itself has so many columns at the least, and else what the other cells leave.
constexpr std::size_t least_player = 8;
constexpr std::string_view player_title = "PLAYER";

/// @param room columns for the player
std::vector<std::string> cells_of(std::size_t index, const sink::ClientStatus& client, Timestamp now,
                                  std::size_t room)
{
    const double seconds = std::chrono::duration<double>(now - client.attached).count();
    const std::string agent = cut_to(printable(client.user_agent), room);
    return {fmt::format("{}", index),
            to_string(client.endpoint.address),
            fmt::format("{}", client.endpoint.port),
            agent.empty() ? "-" : agent,
            output::human_duration(seconds),
            output::human_bytes(client.media_bytes),
            fmt::format("{}", client.packets_dropped),
            output::human_duration(static_cast<double>(client.behind_ms) / 1000)};
}

} // namespace

LiveTable::LiveTable(const sink::NetworkSink& sink, const std::string& heading)
    : sink_(sink), heading_(printable(heading)), thread_([this] {
          std::unique_lock lock{mutex_};
          while (!stop_) {
              draw();
              wake_.wait_for(lock, std::chrono::seconds{1}, [this] { return stop_; });
          }
      })
{
}

LiveTable::~LiveTable()
{
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void LiveTable::draw()
{
    using Align = output::Table::Align;
    const auto clients = sink_.clients();
    const sink::Statistics statistics = sink_.statistics();
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    constexpr std::size_t other_lines = 6;
    const auto [lines, columns] = terminal_size();
    const std::size_t shown = std::min(clients.size(), lines > other_lines ? lines - other_lines : 1);

    output::Table table{{{"#", Align::right},
                         {"ADDRESS"},
                         {"PORT", Align::right},
                         {std::string{player_title}},
                         {"ATTACHED FOR", Align::right},
                         {"MEDIA", Align::right},
                         {"DROPPED", Align::right},
                         {"BEHIND", Align::right}}};
    for (std::size_t i = 0; i < shown; ++i) {
        table.measure(cells_of(i, clients[i], now, 0));
    }
    const std::string titles = table.titles();
    const std::size_t others = display_width(titles) - display_width("\n") - player_title.size();
    const std::size_t room = std::max(least_player, columns - std::min(columns, others));
    for (std::size_t i = 0; i < shown; ++i) {
        table.measure(cells_of(i, clients[i], now, room));
    }
    // Home, the lines each cut, and cleared to its end, and what was below them.
    std::string text = "\x1b[H";
    const auto line = [&text, columns = columns](std::string_view content) {
        content.remove_suffix(content.ends_with('\n') ? 1 : 0);
        text += cut_to(content, columns) + "\x1b[K\r\n";
    };
    line(heading_);
    line("");
    line(table.titles());
    for (std::size_t i = 0; i < shown; ++i) {
        line(table.line(cells_of(i, clients[i], now, room)));
    }
    if (shown < clients.size()) {
        line(fmt::format("… and {} more", clients.size() - shown));
    }
    line(fmt::format("{} client{}, {} so far, {} sent, {} refused; Ctrl-C ends the stream", clients.size(),
                     clients.size() == 1 ? "" : "s", statistics.plays,
                     output::human_bytes(statistics.bytes_sent), statistics.requests_refused));
    text += "\x1b[J";
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    static_cast<void>(std::fflush(stdout));
}

} // namespace cli
