#include <wmclients/timeline/event_log.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::timeline {
namespace {

Moment moment_from(const Json& object)
{
    return {get_time(object, "time"), get_number(object, "packet")};
}

PacketRef seen_from(const Json& object)
{
    PacketRef ref;
    ref.time = get_time(object, "seen_at").value_or(Timestamp{});
    ref.number = get_number(object, "seen_packet");
    return ref;
}

std::optional<Endpoint> endpoint_from(const Json& object, std::string_view address, std::string_view port)
{
    const auto parsed = parse_address(get_text(object, address));
    const std::uint64_t number = get_number(object, port, 65536);
    if (!parsed || number > 65535) {
        return {};
    }
    return Endpoint{*parsed, static_cast<std::uint16_t>(number)};
}

std::optional<Endpoint> client_from(const Json& object)
{
    return endpoint_from(object, "address", "port");
}

std::optional<Endpoint> server_from(const Json& object)
{
    return endpoint_from(object, "local_address", "local_port");
}

std::uint32_t ordinal_from(const Json& object)
{
    return static_cast<std::uint32_t>(get_number(object, "ordinal"));
}

LiveState state_from(const Json& object)
{
    LiveState state;
    Counters& counters = state.counters;
    counters.header_packets = get_number(object, "header_packets");
    counters.data_packets = get_number(object, "data_packets");
    counters.cut_packets = get_number(object, "cut_packets");
    counters.damaged_packets = get_number(object, "damaged_packets");
    constexpr std::uint64_t unknown = UINT64_MAX;
    const std::uint64_t lost = get_number(object, "lost_packets", unknown);
    counters.lost_known = lost != unknown;
    counters.lost_packets = counters.lost_known ? lost : 0;
    counters.media_bytes = get_number(object, "media_bytes");
    counters.gap_bytes = get_number(object, "gap_bytes");
    counters.exact = get_flag(object, "exact", false);
    state.last_ack_at = get_time(object, "last_ack_at");
    state.unacked_bytes = get_number(object, "unacked_bytes");
    state.counted = !object.contains("data_packets") || object["data_packets"].is_number();
    return state;
}

/// "0x00000000"; a failure that nobody knows for anything else.
Hresult hresult_from(const Json& object, std::string_view name)
{
    const std::string text = get_text(object, name);
    std::uint32_t value = static_cast<std::uint32_t>(Hresult::e_unexpected);
    if (text.substr(0, 2) == "0x") {
        std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    }
    return static_cast<Hresult>(value);
}

std::optional<SnapshotTaken> snapshot_from(const Json& object, const PacketRef& seen)
{
    const std::uint64_t port = get_number(object, "local_port"); // null before a probe's sink is open
    if (port > 65535 || !object.contains("clients") || !object["clients"].is_array()) {
        return {};
    }
    SnapshotTaken snapshot;
    snapshot.port = static_cast<std::uint16_t>(port);
    snapshot.when = moment_from(object);
    snapshot.count_result = hresult_from(object, "count_hresult");
    snapshot.count = static_cast<std::uint32_t>(get_number(object, "count"));
    snapshot.consistent = get_flag(object, "consistent", true);
    for (const Json& entry : object["clients"]) {
        ClientAnswer client;
        client.properties_result = hresult_from(entry, "properties_hresult");
        client.ip_address = static_cast<std::uint32_t>(get_number(entry, "ip_address"));
        client.port = static_cast<std::uint32_t>(get_number(entry, "port"));
        client.info_result = hresult_from(entry, "info_hresult");
        client.address = get_text(entry, "address_text");
        client.port_text = get_text(entry, "port_text");
        client.dns_name = get_text(entry, "dns_name");
        snapshot.clients.push_back(std::move(client));
    }
    snapshot.seen = seen;
    return snapshot;
}

/// The texts of ClientFacts, which only views them.
struct FactTexts {
    explicit FactTexts(const Json& object)
        : user_agent(get_text(object, "user_agent")), client_id(get_text(object, "client_id")),
          client_guid(get_text(object, "client_guid")), target(get_text(object, "target")),
          host(get_text(object, "host")), via(get_text(object, "via")),
          proxy_client_agent(get_text(object, "proxy_client_agent")),
          forwarded_for(get_text(object, "forwarded_for"))
    {
        facts.user_agent = user_agent;
        facts.client_id = client_id;
        facts.client_guid = client_guid;
        facts.target = target;
        facts.host = host;
        facts.via = via;
        facts.proxy_client_agent = proxy_client_agent;
        facts.forwarded_for = forwarded_for;
        facts.describe_connection = get_number(object, "describe_connection");
        facts.describe_port = static_cast<std::uint16_t>(get_number(object, "describe_port"));
        facts.describe_certainty =
            link_certainty_from(get_text(object, "describe_certainty")).value_or(LinkCertainty::none);
    }

