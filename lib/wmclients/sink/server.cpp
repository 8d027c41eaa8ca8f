#include <wmclients/asf/header.hpp>
#include <wmclients/session/stream_info.hpp>
#include <wmclients/sink/asio_address.hpp>
#include <wmclients/sink/server.hpp>
#include <wmclients/wmsp/frame_parser.hpp>

#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstring>

namespace wmclients::sink {

using asio::ip::tcp;
using timeline::EndReason;

namespace {

/// How often the times of connections and sessions are checked.
constexpr std::chrono::milliseconds check_interval{250};

/// After the system had no descriptor left for a connection.
constexpr std::chrono::milliseconds accept_pause{100};

/// Connections that are taken in one turn.
constexpr std::size_t accept_batch = 64;

/// Connections that are served, or whose times are checked, before others have their turn.
constexpr std::size_t pump_batch = 256;

} // namespace

Server::Server(asio::io_context& io, const SinkOptions& options, Account::LogLine log)
    : account(std::move(log)), io_(io), options_(options), hub_(options, account.events()), acceptor_(io),
      names_(io, account), pump_timer_(io), check_timer_(io), retry_timer_(io)
{
    if (options.resolve_names) {
        account.observers.add(names_);
    }
}

Hresult Server::listen(const tcp::endpoint& endpoint)
{
    std::error_code error;
    const auto step = [&](auto&& call) {
        if (!error) {
            call();
        }
    };
    acceptor_.open(endpoint.protocol(), error);
    if (endpoint.protocol() == tcp::v6()) {
        // "::" takes IPv4 as well; a given address does not.
        step([&] { acceptor_.set_option(asio::ip::v6_only{!endpoint.address().is_unspecified()}, error); });
    }
#ifndef _WIN32
    // Not on Windows, where it would let two programs have the same port.
    step([&] { acceptor_.set_option(asio::socket_base::reuse_address{true}, error); });
#endif
    step([&] { acceptor_.bind(endpoint, error); });
    step([&] { acceptor_.listen(asio::socket_base::max_listen_connections, error); });
    step([&] { acceptor_.non_blocking(true, error); });
    if (error) {
        std::error_code ignored;
        acceptor_.close(ignored);
        return Hresult::ns_e_network_resource_failure;
    }
    port_ = acceptor_.local_endpoint(error).port();
    return Hresult::s_ok;
}

Hresult Server::open(std::uint16_t& port)
{
    if (is_open()) {
        return Hresult::ns_e_invalid_request;
    }
    Hresult result = Hresult::s_ok;
    if (options_.bind) {
        result = listen({asio_address(*options_.bind), port});
    } else {
        result = listen({tcp::v6(), port});
        if (failed(result)) {
            result = listen({tcp::v4(), port}); // a system without IPv6
        }
    }
    if (failed(result)) {
        return result;
    }
    port = port_;
    account.begin_log();
    accept();
    check_times();
    return Hresult::s_ok;
}

void Server::accept()
{
    acceptor_.async_accept([this](const std::error_code& error, tcp::socket socket) {
        if (!is_open()) {
            return;
        }
        if (!error) {
            take(std::move(socket));
            take_waiting();
            accept();
        } else {
            // No descriptor left, as a rule; nobody is refused for that, they wait in the queue.
            retry_timer_.expires_after(accept_pause);
            retry_timer_.async_wait([this](const std::error_code& stopped) {
                if (!stopped && is_open()) {
                    accept();
                }
            });
        }
    });
}

/// Takes those who wait already. One a turn, a newcomer would wait as many turns of everybody's requests as
/// there are others before it.
void Server::take_waiting()
{
    for (std::size_t taken = 1; taken < accept_batch; ++taken) {
        std::error_code error;
        tcp::socket socket = acceptor_.accept(error);
        if (error) {
            return; // nobody waits; or it will come again
        }
        take(std::move(socket));
    }
}

void Server::take(tcp::socket socket)
{
    std::error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    const tcp::endpoint local = error ? tcp::endpoint{} : socket.local_endpoint(error);
    if (error) {
        return; // it has gone already
    }
    ++hub_.statistics.connections;
    const Endpoint server = endpoint_from(local);
    if (connections_.size() >= options_.connections || !open_sink(server)) {
        ++hub_.statistics.connections_refused;
        return;
    }
    const std::uint64_t id = next_id_++;
    const auto connection =
        std::make_shared<Connection>(hub_, std::move(socket), id, endpoint_from(remote), server,
                                     [this](const Connection& ended) { gone(ended); });
    connections_.emplace(id, connection);
    connection->start();
}

/// A machine may have any number of addresses: all of 127.0.0.0/8, or an IPv6 prefix that is routed to it.
/// False if clients have come under too many of them to keep account of one more.
bool Server::open_sink(const Endpoint& local)
{
    if (locals_.contains(local)) {
        return true;
    }
    if (locals_.size() >= hub_.caps.limit(Cap::sink_endpoints)) {
        hub_.caps.reached(Cap::sink_endpoints);
        return false;
    }
    locals_.insert(local);
    tell_stream(local, Hub::now());
    return true;
}

void Server::tell_stream(const Endpoint& local, const PacketRef& seen)
{
    account.events().on(timeline::SinkOpen{local, {}, "Rex/" + options_.server_version, seen});
    if (stream_) {
        account.events().on(timeline::StreamHeader{local, *stream_, seen});
    }
    if (streaming_begun_) {
        account.events().on(timeline::SinkStreaming{local, streaming_since_, seen});
    }
}

void Server::gone(const Connection& connection)
{
    const auto found = connections_.find(connection.id());
    if (found == connections_.end()) {
        return;
    }
    if (dead_.empty()) {
        asio::post(io_, [this] { dead_.clear(); });
    }
    dead_.push_back(std::move(found->second));
    connections_.erase(found);
}

void Server::end_all(EndReason reason)
{
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(connections_.size());
    for (const auto& [id, connection] : connections_) {
        all.push_back(connection);
    }
    for (const auto& connection : all) {
        connection->end(reason);
    }
}

Hresult Server::disconnect()
{
    end_all(EndReason::disconnect);
    return Hresult::s_ok;
}

Hresult Server::close()
{
    if (!is_open()) {
        return Hresult::ns_e_invalid_request;
    }
    port_ = 0;
    std::error_code ignored;
    acceptor_.close(ignored);
    pump_timer_.cancel();
    check_timer_.cancel();
    retry_timer_.cancel();
    names_.cancel();
    end_all(EndReason::close);
    for (const Endpoint& local : locals_) {
        account.events().on(timeline::SinkClose{local, Hub::now()});
    }
    locals_.clear();
    return Hresult::s_ok;
}

Hresult Server::set_maximum_clients(std::uint32_t count)
{
    if (streaming_begun_ || (count > most_clients && !options_.lift_client_limit)) {
        return Hresult::ns_e_invalid_request;
    }
    hub_.maximum_clients = count;
    return Hresult::s_ok;
}

Hresult Server::header(Bytes asf_header)
{
    const auto parsed = asf::parse_header(asf_header);
    if (!parsed) {
        return Hresult::ns_e_invalid_data;
    }
    const bool change = !hub_.header_packets.empty();
    hub_.streams = streams_of(*parsed);
    hub_.header_packets.clear();
    wmsp::append_header(hub_.header_packets, asf_header);
    hub_.header_change.clear();
    wmsp::append_reason(hub_.header_change, wmsp::packet_id::new_header, 0);
    hub_.header_change.insert(hub_.header_change.end(), hub_.header_packets.begin(),
                              hub_.header_packets.end());
    stream_ = session::stream_info_from(*parsed);
    const PacketRef now = Hub::now();
    if (!streaming_begun_) {
        streaming_begun_ = true;
        streaming_since_ = {now.time, 0};
        for (const Endpoint& local : locals_) {
            account.events().on(timeline::SinkStreaming{local, streaming_since_, now});
        }
    }
    for (const Endpoint& local : locals_) {
        account.events().on(timeline::StreamHeader{local, *stream_, now});
    }
    header_seen_ = true;
    any_packet_ = false;
    if (change) {
        hub_.header_item = hub_.ring.end();
        push({MediaItem::Kind::header, false, time_, hub_.header_change});
    }
    return Hresult::s_ok;
}

Hresult Server::data_unit(std::vector<std::uint8_t> packet)
{
    if (!header_seen_) {
        return Hresult::ns_e_invalid_request;
    }
    if (packet.empty() || packet.size() > wmsp::longest_payload) {
        return Hresult::ns_e_invalid_data;
    }
    bool entry = false;
    if (asf::parse_data_packet(packet, hub_.parsed)) {
        const bool any_video = hub_.streams.video.any();
        entry = std::any_of(
            hub_.parsed.payloads.begin(), hub_.parsed.payloads.end(), [&](const asf::Payload& payload) {
                return payload.object_offset == 0
                       && (any_video ? hub_.streams.video[payload.stream] && payload.key_frame : true);
            });
        const std::uint32_t send_time = hub_.parsed.send_time;
        if (any_packet_) {
            time_ += static_cast<std::int32_t>(send_time - last_send_time_);
        }
        last_send_time_ = send_time;
        any_packet_ = true;
        asf::remove_padding(packet, hub_.parsed);
    } else {
        ++hub_.statistics.packets_unreadable;
    }
    push({MediaItem::Kind::data, entry, time_, std::move(packet)});
    return Hresult::s_ok;
}

Hresult Server::end_writing()
{
    if (!header_seen_) {
        return Hresult::s_ok;
    }
    header_seen_ = false;
    hub_.header_packets.clear(); // nobody can join any more
    std::vector<std::uint8_t> end;
    wmsp::append_reason(end, wmsp::packet_id::end_of_stream, 0);
    push({MediaItem::Kind::end, false, time_, std::move(end)});
    return Hresult::s_ok;
}

void Server::push(MediaItem item)
{
    owed_bytes_ += item.bytes.size();
    hub_.ring.push(std::move(item));
    schedule_pump();
}

void Server::schedule_pump()
{
    if (pump_pending_) {
        return;
    }
    pump_pending_ = true;
    const auto wait =
        options_.coalesce + static_cast<int>(hub_.streaming.size()) * options_.coalesce_a_client;
    pump_timer_.expires_after(std::min(wait, std::max(options_.coalesce, options_.coalesce_at_most)));
    pump_timer_.async_wait([this](const std::error_code& stopped) {
        if (!stopped) {
            pump_position_ = hub_.streaming.size();
            pump_end_ = hub_.ring.end();
            owed_bytes_ = 0;
            pump_some();
        }
    });
}

/// From the last to the first: a connection that ends meanwhile moves only those behind it, which had their
/// turn.
void Server::pump_some()
{
    pump_position_ = std::min(pump_position_, hub_.streaming.size());
    for (std::size_t served = 0; pump_position_ != 0 && served < pump_batch; ++served) {
        --pump_position_;
        hub_.streaming[pump_position_]->pump();
        pump_position_ = std::min(pump_position_, hub_.streaming.size());
    }
    if (pump_position_ != 0) {
        asio::post(io_, [this] { pump_some(); });
        return;
    }
    pump_pending_ = false;
    if (hub_.ring.end() != pump_end_) {
        schedule_pump(); // those who had their turn already have not got what came meanwhile
    }
}

bool Server::owes_data() const
{
    const MediaRing& ring = hub_.ring;
    const std::uint64_t first = std::max(pump_end_, ring.begin());
    return first < ring.end()
           && (ring[ring.end() - 1].time - ring[first].time > options_.queue.count() / 2
               || owed_bytes_ > options_.queue_bytes / 2);
}

void Server::pump_all()
{
    pump_end_ = hub_.ring.end();
    owed_bytes_ = 0;
    for (std::size_t at = hub_.streaming.size(); at != 0; at = std::min(at - 1, hub_.streaming.size())) {
        hub_.streaming[at - 1]->pump();
    }
}

void Server::check_times()
{
    check_timer_.expires_after(check_interval);
    check_timer_.async_wait([this](const std::error_code& stopped) {
        if (stopped || !is_open()) {
            return;
        }
        for (const auto& [id, connection] : connections_) {
            to_check_.push_back(connection);
        }
        check_some();
    });
}

/// Thousands may be overdue at once: those who came in a flood.
void Server::check_some()
{
    if (!is_open()) {
        to_check_.clear();
        return;
    }
    const auto now = Hub::Clock::now();
    for (std::size_t checked = 0; !to_check_.empty() && checked < pump_batch; ++checked) {
        const std::shared_ptr<Connection> connection = std::move(to_check_.back());
        to_check_.pop_back();
        connection->check_time(now);
    }
    if (!to_check_.empty()) {
        asio::post(io_, [this] { check_some(); });
        return;
    }
    hub_.sessions.expire(now);
    account.forget_gone(hub_.streaming.size());
    check_times();
}

std::vector<ClientStatus> Server::clients() const
{
    std::vector<ClientStatus> all;
    all.reserve(hub_.streaming.size());
    for (const Connection* connection : hub_.streaming) {
        all.push_back(connection->status());
    }
    std::sort(all.begin(), all.end(),
              [](const ClientStatus& a, const ClientStatus& b) { return a.attached < b.attached; });
    return all;
}

} // namespace wmclients::sink
