#include <wmclients/sink/sessions.hpp>

namespace wmclients::sink {

Session* Sessions::find(std::uint32_t id)
{
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
}

Session& Sessions::create(Clock::time_point now)
{
    for (auto at = sessions_.begin(); sessions_.size() >= most && at != sessions_.end();) {
        at = at->second.data_connection == 0 ? sessions_.erase(at) : std::next(at);
    }
    std::uint32_t id = 0;
    do {
        id = static_cast<std::uint32_t>(random_());
    } while (id == 0 || sessions_.contains(id));
    Session& session = sessions_[id];
    session.id = id;
    session.last_used = now;
    return session;
}

void Sessions::expire(Clock::time_point now)
{
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        const bool idle = at->second.data_connection == 0 && now - at->second.last_used > timeout_;
        at = idle ? sessions_.erase(at) : std::next(at);
    }
}

} // namespace wmclients::sink
