#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/packet_source.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wmclients::live {

/// What has happened at one endpoint of a sink since the program began.
struct SinkCounts {
    std::uint64_t clients = 0; ///< attached now
    std::uint64_t connects = 0;
    std::map<timeline::EndReason, std::uint64_t> disconnects;
    std::uint64_t refused = 0;
    std::uint64_t media_bytes = 0;
    std::uint64_t lost_packets = 0;
};

/// What an attached client has got so far.
struct AttachedCounts {
    Endpoint server;
    std::uint64_t media_bytes = 0;
    std::uint64_t lost_packets = 0;
};

/// Counts what observers of a timeline are told, by endpoint of the sink. Endpoints beyond the first 64 are
/// counted together: each takes a label, and labels must not grow without end
/// (https://prometheus.io/docs/practices/naming/). It may be asked on another thread than the one that tells
/// it.
class SinkTotals final : public timeline::ClientObserver {
  public:
    static constexpr std::size_t most_sinks = 64;

    /// The label of what is beyond.
    static constexpr std::string_view others = "other";

    /// Tells the sink's endpoint of a row; called while an observer is told of it.
    using ServerOf = std::function<Endpoint(const timeline::Client&)>;

    explicit SinkTotals(ServerOf server_of) : server_of_(std::move(server_of)) {}

    void connected(const timeline::Client& client, Timestamp at) override;
    void disconnected(const timeline::Client& client, const timeline::Detach& detach,
                      const timeline::LiveState& state, Timestamp at) override;
    void refused(const timeline::Refusal& refusal, Timestamp at) override;

    /// A client that is no longer followed has left without an end.
    void vanished(const timeline::Client& client, const timeline::LiveState& state);

    /// By "ADDRESS:PORT"; with what the attached clients have got added. What only grows never falls below
    /// what was told before, though a client may leave between two questions, and what it did not get is
    /// known at its end alone: a counter that falls is one that began anew
    /// (https://prometheus.io/docs/concepts/metric_types/).
    [[nodiscard]] std::map<std::string, SinkCounts> counts(const std::vector<AttachedCounts>& attached);

  private:
    static SinkCounts& of(std::map<std::string, SinkCounts>& totals, const Endpoint& server);

    ServerOf server_of_;
    std::mutex mutex_;
    std::map<std::string, SinkCounts> totals_;
    std::map<std::string, SinkCounts> told_; ///< of these, the media bytes and lost packets
};

/// All that is told at one scrape.
struct MetricsSample {
    std::string version; ///< of the program
    std::map<std::string, SinkCounts> sinks;
    std::optional<capture::CaptureQuality> capture; ///< empty: nothing is captured
    std::optional<Caps> caps;
    std::uint64_t finished_forgotten = 0; ///< rows that have left the list
    std::uint64_t vanished_forgotten = 0;
};

/// The sample in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
std::string metrics_text(const MetricsSample& sample);

} // namespace wmclients::live
