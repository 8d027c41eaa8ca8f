#include <wmclients/asf/object_ids.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/recorder.hpp>

#include <algorithm>
#include <bitset>
#include <string>

namespace wmclients::check {

using dissect::Direction;

namespace {

/// What a head takes in memory, in multiples of its text: the text, and views of its fields and tokens.
constexpr std::size_t head_cost = 4;

/// Nothing that the server sent was captured, but players of MS-WMSP asked it.
bool only_asked(const Server& server)
{
    bool asked = false;
    for (const Connection* const connection : server.connections) {
        if (connection->from_server) {
            return false;
        }
        for (const auto& exchange : connection->exchanges) {
            asked = asked || (exchange && !exchange->foreign());
        }
    }
    return asked;
}

} // namespace

/// An open connection, and what its current body needs.
struct Recorder::Open {
    Connection* connection = nullptr;
    Exchange* current = nullptr; ///< whose response is being read; null before the first, or not recorded
    bool gap = false;            ///< bytes are missing since the last packet
    bool junk = false;           ///< captured bytes since the last packet were none
    bool header_known = false;   ///< the latest `$H` is in the body's headers
    bool cut = false;     ///< of the missing bytes since the last head, some were cut by the snap length
    std::string payload;  ///< of the current `$D` or `$M`
    std::string metadata; ///< of the `$M` so far
    bool metadata_whole = true;
    wmsp::Frame before; ///< the last packet; id 0: none, or not right before
    wmsp::Frame data_before;
    wmsp::Frame header_since;
    PacketRef before_end;
    std::bitset<128> streams; ///< that the current body has shown
    bool window_open = true;  ///< the client's
    PacketRef idle_segment;   ///< the latest segment that the server sent with nothing in its way
    bool could_begin = false; ///< the current packet began with it