    FactTexts(const FactTexts&) = delete;
    FactTexts& operator=(const FactTexts&) = delete;

    std::string user_agent;
    std::string client_id;
    std::string client_guid;
    std::string target;
    std::string host;
    std::string via;
    std::string proxy_client_agent;
    std::string forwarded_for;
    ClientFacts facts;
};

} // namespace

StreamInfo stream_info_from_json(const Json& object)
{
    StreamInfo info;
    info.file_id = get_text(object, "file_id");
    info.title = get_text(object, "title");
    info.author = get_text(object, "author");
    info.encoder = get_text(object, "encoder");
    info.max_bitrate = static_cast<std::uint32_t>(get_number(object, "max_bitrate"));
    info.packet_size = static_cast<std::uint32_t>(get_number(object, "packet_size"));
    info.broadcast = get_flag(object, "broadcast", false);
    if (object.contains("tracks") && object["tracks"].is_array()) {
        for (const Json& track : object["tracks"]) {
            info.tracks.push_back({static_cast<unsigned>(get_number(track, "number")),
                                   get_text(track, "type"), get_text(track, "codec"),
                                   static_cast<std::uint32_t>(get_number(track, "bitrate")),
                                   get_text(track, "format")});
        }
    }
    return info;
}

bool EventLogReader::line(std::string_view text)
{
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return false;
    }
    const std::string type = get_text(object, "type");
    if (header_.is_null()) {
        if (type != "log" || get_number(object, "schema_version") != event_log_version) {
            return false;
        }
        header_ = object;
        return true;
    }
    if (const MaybeTime seen = get_time(object, "seen_at")) {
        first_seen_ = std::min(first_seen_.value_or(*seen), *seen);
        last_seen_ = std::max(last_seen_.value_or(*seen), *seen);
        last_packet_ = std::max(last_packet_, get_number(object, "seen_packet"));
    }
    return event(type, object);
}

