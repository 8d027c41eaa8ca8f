#pragma once

#include <wmclients/com/answers.hpp>
#include <wmclients/timeline/client_timeline.hpp>

namespace wmclients::diff {

/// What the query methods of the sink on `told.port` would say at `at`, by a timeline on the same clock.
///
/// An object changes its list a little before or after the packet that shows it, and two changes perhaps in
/// the other order. So what the timeline does not know for certain is taken as it was told: whether a client
/// is there that came or went within `tolerance` of `at`; which of two clients is first that came within it
/// of each other; which of the names it has within it; a name that one side does not know; and, as no packet
/// shows that streaming has begun before somebody gets the header, whether it has by then.
com::Answers expected_answers(const timeline::ClientTimeline& timeline, const timeline::SnapshotTaken& told,
                              Timestamp at, Duration tolerance);

} // namespace wmclients::diff
