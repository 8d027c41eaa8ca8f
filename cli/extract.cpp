#include "analysis.hpp"
#include "commands.hpp"
#include "extract_files.hpp"
#include "extract_report.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "progress.hpp"
#include "row_choice.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/capture/file_name.hpp>
#include <wmclients/extract/packet_picker.hpp>
#include <wmclients/extract/stream_collector.hpp>
#include <wmclients/output/json.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <unordered_map>

namespace cli {
namespace {

using namespace wmclients;
using extract::Gaps;

namespace fs = std::filesystem;

enum class ExtractFormat { text, json };

struct ExtractOptions {
    SourceOptions source;
    std::string index;
    std::string output;
    std::string all;
    Gaps gaps = Gaps::leave_out;
    bool pcap = false;
    ExtractFormat format = ExtractFormat::text;

    [[nodiscard]] bool to_standard_output() const { return output == "-"; }
};

/// Which rows `list` shows is known at the end of a pass; their streams are read in another.
void check_readable_twice(const ExtractOptions& options)
{
    constexpr std::string_view why = "extract reads its sources twice";
    if (options.source.live.wanted()) {
        throw Exit{ExitCode::usage, fmt::format("-i {0}: {1}; keep the packets first (`wmclients list -i {0} "
                                                "--write FILE`), then extract from FILE",
                                                options.source.live.interface, why)};
    }
    if (!options.source.events.empty()) {
        throw Exit{ExitCode::usage, "--events: an event log has no packets; name the capture"};
    }
    for (const std::string& name : options.source.sources) {
        std::error_code error;
        const fs::file_status status = fs::status(capture::path_of(name), error);
        if (name == "-"
            || (!error && fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status))) {
            throw Exit{ExitCode::usage, fmt::format("{}: {}; save it first, and name the file",
                                                    name == "-" ? "standard input" : name, why)};
        }
    }
}

void check_extract_options(const ExtractOptions& options)
{
    if (options.index.empty() == options.all.empty()) {
        throw Exit{ExitCode::usage, "which client? --index N, with -o FILE, or --all DIR for every one"};
    }
    if (options.output.empty() != options.index.empty()) {
        throw Exit{ExitCode::usage, "--index N and -o FILE (- is standard output) belong together"};
    }
    if (options.to_standard_output() && options.format == ExtractFormat::json) {
        throw Exit{ExitCode::usage, "-o - and --format json both want standard output"};
    }
    if (options.pcap && options.gaps == Gaps::pad) {
        throw Exit{ExitCode::usage,
                   "--gaps pad is for streams: packets of a capture are written as they are"};
    }
    if (!options.index.empty()) {
        static_cast<void>(parse_index(options.index));
    }
    check_readable_twice(options);
}

/// The rows whose streams are wanted. @param headers of each of `sinks`
std::vector<extract::Row> rows_of(const Findings& findings, const std::vector<Chosen>& chosen,
                                  const std::vector<extract::SinkHeaders>& headers)
{
    std::vector<extract::Row> rows;
    for (const Chosen& one : chosen) {
        const timeline::Client& client = one.client();
        extract::Row row;
        row.connection = client.connection;
        if (findings.policies().attach_on == timeline::AttachOn::play) {
            row.ordinal = client.ordinal; // otherwise a row is a connection
        }
        row.headers = &headers[one.sink_number];
        rows.push_back(row);
    }
    return rows;
}

std::vector<extract::SinkHeaders> headers_of(const Findings& findings, const extract::HeaderArchive& archive,
                                             const std::vector<timeline::Sink>& sinks)
{
    std::vector<extract::SinkHeaders> headers;
    for (const timeline::Sink& sink : sinks) {
        std::vector<Endpoint> servers;
        for (const std::uint32_t endpoint : sink.endpoints) {
            servers.push_back(findings.timeline.endpoints()[endpoint].endpoint);
        }
        headers.push_back(archive.of(servers));
    }
    return headers;
}

/// The connections of rows, each once: several rows can have the same one, and then have the same file.
struct Connections {
    std::vector<extract::PickedConnection> all;
    std::vector<std::size_t> first_rows; ///< of each: the first row that has it
    std::vector<std::size_t> of_rows;    ///< of each row: its connection's place in `all`
};

Connections connections_of(const Findings& findings, const std::vector<Chosen>& chosen)
{
    Connections connections;
    std::unordered_map<std::uint64_t, std::size_t> places; // by id, which is our own count
    for (std::size_t row = 0; row < chosen.size(); ++row) {
        const timeline::Client& client = chosen[row].client();
        const auto [place, is_new] = places.try_emplace(client.connection, connections.all.size());
        connections.of_rows.push_back(place->second);
        if (is_new) {
            connections.first_rows.push_back(row);
            connections.all.push_back({client.connection, client.first_packet, client.endpoint,
                                       findings.timeline.endpoints()[client.sink_endpoint].endpoint});
        }
    }
    return connections;
}

/// What the second pass must not meet. Throws Exit if it is `failure`: a file could not be written.
void check_second_pass(const std::optional<Error>& failure, std::uint64_t packets, Findings& findings)
{
    const bool interrupted = InterruptGuard::interrupted(); // that may have been the failure: of a pipe
    if (failure && !interrupted) {
        throw Exit{code_of(failure->kind), failure->message};
    }
    if (interrupted) {
        complain(fmt::format("interrupted after {} of {} packets; the files end there", packets,
                             findings.span.packets));
        findings.interrupted = true;
        findings.complete = false;
    } else if (packets != findings.span.packets) {
        complain("the sources have changed while they were read: the files may lack something");
        findings.complete = false;
    }
}

/// The second pass, for streams.
void read_streams(const ExtractOptions& options, const std::vector<extract::Row>& rows,
                  extract::OutputFiles& files, std::vector<extract::StreamResult>& results,
                  Findings& findings)
{
    const InterruptGuard until_all_have_their_names{true};
    extract::StreamCollector collector{rows, files, options.gaps, findings.caps, results};
    const auto source = value_or_exit(open_captures(options.source.sources, options.source.open_options()));
    Caps caps;
    session::Analysis analysis{collector, caps, {}, {}, &collector};
    {
        Progress progress;
        analysis.run(*source, [&](const capture::PacketSource& read) {
            progress.show(read);
            return !InterruptGuard::interrupted() && !collector.failed();
        });
    }
    collector.finish();
    check_second_pass(collector.failed(), analysis.span().packets, findings);
}

/// The second pass, for packets.
void read_packets_of(const ExtractOptions& options, const std::vector<extract::PickedConnection>& connections,
                     extract::OutputFiles& files, std::vector<extract::PickResult>& results,
                     Findings& findings)
{
    constexpr std::uint64_t packets_a_look = 4096;
    const InterruptGuard until_all_have_their_names{true};
    Caps caps;
    extract::PacketPicker picker{connections, files, caps, results};
    const auto source = value_or_exit(open_captures(options.source.sources, options.source.open_options()));
    std::uint64_t packets = 0;
    {
        Progress progress;
        capture::Packet packet;
        bool going_on = true;
        while (going_on && source->next(packet)) {
            picker.packet(packet);
            if (++packets % packets_a_look == 0) {
                progress.show(*source);
                going_on = !InterruptGuard::interrupted() && !picker.failed();
            }
        }
    }
    picker.finish();
    check_second_pass(picker.failed(), packets, findings);
}

std::vector<timeline::Sink> sinks_of(const Findings& findings, const ExtractOptions& options)
{
    if (options.all.empty()) {
        return {the_sink(findings, options.source)};
    }
    auto sinks = list_sinks(findings.timeline, findings.at, options.source.selection());
    if (sinks.empty()) {
        throw Exit{ExitCode::findings, no_sink_message(findings, options.source)};
    }
    return sinks;
}

std::vector<Chosen> choose(const Findings& findings, const ExtractOptions& options,
                           const std::vector<timeline::Sink>& sinks)
{
    if (options.all.empty()) {
        const std::uint32_t index = parse_index(options.index);
        static_cast<void>(row_or_exit(findings, sinks.front(), index));
        return {{&sinks.front(), 0, index}};
    }
    std::vector<Chosen> chosen;
    for (std::size_t number = 0; number < sinks.size(); ++number) {
        for (std::size_t i = 0; i < sinks[number].clients.size(); ++i) {
            chosen.push_back({&sinks[number], number, i});
        }
    }
    return chosen;
}

/// Tells what became of each row. Whether any has a file.
bool tell(const ExtractOptions& options, const Findings& findings, std::size_t rows,
          const std::function<Extracted(std::size_t)>& row_at)
{
    bool any = false;
    if (options.format == ExtractFormat::text) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Extracted row = row_at(i);
            any = any || row.has_file();
            for (const std::string& line : extract_lines(row)) {
                complain(line);
            }
        }
        return any;
    }
    // Piece by piece, as `list` does.
    Json head = run_object(findings, options.source);
    head["form"] = options.pcap ? "pcap" : "asf";
    head["gaps"] = options.gaps == Gaps::pad ? "pad" : "leave-out";
    std::string text = dump(head);
    text.pop_back();
    Output out;
    out.write(text + ",\"clients\":[");
    for (std::size_t i = 0; i < rows; ++i) {
        const Extracted row = row_at(i);
        any = any || row.has_file();
        out.write((i == 0 ? "\n" : ",\n") + dump(extract_object(row)));
    }
    out.line("]}");
    out.flush();
    return any;
}

