#pragma once

#include <wmclients/com/client_connections.hpp>
#include <wmclients/sink/network_sink.hpp>

namespace wmclients::com {

/// What the COM object of a live sink would answer from now: as on a capture, the clients attached, in attach
/// order. All its addresses are one sink.
Snapshot snapshot_of(const sink::NetworkSink& sink);

/// Puts what the query methods say now into the sink's event log, as an event `snapshot`.
void log_snapshot(sink::NetworkSink& sink);

} // namespace wmclients::com
