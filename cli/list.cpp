#include "analysis.hpp"
#include "commands.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/client_record.hpp>
#include <wmclients/output/csv.hpp>
#include <wmclients/output/json.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

namespace cli {
namespace {

using namespace wmclients;
using output::ClientRecord;
using output::Field;

using timeline::Sink;

enum class ListFormat { table, json, jsonl, csv };

struct ListOptions {
    SourceOptions source;
    ListFormat format = ListFormat::table;
    std::string fields; ///< names with commas
    bool stats = false;
};

std::vector<std::string> field_names()
{
    std::vector<std::string> names;
    for (const auto* fields : {&output::client_fields(), &output::socket_fields()}) {
        for (const Field& field : *fields) {
            names.emplace_back(field.name);
        }
    }
    return names;
}

/// @param sockets whether the columns of socket tables belong to those that nobody chose
std::vector<const Field*> chosen_fields(const ListOptions& options, bool sockets)
{
    std::vector<const Field*> chosen;
    for (const std::string& name : split_list(options.fields)) {
        const Field* field = output::find_client_field(name);
        if (field == nullptr) {
            throw Exit{ExitCode::usage, fmt::format("--fields {}: no such field; there are {}", name,
                                                    fmt::join(field_names(), ", "))};
        }
        chosen.push_back(field);
    }
    if (chosen.empty()) {
        for (const Field& field : output::client_fields()) {
            chosen.push_back(&field);
        }
        for (const Field& field : output::socket_fields()) {
            if (sockets) {
                chosen.push_back(&field);
            }
        }
    }
    return chosen;
}

template <typename Use>
void for_each_record(const Findings& findings, const Sink& sink, Use use)
{
    for (std::size_t i = 0; i < sink.clients.size(); ++i) {
        use(record_of(findings, sink, i));
    }
}

std::string cell(const ClientRecord& record, const Field& field, const TimeFormat& times)
{
    const output::Value value = field.value(record);
    if (const auto* time = std::get_if<Timestamp>(&value)) {
        return times.text(*time);
    }
    const std::string text = output::plain_text(value);
    return text.empty() ? "-" : text;
}

std::string duration_of(const ClientRecord& record, const Findings& findings)
{
    const MaybeTime begin = record.client.attached.time;
    if (!record.timed() || !begin) {
        return "-";
    }
    Timestamp end = findings.span.last.time;
    if (record.detach.when.time) {
        end = *record.detach.when.time;
    } else if (findings.at) {
        end = std::min(end, findings.at->packet == 0 ? findings.at->time : findings.span.at.time);
    }
    return output::human_duration(std::chrono::duration<double>(end - *begin).count());
}

std::string state_of(const ClientRecord& record)
{
    if (record.attached()) {
        return record.client.tracking_end == timeline::TrackingEnd::idle
                       || record.client.tracking_end == timeline::TrackingEnd::evicted
                   ? fmt::format("attached ({})", timeline::to_string(record.client.tracking_end))
                   : "attached";
    }
    const bool told = record.detach.reason != timeline::EndReason::unknown;
    return told ? std::string{timeline::to_string(record.detach.reason)} : "detached";
}

std::string counted(const ClientRecord& record, bool known, const std::string& text)
{
    if (!record.counted() || !known) {
        return "-";
    }
    return record.state.counters.exact ? text : ">= " + text;
}

std::vector<output::Table::Column> usual_columns()
{
    using Align = output::Table::Align;
    return {{"#", Align::right},
            {"ADDRESS"},
            {"PORT", Align::right},
            {"DNS NAME"},
            {"PLAYER"},
            {"ATTACHED"},
            {"DURATION", Align::right},
            {"MEDIA", Align::right},
            {"LOST", Align::right},
            {"STATE"}};
}

std::vector<std::string> usual_cells(const ClientRecord& record, const Findings& findings,
                                     const TimeFormat& times)
{
    const auto text = [&](timeline::TextId id) {
        const std::string shown = printable(findings.timeline.text(id));
        return shown.empty() ? std::string{"-"} : shown;
    };
    const timeline::Counters& counters = record.state.counters;
    return {fmt::format("{}", record.index),
            to_string(record.client.endpoint.address),
            fmt::format("{}", record.client.endpoint.port),
            text(record.name.text),
            text(record.client.user_agent),
            times.text(record.timed() ? record.client.attached.time : MaybeTime{}),
            duration_of(record, findings),
            counted(record, true, output::human_bytes(counters.media_bytes)),
            counted(record, counters.lost_known, fmt::format("{}", counters.lost_packets)),
            state_of(record)};
}

std::vector<output::Table::Column> socket_columns()
{
    using Align = output::Table::Align;
    return {{"#", Align::right},
            {"ADDRESS"},
            {"PORT", Align::right},
            {"DNS NAME"},
            {"SENT", Align::right},
            {"ACKED", Align::right},
            {"UNSENT", Align::right},
            {"RTT", Align::right},
            {"RETRANSMITS", Align::right},
            {"LAST ACK", Align::right},
            {"PROCESS"},
            {"STATE"}};
}

std::vector<std::string> socket_cells(const ClientRecord& record, const Findings& findings)
{
    const timeline::SocketFacts& socket = *findings.timeline.socket_of(record.client);
    const auto known = [](const std::optional<std::uint64_t>& number, const auto& show) {
        return number ? std::string{show(*number)} : std::string{"-"};
    };
    const auto bytes = [&](const std::optional<std::uint64_t>& number) {
        return known(number, output::human_bytes);
    };
    const std::string name = printable(findings.timeline.text(record.name.text));
    return {fmt::format("{}", record.index),
            to_string(record.client.endpoint.address),
            fmt::format("{}", record.client.endpoint.port),
            name.empty() ? "-" : name,
            bytes(socket.bytes_sent),
            bytes(socket.bytes_acked),
            bytes(socket.unsent_bytes),
            known(socket.rtt_us,
                  [](std::uint64_t us) { return fmt::format("{:.3f} ms", static_cast<double>(us) / 1e3); }),
            known(socket.retransmits, [](std::uint64_t count) { return fmt::format("{}", count); }),
            known(socket.last_ack_ms,
                  [](std::uint64_t ms) { return output::human_duration(static_cast<double>(ms) / 1e3); }),
            known(socket.pid,
                  [&](std::uint64_t pid) { return fmt::format("{} {}", pid, printable(socket.process)); }),
            std::string{timeline::to_string(socket.state)}};
}

void print_sink_table(const Findings& findings, const Sink& sink, const ListOptions& options, Output& out)
{
    const TimeFormat times{options.source.time, findings.span.first.time};
    print_sink_heading(findings, sink, out);
    std::vector<output::Table::Column> columns;
    std::function<std::vector<std::string>(const ClientRecord&)> cells_of;
    const auto fields = chosen_fields(options, false);
    if (!options.fields.empty()) {
        columns.reserve(fields.size());
        for (const Field* field : fields) {
            columns.push_back({std::string{field->name}});
        }
        cells_of = [&](const ClientRecord& record) {
            std::vector<std::string> cells;
            cells.reserve(fields.size());
            for (const Field* field : fields) {
                cells.push_back(cell(record, *field, times));
            }
            return cells;
        };
    } else if (findings.from_sockets()) {
        columns = socket_columns();
        cells_of = [&](const ClientRecord& record) { return socket_cells(record, findings); };
    } else {
        columns = usual_columns();
        cells_of = [&](const ClientRecord& record) { return usual_cells(record, findings, times); };
    }
    const std::size_t columns_shown = columns.size();
    // Why a client went is in the last of the usual columns.
    const std::size_t reason_column =
        options.fields.empty() ? columns_shown - 1
                               : static_cast<std::size_t>(std::find_if(fields.begin(), fields.end(),
                                                                       [](const Field* field) {
                                                                           return field->name == "end_reason";
                                                                       })
                                                          - fields.begin());
    output::Table table{std::move(columns)};
    for_each_record(findings, sink, [&](const ClientRecord& record) { table.measure(cells_of(record)); });
    out.titles(table.titles(2));
    for_each_record(findings, sink, [&](const ClientRecord& record) {
        const bool trouble = reason_column < columns_shown && is_trouble(record.detach.reason);
        out.write(table.line(cells_of(record), 2, out.mark(trouble, reason_column)));
    });
}

void print_table(const Findings& findings, const std::vector<Sink>& sinks, const ListOptions& options,
                 Output& out)
{
    const TimeFormat times{options.source.time, findings.span.first.time};
    for (const Sink& sink : sinks) {
        if (&sink != &sinks.front()) {
            out.line("");
        }
        print_sink_table(findings, sink, options, out);
        print_sink_summary(findings, sink, times, out);
    }
    const std::string remark = quality_remark(findings);
    if (!remark.empty()) {
        out.line("\n" + remark);
    }
    if (options.stats) {
        out.write("\n" + stats_text(findings.counters));
    }
}

void print_json(const Findings& findings, const std::vector<Sink>& sinks, const ListOptions& options,
                Output& out)
{
    // The document is written piece by piece: its tree would take kilobytes a client.
    Json head = run_object(findings, options.source);
    std::string text = dump(head);
    text.pop_back();
    out.write(text + ",\"sinks\":[");
    for (const Sink& sink : sinks) {
        text = dump(output::sink_object(findings.timeline, sink));
        text.pop_back();
        out.write((&sink == &sinks.front() ? "\n" : ",\n") + text + ",\"clients\":[");
        const char* separator = "\n";
        for_each_record(findings, sink, [&](const ClientRecord& record) {
            out.write(separator);
            out.write(dump(output::client_object(record)));
            separator = ",\n";
        });
        out.write("]}");
    }
    out.write("],\n\"stats\":" + dump(stats_object(findings.counters)) + "}\n");
}

void print_lines(const Findings& findings, const std::vector<Sink>& sinks, const ListOptions& options,
                 Output& out)
{
    const auto fields = chosen_fields(options, findings.from_sockets());
    for (const Sink& sink : sinks) {
        const std::string url = url_of(findings.timeline, sink);
        for_each_record(findings, sink, [&](const ClientRecord& record) {
            Json object = Json::object();
            put_text(object, "sink", url);
            for (const Field* field : fields) {
                output::put(object, field->name, field->value(record));
            }
            out.line(dump(object));
        });
    }
}

void print_csv(const Findings& findings, const std::vector<Sink>& sinks, const ListOptions& options,
               Output& out)
{
    const auto fields = chosen_fields(options, findings.from_sockets());
    std::vector<std::string> line{"sink"};
    for (const Field* field : fields) {
        line.emplace_back(field->name);
    }
    out.write(output::csv_line(line));
    for (const Sink& sink : sinks) {
        const std::string url = output::csv_field(url_of(findings.timeline, sink));
        for_each_record(findings, sink, [&](const ClientRecord& record) {
            line.assign(1, url);
            for (const Field* field : fields) {
                line.push_back(output::csv_value(field->value(record)));
            }
            out.write(output::csv_line(line));
        });
    }
}

int run_list(const ListOptions& options)
{
    static_cast<void>(chosen_fields(options, false));
    if (options.format == ListFormat::json && !options.fields.empty()) {
        throw Exit{ExitCode::usage,
                   "--fields chooses columns; the JSON document has every field (use --format jsonl)"};
    }
    if (options.stats && (options.format == ListFormat::jsonl || options.format == ListFormat::csv)) {
        throw Exit{ExitCode::usage,
                   "--stats is for the table; the JSON document (--format json) has them anyway"};
    }
    const auto findings = analyse(options.source, {});
    const auto sinks = list_sinks(findings->timeline, findings->at, options.source.selection());
    Output out;
    // A capture without a sink is a list with nobody in it; a machine without one had nothing to ask.
    const bool nobody_asked = sinks.empty() && options.source.asks_sockets();
    if (nobody_asked || (sinks.empty() && options.format == ListFormat::table)) {
        complain(no_sink_message(*findings, options.source));
    }
    switch (options.format) {
    case ListFormat::table:
        print_table(*findings, sinks, options, out);
        break;
    case ListFormat::json:
        print_json(*findings, sinks, options, out);
        break;
    case ListFormat::jsonl:
        print_lines(*findings, sinks, options, out);
        break;
    case ListFormat::csv:
        print_csv(*findings, sinks, options, out);
        break;
    }
    out.flush();
    return static_cast<int>(nobody_asked ? ExitCode::findings : findings->exit_code());
}

} // namespace

void setup_list(CLI::App& program, int& status)
{
    auto options = std::make_shared<ListOptions>();
    CLI::App* command =
        program.add_subcommand("list", "The clients of each sink: a row a client, in attach order");
    SourceOptionSet set;
    set.sockets = set.this_machine = true;
    add_source_options(*command, options->source, set);
    add_choice<ListFormat>(*command, "--format", options->format,
                           {{"table", ListFormat::table},
                            {"json", ListFormat::json},
                            {"jsonl", ListFormat::jsonl},
                            {"csv", ListFormat::csv}},
                           "A table for people, one JSON document, a JSON line a client, or CSV");
    command
        ->add_option("--fields", options->fields,
                     "The columns of table, jsonl and csv: names as in JSON, with commas")
        ->check(not_empty())
        ->check(suggest(field_names()))
        ->type_name("NAMES");
    command->add_flag("--stats", options->stats, "Show all counters of the run below the table");
    command->footer(std::string{R"(
Examples:
  wmclients list captures/vlc-mixed
  wmclients list --at 2026-11-21T23:19:35Z capture.pcap
  wmclients list --format json capture.pcapng.zst | jq '.sinks[].clients[].address'
  wmclients list --fields index,address,port,dns_name,user_agent rotated-*.pcap.gz)"}
                        .append(live_example("list -i eth0 --port 8080 --duration 10m --write kept.pcap"))
                        .append(list_sockets_examples));
    command->callback([options, &status] { status = run_list(*options); });
}

} // namespace cli