int run_extract(const ExtractOptions& options)
{
    check_extract_options(options);
    Findings findings{options.source.policies};
    extract::HeaderArchive archive{findings.caps};
    Wanted wanted;
    wanted.visitor = options.pcap ? nullptr : &archive;
    analyse(options.source, wanted, findings);
    if (findings.interrupted) {
        return static_cast<int>(findings.exit_code());
    }
    const auto sinks = sinks_of(findings, options);
    const auto chosen = choose(findings, options, sinks);
    const auto names = options.all.empty()
                           ? std::vector{options.output}
                           : names_in(options.all, options.pcap ? ".pcap" : ".asf", findings, sinks, chosen);
    Connections connections;
    std::vector<extract::PickResult> packets;
    std::vector<extract::StreamResult> streams;
    if (options.pcap) {
        connections = connections_of(findings, chosen);
        std::vector<std::string> names_of_all;
        for (const std::size_t row : connections.first_rows) {
            names_of_all.push_back(names[row]);
        }
        ExtractedFiles files{std::move(names_of_all)};
        read_packets_of(options, connections.all, files, packets, findings);
    } else {
        ExtractedFiles files{names};
        const auto headers = headers_of(findings, archive, sinks);
        read_streams(options, rows_of(findings, chosen, headers), files, streams, findings);
    }
    const bool any = tell(options, findings, chosen.size(), [&](std::size_t i) {
        return Extracted{record_of(findings, *chosen[i].sink, chosen[i].index), options.gaps,
                         options.pcap ? nullptr : &streams[i],
                         options.pcap ? &packets[connections.of_rows[i]] : nullptr};
    });
    return static_cast<int>(any || findings.interrupted ? findings.exit_code() : ExitCode::findings);
}

