#include <wmclients/base/text.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <fmt/format.h>

namespace wmclients::timeline {
namespace {

Json event_object(std::string_view type, const Moment& when, const PacketRef& seen)
{
    return event_object(type, when, Moment{seen.time, seen.number});
}

/// For what has no time but that at which it was seen.
Json event_object(std::string_view type, const PacketRef& seen)
{
    return event_object(type, Moment{seen.time, seen.number}, seen);
}

std::string hex(Hresult result)
{
    return fmt::format("0x{:08X}", static_cast<std::uint32_t>(result));
}

void put_client(Json& object, const Endpoint& client)
{
    object["address"] = to_string(client.address);
    object["port"] = client.port;
}

void put_server(Json& object, const Endpoint& server)
{
    object["local_address"] = to_string(server.address);
    object["local_port"] = server.port;
}

void put_facts(Json& object, const ClientFacts& facts)
{
    put_text(object, "user_agent", facts.user_agent);
    put_text(object, "client_id", facts.client_id);
    put_text(object, "client_guid", facts.client_guid);
    put_text(object, "target", facts.target);
    put_text(object, "host", facts.host);
    put_text(object, "via", facts.via);
    put_text(object, "proxy_client_agent", facts.proxy_client_agent);
    put_text(object, "forwarded_for", facts.forwarded_for);
    object["describe_connection"] =
        facts.describe_connection == 0 ? Json(nullptr) : Json(facts.describe_connection);
    object["describe_port"] = facts.describe_port == 0 ? Json(nullptr) : Json(facts.describe_port);
    object["describe_certainty"] = to_string(facts.describe_certainty);
}

} // namespace

Json event_object(std::string_view type, const Moment& when, const Moment& seen)
{
    const auto packet_or_null = [](std::uint64_t number) {
        return number == 0 ? Json(nullptr) : Json(number);
    };
    Json object = Json::object();
    object["type"] = std::string{type};
    object["time"] = time_or_null(when.time);
    object["packet"] = packet_or_null(when.packet);
    object["seen_at"] = time_or_null(seen.time);
    object["seen_packet"] = packet_or_null(seen.packet);
    return object;
}

void put_state(Json& object, const LiveState& state)
{
    if (!state.counted) {
        for (const char* name :
             {"header_packets", "data_packets", "cut_packets", "damaged_packets", "lost_packets",
              "media_bytes", "gap_bytes", "exact", "last_ack_at", "unacked_bytes"}) {
            object[name] = nullptr;
        }
        return;
    }
    const Counters& counters = state.counters;
    object["header_packets"] = counters.header_packets;
    object["data_packets"] = counters.data_packets;
    object["cut_packets"] = counters.cut_packets;
    object["damaged_packets"] = counters.damaged_packets;
    object["lost_packets"] = counters.lost_known ? Json(counters.lost_packets) : Json(nullptr);
    object["media_bytes"] = counters.media_bytes;
    object["gap_bytes"] = counters.gap_bytes;
    object["exact"] = counters.exact;
    object["last_ack_at"] = time_or_null(state.last_ack_at);
    object["unacked_bytes"] = state.unacked_bytes;
}

Json to_json(const SnapshotTaken& event)
{
    Json object = event_object("snapshot", event.when, event.seen);
    object["local_port"] = event.port == 0 ? Json(nullptr) : Json(event.port);
    object["consistent"] = event.consistent;
    object["count_hresult"] = hex(event.count_result);
    object["count"] = failed(event.count_result) ? Json(nullptr) : Json(event.count);
    object["clients"] = Json::array();
    for (const ClientAnswer& client : event.clients) {
        const bool has_properties = !failed(client.properties_result);
        Json entry = Json::object();
        entry["properties_hresult"] = hex(client.properties_result);
        entry["ip_address"] = has_properties ? Json(client.ip_address) : Json(nullptr);
        entry["port"] = has_properties ? Json(client.port) : Json(nullptr);
        entry["info_hresult"] = hex(client.info_result);
        const bool has_info = !failed(client.info_result);
        for (const auto& [name, text] :
             {std::pair{"address_text", &client.address}, std::pair{"port_text", &client.port_text},
              std::pair{"dns_name", &client.dns_name}}) {
            entry[name] =
                has_info ? Json(repair_utf8(*text)) : Json(nullptr); // "" is an answer, null is none
        }
        object["clients"].push_back(std::move(entry));
    }
    return object;
}

Json to_json(const std::optional<StreamInfo>& stream)
{
    if (!stream) {
        return nullptr;
    }
    Json object = Json::object();
    put_text(object, "file_id", stream->file_id);
    put_text(object, "title", stream->title);
    put_text(object, "author", stream->author);
    put_text(object, "encoder", stream->encoder);
    object["max_bitrate"] = stream->max_bitrate == 0 ? Json(nullptr) : Json(stream->max_bitrate);
    object["packet_size"] = stream->packet_size == 0 ? Json(nullptr) : Json(stream->packet_size);
    object["broadcast"] = stream->broadcast;
    object["tracks"] = Json::array();
    for (const auto& track : stream->tracks) {
        Json entry = Json::object();
        entry["number"] = track.number;
        put_text(entry, "type", track.type);
        put_text(entry, "codec", track.codec);
        put_text(entry, "format", track.format);
        entry["bitrate"] = track.bitrate == 0 ? Json(nullptr) : Json(track.bitrate);
        object["tracks"].push_back(std::move(entry));
    }
    return object;
}

void EventLogWriter::begin(std::string_view origin, Policies policies)
{
    Json object = Json::object();
    object["type"] = "log";
    object["schema_version"] = event_log_version;
    object["origin"] = std::string{origin};
    object["attach_on"] = to_string(policies.attach_on);
    object["detach_on"] = to_string(policies.detach_on);
    write(object);
}

void EventLogWriter::end(const Json& summary)
{
    Json object = Json::object();
    object["type"] = "log_end";
    object.update(summary);
    write(object);
}

void EventLogWriter::on(const SinkOpen& event)
{
    Json object = event_object("sink_open", event.seen);
    put_server(object, event.endpoint);
    object["link_address"] = event.link.known() ? Json(to_string(event.link)) : Json(nullptr);
    put_text(object, "server", event.server);
    if (event.pid != 0) {
        object["pid"] = event.pid;
    }
    write(object);
}

void EventLogWriter::on(const SinkStreaming& event)
{
    Json object = event_object("sink_streaming", event.since, event.seen);
    put_server(object, event.endpoint);
    write(object);
}

void EventLogWriter::on(const StreamHeader& event)
{
    Json object = event_object("stream_header", event.seen);
    put_server(object, event.endpoint);
    object["stream"] = to_json(event.info);
    write(object);
}

void EventLogWriter::on(const ConnectionOpen& event)
{
    Json object = event_object("connection_open", event.established, event.seen);
    object["connection"] = event.connection;
    put_client(object, event.client);
    put_server(object, event.server);
    object["first_at"] = to_rfc3339(event.first.time);
    object["first_packet"] = event.first.number;
    write(object);
}

void EventLogWriter::on(const RequestSeen& event)
{
    Json object = event_object("request", event.when, event.seen);
    object["connection"] = event.connection;
    object["kind"] = std::string{event.kind};
    put_text(object, "method", event.method);
    put_text(object, "target", event.target);
    put_text(object, "user_agent", event.user_agent);
    write(object);
}

void EventLogWriter::on(const PlayStarted& event)
{
    Json object = event_object("play", event.attached, event.seen);
    object["connection"] = event.connection;
    object["ordinal"] = event.ordinal;
    put_client(object, event.client);
    put_server(object, event.server);
    object["first_packet"] = event.first_packet;
    object["exact"] = event.exact;
    object["server_side_captured"] = event.server_side_captured;
    put_facts(object, event.facts);
    write(object);
}

void EventLogWriter::on(const FactsLearnt& event)
{
    Json object = event_object("client_facts", event.seen);
    object["connection"] = event.connection;
    object["ordinal"] = event.ordinal;
    put_facts(object, event.facts);
    write(object);
}

void EventLogWriter::on(const StreamEnded& event)
{
    Json object = event_object("stream_end", event.when, event.seen);
    object["connection"] = event.connection;
    object["ordinal"] = event.ordinal;
    object["reason"] = to_string(event.reason);
    put_state(object, event.state);
    write(object);
}

void EventLogWriter::on(const ConnectionEnded& event)
{
    Json object = event_object("connection_end", event.when, event.seen);
    object["connection"] = event.connection;
    object["reason"] = to_string(event.reason);
    put_state(object, event.state);
    write(object);
}

void EventLogWriter::on(const LateEnd& event)
{
    // Nearly all of these belong to nobody: only those that end a row are written, as its client_disconnect
    // tells.
    if (!timeline_.is_unfollowed(event.client, event.server)) {
        return;
    }
    Json object = event_object("late_end", event.when, event.seen);
    put_client(object, event.client);
    put_server(object, event.server);
    object["reason"] = to_string(event.reason);
    write(object);
}

void EventLogWriter::on(const PlayRefused& event)
{
    Json object = event_object("refused", event.when, event.seen);
    object["connection"] = event.connection;
    put_client(object, event.client);
    put_server(object, event.server);
    object["status"] = event.status == 0 ? Json(nullptr) : Json(event.status);
    put_text(object, "user_agent", event.user_agent);
    write(object);
}

void EventLogWriter::on(const ClientState& event)
{
    Json object = event_object("client_state", event.seen);
    object["connection"] = event.connection;
    object["ordinal"] = event.ordinal;
    put_state(object, event.state);
    object["tracking_end"] =
        event.tracking_end == TrackingEnd::none ? Json(nullptr) : Json(to_string(event.tracking_end));
    object["at_instant"] = event.at_instant;
    write(object);
}

void EventLogWriter::on(const ConnectionClosed& event)
{
    Json object = event_object("connection_close", event.seen);
    object["connection"] = event.connection;
    object["class"] = to_string(event.kind);
    put_text(object, "why", event.why);
    object["tracking_end"] =
        event.tracking_end == TrackingEnd::none ? Json(nullptr) : Json(to_string(event.tracking_end));
    write(object);
}

void EventLogWriter::on(const NameLearnt& event)
{
    Json object = event_object("name", event.when, event.when);
    object["address"] = to_string(event.address);
    put_text(object, "dns_name", event.name);
    object["dns_source"] = to_string(event.source);
    write(object);
}

void EventLogWriter::on(const PlayerLogged& event)
{
    Json object = event_object("player_log", event.when, event.seen);
    object["connection"] = event.connection;
    put_client(object, event.client);
    put_server(object, event.server);
    put_text(object, "client_id", event.client_id);
    Json fields = Json::object();
    for (const auto& [name, value] : event.fields) {
        put_text(fields, repair_utf8(name), value);
    }
    object["fields"] = std::move(fields);
    write(object);
}

void EventLogWriter::on(const SocketSeen& event)
{
    Json object = event_object("socket", event.seen);
    object["connection"] = event.connection;
    put_client(object, event.client);
    put_server(object, {event.socket.local_address, event.sink.port});
    object["sink_address"] = to_string(event.sink.address);
    object["socket"] = to_json(event.socket);
    write(object);
}

void EventLogWriter::on(const SinkClose& event)
{
    Json object = event_object("sink_close", event.seen);
    put_server(object, event.endpoint);
    write(object);
}

void EventLogWriter::on(const SnapshotTaken& event)
{
    write(to_json(event));
}

void EventLogWriter::connected(const Client& client, Timestamp seen_at)
{
    Json object = client_event("client_connect", client, client.attached, {seen_at, 0});
    put_text(object, "user_agent", timeline_.text(client.user_agent));
    write(object);
}

void EventLogWriter::properties_changed(const Client& client, const Moment& when)
{
    Json object = client_event("client_properties", client, when, when);
    write(object);
}

void EventLogWriter::disconnected(const Client& client, const Detach& detach, const LiveState& state,
                                  Timestamp seen_at)
{
    Json object = client_event("client_disconnect", client, detach.when, {seen_at, 0});
    object["reason"] = to_string(detach.reason);
    put_state(object, state);
    write(object);
}

Json EventLogWriter::client_event(std::string_view type, const Client& client, const Moment& when,
                                  const Moment& seen) const
{
    Json object = event_object(type, when, seen);
    object["connection"] = client.connection;
    object["ordinal"] = client.ordinal;
    put_client(object, client.endpoint);
    const auto local = timeline_.local_address_of(client);
    object["local_address"] = local ? Json(to_string(*local)) : Json(nullptr);
    object["local_port"] = timeline_.endpoints()[client.sink_endpoint].endpoint.port;
    put_text(object, "dns_name", timeline_.text(timeline_.name_of(client.endpoint.address, {}).text));
    return object;
}

} // namespace wmclients::timeline
