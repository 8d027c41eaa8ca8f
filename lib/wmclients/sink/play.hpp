#pragma once

#include <wmclients/sink/connection.hpp>
#include <wmclients/timeline/events.hpp>

#include <deque>
#include <string>

namespace wmclients::sink {

/// What is kept of the Play that is being served.
struct Connection::Play {
    /// A `$D` that was handed to the system, which may not have sent it yet.
    struct Sent {
        std::uint32_t bytes = 0; ///< all that it took, framing and chunk included
        std::uint32_t media = 0; ///< PacketLength - 8
    };

    std::uint32_t ordinal = 0;
    std::uint32_t client_id = 0;
    timeline::Moment attached;
    std::string user_agent;
    std::string client_guid;
    std::string target;
    std::string host;
    std::string via;
    std::string proxy_client_agent;
    std::string forwarded_for;
    std::string client_id_text;
    session::Describes::Link describe;

    bool chunked = false;
    bool needs_entry = false; ///< the next packet must be an entry
    bool begun = false;       ///< a `$D` was sent
    bool over = false;        ///< `$E` was sent, and told; the connection goes on to its end
    bool ended = false;       ///< `$E` is among what was handed over
    std::uint64_t cursor = 0; ///< the next item of the ring
    std::uint32_t location_id = 0;
    std::uint8_t af_flags = 0;
    StreamFilter filter;
    timeline::Counters counters;
    std::deque<Sent> recent; ///< the latest, as many as the system may still hold
    std::uint64_t recent_bytes = 0;

    [[nodiscard]] timeline::ClientFacts facts() const
    {
        return {user_agent,
                client_id_text,
                client_guid,
                target,
                host,
                via,
                proxy_client_agent,
                forwarded_for,
                describe.connection,
                describe.port,
                describe.certainty};
    }
};

} // namespace wmclients::sink
