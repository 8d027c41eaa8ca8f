#include "live.hpp"

#include "interfaces.hpp"
#include "option_kinds.hpp"

#include <wmclients/capture/kernel_filter.hpp>
#include <wmclients/capture/recording_source.hpp>
#include <wmclients/live/privileges.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

namespace cli {

using wmclients::Duration;
using wmclients::Error;
using wmclients::Expected;
using wmclients::capture::LiveSource;

namespace {

/// A bare number is KiB, as with tcpdump's -B.
CLI::AsNumberWithUnit kibibytes_with_unit()
{
    constexpr std::uint32_t mebi = 1U << 10;
    return CLI::AsNumberWithUnit{std::map<std::string, std::uint32_t>{
        {"k", 1}, {"kib", 1}, {"m", mebi}, {"mib", mebi}, {"g", mebi << 10}, {"gib", mebi << 10}}};
}

wmclients::capture::RecordingOptions recording_options(const LiveOptions& options)
{
    return {options.write, options.rotate_size, Duration{std::llround(options.rotate_time * 1e9)},
            options.keep_files};
}

/// Whoever the program has become will create the next files of the series.
Expected<void> check_folder(const wmclients::capture::RecordingOptions& recording)
{
    const std::string parent = std::filesystem::path{recording.file}.parent_path().string();
    const std::string folder = parent.empty() ? "." : parent;
    if (!recording.rotates() || access(folder.c_str(), W_OK | X_OK) == 0) {
        return {};
    }
    return wmclients::failure(
        Error::Kind::unavailable,
        fmt::format("{}: the user that captures once the interface is open may create no files there; name "
                    "one who may with -Z USER",
                    folder));
}

} // namespace

void add_live_options(CLI::App& app, LiveOptions& options, LiveOptionSet set)
{
    app.add_flag("--resolve", options.resolve, "Ask name servers for the names of clients");
    constexpr const char* group = "Live capture";
    CLI::Option* const interface =
        app.add_option("-i,--interface", options.interface,
                       "Capture on this interface instead of reading captures; any: on all of them")
            ->check(not_empty())
            ->type_name("IFACE")
            ->group(group);
    if (set.interface_given) {
        options.interface = "any";
        interface->default_str("any");
    }
    const auto add = [&](CLI::Option* option) {
        return (set.interface_given ? option : option->needs(interface))->group(group);
    };
    if (set.port) {
        add(app.add_option("--port", options.port, "Capture only what goes to or comes from this port"))
            ->check(not_empty())
            ->type_name("PORT");
    }
    add(app.add_option("--duration", options.duration, "End after so long (s, m, h, d; default: at Ctrl-C)"))
        ->transform(seconds_with_unit())
        ->check(between(0.1, 1e9))
        ->type_name("TIME");
    add(app.add_option("-B,--buffer-size", options.buffer_kib,
                       "The kernel's buffer: KiB, or with a unit (K, M, G; default: 32M)"))
        ->transform(quiet(kibibytes_with_unit()))
        ->check(between(1, (2 << 20) - 1))
        ->type_name("SIZE");
    add(app.add_option("-s,--snapshot-length", options.snapshot_length,
                       "The most bytes of a packet to capture (default: all)"))
        ->check(between(64, 256 << 10))
        ->type_name("BYTES");
    add(app.add_flag("--immediate", options.immediate, "Take each packet at once, not in blocks: more work"));
    CLI::Option* const write =
        add(app.add_option("--write", options.write,
                           "Keep what is captured in this file (pcap, nanoseconds), which must be new"))
            ->check(not_empty())
            ->type_name("FILE");
    add(app.add_option("--rotate-size", options.rotate_size,
                       "Begin another file before one is larger (kB, MB, MiB, …): FILE_00001_TIME and so on"))
        ->needs(write)
        ->transform(quiet(CLI::AsSizeValue{true}))
        ->check(between(std::uint64_t{1000}, std::uint64_t{1} << 50))
        ->type_name("SIZE");
    add(app.add_option("--rotate-time", options.rotate_time, "Begin another file after so long (s, m, h, d)"))
        ->needs(write)
        ->transform(seconds_with_unit())
        ->check(between(1.0, 1e9))
        ->type_name("TIME");
    add(app.add_option("--keep-files", options.keep_files, "Of rotated files, keep only the latest"))
        ->needs(write)
        ->check(between(1, 1'000'000))
        ->type_name("N");
    add(app.add_option("-Z,--user", options.user,
                       "As root: become this user once the interface is open (default: nobody)"))
        ->check(not_empty())
        ->type_name("USER");
    app.add_flag_callback(
           "-D,--list-interfaces", [] { throw CLI::CallForVersion(interfaces_text(), 0); },
           "Show the interfaces that there are, and do nothing else")
        ->group(group);
}

std::string live_example(std::string_view words)
{
    return fmt::format("\n  wmclients {}", words);
}

Expected<std::unique_ptr<LiveSource>> open_live_source(const LiveOptions& options, const std::string& filter,
                                                       const wmclients::timeline::SinkSelection& selection)
{
    if (options.write.empty() ? options.keep_files != 0
                              : options.keep_files != 0 && !recording_options(options).rotates()) {
        return wmclients::failure(Error::Kind::usage,
                                  "--keep-files is for a series: with --rotate-size or --rotate-time");
    }
    wmclients::capture::KernelFilterOptions wanted;
    wanted.port = selection.endpoint ? selection.endpoint->port : selection.port;
    if (selection.endpoint) {
        wanted.address = selection.endpoint->address;
    }
    wanted.also = filter;
    auto source = wmclients::capture::open_live({options.interface, kernel_filter(wanted),
                                                 std::size_t{options.buffer_kib} << 10,
                                                 options.snapshot_length, options.immediate});
    const auto recording = recording_options(options);
    if (source && !options.write.empty()) {
        source = wmclients::capture::record(std::move(*source), recording);
    }
    if (!source) {
        return source;
    }
    if (auto dropped = wmclients::live::drop_privileges(options.user); !dropped) {
        return tl::unexpected(dropped.error());
    }
    if (auto writable = check_folder(recording); !writable) {
        return tl::unexpected(writable.error());
    }
    return source;
}

} // namespace cli
