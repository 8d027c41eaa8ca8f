#pragma once

#include <wmclients/capture/live_source.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

// Live capture, `-i`: live.cpp has it with wmclients_host; live_absent.cpp stands for it where it is not in
// this program.
namespace cli {

struct LiveOptions {
    std::string interface; ///< empty: no live capture
    std::string port;      ///< of commands that choose no sink: what to capture
    double duration = 0;   ///< seconds; 0: until Ctrl-C
    std::uint32_t buffer_kib = 32U << 10;
    std::uint32_t snapshot_length = 256U << 10;
    bool immediate = false;
    std::string write;
    std::uint64_t rotate_size = 0; ///< bytes; 0: no limit
    double rotate_time = 0;        ///< seconds; 0: no limit
    std::uint64_t keep_files = 0;  ///< 0: all
    bool resolve = false;          ///< ask name servers; also of captures that are read
    std::string user;              ///< after the device is open; empty: nobody, if root

    [[nodiscard]] bool wanted() const { return !interface.empty(); }
};

/// Which of the options a command has.
struct LiveOptionSet {
    bool port = false;            ///< --port; the command has no --port of its own
    bool interface_given = false; ///< without -i all interfaces are captured, not files read
};

void add_live_options(CLI::App& app, LiveOptions& options, LiveOptionSet set);

/// A line for the examples in `--help`, with its line end in front; empty where there is no live capture.
std::string live_example(std::string_view words);

/// Opens the interface with a kernel filter for the sinks of `selection` (all TCP if it names none) and
/// `filter`, and the first file of --write; then gives up every privilege. May be called once in a run.
wmclients::Expected<std::unique_ptr<wmclients::capture::LiveSource>>
open_live_source(const LiveOptions& options, const std::string& filter,
                 const wmclients::timeline::SinkSelection& selection);

} // namespace cli
