#pragma once

#include <wmclients/asf/header.hpp>
#include <wmclients/timeline/events.hpp>

namespace wmclients::session {

/// What a timeline keeps of an ASF header.
timeline::StreamInfo stream_info_from(const asf::Header& header);

} // namespace wmclients::session
