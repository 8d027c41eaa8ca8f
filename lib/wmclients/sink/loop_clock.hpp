#pragma once

#include <wmclients/asf/data_packet.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <span>

namespace wmclients::sink {

/// Of a file that is sent over and over: how far the times and the object numbers of this pass are moved, and
/// how far those of the next must be.
class LoopClock {
  public:
    /// @param audio the numbers of the streams that are sound
    explicit LoopClock(const std::bitset<128>& audio) : audio_(audio) {}

    /// Takes note of a packet as it is in the file, and of its `used` payloads (as asf::filter_packet()).
    void note(const asf::DataPacket& packet, std::uint64_t used)
    {
        if (packets_++ == 0) {
            first_send_ = last_send_ = packet.send_time;
        }
        first_send_ = std::min(first_send_, packet.send_time);
        last_send_ = std::max(last_send_, packet.send_time);
        last_duration_ = packet.duration;
        for (std::size_t i = 0; i < packet.payloads.size(); ++i) {
            if ((used >> i & 1) != 0) {
                note(packet.payloads[i]);
            }
        }
    }

    /// Moves the packet on by the passes before this one; true if it was changed.
    bool apply(std::span<std::uint8_t> packet, const asf::DataPacket& parsed) const
    {
        if (shifted_) {
            asf::shift_times(packet, parsed, shift_, object_shift_);
        }
        return shifted_;
    }

    /// After the last packet of a pass.
    void next_pass()
    {
        shift_us_ += period();
        shift_ = static_cast<std::uint32_t>((shift_us_ + 500) / 1000);
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            if (streams_[i].objects != 0) {
                object_shift_[i] += streams_[i].last_number + 1 - streams_[i].first_number;
            }
        }
        shifted_ = true;
        packets_ = 0;
        streams_.fill({});
    }

  private:
    /// Of one stream, in this pass. Times are in ms.
    struct Stream {
        std::uint64_t objects = 0;
        std::uint32_t first_time = 0;
        std::uint64_t last_time = 0;
        std::uint32_t first_number = 0;
        std::uint32_t last_number = 0;
    };

    void note(const asf::Payload& payload)
    {
        Stream& stream = streams_[payload.stream];
        const std::uint64_t more = payload.sub_payloads > 0 ? payload.sub_payloads - 1 : 0;
        const std::uint64_t last_time = payload.presentation_time + more * payload.time_delta;
        if (stream.objects == 0) {
            stream.first_time = payload.presentation_time;
            stream.first_number = payload.object_number;
        }
        // With B-frames the first and the last object need not have the least and the greatest time.
        stream.first_time = std::min(stream.first_time, payload.presentation_time);
        stream.last_time = std::max(stream.last_time, last_time);
        stream.last_number = payload.object_number + static_cast<std::uint32_t>(more);
        if (stream.objects == 0 || payload.object_offset == 0) {
            stream.objects += more + 1;
        }
    }

    /// `span` over `steps` steps: how long one is. Rounded.
    static std::uint64_t step(std::uint64_t span, std::uint64_t steps)
    {
        return steps == 0 ? 0 : (span + steps / 2) / steps;
    }

    /// How far the next pass is behind this one, in microseconds.
    ///
    /// Sound has no gap: it goes on where its last object ends, by the average length of its objects, or
    /// players run out of it a little at every seam. Pictures need only go on rising, whatever is left for
    /// the last one. Without sound they have their average step.
    [[nodiscard]] std::uint64_t period() const
    {
        std::uint64_t least = 1000;
        std::uint64_t sound = 0;
        std::uint64_t pictures = 0;
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            const Stream& stream = streams_[i];
            if (stream.objects == 0) {
                continue;
            }
            const std::uint64_t span = (stream.last_time - stream.first_time) * 1000;
            least = std::max(least, span + 1000);
            std::uint64_t& length = audio_[i] ? sound : pictures;
            length = std::max(length, span + step(span, stream.objects - 1));
        }
        const std::uint64_t shown = sound >= least ? sound : std::max({least, sound, pictures});
        const std::uint64_t sent = (std::uint64_t{last_send_} - first_send_) * 1000;
        const std::uint64_t after =
            packets_ > 1 ? step(sent, packets_ - 1) : std::uint64_t{last_duration_} * 1000;
        // Send times of one packet, or of a file whose times make little sense, say more than nothing.
        return packets_ == 1 || sent > shown ? std::max(shown, sent + after) : shown;
    }

    std::bitset<128> audio_;
    std::array<Stream, 128> streams_{};
    std::uint64_t packets_ = 0;
    std::uint32_t first_send_ = 0;
    std::uint32_t last_send_ = 0;
    std::uint16_t last_duration_ = 0;

    bool shifted_ = false;       ///< not the first pass
    std::uint64_t shift_us_ = 0; ///< in microseconds, so that what is rounded does not add up
    std::uint32_t shift_ = 0;    ///< in ms
    asf::ObjectShift object_shift_{};
};

} // namespace wmclients::sink
