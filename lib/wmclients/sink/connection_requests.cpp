#include <wmclients/base/text.hpp>
#include <wmclients/sink/play.hpp>
#include <wmclients/sink/request_facts.hpp>
#include <wmclients/wmsp/player_log.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <utility>

// What a connection answers (MS-WMSP 2.2.2, 3.2.5).

namespace wmclients::sink {

using timeline::EndReason;
using wmsp::RequestKind;

namespace {

/// More than any player's head or log has.
constexpr std::size_t longest_head = 16U << 10;
constexpr std::size_t longest_body = 64U << 10;

/// Replies that wait for the end of a chunked body.
constexpr std::size_t most_deferred = 64U << 10;

/// Where the head at the beginning of `text` ends, its empty line included; npos if it is not whole. It is
/// known not to end within the first `searched` bytes.
std::size_t end_of_head(std::string_view text, std::size_t searched)
{
    constexpr std::size_t longest_end = 3; // "\n\r\n"
    std::size_t at = text.find('\n', searched - std::min(searched, longest_end - 1));
    for (; at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1, 1) == "\n") {
            return at + 2;
        }
        if (text.substr(at + 1, 2) == "\r\n") {
            return at + 3;
        }
    }
    return std::string_view::npos;
}

/// Whether the connection stays open after a reply of known length: a real Rex keeps it for HTTP/1.1 without
/// being asked.
bool wants_keep_alive(const http::Head& head)
{
    const std::string_view connection = head.value("Connection");
    return ifind(connection, "keep-alive") != std::string_view::npos
           || (head.minor_version() >= 1 && ifind(connection, "close") == std::string_view::npos);
}

} // namespace

/// Takes the next request out of input_ and answers it, if all of it is there. False if the connection has
/// ended by it.
bool Connection::serve_next()
{
    if (takes_requests() && (request_ || read_head()) && input_.size() >= body_length_) {
        const http::Head head = std::move(*request_);
        request_.reset();
        const std::string body = input_.substr(0, body_length_);
        input_.erase(0, body_length_);
        handle(head, body);
        served_ = true;
        since_ = Hub::Clock::now();
    }
    if (!takes_requests()) {
        input_.clear();
    }
    count_input();
    return !finished_;
}

/// Takes the head of the next request out of input_. False if it is not whole, or if it was refused.
bool Connection::read_head()
{
    input_.erase(0, std::min(input_.find_first_not_of("\r\n"), input_.size()));
    if (input_.empty()) {
        return false;
    }
    const bool letter =
        (input_.front() >= 'A' && input_.front() <= 'Z') || (input_.front() >= 'a' && input_.front() <= 'z');
    const std::size_t end = letter ? end_of_head(input_, std::exchange(searched_, 0)) : 0;
    if (end == std::string::npos && input_.size() <= longest_head) {
        searched_ = input_.size();
        return false;
    }
    const bool readable = letter && end != std::string::npos && end <= longest_head;
    request_ = http::Head::parse(
        readable ? std::vector<char>(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(end))
                 : std::vector<char>{});
    const std::string_view length = request_->value("Content-Length");
    const auto body = length.empty() ? std::optional<std::uint32_t>{0} : number(length);
    if (!readable || !request_->is_http() || !body || *body > longest_body
        || request_->field("Transfer-Encoding")) {
        refuse(Refusal::malformed, {*request_, wmsp::Pragmas{*request_}, {}});
        request_.reset();
        input_.clear(); // where the next request begins cannot be told
        return false;
    }
    input_.erase(0, end);
    body_length_ = *body;
    return true;
}

void Connection::handle(const http::Head& head, std::string_view body)
{
    const Asked asked{head, wmsp::Pragmas{head}, {}};
    Asked classified{head, asked.pragmas, wmsp::classify(head, asked.pragmas)};
    ++hub_.statistics.requests;
    const PacketRef now = Hub::now();
    hub_.events.on(timeline::RequestSeen{id_,
                                         {now.time, 0},
                                         wmsp::to_string(classified.type.kind),
                                         keep(head.method()),
                                         keep(head.target()),
                                         keep(head.value("User-Agent")),
                                         now});
    serve(classified, body);
}

void Connection::serve(const Asked& asked, std::string_view body)
{
    const http::Head& head = asked.head;
    const RequestKind kind = asked.type.kind;
    if (!hub_.access.allows(client_.address)) {
        refuse(Refusal::denied, asked);
        return;
    }
    if (!wmsp::is_wmsp_agent(head.value("User-Agent")) || asked.type.look_alike != wmsp::LookAlike::none) {
        refuse(Refusal::not_wmsp, asked);
        return;
    }
    const bool gets_stream = kind == RequestKind::play
                             || (kind == RequestKind::describe && is_old_server(head.value("User-Agent")));
    saw_describe_ = saw_describe_ || (kind == RequestKind::describe && !gets_stream);
    const std::string_view path = head.target().substr(0, head.target().find('?'));
    if ((gets_stream || kind == RequestKind::describe) && hub_.options.paths == Paths::root && path != "/") {
        refuse(Refusal::wrong_path, asked);
        return;
    }
    if (head.method() == "HEAD") {
        refuse(Refusal::malformed, asked);
        return;
    }
    saw_side_ = saw_side_
                || (kind != RequestKind::describe && kind != RequestKind::play && kind != RequestKind::other);
    ReplyHead empty;
    empty.content_length = 0;
    switch (kind) {
    case RequestKind::describe:
    case RequestKind::play:
        if (gets_stream) {
            play(asked, kind == RequestKind::describe);
        } else {
            describe(asked);
        }
        return;
    case RequestKind::log:
        log(asked, body);
        return;
    case RequestKind::select_stream:
        select_stream(asked);
        return;
    case RequestKind::stop:
        stop(asked);
        return;
    case RequestKind::keep_alive:
        // OPTIONS is allowed under any client-id (MS-WMSP 3.2.5.1).
        empty.lists_methods = head.method() == "OPTIONS";
        if (session_of(asked) == nullptr && !empty.lists_methods) {
            refuse(Refusal::unknown_session, asked);
        } else {
            reply(asked, empty);
        }
        return;
    case RequestKind::get_content_info:
    case RequestKind::send_event:
        reply(asked, empty);
        return;
    case RequestKind::pipeline:
    case RequestKind::play_next_entry: // a live encoder has no playlist, and does not offer to pipeline
    case RequestKind::other:
        break;
    }
    refuse(Refusal::malformed, asked);
}

