#pragma once

#include <wmclients/diff/account.hpp>

#include <cstddef>

namespace wmclients::diff {

struct ClockOffset {
    Duration offset{}; ///< B's clock minus A's: the median over the events
    std::size_t events = 0;
};

/// From the attaches and detaches of clients whose endpoint both accounts have exactly once. The median bears
/// some that were told at another moment; without such clients it is 0, from no events.
ClockOffset estimate_clock_offset(const Account& a, const Account& b);

} // namespace wmclients::diff
