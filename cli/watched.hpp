#pragma once

#include <wmclients/live/metrics.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cli {

/// A client as `watch` shows it. Texts are raw.
struct WatchedClient {
    std::pair<std::uint64_t, std::uint32_t> id; ///< connection and ordinal: its name as long as it is there
    wmclients::Endpoint client;
    wmclients::Endpoint server;
    std::string dns_name;
    std::string user_agent;
    wmclients::MaybeTime attached_at;
    wmclients::timeline::Detach detach; ///< reason none: attached
    std::optional<double> age;  ///< seconds since it was attached, until it was detached; unknown: empty
    std::optional<double> rate; ///< media bytes a second over the last few seconds; empty: too new, or gone
    wmclients::timeline::LiveState state;
    bool counted = true; ///< the server's side was captured
};

/// What is followed by `watch`: the clients who are attached, and for some time those who have gone.
class Watched final : public wmclients::timeline::ClientObserver {
  public:
    /// @param timeline outlives this
    /// @param keep so long a client that has gone is shown
    Watched(wmclients::timeline::ClientTimeline& timeline, wmclients::Duration keep);

    /// To be called about once a second, after the counters of all clients were reported: measures rates, and
    /// forgets who has gone long ago, and who has vanished: is attached as far as anybody knows, but on a
    /// connection that was given up.
    void update(wmclients::Timestamp now);

    /// In attach order.
    [[nodiscard]] std::vector<WatchedClient> clients(wmclients::Timestamp now) const;

    /// Since the beginning.
    struct Totals {
        std::uint64_t came = 0;
        std::uint64_t went = 0;
        std::uint64_t refused = 0;
        std::uint64_t finished_forgotten = 0;
        std::uint64_t vanished_forgotten = 0;
    };

    [[nodiscard]] const Totals& totals() const { return totals_; }

    [[nodiscard]] std::map<std::string, wmclients::live::SinkCounts> sinks();

    /// A sentence on the latest event; empty before the first.
    [[nodiscard]] const std::string& latest() const { return latest_; }

    void connected(const wmclients::timeline::Client& client, wmclients::Timestamp at) override;
    void properties_changed(const wmclients::timeline::Client& client,
                            const wmclients::timeline::Moment& when) override;
    void disconnected(const wmclients::timeline::Client& client, const wmclients::timeline::Detach& detach,
                      const wmclients::timeline::LiveState& state, wmclients::Timestamp at) override;
    void refused(const wmclients::timeline::Refusal& refusal, wmclients::Timestamp at) override;

  private:
    /// The media bytes at the last few updates; the oldest first.
    struct Samples {
        static constexpr std::size_t kept = 6;
        std::array<std::pair<wmclients::Timestamp, std::uint64_t>, kept> at{};
        std::size_t count = 0;
    };

    using Id = std::pair<std::uint64_t, std::uint32_t>;

    [[nodiscard]] const wmclients::Endpoint& server_of(const wmclients::timeline::Client& client) const;
    [[nodiscard]] const wmclients::timeline::LiveState&
    state_of(const wmclients::timeline::Client& client) const;
    [[nodiscard]] bool is_attached(const wmclients::timeline::Client& client) const;
    void sample(wmclients::Timestamp now);
    void forget(wmclients::Timestamp now);

    wmclients::timeline::ClientTimeline& timeline_;
    wmclients::Duration keep_;
    wmclients::Timestamp forgotten_at_{}; ///< when the timeline forgot last
    wmclients::live::SinkTotals sinks_;
    std::map<Id, Samples> samples_;
    Totals totals_;
    std::string latest_;
};

} // namespace cli
