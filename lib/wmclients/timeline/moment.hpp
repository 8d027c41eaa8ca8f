#pragma once

#include <wmclients/base/time.hpp>

#include <cstdint>

namespace wmclients::timeline {

/// An instant, and the packet that made it so; packet 0 where there is none.
struct Moment {
    MaybeTime time;
    std::uint64_t packet = 0;
};

} // namespace wmclients::timeline