bool EventLogReader::event(std::string_view type, const Json& object)
{
    const PacketRef seen = seen_from(object);
    const std::uint64_t connection = get_number(object, "connection");
    const auto client = client_from(object);
    const auto server = server_from(object);
    const auto reason = end_reason_from(get_text(object, "reason"));
    if (type == "log_end") {
        summary_ = object;
    } else if (type == "sink_open") {
        if (!server) {
            return false;
        }
        const std::string software = get_text(object, "server");
        const auto link = parse_link_address(get_text(object, "link_address"));
        listener_.on(
            SinkOpen{*server, link.value_or(LinkAddress{}), software, seen, get_number(object, "pid")});
    } else if (type == "sink_streaming") {
        if (!server) {
            return false;
        }
        listener_.on(SinkStreaming{*server, moment_from(object), seen});
    } else if (type == "stream_header") {
        if (!server || !object.contains("stream")) {
            return false;
        }
        listener_.on(StreamHeader{*server, stream_info_from_json(object["stream"]), seen});
    } else if (type == "connection_open") {
        if (!client || !server) {
            return false;
        }
        PacketRef first;
        first.time = get_time(object, "first_at").value_or(Timestamp{});
        first.number = get_number(object, "first_packet");
        listener_.on(ConnectionOpen{connection, *client, *server, first, moment_from(object), seen});
    } else if (type == "request") {
        const std::string kind = get_text(object, "kind");
        const std::string method = get_text(object, "method");
        const std::string target = get_text(object, "target");
        const std::string agent = get_text(object, "user_agent");
        listener_.on(RequestSeen{connection, moment_from(object), kind, method, target, agent, seen});
    } else if (type == "play") {
        if (!client || !server) {
            return false;
        }
        const FactTexts texts{object};
        PlayStarted started;
        started.connection = connection;
        started.ordinal = ordinal_from(object);
        started.client = *client;
        started.server = *server;
        started.first_packet = get_number(object, "first_packet");
        started.attached = moment_from(object);
        started.exact = get_flag(object, "exact", false);
        started.server_side_captured = get_flag(object, "server_side_captured", true);
        started.facts = texts.facts;
        started.seen = seen;
        listener_.on(started);
    } else if (type == "client_facts") {
        const FactTexts texts{object};
        listener_.on(FactsLearnt{connection, ordinal_from(object), texts.facts, seen});
    } else if (type == "stream_end") {
        if (!reason) {
            return false;
        }
        listener_.on(StreamEnded{connection, ordinal_from(object), moment_from(object), *reason,
                                 state_from(object), seen});
    } else if (type == "connection_end") {
        if (!reason) {
            return false;
        }
        listener_.on(ConnectionEnded{connection, moment_from(object), *reason, state_from(object), seen});
    } else if (type == "late_end") {
        if (!client || !server || !reason) {
            return false;
        }
        listener_.on(LateEnd{*client, *server, moment_from(object), *reason, seen});
    } else if (type == "refused") {
        if (!client || !server) {
            return false;
        }
        const std::string agent = get_text(object, "user_agent");
        listener_.on(PlayRefused{connection, *client, *server, moment_from(object),
                                 static_cast<int>(get_number(object, "status")), agent, seen});
    } else if (type == "client_state") {
        const auto tracking_end =
            tracking_end_from(get_text(object, "tracking_end")).value_or(TrackingEnd::none);
        listener_.on(ClientState{connection, ordinal_from(object), state_from(object), tracking_end,
                                 get_flag(object, "at_instant", false), seen});
    } else if (type == "connection_close") {
        const auto kind = connection_class_from(get_text(object, "class"));
        if (!kind) {
            return false;
        }
        const std::string why = get_text(object, "why");
        const auto tracking_end =
            tracking_end_from(get_text(object, "tracking_end")).value_or(TrackingEnd::none);
        listener_.on(ConnectionClosed{connection, *kind, why, tracking_end, seen});
    } else if (type == "name") {
        const auto address = parse_address(get_text(object, "address"));
        const auto source = dns::parse_name_source(get_text(object, "dns_source"));
        const std::string name = get_text(object, "dns_name");
        if (!address || !source || name.empty()) {
            return false;
        }
        listener_.on(NameLearnt{*address, name, *source, moment_from(object)});
    } else if (type == "socket") {
        const auto sink = endpoint_from(object, "sink_address", "local_port");
        auto facts = object.contains("socket") ? socket_facts_from_json(object["socket"]) : std::nullopt;
        if (!client || !server || !sink || !facts) {
            return false;
        }
        facts->local_address = server->address;
        listener_.on(SocketSeen{connection, *client, *sink, *facts, seen});
    } else {
        return told(type, object, seen);
    }
    return true;
}

/// What the owner was told: client_connect and its kind, and snapshots.
bool EventLogReader::told(std::string_view type, const Json& object, const PacketRef& seen)
{
    if (type == "snapshot") {
        const auto snapshot = snapshot_from(object, seen);
        if (snapshot) {
            listener_.on(*snapshot);
        }
        return snapshot.has_value();
    }
    using Kind = ClientTold::Kind;
    const auto kind = type == "client_connect"      ? std::optional{Kind::connect}
                      : type == "client_properties" ? std::optional{Kind::properties}
                      : type == "client_disconnect" ? std::optional{Kind::disconnect}
                                                    : std::nullopt;
    if (!kind) {
        return true; // of a newer program
    }
    const auto client = client_from(object);
    const std::uint64_t port = get_number(object, "local_port", 65536);
    if (!client || port > 65535) {
        return false;
    }
    const std::string name = get_text(object, "dns_name");
    ClientTold told{*kind, *client, static_cast<std::uint16_t>(port), moment_from(object), name, seen};
    if (get_text(header_, "origin") == "com") {
        told.row = attachments_.number(told, get_number(object, "status"));
    }
    listener_.on(told);
    return true;
}

} // namespace wmclients::timeline
