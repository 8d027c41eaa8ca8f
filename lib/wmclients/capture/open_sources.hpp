#pragma once

#include <wmclients/capture/byte_source.hpp>
#include <wmclients/capture/packet_source.hpp>
#include <wmclients/capture/time_window.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::capture {

struct OpenOptions {
    std::string filter;             ///< libpcap's filter language; empty: every packet
    std::optional<WindowEdge> from; ///< packets before it are left out
    std::optional<WindowEdge> to;   ///< packets after it are left out
    /// Asked at each read, if not empty; reading fails (Error::Kind::unavailable) once it says true. A small
    /// file may go on for hours once it is decompressed, without a packet in it.
    std::function<bool()> interrupted;
};

/// What reading captures takes from libraries of the platform. Where one is empty, what needs it is refused
/// with a reason.
struct PlatformParts {
    /// See open_decompressed().
    std::function<Expected<std::unique_ptr<ByteSource>>(std::unique_ptr<ByteSource> raw, std::string name)>
        decompress;
    /// See filter_packets().
    std::function<Expected<std::unique_ptr<PacketSource>>(std::unique_ptr<PacketSource> inner,
                                                          std::string expression)>
        filter;
};

/// The packets of all `names` in one order (merge_sources()): files, compressed or not, FIFOs, "-" for
/// standard input, and folders. A folder stands for the captures in it, known by their content; it is not
/// searched deeper, and what else is in it (texts, empty files) is left out silently, but not what cannot be
/// read.
///
/// Fails if nothing can be read (Error::Kind::damaged), or if the filter or the names make no sense (usage).
/// If only some cannot be read, they are in problems().
Expected<std::unique_ptr<PacketSource>> open_sources(std::vector<std::string> names, OpenOptions options,
                                                     const PlatformParts& platform);

/// The same with everything: compressed captures and filters. In wmclients_host; the other is in core.
Expected<std::unique_ptr<PacketSource>> open_sources(std::vector<std::string> names,
                                                     OpenOptions options = {});

} // namespace wmclients::capture
