#include <wmclients/base/text.hpp>
#include <wmclients/output/client_record.hpp>

#include <algorithm>
#include <utility>

namespace wmclients::output {

using timeline::EndReason;
using timeline::TrackingEnd;

namespace {

Value text(std::string_view value)
{
    return value.empty() ? Value{} : Value{value};
}

Value text(const ClientRecord& record, timeline::TextId id)
{
    return text(record.timeline.text(id));
}

Value time(const ClientRecord& record, MaybeTime value)
{
    return value && record.timed() ? Value{*value} : Value{};
}

Value count(const ClientRecord& record, std::uint64_t value)
{
    return record.counted() ? Value{value} : Value{};
}

const timeline::Counters& counters(const ClientRecord& record)
{
    return record.state.counters;
}

using Record = const ClientRecord&;

template <std::size_t index>
Value socket_number(Record record)
{
    const timeline::SocketFacts* const socket = record.timeline.socket_of(record.client);
    const auto member = timeline::socket_numbers[index].member;
    return socket != nullptr && socket->*member ? Value{*(socket->*member)} : Value{};
}

template <std::size_t... indexes>
void add_socket_numbers(std::vector<Field>& fields, std::index_sequence<indexes...> /*all*/)
{
    (fields.push_back({timeline::socket_numbers[indexes].name, socket_number<indexes>}), ...);
}

} // namespace

std::string plain_text(const Value& value)
{
    if (const auto* flag = std::get_if<bool>(&value)) {
        return *flag ? "true" : "false";
    }
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* instant = std::get_if<Timestamp>(&value)) {
        return to_rfc3339(*instant);
    }
    if (const auto* view = std::get_if<std::string_view>(&value)) {
        return printable(*view);
    }
    if (const auto* string = std::get_if<std::string>(&value)) {
        return printable(*string);
    }
    return {};
}

ClientRecord::ClientRecord(const timeline::ClientTimeline& of, const timeline::Client& row,
                           std::uint64_t position, const std::optional<timeline::Instant>& instant)
    : timeline(of), client(row), index(position), at(instant), detach(of.detach_of(row)),
      name(of.name_of(row.endpoint.address, instant)), state(row.state)
{
    const auto* const then = instant ? of.state_at_instant(row) : nullptr;
    counters_known = row.state_known || then != nullptr;
    if (then != nullptr) {
        state = *then;
    }
    if (instant) {
        detach = {};
    }
}

const std::vector<Field>& client_fields()
{
    static const std::vector<Field> fields{
        {"index", [](Record r) { return Value{r.index}; }},
        {"address", [](Record r) { return Value{to_string(r.client.endpoint.address)}; }},
        {"port", [](Record r) { return Value{std::uint64_t{r.client.endpoint.port}}; }},
        {"local_address",
         [](Record r) {
             const auto local = r.timeline.local_address_of(r.client);
             return local ? Value{to_string(*local)} : Value{};
         }},
        {"dns_name", [](Record r) { return text(r, r.name.text); }},
        {"dns_source",
         [](Record r) {
             return r.name.source == dns::NameSource::none ? Value{} : Value{to_string(r.name.source)};
         }},
        {"state", [](Record r) { return Value{std::string_view{r.attached() ? "attached" : "detached"}}; }},
        {"attached_at", [](Record r) { return time(r, r.client.attached.time); }},
        {"attached_exact",
         [](Record r) { return Value{r.client.attached.time && r.client.attached_exact && r.timed()}; }},
        {"detached_at", [](Record r) { return time(r, r.detach.when.time); }},
        {"end_reason",
         [](Record r) { return r.attached() ? Value{} : Value{timeline::to_string(r.detach.reason)}; }},
        {"tracking_end",
         [](Record r) {
             return r.client.tracking_end == TrackingEnd::none
                        ? Value{}
                        : Value{timeline::to_string(r.client.tracking_end)};
         }},
        {"user_agent", [](Record r) { return text(r, r.client.user_agent); }},
        {"client_id", [](Record r) { return text(r, r.client.client_id); }},
        {"client_guid", [](Record r) { return text(r, r.client.client_guid); }},
        {"via", [](Record r) { return text(r, r.client.via); }},
        {"proxy_client_agent", [](Record r) { return text(r, r.client.proxy_client_agent); }},
        {"forwarded_for", [](Record r) { return text(r, r.client.forwarded_for); }},
        {"header_packets", [](Record r) { return count(r, counters(r).header_packets); }},
        {"data_packets", [](Record r) { return count(r, counters(r).data_packets); }},
        {"cut_packets", [](Record r) { return count(r, counters(r).cut_packets); }},
        {"damaged_packets", [](Record r) { return count(r, counters(r).damaged_packets); }},
        {"lost_packets",
         [](Record r) { return counters(r).lost_known ? count(r, counters(r).lost_packets) : Value{}; }},
        {"media_bytes", [](Record r) { return count(r, counters(r).media_bytes); }},
        {"gap_bytes", [](Record r) { return count(r, counters(r).gap_bytes); }},
        {"exact", [](Record r) { return Value{r.counted() && counters(r).exact}; }},
        {"last_ack_at",
         [](Record r) {
             return r.state.last_ack_at && r.counters_known ? Value{*r.state.last_ack_at} : Value{};
         }},
        {"unacked_bytes", [](Record r) { return count(r, r.state.unacked_bytes); }},
    };
    return fields;
}

const std::vector<Field>& socket_fields()
{
    static const std::vector<Field> fields = [] {
        std::vector<Field> made{
            {"tcp_state",
             [](Record r) {
                 const timeline::SocketFacts* const socket = r.timeline.socket_of(r.client);
                 return socket != nullptr ? Value{timeline::to_string(socket->state)} : Value{};
             }},
            {"process",
             [](Record r) {
                 const timeline::SocketFacts* const socket = r.timeline.socket_of(r.client);
                 return socket != nullptr ? text(socket->process) : Value{};
             }},
        };
        add_socket_numbers(made, std::make_index_sequence<timeline::socket_numbers.size()>{});
        return made;
    }();
    return fields;
}

const Field* find_client_field(std::string_view name)
{
    for (const auto* fields : {&client_fields(), &socket_fields()}) {
        for (const Field& field : *fields) {
            if (field.name == name) {
                return &field;
            }
        }
    }
    return nullptr;
}

} // namespace wmclients::output
