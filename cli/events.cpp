#include "analysis.hpp"
#include "commands.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cli {
namespace {

using namespace wmclients;
using timeline::Client;
using timeline::Moment;

enum class EventsFormat { table, json, jsonl };

struct EventsOptions {
    SourceOptions source;
    EventsFormat format = EventsFormat::table;
};

/// One event as the sink's owner would have been told it.
struct Told {
    Moment when;
    std::string_view type; ///< as in the event log
    Endpoint client;
    std::string sink; ///< its address, if known, and port
    std::optional<IpAddress> local_address;
    std::uint16_t local_port = 0;
    std::string dns_name; ///< raw, as the two below; empty: unknown, or not this event's
    std::string user_agent;
    std::string_view reason; ///< client_disconnect: why
    std::optional<std::uint64_t>
        media_bytes; ///< client_disconnect: by then; unknown without the server's side
    int status = 0;  ///< refused: the answer's; 0: closed without an answer
};

/// A sentence for people.
std::string detail_of(const Told& told)
{
    std::vector<std::string> parts;
    if (told.type == "refused") {
        parts.push_back(told.status == 0 ? "closed without an answer"
                                         : fmt::format("status {}", told.status));
    }
    if (!told.reason.empty()) {
        parts.emplace_back(told.reason == "unknown" ? "no reason told" : told.reason);
    }
    if (told.media_bytes) {
        parts.push_back(output::human_bytes(*told.media_bytes) + " so far");
    }
    if (told.reason.empty()) {
        parts.push_back(printable(told.dns_name));
    }
    parts.push_back(printable(told.user_agent));
    std::erase(parts, "");
    return fmt::format("{}", fmt::join(parts, "  "));
}

Json to_json(const Told& told)
{
    Json object = Json::object();
    object["type"] = std::string{told.type};
    object["time"] = time_or_null(told.when.time);
    object["address"] = to_string(told.client.address);
    object["port"] = told.client.port;
    object["local_address"] = told.local_address ? Json(to_string(*told.local_address)) : Json(nullptr);
    object["local_port"] = told.local_port;
    if (told.type == "refused") {
        object["status"] = told.status == 0 ? Json(nullptr) : Json(told.status);
    } else {
        put_text(object, "dns_name", told.dns_name);
    }
    if (told.type == "client_connect" || told.type == "refused") {
        put_text(object, "user_agent", told.user_agent);
    }
    if (told.type == "client_disconnect") {
        object["reason"] = std::string{told.reason};
        object["media_bytes"] = told.media_bytes ? Json(*told.media_bytes) : Json(nullptr);
    }
    return object;
}

/// Collects what the owner would have been told.
class Listener final : public timeline::ClientObserver {
  public:
    Listener(const timeline::ClientTimeline& timeline, Caps& caps) : timeline_(timeline), caps_(caps) {}

    std::vector<Told> events; ///< bounded by Cap::events_kept

    void connected(const Client& client, Timestamp) override
    {
        add("client_connect", client, client.attached).user_agent = timeline_.text(client.user_agent);
    }

    void properties_changed(const Client& client, const Moment& when) override
    {
        add("client_properties", client, when);
    }

    void disconnected(const Client& client, const timeline::Detach& detach, const timeline::LiveState& state,
                      Timestamp) override
    {
        Told& told = add("client_disconnect", client, detach.when);
        told.reason = timeline::to_string(detach.reason);
        if (client.server_side_captured && state.counted) {
            told.media_bytes = state.counters.media_bytes;
        }
    }

    void refused(const timeline::Refusal& refusal, Timestamp) override
    {
        Told& told = another();
        told.when = refusal.when;
        told.type = "refused";
        told.client = refusal.client;
        told.sink = to_string(refusal.server);
        told.local_address = refusal.server.address;
        told.local_port = refusal.server.port;
        told.status = refusal.status;
        told.user_agent = timeline_.text(refusal.user_agent);
    }

  private:
    Told& another()
    {
        if (events.size() < caps_.limit(Cap::events_kept)) {
            return events.emplace_back();
        }
        caps_.reached(Cap::events_kept);
        return left_out_ = Told{};
    }

    Told& add(std::string_view type, const Client& client, const Moment& when)
    {
        Told& told = another();
        told.when = client.server_side_captured ? when : Moment{};
        told.type = type;
        told.client = client.endpoint;
        const timeline::SinkEndpoint& sink = timeline_.endpoints()[client.sink_endpoint];
        told.sink = timeline::to_string(sink);
        told.local_address = timeline_.local_address_of(client);
        told.local_port = sink.endpoint.port;
        told.dns_name = timeline_.text(timeline_.name_of(client.endpoint.address, {}).text);
        return told;
    }

