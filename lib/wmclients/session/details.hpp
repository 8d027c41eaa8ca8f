#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/net/tcp_reassembler.hpp>
#include <wmclients/timeline/events.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::session {

/// How many bytes arrived over time, in a fixed number of intervals that double in width as time goes on.
class RateHistory {
  public:
    static constexpr std::size_t intervals = 64;

    /// Adds bytes at an instant; instants before the first count as the first.
    void add(Timestamp time, std::uint64_t bytes);

    [[nodiscard]] Duration width() const { return width_; }

    /// Bytes in each interval, up to the last one in use.
    [[nodiscard]] std::vector<std::uint64_t> bytes() const;

  private:
    Timestamp begin_{};
    Duration width_ = std::chrono::milliseconds{250};
    std::size_t used_ = 0;
    std::array<std::uint64_t, intervals> bytes_{};
};

/// What `info` shows beside the row: too much to keep where only lists are asked for.
struct ClientDetails {
    struct Gap {
        std::uint64_t offset = 0; ///< in the server's stream
        std::uint64_t length = 0;
        net::GapReason reason = net::GapReason::not_captured;
        PacketRef seen;
    };

    std::string request_head; ///< raw bytes; empty if not captured, or the cap was reached; so the next
    std::string response_head;
    Charge request_memory; ///< for the heads, under Cap::details_bytes
    Charge response_memory;
    PacketRef request_at; ///< of its first byte
    PacketRef response_at;
    std::vector<Gap> gaps; ///< the first ones, up to Cap::gaps_kept
    std::uint64_t gap_count = 0;
    RateHistory rate; ///< bytes of `$D` payload over time
};

/// Details by row, up to Cap::details_kept.
class DetailStore {
  public:
    explicit DetailStore(Caps& caps) : caps_(caps) {}

    void keep(std::uint64_t connection, std::uint32_t ordinal, ClientDetails details);

    /// Null if there are none.
    [[nodiscard]] const ClientDetails* find(std::uint64_t connection, std::uint32_t ordinal) const;

  private:
    Caps& caps_;
    std::map<std::pair<std::uint64_t, std::uint32_t>, ClientDetails> details_;
};

} // namespace wmclients::session
