#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/timeline/client_timeline.hpp>
#include <wmclients/timeline/event_log.hpp>
#include <wmclients/timeline/observer_fan_out.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace wmclients::sink {

/// The live sink's account of its clients: a timeline, and the event log beside it.
///
/// The timeline forgets the clients that have gone once they outnumber the others (forget_gone()): a sink may
/// run for years. The event log has all of them.
class Account {
  public:
    /// Takes one line of the event log.
    using LogLine = std::function<void(std::string_view)>;

    /// @param log no log is written if it is empty
    explicit Account(LogLine log);

    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

    /// Where to tell what happens.
    [[nodiscard]] timeline::EventListener& events() { return events_; }

    [[nodiscard]] const timeline::ClientTimeline& timeline() const { return timeline_; }

    /// Forgets the clients that have gone, if they make up most of the timeline. @param attached clients now
    void forget_gone(std::size_t attached);

    /// The first line of the log, unless it is there, and the last one, if the first is.
    void begin_log();
    void end_log();

    timeline::ObserverFanOut observers; ///< of the clients; the log comes before them

  private:
    bool log_begun_ = false;
    Caps caps_;
    timeline::ClientTimeline timeline_;
    std::optional<timeline::EventLogWriter> writer_;
    timeline::EventFanOut events_;
};

} // namespace wmclients::sink
