#pragma once

#include <wmclients/diff/account.hpp>
#include <wmclients/timeline/client_timeline.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <string>
#include <string_view>

namespace wmclients::fuzz {

/// All that learns from events, wired as the program does it: the log's writer, then the timeline, then what
/// the owner was told.
class Told {
  public:
    explicit Told(timeline::Policies policies);

    /// The same, and every line of an event log.
    Told(timeline::Policies policies, std::string_view log);

    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;

    /// Writes the log's first line: where events come from. Before the first event.
    void begin(std::string_view origin) { writer_.begin(origin, timeline_.policies()); }

    /// To be told of events.
    [[nodiscard]] timeline::EventListener& events() { return events_; }

    [[nodiscard]] const timeline::ClientTimeline& timeline() const { return timeline_; }

    /// What was written of it.
    [[nodiscard]] const std::string& log() const { return log_; }

    /// Every row with every column, and the refusals.
    [[nodiscard]] std::string rows() const;

    /// As the program's accounts of `diff` are made.
    [[nodiscard]] diff::Account account() const;

    /// Makes what lists are made of: sinks, rows, instants, answers to queries, JSON, CSV. @throws
    /// std::logic_error if anything of it could act on a terminal
    void render() const;

    Caps caps;

  private:
    timeline::ClientTimeline timeline_;
    std::string log_;
    timeline::EventLogWriter writer_;
    diff::ToldListener told_;
    timeline::EventFanOut events_;
    MaybeTime begin_;
    MaybeTime end_;
};

/// @throws std::logic_error if `text` is not UTF-8, or has controls other than line ends
void require_harmless(std::string_view text);

} // namespace wmclients::fuzz
