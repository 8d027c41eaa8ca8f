#include <wmclients/net/tcp_reassembler.hpp>

#include <algorithm>
#include <iterator>

namespace wmclients::net {
namespace {

/// A copy of the newest segment this soon after it is the recorder's doing (the `any` device, Windows'
/// pktmon): TCP itself waits for at least a round trip, and its timer for 200 ms or more (RFC 6298,
/// section 2.4).
constexpr Duration duplicate_within{500'000};

/// What a block takes beside itself and its bytes: a node of the map, and what the allocator adds to both.
constexpr std::uint64_t node = 5 * sizeof(void*) + 32;

} // namespace

std::uint64_t TcpReassembler::Block::memory() const
{
    return node + sizeof(Block) + bytes.size();
}

void TcpReassembler::open(std::uint32_t syn_sequence)
{
    base_ = syn_sequence + 1;
    started_ = true;
}

std::uint64_t TcpReassembler::highest() const
{
    return held_ && !held_->blocks.empty() ? std::max(next_, held_->blocks.rbegin()->second.end()) : next_;
}

void TcpReassembler::segment_slow(const Segment& segment, StreamConsumer& consumer,
                                  ReassemblyContext& context)
{
    if (!started_) {
        base_ = segment.sequence;
        started_ = true;
    }
    const std::int64_t offset = offset_of(segment.sequence);
    const std::int64_t end = offset + segment.payload_length;
    const auto next = static_cast<std::int64_t>(next_);
    if (end <= next) {
        ++context.stats.retransmissions;
        if (segment.payload_length == 1 && end == next) {
            ++context.stats.keep_alives;
        } else if (end == next && segment.ref.time - last_data_at_ < duplicate_within) {
            ++context.stats.duplicates;
        }
    } else if (offset <= next) {
        const auto known = static_cast<std::uint32_t>(next - offset);
        last_data_at_ = segment.ref.time;
        if (held_) {
            // Parts of it may be held already; hold() keeps the first copy of every byte.
            hold(next_, segment, known, context);
            deliver_contiguous(consumer, context);
        } else {
            const Bytes fresh = segment.payload.subspan(std::min<std::size_t>(known, segment.payload.size()));
            deliver(fresh, segment.payload_length - known, segment.ref, consumer, context);
        }
    } else {
        ++context.stats.out_of_order;
        if (!held_) {
            held_ = std::make_unique<Held>();
        }
        hold(static_cast<std::uint64_t>(offset), segment, 0, context);
        keep_within_caps(segment.ref, consumer, context);
    }
    if (held_) {
        give_up_holes(segment.ref, 1, consumer, context);
    }
}

void TcpReassembler::keep_within_caps(const PacketRef& ref, StreamConsumer& consumer,
                                      ReassemblyContext& context)
{
    while (held_ && !held_->blocks.empty()) {
        const Caps& caps = context.caps;
        const bool bytes = held_->bytes > caps.limit(Cap::out_of_order_bytes);
        const bool segments = held_->blocks.size() > caps.limit(Cap::out_of_order_segments);
        const bool total = context.held_memory > caps.limit(Cap::out_of_order_total_bytes);
        if (!bytes && !segments && !total) {
            return;
        }
        context.caps.reached(bytes      ? Cap::out_of_order_bytes
                             : segments ? Cap::out_of_order_segments
                                        : Cap::out_of_order_total_bytes);
        close_first_hole(GapReason::cap, ref, consumer, context);
    }
}

void TcpReassembler::hold(std::uint64_t offset, const Segment& segment, std::uint32_t skip,
                          ReassemblyContext& context)
{
    // Insert only what no held block covers: the first copy of a byte wins.
    std::uint64_t at = offset;
    const std::uint64_t end = offset + (segment.payload_length - skip);
    const Bytes payload = segment.payload.subspan(std::min<std::size_t>(skip, segment.payload.size()));
    auto& blocks = held_->blocks;
    auto position = blocks.upper_bound(offset);
    if (position != blocks.begin() && std::prev(position)->second.end() > offset) {
        --position;
    }
    bool added = false;
    while (at < end) {
        const bool covered = position != blocks.end() && position->first <= at;
        const std::uint64_t stop = position == blocks.end()
                                       ? end
                                       : std::min(end, covered ? position->second.end() : position->first);
        const auto from = std::min<std::size_t>(static_cast<std::size_t>(at - offset), payload.size());
        const auto to = std::min<std::size_t>(static_cast<std::size_t>(stop - offset), payload.size());
        const Bytes part = payload.subspan(from, to - from);
        if (covered) {
            const std::vector<std::uint8_t>& known = position->second.bytes;
            const auto into = static_cast<std::size_t>(at - position->first);
            if (into < known.size()) {
                const std::size_t common = std::min(part.size(), known.size() - into);
                if (!std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(common),
                                known.begin() + static_cast<std::ptrdiff_t>(into))) {
                    ++context.stats.overlap_conflicts;
                }
            }
            ++position;
        } else {
            position = blocks.emplace_hint(
                position, at,
                Block{at, static_cast<std::uint32_t>(stop - at), segment.ref, {part.begin(), part.end()}});
            held_->bytes += part.size();
            held_->memory += position->second.memory();
            context.held_memory += position->second.memory();
            added = true;
            ++position;
        }
        at = stop;
    }
    if (!added) {
        ++context.stats.retransmissions;
    }
}

/// `segments`: how many of the connection have come since the last call.
void TcpReassembler::give_up_holes(const PacketRef& ref, std::uint32_t segments, StreamConsumer& consumer,
                                   ReassemblyContext& context)
{
    while (held_ && !held_->blocks.empty() && acknowledged_ >= held_->blocks.begin()->first) {
        if (!held_->acknowledged_since) {
            held_->acknowledged_since = ref.time;
            held_->segments_since = 0;
            return;
        }
        held_->segments_since += segments;
        if (held_->segments_since < gap_segments && ref.time - *held_->acknowledged_since < gap_patience) {
            return;
        }
        const bool late = ref.time - *held_->acknowledged_since >= gap_patience;
        close_first_hole(GapReason::not_captured, ref, consumer, context);
        if (held_ && !held_->blocks.empty() && acknowledged_ >= held_->blocks.begin()->first && late) {
            // The next hole was acknowledged no later than the one just closed: it has waited as long.
            held_->acknowledged_since = ref.time - gap_patience;
        }
    }
}

void TcpReassembler::close_first_hole(GapReason reason, const PacketRef& ref, StreamConsumer& consumer,
                                      ReassemblyContext& context)
{
    report_gap(held_->blocks.begin()->first - next_, reason, ref, consumer, context);
    held_->acknowledged_since.reset();
    deliver_contiguous(consumer, context);
}

void TcpReassembler::deliver_contiguous(StreamConsumer& consumer, ReassemblyContext& context)
{
    // Detached while consumers run, so that nothing they cause can touch it.
    std::unique_ptr<Held> held = std::move(held_);
    auto& blocks = held->blocks;
    for (; !blocks.empty() && blocks.begin()->first <= next_; blocks.erase(blocks.begin())) {
        const Block& block = blocks.begin()->second;
        held->bytes -= block.bytes.size();
        held->memory -= block.memory();
        context.held_memory -= block.memory();
        deliver(block.bytes, block.length, block.ref, consumer, context);
        held->acknowledged_since.reset();
    }
    if (!blocks.empty()) {
        held_ = std::move(held);
    }
}

void TcpReassembler::deliver(Bytes captured, std::uint64_t length, const PacketRef& ref,
                             StreamConsumer& consumer, ReassemblyContext& context)
{
    const std::uint64_t offset = next_;
    next_ += captured.size();
    if (!captured.empty()) {
        consumer.data(offset, captured, ref);
    }
    if (length > captured.size()) {
        report_gap(length - captured.size(), GapReason::cut, ref, consumer, context);
    }
}

void TcpReassembler::report_gap(std::uint64_t length, GapReason reason, const PacketRef& ref,
                                StreamConsumer& consumer, ReassemblyContext& context)
{
    const std::uint64_t offset = next_;
    next_ += length;
    ++context.stats.gaps;
    context.stats.gap_bytes += length;
    consumer.gap(offset, length, reason, ref);
}

void TcpReassembler::finish(const PacketRef& ref, StreamConsumer& consumer, ReassemblyContext& context)
{
    while (held_ && !held_->blocks.empty()) {
        const bool acknowledged = acknowledged_ >= held_->blocks.begin()->first;
        close_first_hole(acknowledged ? GapReason::not_captured : GapReason::unfilled, ref, consumer,
                         context);
    }
    held_.reset();
    // The peer has more than was captured; a single byte is a FIN that was not captured.
    if (started_ && acknowledged_ > next_ + 1) {
        report_gap(acknowledged_ - next_, GapReason::not_captured, ref, consumer, context);
    }
}

void TcpReassembler::drop_held(ReassemblyContext& context)
{
    if (held_) {
        context.held_memory -= held_->memory;
        held_.reset();
    }
}

} // namespace wmclients::net