    const timeline::ClientTimeline& timeline_;
    Caps& caps_;
    Told left_out_;
};

int run_log(const EventsOptions& options)
{
    Output out;
    auto findings = std::make_unique<Findings>(options.source.policies);
    // The origin of a log that is read back is known when its first line was read.
    bool begun = false;
    timeline::EventLogWriter writer{findings->timeline, [&](std::string_view line) {
                                        if (!std::exchange(begun, true)) {
                                            writer.begin(findings->origin, findings->policies());
                                        }
                                        out.line(line);
                                    }};
    Wanted wanted;
    wanted.every_connection = true;
    wanted.listener = &writer;
    wanted.observer = &writer;
    wanted.tick = [&] { out.flush(); };
    analyse(options.source, wanted, *findings);
    Json summary = run_object(*findings, options.source);
    summary.erase("schema_version");
    summary["stats"] = stats_object(findings->counters);
    writer.end(summary);
    out.flush();
    return static_cast<int>(findings->exit_code());
}

std::vector<std::string> cells_of(const Told& told, const TimeFormat& times)
{
    return {times.text(told.when.time), std::string{told.type}, to_string(told.client), told.sink,
            detail_of(told)};
}

constexpr std::size_t detail_column = 4;

/// A refusal, or an end that is_trouble().
bool tells_of_trouble(const Told& told)
{
    const auto reason = timeline::end_reason_from(told.reason);
    return told.type == "refused" || (reason && is_trouble(*reason));
}

output::Table events_table()
{
    return output::Table{{{"TIME"}, {"EVENT"}, {"CLIENT"}, {"SINK"}, {"DETAIL"}}};
}

/// Prints the events as they come, in the order in which they could be concluded. The columns become wider
/// when a wider cell comes.
int run_live_table(const EventsOptions& options)
{
    auto findings = std::make_unique<Findings>(options.source.policies);
    Listener listener{findings->timeline, findings->caps};
    Output out;
    output::Table table = events_table();
    table.measure(
        {"00:00:00.000", "client_disconnect", "255.255.255.255:65535", "255.255.255.255:65535", ""});
    std::uint64_t told = 0;
    const auto print = [&] {
        if (told == 0 && !listener.events.empty()) {
            out.titles(table.titles());
        }
        const TimeFormat times{options.source.time, findings->span.first.time};
        for (const Told& event : listener.events) {
            const auto cells = cells_of(event, times);
            table.measure(cells);
            out.write(table.line(cells, 0, out.mark(tells_of_trouble(event), detail_column)));
        }
        told += listener.events.size();
        listener.events.clear();
        out.flush();
    };
    Wanted wanted;
    wanted.observer = &listener;
    wanted.tick = print;
    analyse(options.source, wanted, *findings);
    print();
    if (told == 0) {
        complain(no_sink_message(*findings, options.source));
    }
    if (const std::string remark = quality_remark(*findings); !remark.empty()) {
        complain(remark);
    }
    return static_cast<int>(findings->exit_code());
}

int run_events(const EventsOptions& options)
{
    if (options.format == EventsFormat::jsonl) {
        return run_log(options);
    }
    if (options.format == EventsFormat::table && options.source.live.wanted()) {
        return run_live_table(options);
    }
    auto findings = std::make_unique<Findings>(options.source.policies);
    Listener listener{findings->timeline, findings->caps};
    Wanted wanted;
    wanted.observer = &listener;
    analyse(options.source, wanted, *findings);
    if (findings->caps.times_reached(Cap::events_kept) != 0) {
        complain(fmt::format("only the first {} events are shown; --format jsonl has all",
                             findings->caps.limit(Cap::events_kept)));
    }
    std::stable_sort(listener.events.begin(), listener.events.end(),
                     [](const Told& a, const Told& b) { return a.when.time < b.when.time; });
    Output out;
    if (options.format == EventsFormat::json) {
        std::string head = dump(run_object(*findings, options.source));
        head.pop_back();
        out.write(head + ",\"events\":[");
        const char* separator = "";
        for (const Told& told : listener.events) {
            out.write(separator + dump(to_json(told)));
            separator = ",";
        }
        out.write("]}\n");
    } else if (listener.events.empty()) {
        complain(no_sink_message(*findings, options.source));
    } else {
        const TimeFormat times{options.source.time, findings->span.first.time};
        output::Table table = events_table();
        print_rows(
            table, listener.events.size(),
            [&](std::size_t row) { return cells_of(listener.events[row], times); }, out,
            [&](std::size_t row) {
                return tells_of_trouble(listener.events[row]) ? std::optional{detail_column} : std::nullopt;
            });
    }
    out.flush();
    return static_cast<int>(findings->exit_code());
}

} // namespace

void setup_events(CLI::App& program, int& status)
{
    auto options = std::make_shared<EventsOptions>();
    CLI::App* command =
        program.add_subcommand("events", "Who came, changed, went and was refused, in the order of time");
    SourceOptionSet set;
    set.at = false;
    set.sink = false;
    set.sockets = true;
    add_source_options(*command, options->source, set);
    add_choice<EventsFormat>(
        *command, "--format", options->format,
        {{"table", EventsFormat::table}, {"json", EventsFormat::json}, {"jsonl", EventsFormat::jsonl}},
        "A table for people, one JSON document, or the event log (JSON Lines)");
    command->footer(std::string{R"(
The event log (jsonl) is what every command reads back with --events: it has everything that the policies need, in the
order in which it could be concluded. The log of a probe (wmprobe.exe) has what the COM object told, and no more: each client
comes and goes once, though most are told twice; why it went and what it was sent is unknown.

Examples:
  wmclients events captures/vlc-churn
  wmclients events --format jsonl capture.pcap > capture.jsonl
  wmclients list --events capture.jsonl)"}
                        .append(live_example("events -i any --port 8080 --format jsonl > live.jsonl")));
    command->callback([options, &status] { status = run_events(*options); });
}

} // namespace cli
