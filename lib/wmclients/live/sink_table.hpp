#pragma once

#include <wmclients/base/time.hpp>
#include <wmclients/timeline/events.hpp>

#include <cstdint>
#include <set>
#include <vector>

namespace wmclients::live {

/// A TCP socket of this system.
struct TcpSocket {
    Endpoint local;
    Endpoint peer;               ///< meaningless if it listens
    bool v6_only = false;        ///< a listener on :: that takes no IPv4
    timeline::SocketFacts facts; ///< its local_address is that of `local`
};

/// A socket that listens.
struct Listener {
    Endpoint endpoint;
    bool v6_only = false;  ///< on :: it takes no IPv4
    std::uint64_t pid = 0; ///< 0: unknown; the lowest of several that share the endpoint
};

/// A connection that counts as a client by `--attach-on accept`.
struct AttachedSocket {
    Endpoint sink; ///< of the listener that took it
    TcpSocket socket;
};

/// The listeners of a system and who is attached to them now, by the policy `accept`: what may be told as
/// events (tell()), or be looked up when a capture begins with connections that were there before.
struct SinkTable {
    Timestamp read_at{};
    std::vector<Listener> listeners;      ///< each endpoint once, in order
    std::vector<AttachedSocket> attached; ///< by listener, then by the peer's address and port
    std::uint64_t detached = 0;           ///< connections of which either side has sent its FIN
    std::uint64_t without_listener = 0;   ///< connections that none of these listeners took
};

/// Whether a connection counts as attached by `--attach-on accept`: both ends have it, and neither has sent a
/// FIN (SEMANTICS "Entries"). It is ESTABLISHED, or FIN-WAIT-1 with bytes that were not sent yet: the FIN
/// comes after them (Linux counts it among them, tcp_send_fin()).
bool is_attached(const timeline::SocketFacts& facts);

/// Finds the clients among sockets. A connection belongs to the listener of its local address, else to the
/// one of 0.0.0.0 or :: that takes its kind; one without a listener is not shown: as a rule it was made from
/// that port, not to it.
SinkTable make_sink_table(const std::vector<TcpSocket>& sockets, Timestamp read_at);

/// Tells a listener of the sinks and their clients, which are numbered from 1.
void tell(const SinkTable& table, timeline::EventListener& listener);

/// Tells a listener of those who are attached when a capture begins. A sink is told by the address on its
/// connections, as a capture will see it; clients are numbered from 2^52 on, away from the connections of a
/// capture. Returns the sinks.
std::set<Endpoint> tell_before_capture(const SinkTable& table, timeline::EventListener& listener);

} // namespace wmclients::live
