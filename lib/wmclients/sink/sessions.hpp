#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <unordered_map>

namespace wmclients::sink {

/// What a client-id stands for (MS-WMSP 3.2.1): it outlives the connections of its requests.
struct Session {
    std::uint32_t id = 0;
    std::uint64_t data_connection = 0; ///< the connection that it streams on; 0: it does not stream
    std::chrono::steady_clock::time_point last_used;
};

/// All sessions, by client-id.
class Sessions {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Sessions(std::chrono::milliseconds timeout) : timeout_(timeout) {}

    /// @returns null if there is no such session
    Session* find(std::uint32_t id);

    /// A new session under a random client-id (MS-WMSP 3.2.3). If there are too many, one that does not
    /// stream is forgotten.
    Session& create(Clock::time_point now);

    /// Forgets what does not stream and was not used for the timeout (MS-WMSP 3.2.6.2).
    void expire(Clock::time_point now);

    [[nodiscard]] std::size_t size() const { return sessions_.size(); }

    /// Sessions at once. A client that asks for a new one with every request must not fill the memory.
    static constexpr std::size_t most = 65'536;

  private:
    std::chrono::milliseconds timeout_;
    std::unordered_map<std::uint32_t, Session> sessions_;
    std::random_device random_;
};

} // namespace wmclients::sink
