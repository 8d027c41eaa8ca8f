#pragma once

#include <wmclients/com/client_connections.hpp>
#include <wmclients/timeline/client_list.hpp>

namespace wmclients::com {

/// What the COM object of a sink would answer from at an instant: the clients attached then, in attach order,
/// with the names known then. `sink` must have been listed with the same instant.
Snapshot snapshot_of(const timeline::ClientTimeline& timeline, const timeline::Sink& sink,
                     const timeline::Instant& at);

/// One row of a list, as a snapshot of that client alone: what GetClientInfo(0) says of it.
Snapshot snapshot_of(const timeline::ClientTimeline& timeline, const timeline::Client& client,
                     const std::optional<timeline::Instant>& at);

} // namespace wmclients::com
