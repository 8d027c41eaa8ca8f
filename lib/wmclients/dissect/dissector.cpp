#include <wmclients/dissect/dissector.hpp>
#include <wmclients/dissect/flow.hpp>
#include <wmclients/dissect/lane.hpp>

#include <algorithm>

namespace wmclients::dissect {
namespace {

using http::MessageParser;
using net::Segment;
namespace flag = net::tcp_flag;

/// Slots looked at for each new connection, and every so many segments, in search of what has ended.
constexpr std::size_t sweep_a_connection = 4;
constexpr std::uint32_t segments_a_sweep = 1024;
constexpr std::size_t sweep_regularly = 16;

/// Slots looked at when a live clock advances: all, unless there are very many.
constexpr std::size_t sweep_at_a_tick = 16'384;

/// Slots compared when the table is full, to find one that has long been silent.
constexpr std::size_t eviction_sample = 16;

} // namespace

Dissector::Dissector(Visitor& visitor, Caps& caps)
    : visitor_(visitor), wants_(visitor.wants()), caps_(caps), context_{caps, {}, 0}, decoder_(caps),
      table_(HashKey::random())
{
}

Dissector::~Dissector() = default;

void Dissector::packet(const capture::Packet& packet)
{
    Segment segment;
    net::Datagram datagram;
    now_ = packet.ref;
    switch (decoder_.decode(packet, segment, datagram)) {
    case net::PacketDecoder::Result::segment:
        this->segment(segment);
        break;
    case net::PacketDecoder::Result::datagram:
        visitor_.datagram(datagram);
        break;
    case net::PacketDecoder::Result::nothing:
        break;
    }
}

void Dissector::segment(const Segment& segment)
{
    now_ = segment.ref;
    if (++until_sweep_ == segments_a_sweep) {
        until_sweep_ = 0;
        sweep(sweep_regularly);
    }
    Flow* flow = last_;
    const bool same_as_last = flow != nullptr
                              && ((flow->client == segment.source && flow->server == segment.destination)
                                  || (flow->server == segment.source && flow->client == segment.destination));
    if (!same_as_last) {
        const std::uint32_t hash = table_.hash(segment.source, segment.destination);
        flow = find(segment, hash);
        if (flow == nullptr) {
            if (segment.has(flag::fin | flag::rst) && !segment.has(flag::syn)) {
                visitor_.stray_end(segment);
                if (segment.payload_length == 0) {
                    return;
                }
            }
            flow = &create(segment, hash);
        }
        last_ = flow;
    }
    if (segment.has(flag::syn)) {
        const bool from_client = !segment.has(flag::ack);
        const bool roles_fit = (flow->client == segment.source) == from_client;
        const net::TcpReassembler& stream = from_client ? flow->client_stream : flow->server_stream;
        // Another initial sequence number, or a SYN on what has long begun, is a new connection on an old
        // port.
        const bool another =
            flow->roles != Roles::unknown
            && (!roles_fit || (stream.started() ? stream.base() != segment.sequence + 1 : !flow->syn_seen));
        if (another && !segment.has(flag::rst)) {
            const std::uint32_t hash = flow->hash;
            retire(*flow, ConnectionEnd::replaced);
            flow = last_ = &create(segment, hash);
        }
        handshake(*flow, segment);
    }
    flow->last_seen = segment.ref.time;
    if (flow->roles != Roles::known && segment.payload_length != 0) {
        infer_roles(*flow, segment);
    }
    const Direction direction = flow->client == segment.source ? Direction::to_server : Direction::to_client;
    if (wants_.segments && flow->roles == Roles::known) {
        visitor_.segment(*flow, direction, segment);
    }
    Lane lane{*flow, direction, visitor_, caps_, wants_, stats_.unsynchronised_bytes};
    const bool to_server = direction == Direction::to_server;
    bool& seen = to_server ? flow->segments_from_client : flow->segments_from_server;
    if (!seen) {
        seen = true;
        if (!to_server && !flow->server_link.known()) {
            flow->server_link = segment.source_link;
        }
    }
    if (segment.has(flag::ack) && !segment.has(flag::rst)) {
        acknowledge(*flow, direction, segment);
    }
    // What a RST carries is a text about it, not part of the stream (RFC 9293, section 3.5.3).
    if (segment.payload_length != 0 && flow->roles != Roles::unknown && !segment.has(flag::rst)) {
        (to_server ? flow->bytes_to_server : flow->bytes_to_client) = true;
        net::TcpReassembler& stream = to_server ? flow->client_stream : flow->server_stream;
        if (segment.has(flag::syn)) {
            Segment data = segment; // the SYN takes the first sequence number (RFC 9293, section 3.4)
            ++data.sequence;
            stream.segment(data, lane, context_);
        } else {
            stream.segment(segment, lane, context_);
        }
    }
    if (segment.has(flag::fin | flag::rst)) {
        control(*flow, direction, segment);
    }
}

void Dissector::advance(Timestamp now)
{
    now_.time = std::max(now_.time, now);
    if (context_.held_memory != 0) {
        for (const auto& flow : flows_) {
            if (flow) {
                give_up_holes(*flow);
            }
        }
    }
    sweep(std::min(sweep_at_a_tick, flows_.size()));
}

void Dissector::give_up_holes(Flow& flow)
{
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
        Lane lane{flow, direction, visitor_, caps_, wants_, stats_.unsynchronised_bytes};
        (direction == Direction::to_server ? flow.client_stream : flow.server_stream)
            .advance(now_, lane, context_);
    }
}

