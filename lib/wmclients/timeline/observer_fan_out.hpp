#pragma once

#include <wmclients/timeline/client_timeline.hpp>

#include <vector>

namespace wmclients::timeline {

/// Tells several observers, in the order in which they were added. An observer may add and remove observers
/// while it is told.
class ObserverFanOut final : public ClientObserver {
  public:
    [[nodiscard]] bool empty() const { return observers_.empty(); }

    void add(ClientObserver& observer) { observers_.push_back(&observer); }

    /// Removes it if it is there.
    void remove(ClientObserver& observer) { std::erase(observers_, &observer); }

    void connected(const Client& client, Timestamp at) override;
    void properties_changed(const Client& client, const Moment& when) override;
    void disconnected(const Client& client, const Detach& detach, const LiveState& state,
                      Timestamp at) override;
    void refused(const Refusal& refusal, Timestamp at) override;

  private:
    std::vector<ClientObserver*> observers_;
};

} // namespace wmclients::timeline
