#pragma once

#include "analysis.hpp"

#include <wmclients/live/sink_table.hpp>
#include <wmclients/timeline/events.hpp>

namespace cli {

/// Tells `listener` of the sinks of this machine that are asked for (`--sockets`; without a SOURCE, `--port`
/// and `--sink`) and of their clients, from the system's socket table. Throws Exit if an option makes no
/// sense with that, or the table cannot be read.
void read_sockets(const SourceOptions& options, wmclients::timeline::EventListener& listener,
                  Findings& findings);

/// The sinks of this machine that `--sockets` names, and who is attached to them. Throws Exit if an option
/// makes no sense, or the table cannot be read.
wmclients::live::SinkTable socket_table_of(const SourceOptions& options);

/// Why a socket table shows no sink.
std::string no_listener_message(const SourceOptions& options);

} // namespace cli
