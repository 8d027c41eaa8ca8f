#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/net/segment.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace wmclients::net {

/// Why bytes of a stream are missing.
enum class GapReason : std::uint8_t {
    not_captured, ///< the peer acknowledged them, the recorder did not see them
    cut,          ///< the snaplen cut them off their packet
    cap,          ///< a cap was reached before the hole was filled
    unfilled,     ///< the connection or the capture ended with the hole still open
};

/// Receives one direction of a connection, in stream order and without overlap.
class StreamConsumer {
  public:
    virtual ~StreamConsumer() = default;

    /// Bytes at `offset` (the first byte after the SYN, or the first seen, is 0). `bytes` is valid during the
    /// call only; `ref` is the packet that carried the first copy.
    virtual void data(std::uint64_t offset, Bytes bytes, const PacketRef& ref) = 0;

    /// `length` bytes at `offset` that will not come any more. `ref` is the packet that settled it.
    virtual void gap(std::uint64_t offset, std::uint64_t length, GapReason reason, const PacketRef& ref) = 0;
};

/// Counters of all streams of a run, for `list --stats`.
struct ReassemblyStats {
    std::uint64_t out_of_order = 0;      ///< segments that came before the bytes in front of them
    std::uint64_t retransmissions = 0;   ///< segments that brought nothing new
    std::uint64_t duplicates = 0;        ///< of those, frames that the recorder saw twice
    std::uint64_t keep_alives = 0;       ///< probes one byte below the next sequence number
    std::uint64_t overlap_conflicts = 0; ///< overlapping copies with different bytes; the first copy was used
    std::uint64_t gaps = 0;
    std::uint64_t gap_bytes = 0;
};

/// What the streams of a run share: limits, counters and the memory in use for out-of-order data.
struct ReassemblyContext {
    Caps& caps;
    ReassemblyStats stats;
    std::uint64_t held_memory = 0; ///< of what is held, its bookkeeping included
};

/// Reassembles one direction of a TCP connection (RFC 9293, section 3.10.7.4, seen from outside).
///
/// Sequence numbers become 64-bit offsets here and nowhere else. In-order payload is passed on as a view,
/// only out-of-order payload is copied. The first copy of a byte wins. A hole is given up when the peer has
/// acknowledged it and `gap_patience` or `gap_segments` have passed, when a cap is reached, or at finish().
class TcpReassembler {
  public:
    /// How long, and for how many further segments of the connection, an acknowledged hole may still be
    /// filled by a packet that the recorder saw late.
    static constexpr Duration gap_patience{200'000'000};
    static constexpr std::uint32_t gap_segments = 64;

    /// How far beyond the highest byte seen a FIN, an RST or an acknowledgment is still taken for part of the
    /// connection: more than the recorder is likely to have missed in one go, far less than a forged number.
    static constexpr std::int64_t control_window = 1 << 20;

    TcpReassembler() = default;
    ~TcpReassembler() = default;
    TcpReassembler(TcpReassembler&&) = default;
    TcpReassembler& operator=(TcpReassembler&&) = default;
    TcpReassembler(const TcpReassembler&) = delete;
    TcpReassembler& operator=(const TcpReassembler&) = delete;

    /// Fixes offset 0 at the byte after the SYN whose sequence number is given.
    void open(std::uint32_t syn_sequence);

    [[nodiscard]] bool started() const { return started_; }

    /// The sequence number of offset 0, as in the packets.
    [[nodiscard]] std::uint32_t base() const { return base_; }

    /// Takes the payload of a segment of this direction. The first one with payload fixes offset 0 if no SYN
    /// did.
    void segment(const Segment& segment, StreamConsumer& consumer, ReassemblyContext& context)
    {
        if (segment.payload_length != 0 && started_ && !held_
            && segment.sequence == base_ + static_cast<std::uint32_t>(next_)
            && segment.payload.size() == segment.payload_length) {
            const std::uint64_t offset = next_;
            next_ += segment.payload_length;
            last_data_at_ = segment.ref.time;
            consumer.data(offset, segment.payload, segment.ref);
            return;
        }
        if (segment.payload_length != 0) {
            segment_slow(segment, consumer, context);
        }
    }

