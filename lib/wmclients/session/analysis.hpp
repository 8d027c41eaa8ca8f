#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/live_source.hpp>
#include <wmclients/dissect/dissector.hpp>
#include <wmclients/dissect/fan_out.hpp>
#include <wmclients/session/tracker.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace wmclients::session {

/// The beginning and the end of what was read.
struct CaptureSpan {
    PacketRef first; ///< meaningful if packets is not 0
    PacketRef last;
    PacketRef at; ///< the last packet within the instant asked for, if any
    std::uint64_t packets = 0;
};

/// An instant as a user names it: a time, a duration after the first packet, or a packet.
struct InstantRequest {
    enum class Kind : std::uint8_t { time, after_first, packet };
    Kind kind = Kind::time;
    Timestamp time{};
    Duration after{};
    std::uint64_t packet = 0;
};

/// Reads RFC 3339, `+SECONDS` (a fraction is allowed) or `packet:N`; empty for anything else.
std::optional<InstantRequest> parse_instant(std::string_view text);

/// The instant in a capture whose first packet is at `first`.
timeline::Instant resolve(const InstantRequest& request, Timestamp first);

/// The whole pass: packets of a source, through dissector and tracker, to a listener.
class Analysis {
  public:
    /// Called every few thousand packets; false stops the pass as if the capture ended there.
    using Progress = std::function<bool(const capture::PacketSource&)>;

    /// `companion`: a visitor of the same pass, beside the tracker, if not null.
    Analysis(timeline::EventListener& listener, Caps& caps, const TrackerOptions& options,
             std::optional<InstantRequest> instant, dissect::Visitor* companion = nullptr);

    /// Reads the source to its end. True if the end was reached, false if `progress` stopped it.
    bool run(capture::PacketSource& source, const Progress& progress);

    /// Called at each tick of a live source, and before the end; false stops the pass as if the capture ended
    /// there.
    using Tick = std::function<bool()>;

    /// Reads a live source until it ends or `tick` stops it. True if it ended by itself.
    bool run(capture::LiveSource& source, const Tick& tick);

    /// A connection without any packet for so long is given up (Dissector::idle_limit otherwise).
    void give_up_after(Duration silence) { dissector_.give_up_after(silence); }

    /// See Tracker::know_sink().
    void know_sink(const Endpoint& server) { tracker_.know_sink(server); }

    /// Tells `listener` the counters of all attached clients as they are now; see Tracker::report_counters().
    void report_counters(timeline::EventListener& listener) const
    {
        tracker_.report_counters(listener, now_);
    }

    [[nodiscard]] const CaptureSpan& span() const { return span_; }

    [[nodiscard]] const Tracker& tracker() const { return tracker_; }

    [[nodiscard]] const dissect::Dissector& dissector() const { return dissector_; }

  private:
    void packet(const capture::Packet& packet);
    void advance(Timestamp now);
    void finish();

    Tracker tracker_;
    dissect::FanOut both_;
    dissect::Dissector dissector_;
    std::optional<InstantRequest> instant_;
    std::optional<timeline::Instant> at_; ///< `instant_`, once the first packet has come
    CaptureSpan span_;
    PacketRef now_; ///< the last packet; of a live source with the time of a later tick
};

} // namespace wmclients::session
