#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/capture/packet.hpp>
#include <wmclients/dissect/visitor.hpp>
#include <wmclients/net/flow_table.hpp>
#include <wmclients/net/packet_decoder.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace wmclients::dissect {

struct Flow;

/// Counters of the pass, for `list --stats`.
struct DissectStats {
    std::uint64_t connections = 0;      ///< TCP connections begun to be followed
    std::uint64_t idle_connections = 0; ///< of those, given up as idle
    std::uint64_t invalid_resets = 0;   ///< FIN and RST outside the connection's window
    std::uint64_t one_sided = 0;        ///< connections of which only one direction had payload or segments
    std::uint64_t unsynchronised_bytes = 0; ///< captured bytes of framed bodies that were no packets
};

/// The one pass: packets in, connections, messages and `$` packets out, to one visitor (or a FanOut).
class Dissector {
  public:
    /// A connection without any packet for so long is given up.
    static constexpr Duration idle_limit = std::chrono::minutes{10};

    /// A closed connection is kept so long for packets that the recorder saw late.
    static constexpr Duration linger = std::chrono::seconds{1};

    Dissector(Visitor& visitor, Caps& caps);
    ~Dissector();
    Dissector(const Dissector&) = delete;
    Dissector& operator=(const Dissector&) = delete;

    /// Another limit than idle_limit.
    void give_up_after(Duration silence) { idle_ = silence; }

    void packet(const capture::Packet& packet);

    /// One segment, for those who have no packets.
    void segment(const net::Segment& segment);

    /// A live capture's clock says `now`, and no packet before it is to come: holes and connections that have
    /// waited for long enough by then are given up, as the next packet would do it. To be called several
    /// times a second. A time before the last packet's is taken for that.
    void advance(Timestamp now);

    /// The capture has ended: everything held is delivered, and every connection ends.
    void finish();

    [[nodiscard]] const DissectStats& stats() const { return stats_; }

    [[nodiscard]] const net::ReassemblyStats& reassembly_stats() const { return context_.stats; }

    [[nodiscard]] const net::DecodeStats& decode_stats() const { return decoder_.stats(); }

  private:
    Flow* find(const net::Segment& segment, std::uint32_t hash);
    Flow& create(const net::Segment& segment, std::uint32_t hash);
    void sweep(std::size_t slots);
    void make_room();
    void give_up_holes(Flow& flow);
    void retire(Flow& flow, ConnectionEnd end);
    void infer_roles(Flow& flow, const net::Segment& segment);
    void handshake(Flow& flow, const net::Segment& segment);
    void acknowledge(Flow& flow, Direction direction, const net::Segment& segment);
    void control(Flow& flow, Direction direction, const net::Segment& segment);

    Visitor& visitor_;
    const Wants wants_;
    Caps& caps_;
    net::ReassemblyContext context_;
    net::PacketDecoder decoder_;
    net::FlowTable table_;
    std::vector<std::unique_ptr<Flow>> flows_; ///< by slot; null where free, and then listed in free_
    std::vector<std::uint32_t> free_;
    Flow* last_ = nullptr;
    std::size_t hand_ = 0; ///< where the next sweep looks
    std::uint64_t next_id_ = 1;
    Duration idle_ = idle_limit;
    std::uint32_t until_sweep_ = 0;
    PacketRef now_;
    DissectStats stats_;
};

} // namespace wmclients::dissect
