#pragma once

#include <wmclients/base/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace wmclients::sink {

/// What a request that cannot be served gets. No document tells what a real sink does; imitations of it
/// answer with a status (Kagamin2: 503), and a client must take both for a refusal.
enum class RefuseWith : std::uint8_t {
    status, ///< an HTTP error, see Refusal
    close,  ///< the end of the connection, without an answer
};

/// "status", "close".
std::string_view to_string(RefuseWith policy);

/// Which paths are served. Whether a real sink looks at the path is not known; every known client asks it for
/// "/".
enum class Paths : std::uint8_t {
    root, ///< "/" alone, with any query (a server that relays may add ?wmreconnect=0)
    any,
};

/// "root", "any".
std::string_view to_string(Paths policy);

/// How a sink behaves. All of it is fixed when the sink is made.
struct SinkOptions {
    std::optional<IpAddress> bind;                  ///< none: every address, IPv4 and IPv6
    std::string server_version = "12.0.7601.17514"; ///< after "Rex/" (a Windows 7; MS-WMSP <43>)
    std::string host;                               ///< in host_url(); empty: this machine's name, or `bind`
    RefuseWith refuse_with = RefuseWith::status;
    Paths paths = Paths::root;
    /// The system is asked for the clients' names, and they come as properties that change. The end of a sink
    /// waits for the answer to the last question.
    bool resolve_names = false;
    bool lift_client_limit = false; ///< more than the 50 clients of IWMWriterNetworkSink may be asked for

    /// How much of the past a client that joins is sent at once, from a key frame on.
    std::chrono::milliseconds burst{3000};
    /// How far a client may fall behind (beyond the burst) before packets are dropped for it.
    std::chrono::milliseconds queue{10'000};
    /// The same in bytes of the stream, for all clients together: they share one queue.
    std::size_t queue_bytes = 32U << 20;
    /// A client that takes nothing for so long is cut.
    std::chrono::milliseconds stall_timeout{20'000};
    /// A request must be whole so long after its connection, or the answer to the one before.
    std::chrono::milliseconds request_timeout{10'000};
    /// A session without a request or a stream is forgotten (MS-WMSP 3.2.2: 60 s).
    std::chrono::milliseconds session_timeout{60'000};
    /// A packet may wait so long for others to be sent with it: what a write costs hardly depends on its
    /// size. With many clients it is longer, by `coalesce_a_client` each, up to `coalesce_at_most`; players
    /// hold seconds.
    std::chrono::microseconds coalesce{20'000};
    std::chrono::microseconds coalesce_a_client{200};
    std::chrono::microseconds coalesce_at_most{200'000};
    /// What is held of requests that are not whole yet, for all connections together, in bytes. Beyond that a
    /// connection is reset whose request is longer than a player's (`usual_request`).
    std::size_t request_bytes = 32U << 20;
    /// TCP connections at once, in all; one more is closed as soon as it is accepted.
    std::size_t connections = 12'000;
    /// What the system may hold of one client's stream (SO_SNDBUF), in bytes.
    int send_buffer = 128 << 10;
};

/// Requests of players, Logs included, have no more bytes.
inline constexpr std::size_t usual_request = 4U << 10;

/// The number of clients that IWMWriterNetworkSink::SetMaximumClients takes, and its default.
inline constexpr std::uint32_t most_clients = 50;
inline constexpr std::uint32_t default_clients = 5;

} // namespace wmclients::sink
