#pragma once

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/base/caps.hpp>
#include <wmclients/session/describes.hpp>
#include <wmclients/sink/access_lists.hpp>
#include <wmclients/sink/media_ring.hpp>
#include <wmclients/sink/options.hpp>
#include <wmclients/sink/sessions.hpp>
#include <wmclients/sink/statistics.hpp>
#include <wmclients/sink/stream_filter.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/wmsp/frame_writer.hpp>

#include <asio/buffer.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace wmclients::sink {

class Connection;

/// What the connections of a sink share. Everything here belongs to the thread that runs the sockets.
struct Hub {
    using Clock = std::chrono::steady_clock;

    Hub(const SinkOptions& the_options, timeline::EventListener& listener)
        : options(the_options), events(listener), describes(caps),
          ring(the_options.burst + the_options.queue, the_options.burst, the_options.queue_bytes),
          sessions(the_options.session_timeout)
    {
    }

    const SinkOptions& options;
    timeline::EventListener& events;
    Caps caps;
    session::Describes describes;
    MediaRing ring;
    Sessions sessions;
    AccessLists access;
    Statistics statistics;

    std::vector<std::uint8_t>
        header_packets;                      ///< the current header as `$H`; empty: nothing is being streamed
    std::vector<std::uint8_t> header_change; ///< the same behind a `$C`
    std::uint64_t header_item = UINT64_MAX;  ///< number in the ring of the latest new header; none yet
    StreamSet streams;
    std::uint32_t maximum_clients = default_clients;
    std::vector<Connection*> streaming; ///< those that a Play is served on, in no order

    /// Where one write to one client is put together.
    struct Gather {
        /// A buffer for the header and one for the payload of each frame, and two for a chunk: no more than
        /// Asio hands to the system at once.
        static constexpr std::size_t most_frames = 31;
        static constexpr std::size_t enough_bytes = 64U << 10;

        std::array<wmsp::DataHeader, most_frames> headers{};
        std::array<std::vector<std::uint8_t>, most_frames> filtered;
        std::vector<asio::const_buffer> buffers;
    };

    Gather gather;
    asf::DataPacket parsed;
    std::size_t request_bytes = 0; ///< see SinkOptions::request_bytes
    std::vector<std::uint8_t> read_buffer = std::vector<std::uint8_t>(16U << 10);

    /// The clock of events. The only wall clock of the library: a live sink has no capture to take it from.
    [[nodiscard]] static PacketRef now()
    {
        return {0, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()), 0};
    }
};

} // namespace wmclients::sink
