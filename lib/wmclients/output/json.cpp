#include <wmclients/output/json.hpp>
#include <wmclients/timeline/event_log.hpp>

namespace wmclients::output {

void put(Json& object, std::string_view name, const Value& value)
{
    const std::string key{name};
    if (const auto* flag = std::get_if<bool>(&value)) {
        object[key] = *flag;
    } else if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        object[key] = *number;
    } else if (const auto* time = std::get_if<Timestamp>(&value)) {
        object[key] = to_rfc3339(*time);
    } else if (const auto* view = std::get_if<std::string_view>(&value)) {
        put_text(object, name, *view);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        put_text(object, name, *text);
    } else {
        object[key] = nullptr;
    }
}

Json client_object(const ClientRecord& record)
{
    Json object = Json::object();
    for (const Field& field : client_fields()) {
        put(object, field.name, field.value(record));
    }
    if (const timeline::SocketFacts* const socket = record.timeline.socket_of(record.client)) {
        object["socket"] = timeline::to_json(*socket);
    }
    return object;
}

Json sink_object(const timeline::ClientTimeline& timeline, const timeline::Sink& sink)
{
    Json object = Json::object();
    const auto& first = timeline.endpoints()[sink.endpoints.front()];
    object["port"] = first.endpoint.port;
    object["endpoints"] = Json::array();
    std::string_view server;
    const std::optional<timeline::StreamInfo>* stream = &first.stream;
    for (const std::uint32_t index : sink.endpoints) {
        const timeline::SinkEndpoint& endpoint = timeline.endpoints()[index];
        Json entry = Json::object();
        entry["address"] =
            endpoint.address_known ? Json(to_string(endpoint.endpoint.address)) : Json(nullptr);
        entry["port"] = endpoint.endpoint.port;
        object["endpoints"].push_back(std::move(entry));
        server = server.empty() ? timeline.text(endpoint.server) : server;
        stream = *stream ? stream : &endpoint.stream;
    }
    put_text(object, "url", url_of(timeline, sink));
    put_text(object, "server", server);
    object["stream"] = timeline::to_json(*stream);
    return object;
}

} // namespace wmclients::output
