#include <wmclients/asf/object_ids.hpp>
#include <wmclients/check/recorder_open.hpp>

#include <algorithm>

namespace wmclients::check {

using dissect::Direction;

void Recorder::body_start(const dissect::Connection& connection, std::uint32_t number,
                          dissect::BodyStart start, const PacketRef&)
{
    Open* const open = this->open(connection);
    if (open == nullptr) {
        return;
    }
    open->current = exchange(*open, number);
    open->forget_packets();
    open->gap = start == dissect::BodyStart::unknown;
    open->junk = open->header_known = false;
    open->metadata.clear();
    open->streams.reset();
    if (open->current != nullptr) {
        open->current->body.start = start;
    }
    if (start == dissect::BodyStart::framed) {
        open->connection->server->speaks_wmsp = true;
    }
}

void Recorder::media(const dissect::Connection& connection, const wmsp::Frame&, Bytes bytes, const PacketRef&)
{
    Open* const open = find(connection);
    if (open == nullptr || open->current == nullptr || open->payload_lost) {
        return;
    }
    open->payload.append(as_text(bytes)); // PacketLength has 16 bits
    // Its memory is kept for the next packet.
    if (!open->memory.grow_to(caps_, Cap::pending_bytes, open->payload.capacity())) {
        open->payload_lost = true;
        std::string{}.swap(open->payload);
        open->memory.release();
    }
}

void Recorder::segment(const dissect::Connection& connection, Direction direction,
                       const net::Segment& segment)
{
    Open* const open = find(connection);
    if (open == nullptr) {
        return;
    }
    if (direction == Direction::to_server) {
        open->window = connection.client_window(segment);
    } else if (connection.unacknowledged_bytes() == 0) {
        open->idle_segment = segment.ref;
        open->idle_window = open->window;
    }
}

void Recorder::frame_begin(const dissect::Connection& connection, const wmsp::Frame& frame)
{
    if (Open* const open = find(connection)) {
        open->could_begin =
            open->idle_segment.number == frame.first.number && open->idle_window >= frame.length + 4U;
    }
}

void Recorder::frame_end(const dissect::Connection& connection, const wmsp::Frame& frame,
                         const PacketRef& ref)
{
    Open* const open = find(connection);
    if (open == nullptr || open->current == nullptr) {
        return;
    }
    Exchange& exchange = *open->current;
    open->connection->last = ref;
    open->connection->server->speaks_wmsp = true;
    if (exchange.response) {
        exchange.response->body_bytes += frame.length + 4U;
    }
    if (frame.after_sync_loss) {
        open->gap = open->gap || open->before.damaged; // the gap in that packet may go on behind its end
        open->before = {};
        if (open->gap) {
            open->forget_packets();
        }
    }
    const auto known = [](const wmsp::Frame& one) { return one.id != 0 ? &one : nullptr; };
    Packet packet{.exchange = exchange, .frame = frame, .end = ref};
    packet.before = known(open->before);
    packet.before_end = open->before_end;
    packet.could_begin = open->could_begin;
    packet.data_before = known(open->data_before);
    packet.header_since = known(open->header_since);
    packet.header = open->header_known ? &exchange.body.headers.back().header : nullptr;
    Expected<void> parsed;
    const bool whole = frame.complete && !frame.damaged && !open->payload_lost;
    if (frame.id == wmsp::packet_id::data && whole && frame.has_mms_header) {
        packet.payload = as_bytes(open->payload);
        parsed = asf::parse_data_packet(packet.payload, parsed_);
        packet.parsed = parsed ? &parsed_ : nullptr;
        packet.padding_length = parsed_.padding;
        packet.parse_error = parsed ? std::string_view{} : parsed.error().message;
    }
    listener_(packet);
    exchange.body.last_packet = ref;
    add_run(*open, frame, ref);
    note_streams(*open, packet);
    if (frame.id == wmsp::packet_id::metadata) {
        take_metadata(*open, frame, ref);
    }
    open->payload_lost = false;
    exchange.body.marked += frame.follows_at_once ? 1U : 0U;
    exchange.body.adjoining +=
        packet.before != nullptr && packet.before_end.number == frame.first.number ? 1U : 0U;
    open->before_end = ref;
    open->payload.clear();
    open->gap = frame.damaged && !frame.complete;
    open->junk = false;
    open->before = frame;
    if (frame.id == wmsp::packet_id::data) {
        open->data_before = frame;
        open->header_since = {};
    } else if (frame.id == wmsp::packet_id::header) {
        open->header_since = frame;
        open->header_known = false; // until all of it is here
    }
}

void Recorder::add_run(Open& open, const wmsp::Frame& frame, const PacketRef& end)
{
    Body& body = open.current->body;
    const bool after_gap = open.gap;
    body.header_changes = body.header_changes || frame.id == wmsp::packet_id::new_header;
    if (frame.id == wmsp::packet_id::data && !body.runs.empty() && !after_gap && !open.junk
        && body.runs.back().first.id == frame.id) {
        Run& run = body.runs.back();
        run.last = frame;
        run.end = end;
        ++run.count;
        return;
    }
    if (body.runs.size() >= Body::runs_kept || !keep(sizeof(Run))) {
        body.runs_left_out = true;
        return;
    }
    Run& run = body.runs.emplace_back();
    run.first = run.last = frame;
    run.end = end;
    run.after_gap = after_gap;
    run.after_junk = open.junk;
}

void Recorder::note_streams(Open& open, const Packet& packet)
{
    Body& body = open.current->body;
    if (packet.frame.id != wmsp::packet_id::data) {
        return;
    }
    if (packet.parsed == nullptr || open.gap) {
        body.payloads_missed = true;
    }
    if (packet.parsed == nullptr) {
        return;
    }
    for (const asf::Payload& payload : packet.parsed->payloads) {
        if (!open.streams.test(payload.stream) && keep(sizeof(StreamStart))) {
            open.streams.set(payload.stream);
            body.streams.push_back(
                {payload.stream, payload.key_frame, !body.payloads_missed, packet.frame.first});
        }
    }
}

void Recorder::take_metadata(Open& open, const wmsp::Frame& frame, const PacketRef& end)
{
    const std::size_t room = Message::body_kept - std::min(Message::body_kept, open.metadata.size());
    open.metadata.append(open.payload, 0, room);
    const bool kept = open.metadata_memory.grow_to(caps_, Cap::pending_bytes, open.metadata.capacity());
    if (!kept) {
        std::string{}.swap(open.metadata);
        open.metadata_memory.release();
    }
    open.metadata_whole = open.metadata_whole && frame.complete && !frame.damaged && !open.payload_lost
                          && kept && open.payload.size() <= room;
    // AFFlags 0x08 marks the last fragment (MS-WMSP 2.2.3.1.2).
    if ((frame.af_flags & 0x08) == 0) {
        return;
    }
    auto& seen = open.current->body.metadata;
    if (seen.size() < Body::headers_kept && keep(open.metadata.size())) {
        seen.push_back({std::move(open.metadata), open.metadata_whole, end});
        open.metadata_memory.release();
    }
    open.metadata.clear();
    open.metadata_whole = true;
}

void Recorder::asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref)
{
    Open* const open = find(connection);
    if (open == nullptr || open->current == nullptr || !keep(bytes.size())) {
        return;
    }
    auto& headers = open->current->body.headers;
    if (headers.size() >= Body::headers_kept) {
        headers.pop_back();
    }
    HeaderSeen& seen = headers.emplace_back();
    open->header_known = true;
    seen.size = bytes.size();
    seen.cut = bytes.size() >= caps_.limit(Cap::asf_header_bytes);
    if (bytes.size() >= seen.begins_with.bytes.size()) {
        std::copy_n(bytes.begin(), seen.begins_with.bytes.size(), seen.begins_with.bytes.begin());
    }
    seen.at = ref;
    if (auto header = asf::parse_header(bytes)) {
        seen.begins_well = true;
        seen.header = std::move(*header);
        const std::uint64_t behind = seen.header.header_size;
        const std::size_t guid = asf::ids::data.bytes.size();
        seen.data_object = behind <= bytes.size() && bytes.size() - behind >= guid
                           && std::equal(asf::ids::data.bytes.begin(), asf::ids::data.bytes.end(),
                                         bytes.begin() + static_cast<std::ptrdiff_t>(behind));
    }
}

