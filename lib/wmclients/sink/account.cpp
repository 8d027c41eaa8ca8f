#include <wmclients/sink/account.hpp>

namespace wmclients::sink {
namespace {

/// Fewer rows than that are not worth the work.
constexpr std::size_t few_rows = 4096;

} // namespace

Account::Account(LogLine log) : timeline_(timeline::Policies{}, caps_)
{
    if (log) {
        writer_.emplace(timeline_, std::move(log));
        events_.add(*writer_);
        observers.add(*writer_);
    }
    events_.add(timeline_);
    timeline_.observe(observers);
}

void Account::begin_log()
{
    if (writer_ && !log_begun_) {
        log_begun_ = true;
        writer_->begin("sink", timeline_.policies());
    }
}

void Account::forget_gone(std::size_t attached)
{
    const std::size_t known = timeline_.clients().size() + timeline_.refusals().size();
    if (known > few_rows && known > 4 * attached) {
        timeline_.forget([this](const timeline::Client& client) {
            return timeline_.detach_of(client).reason != timeline::EndReason::none;
        });
    }
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
