#include <wmclients/base/text.hpp>
#include <wmclients/sink/play.hpp>
#include <wmclients/wmsp/player_log.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <charconv>

// What a connection answers (MS-WMSP 2.2.2, 3.2.5).

namespace wmclients::sink {

using timeline::EndReason;
using wmsp::RequestKind;

namespace {

/// More than any player's head or log has.
constexpr std::size_t longest_head = 16U << 10;
constexpr std::size_t longest_body = 64U << 10;

/// What is kept of one field value of a client.
constexpr std::size_t longest_kept_text = 1024;

/// Replies that wait for the end of a chunked body.
constexpr std::size_t most_deferred = 64U << 10;

constexpr std::string_view describe_type = "application/vnd.ms.wms-hdr.asfv1";
constexpr std::string_view play_type = "application/x-mms-framed";

std::string keep(std::string_view text)
{
    return std::string{text.substr(0, longest_kept_text)};
}

/// Where the head at the beginning of `text` ends, its empty line included; npos if it is not whole.
std::size_t end_of_head(std::string_view text)
{
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1, 1) == "\n") {
            return at + 2;
        }
        if (text.substr(at + 1, 2) == "\r\n") {
            return at + 3;
        }
    }
    return std::string_view::npos;
}

std::optional<std::uint32_t> number(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && stop == text.data() + text.size() ? std::optional{value}
                                                                                      : std::nullopt;
}