    /// Takes the acknowledgment number of a segment of the other direction. True if it advanced.
    bool acknowledge(std::uint32_t acknowledgment, const PacketRef& ref, StreamConsumer& consumer,
                     ReassemblyContext& context)
    {
        if (!started_) {
            return false;
        }
        const std::int64_t offset = offset_of(acknowledgment);
        const bool advanced = offset > static_cast<std::int64_t>(acknowledged_)
                              && offset <= static_cast<std::int64_t>(highest()) + control_window;
        if (advanced) {
            acknowledged_ = static_cast<std::uint64_t>(offset);
        }
        if (held_) {
            give_up_holes(ref, 1, consumer, context);
        }
        return advanced;
    }

    /// Time has passed without a segment of this connection: gives up the holes whose patience has ended.
    void advance(const PacketRef& now, StreamConsumer& consumer, ReassemblyContext& context)
    {
        if (held_) {
            give_up_holes(now, 0, consumer, context);
        }
    }

    /// Delivers what is held, with gaps for what is missing: the connection or the capture has ended.
    void finish(const PacketRef& ref, StreamConsumer& consumer, ReassemblyContext& context);

    /// Forgets what is held; nothing is delivered any more until data in order comes.
    void drop_held(ReassemblyContext& context);

    /// The offset that `sequence` stands for; negative for bytes before offset 0.
    [[nodiscard]] std::int64_t offset_of(std::uint32_t sequence) const
    {
        const auto next_sequence = base_ + static_cast<std::uint32_t>(next_);
        return static_cast<std::int64_t>(next_) + static_cast<std::int32_t>(sequence - next_sequence);
    }

    /// Whether a FIN or RST with this sequence number can belong to the connection.
    [[nodiscard]] bool in_window(std::uint32_t sequence) const
    {
        const std::int64_t offset = offset_of(sequence);
        return !started_
               || (offset >= static_cast<std::int64_t>(acknowledged_) - 1
                   && offset <= static_cast<std::int64_t>(highest()) + control_window);
    }

    /// The end of the bytes delivered, or given up, so far.
    [[nodiscard]] std::uint64_t delivered() const { return next_; }

    /// The end of the highest byte seen.
    [[nodiscard]] std::uint64_t highest() const;

    /// The end of the bytes that the peer acknowledged, as far as it was seen; a FIN counts as one.
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

  private:
    struct Block {
        std::uint64_t offset = 0;
        std::uint32_t length = 0; ///< on the wire; bytes may be fewer if the packet was cut
        PacketRef ref;
        std::vector<std::uint8_t> bytes;

        [[nodiscard]] std::uint64_t end() const { return offset + length; }

        /// What it takes in memory: of small segments more than their bytes.
        [[nodiscard]] std::uint64_t memory() const;
    };

    struct Held {
        std::map<std::uint64_t, Block> blocks; ///< by offset, not overlapping
        std::uint64_t bytes = 0;
        std::uint64_t memory = 0;                    ///< its part of ReassemblyContext::held_memory
        std::optional<Timestamp> acknowledged_since; ///< when the first hole was seen to be acknowledged
        std::uint32_t segments_since = 0;
    };

    void segment_slow(const Segment& segment, StreamConsumer& consumer, ReassemblyContext& context);
    void hold(std::uint64_t offset, const Segment& segment, std::uint32_t skip, ReassemblyContext& context);
    void keep_within_caps(const PacketRef& ref, StreamConsumer& consumer, ReassemblyContext& context);
    void give_up_holes(const PacketRef& ref, std::uint32_t segments, StreamConsumer& consumer,
                       ReassemblyContext& context);
    void close_first_hole(GapReason reason, const PacketRef& ref, StreamConsumer& consumer,
                          ReassemblyContext& context);
    void deliver_contiguous(StreamConsumer& consumer, ReassemblyContext& context);
    void deliver(Bytes captured, std::uint64_t length, const PacketRef& ref, StreamConsumer& consumer,
                 ReassemblyContext& context);
    void report_gap(std::uint64_t length, GapReason reason, const PacketRef& ref, StreamConsumer& consumer,
                    ReassemblyContext& context);

    std::uint64_t next_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint32_t base_ = 0;
    bool started_ = false;
    Timestamp last_data_at_{};
    std::unique_ptr<Held> held_;
};

} // namespace wmclients::net
