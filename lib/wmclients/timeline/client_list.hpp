#pragma once

#include <wmclients/timeline/client_timeline.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::timeline {

/// Which sinks are asked for (`--sink`, `--port`), and how their endpoints are joined.
struct SinkSelection {
    std::optional<Endpoint> endpoint;  ///< this one alone, as a sink of its own
    std::optional<std::uint16_t> port; ///< those of this port
    bool unite_port = false;           ///< with `port`: all its endpoints are one sink
};

/// One listener: its endpoints and its clients.
struct Sink {
    std::vector<std::uint32_t>
        endpoints; ///< indexes into ClientTimeline::endpoints(), IPv4 first, then by address
    std::vector<const Client*> clients; ///< the rows, in the order of their indexes
};

/// The most clients at once.
struct Peak {
    std::size_t clients = 0;
    MaybeTime at; ///< when that was first reached; empty: before the capture, or nobody
};

/// The sinks of a timeline and their rows.
///
/// Endpoints are one sink if they share the port, the link-layer address and an ASF File ID; where the
/// link-layer address is unknown, one IPv4 and one IPv6 endpoint at most. Those of different processes are
/// different sinks (a socket table tells the process). One that never showed a File ID
/// joins the only sink that fits. Without an instant the rows are all clients; with one, those attached then,
/// in attach order: an attach at the instant is in, a detach at it is out.
///
/// Pointers stay valid until the timeline gets its next event.
std::vector<Sink> list_sinks(const ClientTimeline& timeline, const std::optional<Instant>& at,
                             const SinkSelection& selection);

/// Whether the sink has begun to stream by the instant (or at all, without one).
bool is_streaming(const ClientTimeline& timeline, const Sink& sink, const std::optional<Instant>& at);

/// The sink's URL, in the form that GetHostURL has (ASSUMED `http://<host>:<port>`), with the path that its
/// clients ask for, if that is another than "/".
/// "10.78.0.1:8080"; "*:8080" if only the port is known.
std::string to_string(const SinkEndpoint& endpoint);

std::string url_of(const ClientTimeline& timeline, const Sink& sink);

/// How many of the rows were attached at the same time at the most. Rows with unknown times are left out.
Peak peak_of(const ClientTimeline& timeline, const std::vector<const Client*>& clients);

} // namespace wmclients::timeline