/// The session that the request names, which is thereby in use; null if it names none that is known.
Session* Connection::session_of(const Asked& asked)
{
    const auto id = number(asked.pragmas.value("client-id").value_or(""));
    Session* session = id ? hub_.sessions.find(*id) : nullptr;
    if (session != nullptr) {
        session->last_used = Hub::Clock::now();
    }
    return session;
}

/// A reply without a body, or with one that the caller queues behind it.
void Connection::reply(const Asked& asked, ReplyHead head)
{
    if (head.client_id == 0) {
        // A real Rex gives a client-id even with a refusal. OPTIONS and the like may come without a session.
        const Session* session = session_of(asked);
        head.client_id = session != nullptr ? session->id : hub_.sessions.create(Hub::Clock::now()).id;
    }
    head.timeout = hub_.options.session_timeout;
    head.supported = knows_supported(asked.head.value("User-Agent"));
    const bool streams = head.content_type == play_type;
    if (!streams && !head.keep_alive) {
        head.keep_alive = wants_keep_alive(asked.head);
    }
    const std::string text = to_text(head, hub_.options.server_version);
    if (streaming() && play_->chunked && !streams) {
        deferred_ += text;
        if (deferred_.size() > most_deferred) {
            finish(EndReason::server_rst, true);
        }
        return;
    }
    queue(as_bytes(text));
    ends_when_sent_ = ends_when_sent_ || (!streams && !*head.keep_alive);
}

void Connection::refuse(Refusal refusal, const Asked& asked)
{
    ++hub_.statistics.requests_refused;
    refused_ = refusal;
    const bool was_play =
        asked.type.kind == RequestKind::play
        || (asked.type.kind == RequestKind::describe && is_old_server(asked.head.value("User-Agent")));
    const bool answers = hub_.options.refuse_with == RefuseWith::status;
    if (was_play) {
        const PacketRef now = Hub::now();
        hub_.events.on(timeline::PlayRefused{id_,
                                             client_,
                                             server_,
                                             {now.time, 0},
                                             answers ? status_of(refusal) : 0,
                                             keep(asked.head.value("User-Agent")),
                                             now});
    }
    const bool wait_for_body = streaming();
    if (answers) {
        ReplyHead head;
        head.status = status_of(refusal);
        head.content_length = 0;
        head.keep_alive = wait_for_body;
        reply(asked, head);
    }
    if (!wait_for_body) {
        ends_when_sent_ = true;
    }
}

void Connection::describe(const Asked& asked)
{
    if (hub_.header_packets.empty()) {
        refuse(Refusal::not_streaming, asked);
        return;
    }
    Session* session = session_of(asked);
    if (session != nullptr && session->data_connection != 0) {
        refuse(Refusal::session_streams, asked);
        return;
    }
    ReplyHead head;
    head.reset = session == nullptr && asked.pragmas.has("client-id");
    head.client_id = session != nullptr ? session->id : hub_.sessions.create(Hub::Clock::now()).id;
    head.features = true;
    head.content_type = describe_type;
    head.content_length = hub_.header_packets.size();
    hub_.describes.remember({id_, client_, server_, Hub::now().time, std::to_string(head.client_id),
                             std::string{keep(asked.pragmas.value("xClientGUID").value_or(""))},
                             std::string{keep(asked.head.value("User-Agent"))}});
    const bool waits = streaming();
    reply(asked, head);
    if (waits) {
        deferred_ += as_text(hub_.header_packets);
    } else {
        queue(hub_.header_packets);
    }
}

void Connection::log(const Asked& asked, std::string_view body)
{
    if (session_of(asked) == nullptr) {
        refuse(Refusal::unknown_session, asked);
        return;
    }
    const auto line = asked.pragmas.value("log-line");
    const wmsp::PlayerLog fields = line ? wmsp::parse_log_line(*line) : wmsp::parse_xml_log(body);
    const PacketRef now = Hub::now();
    hub_.events.on(timeline::PlayerLogged{
        id_, client_, server_, {now.time, 0}, asked.pragmas.value("client-id").value_or(""), fields, now});
    ReplyHead head;
    head.status = 204;
    head.content_length = 0;
    reply(asked, head);
}

} // namespace wmclients::sink
