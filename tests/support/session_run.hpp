#pragma once

#include <wmclients/dissect/dissector.hpp>
#include <wmclients/session/tracker.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <support/capture_builder.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::testing {

/// A script's packets, through the dissector and the tracker into a timeline: what `list` would do.
class SessionRun {
  public:
    struct Options {
        timeline::Policies policies;
        std::optional<timeline::Instant> instant;
        bool every_connection = false;
        bool details = false;
    };

    explicit SessionRun(std::string_view script) : SessionRun(script, Options{}) {}

    SessionRun(std::string_view script, const Options& options);

    /// Each row on a line: endpoint's port, times in milliseconds from the capture's start or - for unknown,
    /// `end reason`, counters. README.md of this folder describes the form.
    [[nodiscard]] std::string rows() const;

    /// "503 at 20", one a line.
    [[nodiscard]] std::string refusals() const;

    [[nodiscard]] const timeline::Client& row(std::size_t index) const
    {
        return timeline.clients().at(index);
    }

    [[nodiscard]] std::string text(timeline::TextId id) const { return std::string{timeline.text(id)}; }

    /// Milliseconds from the script's start, or "-".
    [[nodiscard]] static std::string at(const MaybeTime& time);

    Caps caps;
    std::string error; ///< of the script; then nothing was run
    timeline::ClientTimeline timeline;
    session::DetailStore details{caps};
    session::LookAlikeStats look_alikes;
    dissect::DissectStats dissect_stats;
    net::ReassemblyStats reassembly_stats;
    net::DecodeStats decode_stats;
};

} // namespace wmclients::testing
