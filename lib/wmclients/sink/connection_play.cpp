#include <wmclients/sink/play.hpp>
#include <wmclients/sink/request_facts.hpp>
#include <wmclients/wmsp/frame_parser.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>

// How a connection answers what concerns the stream: Play, SelectStream, Stop
// (MS-WMSP 3.2.5.6, 3.2.5.7, 3.2.5.10).

namespace wmclients::sink {

using timeline::EndReason;

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
    play.counters.header_packets = wmsp::header_packets_in(first);

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
        auto* const end = std::to_chars(size.data(), size.data() + size.size(), first.size(), 16).ptr;
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
    if (client_has_closed()) {
        input_ended_ = true;
        const PacketRef now = Hub::now();
        hub_.events.on(timeline::ConnectionEnded{id_, {now.time, 0}, EndReason::client_fin, {}, now});
    }
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
