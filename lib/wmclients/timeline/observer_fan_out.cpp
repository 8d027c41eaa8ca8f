#include <wmclients/timeline/observer_fan_out.hpp>

namespace wmclients::timeline {

void ObserverFanOut::connected(const Client& client, Timestamp at)
{
    for (ClientObserver* observer : std::vector{observers_}) {
        observer->connected(client, at);
    }
}

void ObserverFanOut::properties_changed(const Client& client, const Moment& when)
{
    for (ClientObserver* observer : std::vector{observers_}) {
        observer->properties_changed(client, when);
    }
}

void ObserverFanOut::disconnected(const Client& client, const Detach& detach, const LiveState& state,
                                  Timestamp at)
{
    for (ClientObserver* observer : std::vector{observers_}) {
        observer->disconnected(client, detach, state, at);
    }
}

void ObserverFanOut::refused(const Refusal& refusal, Timestamp at)
{
    for (ClientObserver* observer : std::vector{observers_}) {
        observer->refused(refusal, at);
    }
}

} // namespace wmclients::timeline
