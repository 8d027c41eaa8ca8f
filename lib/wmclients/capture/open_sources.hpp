#pragma once

#include <wmclients/capture/packet_source.hpp>
#include <wmclients/capture/time_window.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::capture {

struct OpenOptions {
    std::string filter;             ///< libpcap's filter language; empty: every packet
    std::optional<WindowEdge> from; ///< packets before it are left out
    std::optional<WindowEdge> to;   ///< packets after it are left out
};

/// The packets of all `names` in one order (merge_sources()): files, compressed or not, FIFOs, "-" for
/// standard input, and folders. A folder stands for the captures in it, known by their content; it is not
/// searched deeper, and what else is in it (texts, empty files) is left out silently, but not what cannot be
/// read.
///
/// Fails if nothing can be read (Error::Kind::damaged), or if the filter or the names make no sense (usage).
/// If only some cannot be read, they are in problems().
Expected<std::unique_ptr<PacketSource>> open_sources(std::vector<std::string> names,
                                                     OpenOptions options = {});

} // namespace wmclients::capture