Flow* Dissector::find(const Segment& segment, std::uint32_t hash)
{
    const std::uint32_t slot = table_.find(hash, [&](std::uint32_t candidate) {
        const Flow& flow = *flows_[candidate];
        return (flow.client == segment.source && flow.server == segment.destination)
               || (flow.server == segment.source && flow.client == segment.destination);
    });
    return slot == net::FlowTable::none ? nullptr : flows_[slot].get();
}

Flow& Dissector::create(const Segment& segment, std::uint32_t hash)
{
    sweep(sweep_a_connection);
    if (table_.size() >= caps_.limit(Cap::connections)) {
        make_room();
    }
    std::uint32_t slot = 0;
    if (free_.empty()) {
        slot = static_cast<std::uint32_t>(flows_.size());
        flows_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    flows_[slot] = std::make_unique<Flow>();
    Flow& flow = *flows_[slot];
    flow.id = next_id_++;
    flow.slot = slot;
    flow.hash = hash;
    flow.client = segment.source;
    flow.server = segment.destination;
    flow.link_a = segment.source_link;
    flow.server_link = segment.destination_link;
    flow.first = segment.ref;
    flow.last_seen = segment.ref.time;
    table_.insert(hash, slot);
    ++stats_.connections;
    if (!segment.has(flag::syn)) {
        flow.requests = MessageParser{MessageParser::Side::requests, false};
        flow.responses = MessageParser{MessageParser::Side::responses, false};
    }
    return flow;
}

void Dissector::sweep(std::size_t slots)
{
    for (std::size_t i = 0; i < slots && !flows_.empty(); ++i) {
        hand_ = hand_ + 1 < flows_.size() ? hand_ + 1 : 0;
        Flow* flow = flows_[hand_].get();
        if (flow == nullptr) {
            continue;
        }
        const Duration silent = now_.time - flow->last_seen;
        if (flow->closed() && silent > linger) {
            retire(*flow, ConnectionEnd::closed);
        } else if (silent > idle_) {
            ++stats_.idle_connections;
            retire(*flow, ConnectionEnd::idle);
        }
    }
}

void Dissector::make_room()
{
    Flow* victim = nullptr;
    for (std::size_t looked = 0, sampled = 0; looked < flows_.size() && sampled < eviction_sample; ++looked) {
        hand_ = hand_ + 1 < flows_.size() ? hand_ + 1 : 0;
        Flow* flow = flows_[hand_].get();
        if (flow != nullptr) {
            ++sampled;
            if (victim == nullptr || flow->last_seen < victim->last_seen) {
                victim = flow;
            }
        }
    }
    if (victim != nullptr) {
        caps_.reached(Cap::connections);
        retire(*victim, victim->closed() ? ConnectionEnd::closed : ConnectionEnd::evicted);
    }
}

void Dissector::retire(Flow& flow, ConnectionEnd end)
{
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
        Lane lane{flow, direction, visitor_, caps_, wants_, stats_.unsynchronised_bytes};
        (direction == Direction::to_server ? flow.client_stream : flow.server_stream)
            .finish(now_, lane, context_);
        lane.finish(now_);
    }
    if (flow.roles == Roles::known) {
        if (!flow.segments_from_client || !flow.segments_from_server) {
            ++stats_.one_sided;
        }
        visitor_.connection_end(flow, end, now_);
    }
    const std::uint32_t slot = flow.slot;
    table_.erase(flow.hash, slot);
    if (last_ == &flow) {
        last_ = nullptr;
    }
    flows_[slot].reset();
    free_.push_back(slot);
}

