#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace wmclients::sink {

/// Gives each packet the time at which it is to be sent, from the packets' own send times (ASF specification
/// 01.20.05, section 5.2.2): as far apart as they say.
class Pacer {
  public:
    using Clock = std::chrono::steady_clock;

    /// A source that is behind by more than that is not caught up with, and a send time that is ahead by more
    /// is not waited for: the packet is due at once, and those after it count from it.
    static constexpr std::chrono::seconds longest_jump{2};

    /// When the packet with this send time (milliseconds, modulo 2^32) is due; called once for each packet,
    /// in order.
    Clock::time_point due(std::uint32_t send_time, Clock::time_point now)
    {
        if (last_send_time_) {
            due_ += std::chrono::milliseconds{static_cast<std::int32_t>(send_time - *last_send_time_)};
        }
        if (!last_send_time_ || due_ < now - longest_jump || due_ > now + longest_jump) {
            due_ = now;
        }
        last_send_time_ = send_time;
        return due_;
    }

  private:
    std::optional<std::uint32_t> last_send_time_;
    Clock::time_point due_;
};

} // namespace wmclients::sink
