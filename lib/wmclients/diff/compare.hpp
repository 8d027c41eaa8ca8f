#pragma once

#include <wmclients/diff/account.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::diff {

struct Options {
    Duration tolerance =
        std::chrono::seconds{1};          ///< of times, once the clock offset is taken off (SEMANTICS "Diff")
    std::optional<Duration> clock_offset; ///< B's clock minus A's; empty: estimated
};

/// What can differ.
enum class What : std::uint8_t {
    only_a,   ///< a client that B does not have
    only_b,   ///< a client that A does not have
    endpoint, ///< one client of each side, alone within the tolerance of both times, under two addresses or
              ///< ports
    dns_name,
    attached_at,
    detached_at, ///< by more than the tolerance, or ended on one side alone
    snapshot,    ///< what a recorded query method said is not what the other side would say
};

/// "only_a", …: as in JSON.
std::string_view to_string(What what);

struct Difference {
    What what = What::only_a;
    std::uint16_t sink_port = 0;
    Endpoint client;   ///< of A, if it has it; none of a snapshot's
    MaybeTime at;      ///< where to look, on A's clock
    std::string field; ///< of a snapshot: "count", "[0] info", …
    std::string a;     ///< empty: it has nothing
    std::string b;
};

struct Result {
    Duration clock_offset{};       ///< B's clock minus A's, as it was used
    std::size_t offset_events = 0; ///< the events that it was estimated from; 0: given, or there were none
    std::size_t matched = 0;       ///< clients that both sides have
    std::size_t outside_a = 0;     ///< clients of A that were there only while B does not cover; not compared
    std::size_t outside_b = 0;
    std::size_t snapshots = 0;           ///< compared
    std::vector<Difference> differences; ///< by sink, then by time

    /// Whether anything at all was compared.
    [[nodiscard]] bool compared() const { return matched + snapshots + differences.size() != 0; }
};

/// Two accounts of the same sessions: sinks pair by port, clients one to one by endpoint and then by overlap
/// in time.
Result compare(const Account& a, const Account& b, const Options& options);

} // namespace wmclients::diff
