#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/time.hpp>

#include <cstdint>
#include <string>

namespace wmclients::sink {

/// What a sink has done since it was opened.
struct Statistics {
    std::uint64_t connections = 0;         ///< accepted
    std::uint64_t connections_refused = 0; ///< closed at once: too many (SinkOptions::connections)
    std::uint64_t requests = 0;
    std::uint64_t requests_refused = 0;
    std::uint64_t plays = 0;
    std::uint64_t packets_sent = 0;       ///< `$D`, over all clients
    std::uint64_t bytes_sent = 0;         ///< all that was handed to the system
    std::uint64_t packets_dropped = 0;    ///< `$D` that slow clients did not get
    std::uint64_t clients_stalled = 0;    ///< cut after SinkOptions::stall_timeout
    std::uint64_t requests_timed_out = 0; ///< connections closed after SinkOptions::request_timeout
    std::uint64_t packets_unreadable = 0; ///< data units that are no ASF data packets; sent as they are
};

/// One attached client of a live sink.
struct ClientStatus {
    Endpoint endpoint;
    Endpoint server;        ///< the sink's side of the connection
    std::string user_agent; ///< raw
    Timestamp attached{};
    std::uint64_t media_bytes = 0;
    std::uint64_t packets_dropped = 0;
    std::int64_t behind_ms = 0; ///< how far it is behind the newest packet
};

} // namespace wmclients::sink
