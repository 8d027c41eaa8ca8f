#pragma once

#include <wmclients/timeline/told.hpp>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace wmclients::timeline {

/// Numbers the attachments of a probe's log, where each coming and going may be told twice: by
/// WMT_CLIENT_CONNECT (32) and _EX (37), by WMT_CLIENT_DISCONNECT (33) and _EX (38), in any order. Whether a
/// sink sends both is not documented; a log without any `status` is taken as one that tells each once.
class ToldAttachments {
  public:
    /// The number of the attachment that `told` belongs to (ClientTold::row). A connect of an endpoint that
    /// is attached is the same client, a disconnect of one that has just gone the same disconnect, unless
    /// that very status was told of it before. @param status the WMT_STATUS; 0: unknown
    std::uint64_t number(const ClientTold& told, std::uint64_t status);

  private:
    struct Attachment {
        std::uint64_t number = 0; ///< 0: none yet
        bool ended = false;
        std::vector<std::uint64_t> statuses; ///< that told of it
    };

    std::uint64_t last_ = 0;
    std::map<std::pair<std::uint16_t, Endpoint>, Attachment> latest_;
};

} // namespace wmclients::timeline
