#include <wmclients/sink/play.hpp>
#include <wmclients/sink/socket_facts.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/socket_base.hpp>

#include <algorithm>

// How a connection lives and ends. What it answers is in connection_requests.cpp and connection_play.cpp,
// what it sends in connection_stream.cpp.

namespace wmclients::sink {

using timeline::EndReason;

namespace {

/// After our FIN the client's is awaited for so long, so that what we sent last is not lost to a reset.
constexpr std::chrono::seconds linger_time{2};

/// Input that nobody wants (a body after a refusal, requests on a connection that streams until it closes):
/// more is abuse.
constexpr std::uint64_t most_discarded = 1U << 20;

} // namespace

Connection::Connection(Hub& hub, asio::ip::tcp::socket socket, std::uint64_t id, const Endpoint& client,
                       const Endpoint& server, Gone gone)
    : hub_(hub), socket_(std::move(socket)), id_(id), client_(client), server_(server),
      gone_(std::move(gone)), since_(Hub::Clock::now()), progress_(since_)
{
}

Connection::~Connection() = default;

void Connection::start()
{
    std::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket_.set_option(asio::socket_base::send_buffer_size{hub_.options.send_buffer}, ignored);
    const PacketRef now = Hub::now();
    hub_.events.on(timeline::ConnectionOpen{id_, client_, server_, now, {now.time, 0}, now});
    if (hub_.options.refuse_with == RefuseWith::close && !hub_.access.allows(client_.address)) {
        refused_ = Refusal::denied;
        end_sending();
    }
    wait_readable();
}

bool Connection::streaming() const
{
    return play_ != nullptr && !play_->over;
}

void Connection::wait_readable()
{
    if (reading_ || finished_) {
        return;
    }
    reading_ = true;
    // After the client's FIN there is nothing to read, but a RST to be noticed.
    const auto wait = input_ended_ ? asio::socket_base::wait_error : asio::socket_base::wait_read;
    socket_.async_wait(wait, [self = shared_from_this()](const std::error_code& error) {
        self->reading_ = false;
        if (self->finished_ || error == asio::error::operation_aborted) {
            return;
        }
        if (error) {
            self->lost(); // Windows tells of a RST here already
        } else {
            self->on_readable();
        }
    });
}

void Connection::on_readable()
{
    std::error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(hub_.read_buffer), error);
    if (error == asio::error::would_block) {
        wait_readable();
        return;
    }
    if (error == asio::error::eof && input_ended_) {
        lost(); // the second end is a RST
        return;
    }
    if (error == asio::error::eof) {
        input_ended_ = true;
        if (streaming() || lingers_ || pending_.empty()) {
            finish(EndReason::client_fin, streaming());
        } else {
            ends_when_sent_ = true;
        }
        return;
    }
    if (error) {
        lost();
        return;
    }
    if (!take(Bytes{hub_.read_buffer}.first(size))) {
        return;
    }
    pump();
    proceed();
}

/// Goes on with what the client asks: by the request that is there already, once the others had their turn,
/// or by reading. Who does not take a reply gets no further one; who is behind with the stream may still end
/// or change it.
void Connection::proceed()
{
    const std::size_t too_much = streaming() ? Hub::Gather::enough_bytes : 1;
    if (finished_ || reading_ || pending_.size() >= too_much) {
        return;
    }
    const bool may_be_whole = request_ ? input_.size() >= body_length_ : searched_ < input_.size();
    if (!may_be_whole) {
        wait_readable();
        return;
    }
    reading_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->reading_ = false;
        if (self->serve_next()) {
            self->pump();
            self->proceed();
        }
    });
}

bool Connection::takes_requests() const
{
    return !finished_ && !ends_when_sent_ && !lingers_ && !(streaming() && !play_->chunked);
}

bool Connection::take(Bytes bytes)
{
    if (!takes_requests()) {
        discarded_ += bytes.size();
        if (discarded_ > most_discarded) {
            finish(EndReason::server_rst, true);
            return false;
        }
        return true;
    }
    if (input_.size() + bytes.size() > usual_request
        && hub_.request_bytes + bytes.size() > hub_.options.request_bytes) {
        finish(EndReason::server_rst, true);
        return false;
    }
    input_ += as_text(bytes);
    return serve_next();
}

/// Keeps the account of what all connections hold, and holds no memory for nothing.
void Connection::count_input()
{
    if (input_.empty()) {
        std::string{}.swap(input_);
        searched_ = 0;
    }
    hub_.request_bytes += input_.size() - counted_;
    counted_ = input_.size();
}

void Connection::pump()
{
    while (!finished_ && !blocked_) {
        if (!flush()) {
            return;
        }
        if (streaming() && play_->ended) {
            end_stream(EndReason::eos);
        } else if (!streaming() || !send_frames()) {
            drained();
            return;
        }
    }
}

void Connection::drained()
{
    if (finished_ || blocked_ || !pending_.empty()) {
        return;
    }
    if (ends_when_sent_) {
        if (input_ended_) {
            finish(EndReason::client_fin, false);
        } else {
            end_sending();
        }
    } else {
        proceed();
    }
}

