#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/endpoint.hpp>
#include <wmclients/timeline/events.hpp>

#include <deque>
#include <string>
#include <string_view>

namespace wmclients::session {

/// Remembers recent Describes, so that a Play on another connection can be linked to its own (MS-WMSP 3.2.3:
/// the session is known by its client-id; most real clients never send it back).
class Describes {
  public:
    /// A Describe without identifiers is linked to a Play no later than this.
    static constexpr Duration weak_limit = std::chrono::seconds{10};

    struct Describe {
        std::uint64_t connection = 0;
        Endpoint client;
        Endpoint server;
        Timestamp at{};
        std::string client_id; ///< of the reply
        std::string client_guid;
        std::string user_agent;
    };

    struct Link {
        std::uint64_t connection = 0;
        std::uint16_t port = 0;
        timeline::LinkCertainty certainty = timeline::LinkCertainty::none;
    };

    explicit Describes(Caps& caps) : caps_(caps) {}

    void remember(Describe describe);

    /// The Describe, on another connection, that a Play belongs to; it is not linked a second time unless a
    /// client-id says so.
    Link link(const Endpoint& client, const Endpoint& server, Timestamp at, std::string_view client_id,
              std::string_view client_guid, std::string_view user_agent);

  private:
    Caps& caps_;
    std::deque<Describe> recent_; ///< oldest first
};

/// Whether an xClientGUID can tell clients apart: well-formed, and none of the constants that whole families
/// of clients send (ffmpeg, libmms, xine, MPlayer; all zeros; the Media Player's anonymised prefix).
bool identifies(std::string_view client_guid);

} // namespace wmclients::session
