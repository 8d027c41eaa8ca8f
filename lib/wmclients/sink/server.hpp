#pragma once

#include <wmclients/base/hresult.hpp>
#include <wmclients/sink/account.hpp>
#include <wmclients/sink/connection.hpp>
#include <wmclients/sink/hub.hpp>
#include <wmclients/sink/name_lookup.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace wmclients::sink {

/// The sink on its sockets: listens, keeps the connections, takes the stream in and sends it on. Everything
/// is called on the thread that runs `io`; NetworkSink is what other threads use.
class Server {
  public:
    /// It must be closed before it goes, if it is open.
    Server(asio::io_context& io, const SinkOptions& options, Account::LogLine log);

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // As the calls of NetworkSink of the same names.
    Hresult open(std::uint16_t& port);
    Hresult disconnect();
    Hresult close();
    Hresult set_maximum_clients(std::uint32_t count);
    Hresult header(Bytes asf_header);
    Hresult data_unit(std::vector<std::uint8_t> packet);
    Hresult end_writing();

    /// Whether half of the queue is full of what was not offered to the clients yet: after a time in which
    /// the thread of the sockets did not run, so that nobody took anything.
    [[nodiscard]] bool owes_data() const;

    /// Offers everything to every client, now.
    void pump_all();

    [[nodiscard]] bool is_open() const { return port_ != 0; }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] bool streaming_begun() const { return streaming_begun_; }

    /// Whether data_unit() would be taken; may be asked on any thread.
    [[nodiscard]] bool takes_data() const { return header_seen_; }

    /// No client has anything left to get.
    [[nodiscard]] bool drained() const { return hub_.streaming.empty(); }

    [[nodiscard]] std::vector<ClientStatus> clients() const;

    Account account; ///< what is known of the clients

    [[nodiscard]] Hub& hub() { return hub_; }

  private:
    Hresult listen(const asio::ip::tcp::endpoint& endpoint);
    void accept();
    void take(asio::ip::tcp::socket socket);
    void take_waiting();
    bool open_sink(const Endpoint& local);
    void tell_stream(const Endpoint& local, const PacketRef& seen);
    void push(MediaItem item);
    void schedule_pump();
    void pump_some();
    void check_times();
    void check_some();
    void gone(const Connection& connection);
    void end_all(timeline::EndReason reason);

    asio::io_context& io_;
    const SinkOptions& options_;
    Hub hub_;
    asio::ip::tcp::acceptor acceptor_;
    NameLookup names_; ///< used with SinkOptions::resolve_names
    asio::steady_timer pump_timer_;
    asio::steady_timer check_timer_;
    asio::steady_timer retry_timer_; ///< after the system had no descriptor left
    std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> dead_; ///< may still be on the stack
    std::set<Endpoint> locals_;                     ///< the addresses under which clients have come
    std::optional<timeline::StreamInfo> stream_;
    timeline::Moment streaming_since_;
    std::uint64_t next_id_ = 1;
    std::vector<std::shared_ptr<Connection>> to_check_; ///< in this round of check_times()
    std::size_t pump_position_ = 0;
    std::uint64_t pump_end_ = 0; ///< the ring's end when the round began
    std::size_t owed_bytes_ = 0; ///< what came into the ring since then
    std::int64_t time_ = 0;      ///< of the newest packet, on the stream's clock
    std::uint32_t last_send_time_ = 0;
    std::uint16_t port_ = 0;
    bool streaming_begun_ = false;
    std::atomic<bool> header_seen_ = false; ///< of the present stream: data units may follow
    bool pump_pending_ = false;
    bool any_packet_ = false;
};

} // namespace wmclients::sink