/// What cannot be read twice has options, so that its refusal tells why; `--help` need not show them.
void hide_what_is_refused(CLI::App& command)
{
    for (CLI::Option* const option : command.get_options()) {
        if (option->get_group() == "Live capture" || option->check_lname("events")) {
            option->group("");
        }
    }
}

} // namespace

void setup_extract(CLI::App& program, int& status)
{
    auto options = std::make_shared<ExtractOptions>();
    CLI::App* command =
        program.add_subcommand("extract", "The stream as a client received it, as a playable ASF file");
    add_index_option(*command, options->index);
    command
        ->add_option("-o,--output", options->output,
                     "The file; - is standard output, where the header stays that of a live stream")
        ->check(not_empty())
        ->type_name("FILE");
    command
        ->add_option("--all", options->all,
                     "Every client, as SINKPORT-INDEX-ADDRESS-PORT.asf (.pcap) in this folder, which is made "
                     "if need be")
        ->check(not_empty())
        ->type_name("DIR");
    add_choice<Gaps>(
        *command, "--gaps", options->gaps, {{"leave-out", Gaps::leave_out}, {"pad", Gaps::pad}},
        "What becomes of packets that are missing or damaged; pad: a packet without payload stands "
        "for each, so that the others keep their numbers");
    command->add_flag("--pcap", options->pcap,
                      "The packets of the client's TCP connection instead, as a pcap file (nanoseconds)");
    add_choice<ExtractFormat>(*command, "--format", options->format,
                              {{"text", ExtractFormat::text}, {"json", ExtractFormat::json}},
                              "What was written: as text on standard error, or as JSON on standard output");
    SourceOptionSet set;
    set.time = false;
    add_source_options(*command, options->source, set);
    hide_what_is_refused(*command);
    command->footer(R"(
It is told what each file has, and whether it is exact: all that the client was sent. The whole stream is written,
whatever --at and --detach-on say: they choose the row. Another ASF header within a stream begins another file,
FILE-2.asf.

Examples:
  wmclients extract --index 2 -o client.asf captures/vlc-mixed
  wmclients extract --all streams captures/vlc-mixed
  wmclients extract --index 0 -o - capture.pcap | ffplay -
  wmclients extract --index 2 --pcap -o client.pcap captures/vlc-mixed)");
    command->callback([options, &status] { status = run_extract(*options); });
}

} // namespace cli
