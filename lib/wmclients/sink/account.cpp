#include <wmclients/sink/account.hpp>

namespace wmclients::sink {
namespace {

/// Fewer rows than that are not worth a renewal.
constexpr std::size_t few_rows = 4096;

} // namespace

void ObserverFanOut::connected(const timeline::Client& client, Timestamp at)
{
    for (timeline::ClientObserver* observer : std::vector{observers_}) {
        observer->connected(client, at);
    }
}

void ObserverFanOut::properties_changed(const timeline::Client& client, const timeline::Moment& when)
{
    for (timeline::ClientObserver* observer : std::vector{observers_}) {
        observer->properties_changed(client, when);
    }
}

void ObserverFanOut::disconnected(const timeline::Client& client, const timeline::Detach& detach,
                                  const timeline::LiveState& state, Timestamp at)
{
    for (timeline::ClientObserver* observer : std::vector{observers_}) {
        observer->disconnected(client, detach, state, at);
    }
}

void ObserverFanOut::refused(const timeline::Refusal& refusal, Timestamp at)
{
    for (timeline::ClientObserver* observer : std::vector{observers_}) {
        observer->refused(refusal, at);
    }
}

Account::Account(LogLine log)
    : log_(std::move(log)), caps_(std::make_unique<Caps>()),
      timeline_(std::make_unique<timeline::ClientTimeline>(timeline::Policies{}, *caps_))
{
    listen();
}

void Account::begin_log()
{
    if (writer_ && !log_begun_) {
        log_begun_ = true;
        writer_->begin("sink");
    }
}

void Account::listen()
{
    if (writer_) {
        observers.remove(*writer_);
    }
    events_.clear();
    if (log_) {
        writer_.emplace(*timeline_, log_);
        events_.add(*writer_);
        observers.add_first(*writer_);
    }
    events_.add(*timeline_);
    timeline_->observe(observers);
}

bool Account::is_stale(std::size_t attached) const
{
    const std::size_t known = timeline_->clients().size() + timeline_->refusals().size();
    return known > few_rows && known > 4 * attached;
}

void Account::renew(const std::function<void(timeline::EventListener&)>& retell)
{
    auto caps = std::make_unique<Caps>();
    auto fresh = std::make_unique<timeline::ClientTimeline>(timeline::Policies{}, *caps);
    timeline::ClientObserver nobody;
    fresh->observe(nobody); // a timeline keeps what observers need only if it has one
    retell(*fresh);
    timeline_ = std::move(fresh);
    caps_ = std::move(caps);
    listen();
}

void Account::end_log()
{
    if (log_begun_) {
        Json summary = Json::object();
        summary["complete"] = true;
        writer_->end(summary);
    }
}

} // namespace wmclients::sink
