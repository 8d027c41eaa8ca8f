#include "live_table.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace cli {

using namespace wmclients;

namespace {

/// Lines of the terminal; 24 if it does not tell.
std::size_t terminal_lines()
{
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24U;
}

std::vector<std::string> cells_of(std::size_t index, const sink::ClientStatus& client, Timestamp now)
{
    const double seconds = std::chrono::duration<double>(now - client.attached).count();
    const std::string agent = printable(client.user_agent);
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

LiveTable::LiveTable(const sink::NetworkSink& sink, std::string heading)
    : sink_(sink), heading_(std::move(heading)), thread_([this] {
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
    const std::size_t lines = terminal_lines();
    const std::size_t shown = std::min(clients.size(), lines > other_lines ? lines - other_lines : 1);

    output::Table table{{{"#", Align::right},
                         {"ADDRESS"},
                         {"PORT", Align::right},
                         {"PLAYER"},
                         {"ATTACHED FOR", Align::right},
                         {"MEDIA", Align::right},
                         {"DROPPED", Align::right},
                         {"BEHIND", Align::right}}};
    for (std::size_t i = 0; i < shown; ++i) {
        table.measure(cells_of(i, clients[i], now));
    }
    // Home, the lines each cleared to its end, and what was below them.
    std::string text = "\x1b[H";
    const auto line = [&](std::string_view content) {
        text += content;
        if (!content.empty() && content.back() == '\n') {
            text.pop_back();
        }
        text += "\x1b[K\r\n";
    };
    line(heading_);
    line("");
    line(table.titles());
    for (std::size_t i = 0; i < shown; ++i) {
        line(table.line(cells_of(i, clients[i], now)));
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
