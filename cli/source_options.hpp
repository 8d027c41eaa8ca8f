#pragma once

#include "live.hpp"
#include "times.hpp"

#include <wmclients/capture/open_sources.hpp>
#include <wmclients/session/analysis.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App; // <CLI/CLI.hpp> takes seconds to compile; only what defines options includes it
}

namespace cli {

/// The words of a list with commas; empty for an empty text.
std::vector<std::string> split_list(const std::string& text);

/// A port in decimal, however many zeros stand in front; empty for anything else than 1 to 65535.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// The options that every reading command has.
struct SourceOptions {
    /// The word of `--sockets` that stands for the sinks that say that they run.
    static constexpr std::string_view auto_sockets = "auto";

    std::vector<std::string> sources;
    std::string filter;
    std::string from;
    std::string to;
    std::string hosts;
    std::string events;        ///< an event log instead of sources
    bool events_go_on = false; ///< the log is still being written: it needs no last line
    LiveOptions live;          ///< an interface instead of sources
    std::string at;
    std::string sink;
    std::string port;
    std::vector<std::string> sockets; ///< ports, or auto_sockets: the socket table instead of sources
    bool this_machine = false;        ///< without any source the socket table is asked, too
    bool attach_on_given = false;
    wmclients::timeline::Policies policies;
    TimeStyle time = TimeStyle::utc;

    /// The options as the library takes them. Throw Exit with code 2 on what makes no sense.
    [[nodiscard]] wmclients::capture::OpenOptions open_options() const;
    [[nodiscard]] std::optional<wmclients::session::InstantRequest> instant() const;
    [[nodiscard]] wmclients::timeline::SinkSelection selection() const;

    /// Whether the socket table is asked.
    [[nodiscard]] bool asks_sockets() const
    {
        return !live.wanted() && (!sockets.empty() || (this_machine && sources.empty() && events.empty()));
    }
};

/// Which of them a command has.
struct SourceOptionSet {
    bool at = true;
    bool sink = true;
    bool policies = true;
    bool time = true;
    bool events = true;        ///< an event log instead of captures
    bool sources = true;       ///< captures; otherwise nothing but an interface
    bool sockets = false;      ///< the socket table instead of captures, where this program can read it
    bool this_machine = false; ///< the same without any source
};

void add_source_options(CLI::App& app, SourceOptions& options, SourceOptionSet set = {});

} // namespace cli