void Connection::wait_writable()
{
    blocked_ = true;
    socket_.async_wait(asio::socket_base::wait_write,
                       [self = shared_from_this()](const std::error_code& error) {
                           self->blocked_ = false;
                           if (self->finished_ || error == asio::error::operation_aborted) {
                               return;
                           }
                           if (error) {
                               self->lost();
                           } else {
                               self->pump();
                           }
                       });
}

void Connection::end_sending()
{
    if (lingers_) {
        return;
    }
    if (client_has_closed()) {
        finish(EndReason::client_fin, false); // its FIN was there before ours
        return;
    }
    lingers_ = true;
    since_ = Hub::Clock::now();
    note_end(EndReason::server_fin);
    std::error_code error;
    socket_.shutdown(asio::socket_base::shutdown_send, error);
    if (error) {
        finish(EndReason::server_fin, false);
    } else {
        wait_readable();
    }
}

/// Whether the client's FIN is what would be read next.
bool Connection::client_has_closed()
{
    std::error_code error;
    char byte = 0;
    socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    return error == asio::error::eof;
}

void Connection::check_time(Hub::Clock::time_point now)
{
    if (finished_) {
        return;
    }
    if (lingers_) {
        if (now - since_ > linger_time) {
            finish(EndReason::server_fin, false);
        }
        return;
    }
    if (blocked_ && now - progress_ > hub_.options.stall_timeout) {
        ++hub_.statistics.clients_stalled;
        end(EndReason::stalled);
        return;
    }
    if (streaming() || !pending_.empty()) {
        return;
    }
    const bool between_requests = served_ && input_.empty() && !request_;
    const auto limit = between_requests ? hub_.options.session_timeout : hub_.options.request_timeout;
    if (now - since_ > limit) {
        ++hub_.statistics.requests_timed_out;
        end_sending();
    }
}

void Connection::end(EndReason reason)
{
    finish(reason, reason == EndReason::stalled);
}

/// The client has gone by a RST, as far as can be told.
void Connection::lost()
{
    discards_ = true;
    finish(EndReason::client_rst, false);
}

timeline::LiveState Connection::live_state()
{
    timeline::LiveState state;
    if (!play_) {
        return state;
    }
    state.counters = play_->counters;
    std::uint64_t unsent = pending_.size() - pending_at_;
    if (const auto facts = facts_of(static_cast<std::uintptr_t>(socket_.native_handle()))) {
        // A socket that is closed in order is emptied by the system first; after a RST the rest is thrown
        // away.
        unsent += discards_ && written_ > facts->sent ? written_ - facts->sent : 0;
        state.unacked_bytes = facts->sent > facts->acknowledged ? facts->sent - facts->acknowledged : 0;
    }
    // What never reached the wire, the latest first.
    for (auto sent = play_->recent.rbegin(); sent != play_->recent.rend() && unsent != 0; ++sent) {
        --state.counters.data_packets;
        state.counters.media_bytes -= sent->media;
        if (unsent < sent->bytes) {
            ++state.counters.cut_packets;
            break;
        }
        unsent -= sent->bytes;
    }
    return state;
}

void Connection::note_end(EndReason reason)
{
    if (end_noted_) {
        return;
    }
    end_noted_ = true;
    const PacketRef now = Hub::now();
    hub_.events.on(timeline::ConnectionEnded{id_, {now.time, 0}, reason, live_state(), now});
}

void Connection::finish(EndReason reason, bool abort)
{
    if (finished_) {
        return;
    }
    discards_ = discards_ || abort;
    note_end(reason);
    finished_ = true;
    input_.clear();
    count_input();
    const PacketRef now = Hub::now();
    if (play_) {
        hub_.events.on(timeline::ClientState{id_, play_->ordinal, live_state(), timeline::TrackingEnd::none,
                                             false, now});
        leave_stream();
        play_.reset();
    }
    timeline::ConnectionClosed closed;
    closed.connection = id_;
    closed.seen = now;
    using Kind = timeline::ConnectionClass;
    if (served_play_) {
        closed.kind = Kind::data;
        closed.why = "a Play was served";
    } else if (refused_) {
        closed.kind =
            *refused_ == Refusal::not_wmsp || *refused_ == Refusal::malformed ? Kind::foreign : Kind::refused;
        closed.why = to_string(*refused_);
    } else if (saw_describe_) {
        closed.kind = Kind::probe;
        closed.why = "a Describe and no Play";
    } else if (saw_side_) {
        closed.kind = Kind::side;
        closed.why = "requests beside the stream: Log, KeepAlive, SelectStream or the like";
    } else {
        closed.why = "no request was seen";
    }
    hub_.events.on(closed);
    std::error_code ignored;
    if (abort) {
        socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    }
    socket_.close(ignored);
    gone_(*this);
}

ClientStatus Connection::status() const
{
    ClientStatus status;
    status.endpoint = client_;
    status.server = server_;
    if (play_) {
        status.user_agent = play_->user_agent;
        status.attached = play_->attached.time.value_or(Timestamp{});
        status.media_bytes = play_->counters.media_bytes;
        status.packets_dropped = play_->counters.lost_packets;
        const MediaRing& ring = hub_.ring;
        if (play_->cursor < ring.end()) {
            status.behind_ms = ring[ring.end() - 1].time - ring[std::max(play_->cursor, ring.begin())].time;
        }
    }
    return status;
}

} // namespace wmclients::sink
