#include "analysis.hpp"
#include "commands.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/csv.hpp>
#include <wmclients/output/table.hpp>
#include <wmclients/session/connection_log.hpp>

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>

namespace cli {
namespace {

using namespace wmclients;
using session::ConnectionRecord;

enum class ConnectionsFormat { table, json };

struct ConnectionsOptions {
    SourceOptions source;
    ConnectionsFormat format = ConnectionsFormat::table;
};

Json to_object(const ConnectionRecord& record)
{
    Json object = Json::object();
    object["connection"] = record.connection;
    object["address"] = to_string(record.client.address);
    object["port"] = record.client.port;
    object["local_address"] = to_string(record.server.address);
    object["local_port"] = record.server.port;
    object["first_packet_at"] = to_rfc3339(record.first.time);
    object["first_packet"] = record.first.number;
    object["established_at"] = time_or_null(record.established.time);
    object["ended_at"] = time_or_null(record.ended.time);
    object["end_reason"] = record.end_reason == timeline::EndReason::none
                               ? Json(nullptr)
                               : Json(timeline::to_string(record.end_reason));
    object["tracking_end"] = record.tracking_end == timeline::TrackingEnd::none
                                 ? Json(nullptr)
                                 : Json(timeline::to_string(record.tracking_end));
    object["class"] = timeline::to_string(record.kind);
    put_text(object, "why", record.why);
    put_text(object, "request", record.request);
    put_text(object, "user_agent", record.user_agent);
    return object;
}

void print_table(const std::vector<const ConnectionRecord*>& records, const Findings& findings,
                 const TimeFormat& times, Output& out)
{
    using Align = output::Table::Align;
    output::Table table{{{"FIRST PACKET"},
                         {"ADDRESS"},
                         {"PORT", Align::right},
                         {"SINK"},
                         {"CLASS"},
                         {"REQUEST"},
                         {"PLAYER"},
                         {"WHY"}}};
    const auto shown = [](const std::string& text) {
        return text.empty() ? std::string{"-"} : printable(text);
    };
    std::map<timeline::ConnectionClass, std::size_t> classes;
    for (const ConnectionRecord* const record : records) {
        ++classes[record->kind];
    }
    const auto cells = [&](std::size_t row) {
        const ConnectionRecord& record = *records[row];
        return std::vector<std::string>{times.text(record.first.time),
                                        to_string(record.client.address),
                                        fmt::format("{}", record.client.port),
                                        to_string(record.server),
                                        std::string{timeline::to_string(record.kind)},
                                        shown(record.request),
                                        shown(record.user_agent),
                                        shown(record.why)};
    };
    constexpr std::size_t class_column = 4;
    print_rows(table, records.size(), cells, out, [&](std::size_t row) {
        return records[row]->kind == timeline::ConnectionClass::refused ? std::optional{class_column}
                                                                        : std::nullopt;
    });
    std::string line = fmt::format("{} connections", records.size());
    for (const auto& [kind, count] : classes) {
        line += fmt::format(", {} {}", count, timeline::to_string(kind));
    }
    out.line(line);
    static_cast<void>(findings);
}

int run_connections(const ConnectionsOptions& options)
{
    Caps caps;
    session::ConnectionLog log{caps};
    Wanted wanted;
    wanted.every_connection = true;
    wanted.listener = &log;
    const auto findings = analyse(options.source, wanted);
    std::set<Endpoint> chosen;
    for (const timeline::Sink& sink : list_sinks(findings->timeline, {}, options.source.selection())) {
        for (const std::uint32_t index : sink.endpoints) {
            chosen.insert(findings->timeline.endpoints()[index].endpoint);
        }
    }
    std::vector<const ConnectionRecord*> records;
    for (const ConnectionRecord& record : log.sorted_records()) {
        if (chosen.contains(record.server)) {
            records.push_back(&record);
        }
    }
    if (caps.times_reached(Cap::connections_kept) != 0) {
        complain(fmt::format("only the first {} connections are shown", caps.limit(Cap::connections_kept)));
    }
    Output out;
    if (options.format == ConnectionsFormat::json) {
        std::string head = dump(run_object(*findings, options.source));
        head.pop_back();
        out.write(head + ",\"connections\":[");
        const char* separator = "\n";
        for (const ConnectionRecord* const record : records) {
            out.write(separator + dump(to_object(*record)));
            separator = ",\n";
        }
        out.write("]}\n");
    } else if (records.empty()) {
        complain(no_sink_message(*findings, options.source));
    } else {
        print_table(records, *findings, TimeFormat{options.source.time, findings->span.first.time}, out);
    }
    out.flush();
    return static_cast<int>(findings->exit_code());
}

} // namespace

void setup_connections(CLI::App& program, int& status)
{
    auto options = std::make_shared<ConnectionsOptions>();
    CLI::App* command = program.add_subcommand(
        "connections", "Every TCP connection to a sink, its class, and why: is my player there?");
    SourceOptionSet set;
    set.at = false;
    set.policies = false;
    add_source_options(*command, options->source, set);
    add_choice<ConnectionsFormat>(*command, "--format", options->format,
                                  {{"table", ConnectionsFormat::table}, {"json", ConnectionsFormat::json}},
                                  "A table for people, or one JSON document");
    command->footer(R"(
Classes: data (carried a Play), probe (a Describe and no Play), side (Log, KeepAlive, …), refused, foreign (anything
else, a browser for instance).

Examples:
  wmclients connections captures/errors-browsers
  wmclients connections --format json capture.pcap | jq '.connections[] | select(.class=="refused")')");
    command->callback([options, &status] { status = run_connections(*options); });
}

} // namespace cli