void Recorder::unsynchronised(const dissect::Connection& connection, std::uint64_t bytes,
                              const PacketRef& ref)
{
    Open* const open = find(connection);
    if (open == nullptr || open->current == nullptr) {
        return;
    }
    Body& body = open->current->body;
    if (body.unread_bytes == 0) {
        body.unread_at = ref;
    }
    body.unread_bytes += bytes;
    open->junk = !open->gap && !open->before.damaged;
}

void Recorder::add_stray(Open& open, Bytes found, bool body_ends, const PacketRef& ref)
{
    auto& strays = open.current->body.strays;
    // Behind a gap it is not sure that a packet should begin here.
    if (open.gap || open.before.damaged || strays.size() >= Body::headers_kept || !keep(sizeof(Stray))) {
        return;
    }
    Stray& stray = strays.emplace_back();
    stray.size = static_cast<std::uint8_t>(std::min(found.size(), stray.bytes.size()));
    std::copy_n(found.begin(), stray.size, stray.bytes.begin());
    stray.body_ends = body_ends;
    stray.after = open.before;
    stray.at = ref;
}

void Recorder::no_packet(const dissect::Connection& connection, Bytes found, bool body_ends,
                         const PacketRef& ref)
{
    Open* const open = find(connection);
    if (open != nullptr && open->current != nullptr) {
        add_stray(*open, found, body_ends, ref);
    }
}

} // namespace wmclients::check
