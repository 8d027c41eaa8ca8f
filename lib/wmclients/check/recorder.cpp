#include <wmclients/check/parts.hpp>
#include <wmclients/check/recorder_open.hpp>

#include <algorithm>
#include <utility>

namespace wmclients::check {

using dissect::Direction;

namespace {

/// What a message takes in memory, its body apart.
std::size_t memory_of(const http::Head& head, const wmsp::Pragmas& pragmas)
{
    return sizeof(Message) + head.memory() + pragmas.memory();
}

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

/// What ended with the capture, or while we stopped looking, was not seen to end.
void forget_ends(Connection& connection, dissect::ConnectionEnd end)
{
    const bool reset = connection.client_rst || connection.server_rst;
    const auto forget = [&](std::unique_ptr<Message> Exchange::*part, bool fin) {
        const auto last = std::find_if(connection.exchanges.rbegin(), connection.exchanges.rend(),
                                       [&](const auto& one) { return one && (*one).*part; });
        if (last != connection.exchanges.rend() && !fin && !reset
            && end != dissect::ConnectionEnd::replaced) {
            Message& message = *((**last).*part);
            message.end = message.end == http::MessageEnd::complete ? message.end : std::nullopt;
        }
    };
    forget(&Exchange::request, connection.client_fin.has_value());
    forget(&Exchange::response, connection.server_fin.has_value());
}

} // namespace

Recorder::Recorder(Caps& caps, PacketListener listener) : caps_(caps), listener_(std::move(listener)) {}

Recorder::~Recorder() = default;

Recorder::Open* Recorder::find(const dissect::Connection& connection)
{
    return connection.slot < open_.size() ? open_[connection.slot].get() : nullptr;
}

Recorder::Open* Recorder::open(const dissect::Connection& connection)
{
    if (connection.slot >= open_.size()) {
        open_.resize(connection.slot + std::size_t{1});
    }
    auto& slot = open_[connection.slot];
    if (!slot) {
        if (!keep(sizeof(Connection) + sizeof(Open))) {
            return nullptr;
        }
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
    return slot.get();
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
    if (!keep(sizeof(Exchange))) {
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
    Open* const open = this->open(connection);
    if (open == nullptr) {
        return;
    }
    open->connection->last = request.head.last;
    Exchange* const one = exchange(*open, request.exchange);
    const bool cut = std::exchange(open->cut_of(Direction::to_server), false);
    if (one != nullptr && keep(memory_of(request.head, request.pragmas))) {
        one->request = std::make_unique<Message>(request.head.clone());
        one->type = request.type;
        one->request->cut = !request.head.complete && cut;
        const auto id = token(*one->request, "client-id");
        if (one->is(wmsp::RequestKind::select_stream) && id && keep(id->size())) {
            one->connection->server->reselected.emplace(*id);
        }
    }
}

void Recorder::response(const dissect::Connection& connection, const dissect::Response& response)
{
    Open* const open = this->open(connection);
    if (open == nullptr) {
        return;
    }
    open->connection->last = response.head.last;
    if (response.head.status() >= 100 && response.head.status() < 200) {
        return;
    }
    open->current = exchange(*open, response.exchange);
    open->forget_packets();
    open->gap = open->junk = false;
    const bool cut = std::exchange(open->cut_of(Direction::to_client), false);
    if (open->current != nullptr && keep(memory_of(response.head, response.pragmas))) {
        open->current->response = std::make_unique<Message>(response.head.clone());
        open->current->response->cut = !response.head.complete && cut;
        Server& server = *open->connection->server;
        server.speaks_wmsp = server.speaks_wmsp || wmsp::is_wmsp_server(response.head.value("Server"));
    }
}

void Recorder::body(const dissect::Connection& connection, Direction direction, std::uint32_t number,
                    Bytes bytes, const PacketRef& ref)
{
    Open* const open = this->open(connection);
    if (open == nullptr) {
        return;
    }
    open->connection->last = ref;
    Exchange* const one = exchange(*open, number);
    Message* const message =
        one == nullptr ? nullptr : (direction == Direction::to_server ? one->request : one->response).get();
    if (message == nullptr) {
        return;
    }
    if (one == open->current && direction == Direction::to_client && message->body_bytes == 0) {
        add_stray(*open, bytes, false, ref);
    }
    message->body_bytes += bytes.size();
    const std::size_t room = Message::body_kept - std::min(Message::body_kept, message->body.size());
    const Bytes part = bytes.first(std::min(room, bytes.size()));
    if (direction == Direction::to_server && keep(part.size())) {
        message->body.append(as_text(part));
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
    open->cut_of(direction) = open->cut_of(direction) || cut;
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
        forget_ends(*open->connection, end);
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
