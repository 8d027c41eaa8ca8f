#pragma once

#include <wmclients/base/packet_ref.hpp>
#include <wmclients/timeline/events.hpp>

#include <cstdint>
#include <optional>

namespace wmclients::timeline {

/// What `--at` names: the state after all packets up to a time, or after a packet.
struct Instant {
    Timestamp time{};
    std::uint64_t packet = 0; ///< not 0: the instant is after this packet, and `time` is not looked at

    /// Whether a packet lies within the instant's past, itself included.
    [[nodiscard]] bool includes(const PacketRef& ref) const
    {
        return packet != 0 ? ref.number <= packet : ref.time <= time;
    }

    /// Whether something that happened at `moment` has happened. An unknown time was before the capture.
    [[nodiscard]] bool includes(const Moment& moment) const
    {
        return packet != 0 ? moment.packet <= packet : !moment.time || *moment.time <= time;
    }
};

} // namespace wmclients::timeline
