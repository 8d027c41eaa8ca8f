#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/base/time.hpp>
#include <wmclients/capture/packet_source.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace wmclients::capture {

/// Packets as they pass an interface. Such a source has a clock that goes on when no packet comes.
class LiveSource : public PacketSource {
  public:
    /// Ticks come so often, whether packets come or not.
    static constexpr std::chrono::milliseconds tick_interval{100};

    enum class Step : std::uint8_t {
        packet, ///< the next packet is in `out`
        tick,   ///< time has passed; a signal has come, perhaps
        end,    ///< no packet will come any more; problems() says why
    };

    /// Waits for the next packet or tick, whichever comes first. `out.data` is valid until the next call.
    virtual Step wait(Packet& out) = 0;

    /// The clock, at a tick: no packet with an earlier time is to come. Never goes backwards.
    [[nodiscard]] virtual Timestamp now() const = 0;

    /// How packets begin; the same for all.
    [[nodiscard]] virtual LinkType link() const = 0;

    /// The most bytes of a packet that are captured.
    [[nodiscard]] virtual std::uint32_t snapshot_length() const = 0;

    /// As wait(), without the ticks.
    bool next(Packet& out) override
    {
        Step step = wait(out);
        while (step == Step::tick) {
            step = wait(out);
        }
        return step == Step::packet;
    }
};

struct LiveOptions {
    std::string interface;             ///< a name of this system, or "any"
    std::string filter;                ///< libpcap's filter language, run by the kernel; empty: every packet
    std::size_t buffer_size = 0;       ///< bytes of the kernel's buffer
    std::uint32_t snapshot_length = 0; ///< bytes captured of a packet
    bool immediate = false;            ///< each packet at once, not in blocks: less delay, more work
};

/// Opens an interface, in promiscuous mode (but for "any"). Times are in nanoseconds where the system has
/// them. In wmclients_host.
///
/// Fails with Error::Kind::unavailable if there is no such interface, it is down or may not be captured on
/// (the message says what to do), with Error::Kind::usage if the filter makes no sense.
Expected<std::unique_ptr<LiveSource>> open_live(const LiveOptions& options);

} // namespace wmclients::capture