    /// What lies before a gap is not right before what follows it.
    void forget_packets()
    {
        before = {};
        data_before = {};
        header_since = {};
    }
};

Recorder::Recorder(Caps& caps, PacketListener listener) : caps_(caps), listener_(std::move(listener)) {}

Recorder::~Recorder() = default;

Recorder::Open* Recorder::find(const dissect::Connection& connection)
{
    return connection.slot < open_.size() ? open_[connection.slot].get() : nullptr;
}

Recorder::Open& Recorder::open(const dissect::Connection& connection)
{
    if (connection.slot >= open_.size()) {
        open_.resize(connection.slot + std::size_t{1});
    }
    auto& slot = open_[connection.slot];
    if (!slot) {
        slot = std::make_unique<Open>();
        auto made = std::make_unique<Connection>();
        made->number = connection.id;
        made->client = connection.client;
        made->server_endpoint = connection.server;
        made->first = connection.first;
        made->beginning_captured = connection.syn_seen;
        Server& server = servers_[connection.server];
        server.endpoint = connection.server;
        server.connections.push_back(made.get());
        made->server = &server;
        slot->connection = made.get();
        connections_.push_back(std::move(made));
    }
    slot->connection->from_client = connection.bytes_to_server;
    slot->connection->from_server = connection.bytes_to_client;
    return *slot;
}

bool Recorder::keep(std::size_t bytes)
{
    if (bytes > caps_.limit(Cap::checked_bytes) - kept_) {
        caps_.reached(Cap::checked_bytes);
        return false;
    }
    kept_ += bytes;
    return true;
}

Exchange* Recorder::exchange(Open& open, std::uint32_t number)
{
    auto& exchanges = open.connection->exchanges;
    if (number < exchanges.size() && exchanges[number]) {
        return exchanges[number].get();
    }
    if (!keep(sizeof(Exchange) + sizeof(Connection))) {
        return nullptr;
    }
    if (number >= exchanges.size()) {
        exchanges.resize(number + std::size_t{1});
    }
    exchanges[number] = std::make_unique<Exchange>();
    Exchange& made = *exchanges[number];
    made.connection = open.connection;
    made.number = number;
    exchanges_.push_back(&made);
    return &made;
}

void Recorder::request(const dissect::Connection& connection, const dissect::Request& request)
{
    Open& open = this->open(connection);
    open.connection->last = request.head.last;
    Exchange* const one = exchange(open, request.exchange);
    if (one != nullptr && keep(request.head.text().size() * head_cost)) {
        one->request = std::make_unique<Message>(request.head.clone());
        one->type = request.type;
        one->request->cut = !request.head.complete && open.cut;
        const auto id = token(*one->request, "client-id");
        if (one->is(wmsp::RequestKind::select_stream) && id && keep(id->size())) {
            one->connection->server->reselected.emplace(*id);
        }
    }
    open.cut = false;
}

void Recorder::response(const dissect::Connection& connection, const dissect::Response& response)
{
    Open& open = this->open(connection);
    open.connection->last = response.head.last;
    if (response.head.status() >= 100 && response.head.status() < 200) {
        return;
    }
    open.current = exchange(open, response.exchange);
    open.forget_packets();
    open.gap = open.junk = false;
    if (open.current != nullptr && keep(response.head.text().size() * head_cost)) {
        open.current->response = std::make_unique<Message>(response.head.clone());
        open.current->response->cut = !response.head.complete && open.cut;
        Server& server = *open.connection->server;
        server.speaks_wmsp = server.speaks_wmsp || wmsp::is_wmsp_server(response.head.value("Server"));
    }
    open.cut = false;
}

void Recorder::body(const dissect::Connection& connection, Direction direction, std::uint32_t number,
                    Bytes bytes, const PacketRef& ref)
{
    Open& open = this->open(connection);
    open.connection->last = ref;
    Exchange* const one = exchange(open, number);
    Message* const message =
        one == nullptr ? nullptr : (direction == Direction::to_server ? one->request : one->response).get();
    if (message == nullptr) {
        return;
    }
    if (one == open.current && direction == Direction::to_client && message->body_bytes == 0) {
        add_stray(open, bytes, false, ref);
    }
    message->body_bytes += bytes.size();
    const std::size_t room = Message::body_kept - std::min(Message::body_kept, message->body.size());
    const Bytes part = bytes.first(std::min(room, bytes.size()));
    if (direction == Direction::to_server && keep(part.size())) {
        message->body.append(as_text(part));
    }
}

void Recorder::body_start(const dissect::Connection& connection, std::uint32_t number,
                          dissect::BodyStart start, const PacketRef&)
{
    Open& open = this->open(connection);
    open.current = exchange(open, number);
    open.forget_packets();
    open.gap = start == dissect::BodyStart::unknown;
    open.junk = open.header_known = false;
    open.metadata.clear();
    open.streams.reset();
    if (open.current != nullptr) {
        open.current->body.start = start;
    }
    if (start == dissect::BodyStart::framed) {
        open.connection->server->speaks_wmsp = true;
    }
}

void Recorder::media(const dissect::Connection& connection, const wmsp::Frame&, Bytes bytes, const PacketRef&)
{
    Open* const open = find(connection);
    if (open != nullptr && open->current != nullptr) {
        open->payload.append(as_text(bytes)); // PacketLength has 16 bits
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
        open->window_open = segment.window != 0;
    } else if (open->window_open && connection.unacknowledged_bytes() == 0) {
        open->idle_segment = segment.ref;
    }
}

void Recorder::frame_begin(const dissect::Connection& connection, const wmsp::Frame& frame)
{
    if (Open* const open = find(connection)) {
        open->could_begin = open->idle_segment.number == frame.first.number;
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
    const bool whole = frame.complete && !frame.damaged;
    if (frame.id == wmsp::packet_id::data && whole && frame.has_mms_header) {
        packet.payload = as_bytes(open->payload);
        parsed = asf::parse_data_packet(packet.payload, parsed_);
        packet.parsed = parsed ? &parsed_ : nullptr;
        packet.padding_length = parsed_.padding;
        packet.parse_error = parsed ? std::string_view{} : parsed.error().message;
    }
    listener_(packet);
    add_run(*open, frame, ref);
    note_streams(*open, packet);
    if (frame.id == wmsp::packet_id::metadata) {
        take_metadata(*open, frame, ref);
    }
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
    open.metadata_whole =
        open.metadata_whole && frame.complete && !frame.damaged && open.payload.size() <= room;
    // AFFlags 0x08 marks the last fragment (MS-WMSP 2.2.3.1.2).
    if ((frame.af_flags & 0x08) == 0) {
        return;
    }
    auto& seen = open.current->body.metadata;
    if (seen.size() < Body::headers_kept && keep(open.metadata.size())) {
        seen.push_back({std::move(open.metadata), open.metadata_whole, end});
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

void Recorder::gap(const dissect::Connection& connection, Direction direction, std::uint64_t, std::uint64_t,
                   net::GapReason reason, bool in_body, const PacketRef&)
{
    Open* const open = find(connection);
    if (open == nullptr) {
        return;
    }
    const bool cut = reason == net::GapReason::cut;
    open->cut = open->cut || cut;
    Message* message = nullptr;
    if (direction == Direction::to_client) {
        message = in_body && open->current != nullptr ? open->current->response.get() : nullptr;
        open->gap = true;
        open->connection->server_gap = true;
    } else {
        open->connection->client_gap = true;
        if (!open->connection->exchanges.empty() && open->connection->exchanges.back()) {
            message = open->connection->exchanges.back()->request.get();
        }
    }
    if (message != nullptr && !message->end) {
        message->gap = true;
        message->cut = message->cut || cut;
    }
}

void Recorder::message_end(const dissect::Connection& connection, Direction direction, std::uint32_t number,
                           http::MessageEnd end, const PacketRef& ref)
{
    Open* const open = find(connection);
    if (open == nullptr) {
        return;
    }
    open->connection->last = ref;
    const auto& exchanges = open->connection->exchanges;
    if (number >= exchanges.size() || !exchanges[number]) {
        return;
    }
    Message* const message =
        (direction == Direction::to_server ? exchanges[number]->request : exchanges[number]->response).get();
    if (message != nullptr && !message->end) {
        message->end = end;
        message->end_at = ref;
        if (direction == Direction::to_client) {
            exchanges[number]->body.gap_at_end = open->gap;
        }
    }
}

void Recorder::fin(const dissect::Connection& connection, Direction direction, const PacketRef& ref)
{
    if (Open* const open = find(connection)) {
        auto& end =
            direction == Direction::to_server ? open->connection->client_fin : open->connection->server_fin;
        end = end.value_or(ref);
    }
}

void Recorder::rst(const dissect::Connection& connection, Direction direction, const PacketRef& ref)
{
    if (Open* const open = find(connection)) {
        auto& end =
            direction == Direction::to_server ? open->connection->client_rst : open->connection->server_rst;
        end = end.value_or(ref);
    }
}

void Recorder::connection_end(const dissect::Connection& connection, dissect::ConnectionEnd end,
                              const PacketRef& ref)
{
    if (Open* const open = find(connection)) {
        open->connection->end = end;
        open->connection->last = ref;
        open->connection->from_client = connection.bytes_to_server;
        open->connection->from_server = connection.bytes_to_client;
        open_[connection.slot].reset();
    }
}

void Recorder::finish(const PacketRef& last, Role role)
{
    std::stable_sort(exchanges_.begin(), exchanges_.end(), [](const Exchange* left, const Exchange* right) {
        return left->first().number < right->first().number;
    });
    for (auto& [endpoint, server] : servers_) {
        server.capture_end = last;
        server.speaks_wmsp = server.speaks_wmsp || only_asked(server);
        server.role = role;
        std::stable_sort(server.connections.begin(), server.connections.end(),
                         [](const Connection* left, const Connection* right) {
                             return left->first.number < right->first.number;
                         });
    }
    make_sessions();
    note_pasts();
}

} // namespace wmclients::check