/// The major version of a product as in "NSServer/9.0.0.3171"; none if it has no such version.
std::optional<std::uint32_t> major_version(std::string_view user_agent)
{
    const std::size_t slash = user_agent.find('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    const std::string_view version = user_agent.substr(slash + 1);
    return number(version.substr(0, version.find('.')));
}

/// A distribution server whose plain GET is a Play: a real sink (Rex 9) looks for the word NSServer, and for
/// a version of 7 or above, which asks as MS-WMSP says.
bool is_old_server(std::string_view user_agent)
{
    return istarts_with(user_agent, "NSServer") && major_version(user_agent).value_or(0) < 7;
}

/// The versions that get a second header (MS-WMSP 3.2.5.6).
bool expects_two_headers(const http::Head& head, const wmsp::Pragmas& pragmas)
{
    const std::string_view agent = head.value("User-Agent");
    const std::string_view context = pragmas.value("request-context").value_or("");
    const bool old = major_version(agent).value_or(7) < 7;
    return old
           && ((istarts_with(agent, "NSPlayer") && context == "2")
               || (istarts_with(agent, "NSServer") && context == "3"));
}

std::vector<wmsp::StreamSwitch> stream_switches(const wmsp::Pragmas& pragmas)
{
    return wmsp::parse_stream_switches(pragmas.value("stream-switch-entry").value_or(""));
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

/// Takes the requests out of input_, one by one. False if the connection has ended by one of them.
bool Connection::parse_requests()
{
    while (!finished_ && !ends_when_sent_ && !lingers_ && !(streaming() && !play_->chunked)) {
        if (!request_) {
            input_.erase(0, std::min(input_.find_first_not_of("\r\n"), input_.size()));
            if (input_.empty()) {
                return true;
            }
            const bool letter = (input_.front() >= 'A' && input_.front() <= 'Z')
                                || (input_.front() >= 'a' && input_.front() <= 'z');
            const std::size_t end = letter ? end_of_head(input_) : 0;
            if (end == std::string::npos && input_.size() <= longest_head) {
                return true;
            }
            const bool readable = letter && end != std::string::npos && end <= longest_head;
            request_ = http::Head::parse(
                readable
                    ? std::vector<char>(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(end))
                    : std::vector<char>{});
            const std::string_view length = request_->value("Content-Length");
            const auto body = length.empty() ? std::optional<std::uint32_t>{0} : number(length);
            if (!readable || !request_->is_http() || !body || *body > longest_body
                || request_->field("Transfer-Encoding")) {
                refuse(Refusal::malformed, {*request_, wmsp::Pragmas{*request_}, {}});
                request_.reset();
                return !finished_;
            }
            input_.erase(0, end);
            body_length_ = *body;
        }
        if (input_.size() < body_length_) {
            return true;
        }
        const http::Head head = std::move(*request_);
        request_.reset();
        const std::string body = input_.substr(0, body_length_);
        input_.erase(0, body_length_);
        handle(head, body);
        served_ = true;
        since_ = Hub::Clock::now();
    }
    if (ends_when_sent_ || lingers_ || streaming()) {
        input_.clear();
        input_.shrink_to_fit();
    }
    return !finished_;
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
                                         head.method(),
                                         head.target(),
                                         head.value("User-Agent"),
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
    saw_play_ = saw_play_ || gets_stream;
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
        asked.type.kind == RequestKind::play || is_old_server(asked.head.value("User-Agent"));
    const bool answers = hub_.options.refuse_with == RefuseWith::status;
    if (was_play) {
        const PacketRef now = Hub::now();
        hub_.events.on(timeline::PlayRefused{id_,
                                             client_,
                                             server_,
                                             {now.time, 0},
                                             answers ? status_of(refusal) : 0,
                                             asked.head.value("User-Agent"),
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
                             keep(asked.pragmas.value("xClientGUID").value_or("")),
                             keep(asked.head.value("User-Agent"))});
    const bool waits = streaming();
    reply(asked, head);
    if (waits) {
        deferred_ += as_text(hub_.header_packets);
    } else {
        queue(hub_.header_packets);
    }
}

void Connection::play(const Asked& asked, bool old_form)
{
    const http::Head& request = asked.head;
    if (hub_.header_packets.empty()) {
        refuse(Refusal::not_streaming, asked);
        return;
    }
    Session* session = session_of(asked);
    if (streaming() || (session != nullptr && session->data_connection != 0)) {
        refuse(Refusal::session_streams, asked);
        return;
    }
    if (hub_.streaming.size() >= hub_.maximum_clients) {
        refuse(Refusal::full, asked);
        return;
    }
    ReplyHead head;
    head.reset = session == nullptr && asked.pragmas.has("client-id");
    if (session == nullptr) {
        session = &hub_.sessions.create(Hub::Clock::now());
    }
    head.client_id = session->id;
    head.features = true;
    head.content_type = play_type;
    head.chunked = request.minor_version() >= 1 && asked.pragmas.is_one("version11-enabled");
    head.version11 = head.chunked;
    session->data_connection = id_;

    std::vector<std::uint8_t> first;
    if (head.reset && expects_two_headers(request, asked.pragmas)) {
        first = hub_.header_packets;
        wmsp::append_reason(first, 'E', 1);
        wmsp::append_reason(first, 'C', 0);
    }
    first.insert(first.end(), hub_.header_packets.begin(), hub_.header_packets.end());

    play_ = std::make_unique<Play>();
    Play& play = *play_;
    play.ordinal = next_ordinal_++;
    play.client_id = session->id;
    play.client_id_text = std::to_string(session->id);
    play.user_agent = keep(request.value("User-Agent"));
    play.client_guid = keep(asked.pragmas.value("xClientGUID").value_or(""));
    play.target = keep(request.target());
    play.host = keep(request.value("Host"));
    play.via = keep(request.value("Via"));
    play.proxy_client_agent = keep(asked.pragmas.value("proxy-client-agent").value_or(""));
    play.forwarded_for = keep(request.value("X-Forwarded-For"));
    play.chunked = head.chunked;
    play.filter.begin(old_form ? std::vector<wmsp::StreamSwitch>{} : stream_switches(asked.pragmas),
                      hub_.streams);
    play.cursor = hub_.ring.entry_point();
    play.needs_entry = true;
    play.counters.header_packets = head.reset && expects_two_headers(request, asked.pragmas) ? 2 : 1;

    notice_half_close();
    // The attach is told before its bytes leave, as the owner's callback comes before the player sees
    // anything.
    const PacketRef now = Hub::now();
    play.attached = {now.time, 0};
    const std::string_view sent_id = asked.pragmas.value("client-id").value_or("");
    play.describe =
        hub_.describes.link(client_, server_, now.time, sent_id, play.client_guid, play.user_agent);
    timeline::PlayStarted started;
    started.connection = id_;
    started.ordinal = play.ordinal;
    started.client = client_;
    started.server = server_;
    started.attached = play.attached;
    started.facts = play.facts();
    started.seen = now;
    hub_.events.on(started);
    ++hub_.statistics.plays;
    served_play_ = true;
    hub_.streaming.push_back(this);

    reply(asked, head);
    if (head.chunked) {
        std::array<char, 16> size{};
        const auto end = std::to_chars(size.data(), size.data() + size.size(), first.size(), 16).ptr;
        queue(as_bytes({size.data(), static_cast<std::size_t>(end - size.data())}));
        queue(as_bytes("\r\n"));
    }
    queue(first);
    if (head.chunked) {
        queue(as_bytes("\r\n"));
    }
}

/// A FIN that came with the Play, before its reply, does not end the stream: a client may close its half at
/// once. But it is an end of the connection for those who count by that (`--attach-on accept`, `request`).
void Connection::notice_half_close()
{
    std::error_code error;
    char byte = 0;
    socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
    if (error == asio::error::eof) {
        input_ended_ = true;
        const PacketRef now = Hub::now();
        hub_.events.on(timeline::ConnectionEnded{id_, {now.time, 0}, EndReason::client_fin, {}, now});
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

void Connection::select_stream(const Asked& asked)
{
    const Session* session = session_of(asked);
    if (session == nullptr) {
        refuse(Refusal::unknown_session, asked);
        return;
    }
    const auto target =
        std::find_if(hub_.streaming.begin(), hub_.streaming.end(), [&](const Connection* connection) {
            return connection->id_ == session->data_connection;
        });
    if (target != hub_.streaming.end()) {
        (*target)->play_->filter.change(stream_switches(asked.pragmas), hub_.streams);
    }
    ReplyHead head;
    head.client_id = session->id;
    if (!streaming()) {
        head.content_length = 0;
        reply(asked, head);
        return;
    }
    // On the streaming connection its reply takes the stream over (MS-WMSP 3.2.5.7).
    end_body();
    head.version11 = true;
    head.chunked = true;
    head.features = true;
    head.content_type = play_type;
    reply(asked, head);
}

void Connection::stop(const Asked& asked)
{
    Session* session = session_of(asked);
    if (session == nullptr) {
        refuse(Refusal::unknown_session, asked);
        return;
    }
    if (streaming()) {
        end_stream(EndReason::stop);
    }
    ReplyHead head;
    head.client_id = session->id;
    head.content_length = 0;
    reply(asked, head);
}

} // namespace wmclients::sink
