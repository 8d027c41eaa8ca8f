#pragma once

#include "exit_code.hpp"
#include "source_options.hpp"
#include "stats.hpp"

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/packet_source.hpp>
#include <wmclients/output/client_record.hpp>
#include <wmclients/session/analysis.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// What a command wants to know beside the rows.
struct Wanted {
    bool details = false;
    bool every_connection = false;
    wmclients::timeline::EventListener* listener = nullptr; ///< is told of every event before the timeline
    wmclients::timeline::ClientObserver* observer = nullptr;
    wmclients::dissect::Visitor* visitor = nullptr; ///< of the packets' pass, beside the tracker
    std::function<void()> tick; ///< live: called several times a second; the span of the findings is known
    /// Live: as `tick`, for those who look into the pass; false ends the capture.
    std::function<bool(wmclients::session::Analysis&, const wmclients::capture::LiveSource&)> follow;
    std::function<void()> over; ///< live: the capture has ended; nothing has been said of how
    bool full_screen = false;   ///< live: the terminal is taken, and nothing is said that is not an error
};

/// All that one run over the sources has found.
struct Findings {
    /// The origin where the system's socket table was asked, now or when a log was written.
    static constexpr std::string_view sockets_origin = "sockets";

    wmclients::Caps caps;
    wmclients::timeline::ClientTimeline timeline;
    wmclients::session::DetailStore details;
    std::vector<CounterGroup> counters;
    wmclients::capture::CaptureQuality quality;
    wmclients::session::CaptureSpan span;
    std::vector<std::string> files; ///< the names that PacketRef::file counts through
    std::optional<wmclients::timeline::Instant> at;
    std::string interface;          ///< of a live capture, else empty
    std::string origin = "capture"; ///< as in an event log's first line
    bool instant_counted = true;    ///< the counters at `at` are known; an event log has only the final ones
    bool packets_counted = true;    ///< false: a log that does not say how many packets there were
    bool complete = true;           ///< every input was read to its end
    bool interrupted = false;
    bool unavailable = false; ///< live: the interface, or the file of --write, could not be used to the end

    explicit Findings(wmclients::timeline::Policies policies) : timeline(policies, caps), details(caps) {}

    [[nodiscard]] bool from_sockets() const { return origin == sockets_origin; }

    /// The policies by which clients are listed: the socket table shows connections, whatever was asked for.
    [[nodiscard]] wmclients::timeline::Policies policies() const
    {
        auto policies = timeline.policies();
        if (from_sockets()) {
            policies.attach_on = wmclients::timeline::AttachOn::accept;
        }
        return policies;
    }

    /// Whether there was anything to read; only then span's times mean something.
    [[nodiscard]] bool any() const { return span.packets != 0 || span.first.time != wmclients::Timestamp{}; }

    /// The status of a command that has nothing worse to say.
    [[nodiscard]] ExitCode exit_code() const
    {
        return unavailable   ? ExitCode::unavailable
               : interrupted ? ExitCode::interrupted
               : complete    ? ExitCode::ok
                             : ExitCode::damaged;
    }

    /// The same where there are findings: a failure HRESULT, differences, no such client.
    [[nodiscard]] ExitCode exit_code_with_findings() const
    {
        return unavailable || interrupted ? exit_code() : ExitCode::findings;
    }
};

/// As analyse() below, into findings that the caller has made: for listeners that need their timeline.
void analyse(const SourceOptions& options, const Wanted& wanted, Findings& findings);

/// Reads the sources, or the event log of `--events`. What cannot be read is told on stderr; throws Exit if
/// nothing can be, or if `--at` is before the first packet.
std::unique_ptr<Findings> analyse(const SourceOptions& options, const Wanted& wanted);

/// Row `index` of a sink, as every format shows it.
wmclients::output::ClientRecord record_of(const Findings& findings, const wmclients::timeline::Sink& sink,
                                          std::size_t index);

/// Why there is nothing to show.
std::string no_sink_message(const Findings& findings, const SourceOptions& options);

/// The one sink that `--sink`, `--port` and the capture leave. Throws Exit: with 1 if there is none, with 2
/// and a list if there are several.
wmclients::timeline::Sink the_sink(const Findings& findings, const SourceOptions& options);

} // namespace cli