void Dissector::handshake(Flow& flow, const Segment& segment)
{
    const bool from_client = !segment.has(flag::ack);
    if ((flow.client == segment.source) != from_client && flow.roles == Roles::unknown) {
        flow.swap_roles();
    }
    net::TcpReassembler& own = from_client ? flow.client_stream : flow.server_stream;
    net::TcpReassembler& other = from_client ? flow.server_stream : flow.client_stream;
    if (!own.started()) {
        own.open(segment.sequence);
    }
    if (!from_client && !other.started()) {
        other.open(segment.acknowledgment - 1);
    }
    flow.syn_seen = true;
    (from_client ? flow.client_window_scale : flow.server_window_scale) = segment.window_scale;
    if (flow.roles != Roles::known) {
        flow.become_known(visitor_, segment.ref);
    }
}

void Dissector::infer_roles(Flow& flow, const Segment& segment)
{
    const std::string_view text = as_text(segment.payload);
    const bool request = MessageParser::begins_head(MessageParser::Side::requests, text);
    const bool response = MessageParser::begins_head(MessageParser::Side::responses, text);
    const bool source_is_client =
        request || (flow.roles == Roles::presumed && !response && flow.client == segment.source);
    if (!request && !response && flow.roles == Roles::presumed) {
        return;
    }
    if ((flow.client == segment.source) != source_is_client) {
        flow.swap_roles();
        flow.requests = MessageParser{MessageParser::Side::requests, false};
        flow.responses = MessageParser{MessageParser::Side::responses, false};
        flow.frames.reset();
        flow.reading = BodyReading::none;
        flow.unconfirmed.reset();
    }
    if (request || response) {
        flow.become_known(visitor_, segment.ref);
    } else {
        flow.roles = Roles::presumed;
    }
}

void Dissector::acknowledge(Flow& flow, Direction direction, const Segment& segment)
{
    if (direction == Direction::to_client) {
        Lane lane{flow, Direction::to_server, visitor_, caps_, wants_, stats_.unsynchronised_bytes};
        flow.client_stream.acknowledge(segment.acknowledgment, segment.ref, lane, context_);
        return;
    }
    if (flow.syn_seen && !flow.established && !segment.has(flag::syn)) {
        flow.established = segment.ref.time;
        flow.established_packet = segment.ref.number;
        if (!flow.server_stream.started()) {
            flow.server_stream.open(segment.acknowledgment - 1);
        }
        visitor_.connection_established(flow, segment.ref);
    }
    if (!flow.ack_seen || static_cast<std::int32_t>(segment.acknowledgment - flow.last_ack) > 0) {
        if (flow.ack_seen) {
            ++flow.client_acks_advanced;
            flow.last_ack_at = segment.ref.time;
        }
        flow.ack_seen = true;
        flow.last_ack = segment.acknowledgment;
    }
    Lane lane{flow, Direction::to_client, visitor_, caps_, wants_, stats_.unsynchronised_bytes};
    flow.server_stream.acknowledge(segment.acknowledgment, segment.ref, lane, context_);
}

void Dissector::control(Flow& flow, Direction direction, const Segment& segment)
{
    const bool to_server = direction == Direction::to_server;
    const net::TcpReassembler& stream = to_server ? flow.client_stream : flow.server_stream;
    if (!stream.in_window(segment.sequence + segment.payload_length)) {
        ++stats_.invalid_resets;
        return;
    }
    if (segment.has(flag::rst)) {
        flow.reset = true;
        if (flow.roles == Roles::known) {
            visitor_.rst(flow, direction, segment.ref);
        } else {
            visitor_.stray_end(segment);
        }
        return;
    }
    bool& seen = to_server ? flow.fin_from_client : flow.fin_from_server;
    if (!seen) {
        seen = true;
        if (flow.roles == Roles::known) {
            visitor_.fin(flow, direction, segment.ref);
        } else {
            visitor_.stray_end(segment);
        }
    }
}

void Dissector::finish()
{
    std::vector<Flow*> open;
    for (const auto& flow : flows_) {
        if (flow) {
            open.push_back(flow.get());
        }
    }
    std::sort(open.begin(), open.end(), [](const Flow* a, const Flow* b) { return a->id < b->id; });
    for (Flow* flow : open) {
        retire(*flow, flow->closed() ? ConnectionEnd::closed : ConnectionEnd::capture_end);
    }
}

} // namespace wmclients::dissect
