#include <fmt/format.h>
#include <support/session_run.hpp>

namespace wmclients::testing {
namespace {

/// Where the scripts of the builder begin unless they say otherwise: 2026-01-01T00:00:00Z.
constexpr std::int64_t script_start = 1'767'225'600;

std::string row_text(const timeline::ClientTimeline& timeline, const timeline::Client& client)
{
    const timeline::Detach detach = timeline.detach_of(client);
    std::string out = fmt::format("{} {}{} to {}", client.endpoint.port, SessionRun::at(client.attached.time),
                                  client.attached_exact ? "" : "?", SessionRun::at(detach.when.time));
    out += fmt::format(" {}", to_string(detach.reason));
    const bool open_at_end = client.tracking_end == timeline::TrackingEnd::capture_end;
    if (client.tracking_end != timeline::TrackingEnd::none
        && (!open_at_end || detach.reason == timeline::EndReason::none)) {
        out += fmt::format(" ({})", to_string(client.tracking_end));
    }
    const timeline::Counters& counters = client.state.counters;
    out += fmt::format(" H{} D{} {}B", counters.header_packets, counters.data_packets, counters.media_bytes);
    const auto add = [&](std::string_view name, std::uint64_t value) {
        if (value != 0) {
            out += fmt::format(" {}={}", name, value);
        }
    };
    add("cut", counters.cut_packets);
    add("damaged", counters.damaged_packets);
    add("lost", counters.lost_packets);
    add("gap", counters.gap_bytes);
    out += counters.exact ? "" : " inexact";
    out += counters.lost_known ? "" : " lost-unknown";
    return out;
}

} // namespace

SessionRun::SessionRun(std::string_view script, const Options& options) : timeline(options.policies, caps)
{
    const auto capture = build_capture(script);
    if (!capture) {
        error = capture.error().message;
        return;
    }
    session::TrackerOptions tracker_options;
    tracker_options.every_connection =
        options.every_connection || options.policies.attach_on != timeline::AttachOn::play;
    tracker_options.details = options.details ? &details : nullptr;
    session::Tracker tracker{timeline, caps, tracker_options};
    if (options.instant) {
        tracker.take_instant(*options.instant);
    }
    dissect::Dissector dissector{tracker, caps};
    PacketRef last;
    for (const capture::Packet& packet : capture->views()) {
        tracker.before(packet.ref);
        dissector.packet(packet);
        last = packet.ref;
    }
    dissector.finish();
    tracker.finish(last);
    look_alikes = tracker.look_alikes();
    dissect_stats = dissector.stats();
    reassembly_stats = dissector.reassembly_stats();
    decode_stats = dissector.decode_stats();
}

std::string SessionRun::at(const MaybeTime& time)
{
    return time ? fmt::format("{}", (*time - timestamp_from(script_start, 0)) / std::chrono::milliseconds{1})
                : "-";
}

std::string SessionRun::rows() const
{
    std::string out = error;
    for (const timeline::Client& client : timeline.clients()) {
        out += (out.empty() ? "" : "\n") + row_text(timeline, client);
    }
    return out;
}

std::string SessionRun::refusals() const
{
    std::string out = error;
    for (const timeline::Refusal& refusal : timeline.refusals()) {
        out += fmt::format("{}{} at {}", out.empty() ? "" : "\n", refusal.status, at(refusal.when.time));
    }
    return out;
}

} // namespace wmclients::testing
