#pragma once

#include <wmclients/http/head.hpp>
#include <wmclients/sink/hub.hpp>
#include <wmclients/sink/replies.hpp>
#include <wmclients/wmsp/request.hpp>

#include <asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wmclients::sink {

/// One TCP connection to the sink: reads requests, answers them, and, after a Play, sends the stream.
///
/// Everything runs on the thread of the sockets. A connection keeps itself alive as long as it waits for its
/// socket.
class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    using Gone = std::function<void(const Connection&)>;

    /// @param gone is called once, when the connection has ended; nothing of it is used after that
    Connection(Hub& hub, asio::ip::tcp::socket socket, std::uint64_t id, const Endpoint& client,
               const Endpoint& server, Gone gone);

    ~Connection();

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins to read.
    void start();

    /// Sends what there is to send, as far as the client takes it.
    void pump();

    /// Ends the connection if it has taken too long for what it is at.
    void check_time(Hub::Clock::time_point now);

    /// Ends the connection because of the sink's owner (disconnect, close) or the sink (stalled).
    void end(timeline::EndReason reason);

    [[nodiscard]] std::uint64_t id() const { return id_; }

    [[nodiscard]] const Endpoint& client() const { return client_; }

    [[nodiscard]] const Endpoint& server() const { return server_; }

    [[nodiscard]] ClientStatus status() const;

  private:
    /// What is kept of the Play that is being served.
    struct Play;

    /// The head of a request, of which views are taken, and what it asks.
    struct Asked {
        const http::Head& head;
        wmsp::Pragmas pragmas;
        wmsp::Classified type;
    };

    void wait_readable();
    void on_readable();
    bool take(Bytes bytes);
    [[nodiscard]] bool takes_requests() const;
    bool serve_next();
    bool read_head();
    void proceed();
    void count_input();
    void handle(const http::Head& head, std::string_view body);
    void serve(const Asked& asked, std::string_view body);
    void describe(const Asked& asked);
    void play(const Asked& asked, bool old_form);
    void log(const Asked& asked, std::string_view body);
    void select_stream(const Asked& asked);
    void stop(const Asked& asked);
    void refuse(Refusal refusal, const Asked& asked);
    void reply(const Asked& asked, ReplyHead head);
    Session* session_of(const Asked& asked);
    void notice_half_close();
    void end_stream(timeline::EndReason reason);
    void leave_stream();
    void end_body();

    void queue(Bytes bytes);
    bool flush();
    bool send_frames();
    std::size_t gather(std::size_t& bytes);
    bool write(std::size_t bytes);
    void wait_writable();
    void drained();
    std::size_t skip_to_entry(std::size_t& bytes);
    void append_header_change(Bytes packets, std::size_t& bytes);

    void end_sending();
    bool client_has_closed();
    void lost();
    void note_end(timeline::EndReason reason);
    void finish(timeline::EndReason reason, bool abort);
    [[nodiscard]] timeline::LiveState live_state();

    [[nodiscard]] bool streaming() const;

    Hub& hub_;
    asio::ip::tcp::socket socket_;
    std::uint64_t id_;
    Endpoint client_;
    Endpoint server_;
    Gone gone_;

    std::string input_;                 ///< requests that were not served yet; the last may not be whole
    std::size_t counted_ = 0;           ///< its bytes in Hub::request_bytes
    std::size_t searched_ = 0;          ///< how much of it holds no end of a head
    std::optional<http::Head> request_; ///< its head, while its body is awaited
    std::size_t body_length_ = 0;
    Hub::Clock::time_point since_;    ///< when the connection began to do what check_time() limits
    Hub::Clock::time_point progress_; ///< when the client last took something

    std::vector<std::uint8_t> pending_; ///< to be sent before anything else
    std::size_t pending_at_ = 0;
    std::string deferred_; ///< replies that wait for the end of a chunked body (MS-WMSP 3.2.4.1)
    std::unique_ptr<Play> play_;
    std::uint64_t written_ = 0;   ///< bytes handed to the system
    std::uint64_t discarded_ = 0; ///< input that nobody wants
    std::uint32_t next_ordinal_ = 0;

    bool blocked_ = false;     ///< waits until the client takes more
    bool reading_ = false;     ///< waits for input, or for its turn with what is there
    bool input_ended_ = false; ///< the client's FIN has come
    bool ends_when_sent_ = false;
    bool lingers_ = false;  ///< our FIN is sent; the client's is awaited
    bool discards_ = false; ///< the connection ends by a RST
    bool end_noted_ = false;
    bool finished_ = false;
    bool saw_describe_ = false;
    bool saw_side_ = false;
    bool served_play_ = false;
    bool served_ = false; ///< a request was answered
    std::optional<Refusal> refused_;
};

} // namespace wmclients::sink
