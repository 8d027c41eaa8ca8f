#pragma once

#include <wmclients/live/sink_table.hpp>

#include <vector>

namespace wmclients::live {

/// Fills in the processes (SocketFacts::pid, process) that hold the sockets, from /proc/PID/fd: of one's own
/// processes, and of others as far as one may look there. Of several that hold a socket, the one with the
/// lowest number.
void find_owners(std::vector<TcpSocket>& sockets);

} // namespace wmclients::live
