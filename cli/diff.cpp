#include "analysis.hpp"
#include "commands.hpp"
#include "diff_contract.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "source_options.hpp"
#include "summary.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/capture/buffered_input.hpp>
#include <wmclients/capture/file_name.hpp>
#include <wmclients/capture/file_source.hpp>
#include <wmclients/diff/compare.hpp>
#include <wmclients/diff/observations.hpp>
#include <wmclients/output/junit.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

namespace cli {
namespace {

using namespace wmclients;
using diff::Difference;
using diff::What;
using timeline::AttachOn;
using timeline::DetachOn;

struct DiffOptions {
    SourceOptions source; ///< policies, hosts and how times are shown
    std::string a;
    std::string b;
    double tolerance = 1;
    std::string clock_offset; ///< seconds; empty: estimated
    DiffFormat format = DiffFormat::table;
    bool calibrate = false;
    std::string contract; ///< in place of a and b
};

/// One side, as it was read.
struct DiffSide {
    std::unique_ptr<Findings> findings;
    diff::ToldListener told;
    diff::Account account;
};

/// Whether a file is an event log and no capture: by its first byte, which begins none of those. Standard
/// input and FIFOs, which can be read only once, are taken for captures.
bool is_event_log(const std::string& name)
{
    std::error_code ignored;
    if (name == "-" || !std::filesystem::is_regular_file(capture::path_of(name), ignored)) {
        return false;
    }
    auto file = capture::FileSource::open(name);
    if (!file) {
        return false; // reading it will say what is wrong
    }
    capture::BufferedInput input{std::move(*file), capture::small_window};
    return input.ensure(1) && input.view().front() == '{';
}

std::unique_ptr<DiffSide> read_side(const SourceOptions& source, Wanted wanted)
{
    auto side = std::make_unique<DiffSide>();
    side->findings = std::make_unique<Findings>(source.policies);
    wanted.listener = &side->told;
    analyse(source, wanted, *side->findings);
    const Findings& findings = *side->findings;
    const MaybeTime begin = findings.any() ? MaybeTime{findings.span.first.time} : MaybeTime{};
    const MaybeTime end = findings.any() ? MaybeTime{findings.span.last.time} : MaybeTime{};
    side->account = diff::account_of(findings.timeline, begin, end);
    side->account.snapshots = side->told.snapshots;
    return side;
}

std::unique_ptr<DiffSide> read_side(const std::string& name, const DiffOptions& options,
                                    timeline::Policies policies)
{
    SourceOptions source = options.source;
    source.policies = policies;
    source.events_go_on = source.live.wanted();
    source.live = {};
    (is_event_log(name) ? source.events : source.sources.emplace_back()) = name;
    return read_side(source, {});
}

/// The interface as A. B is to be read after it, by whoever the program is then: that this can be done is
/// found out before somebody waits for it.
std::unique_ptr<DiffSide> read_live_side(const DiffOptions& options, const std::string& b)
{
    Wanted wanted;
    wanted.tick = [checked = false, &b]() mutable {
        if (!std::exchange(checked, true) && b != "-") {
            if (const auto file = capture::FileSource::open(b); !file) {
                throw Exit{ExitCode::unavailable,
                           file.error().message
                               + "; once the interface is open this is done by the user "
                                 "nobody, or whom -Z names"};
            }
        }
    };
    return read_side(options.source, wanted);
}

diff::Options compare_options(const DiffOptions& options)
{
    diff::Options made;
    made.tolerance = Duration{std::llround(options.tolerance * 1e9)};
    if (!options.clock_offset.empty()) {
        char* stop = nullptr;
        const double seconds = std::strtod(options.clock_offset.c_str(), &stop);
        if (*stop != '\0' || !(std::abs(seconds) < 1e9)) {
            throw Exit{ExitCode::usage,
                       fmt::format("--clock-offset {}: not a number of seconds", options.clock_offset)};
        }
        made.clock_offset = Duration{std::llround(seconds * 1e9)};
    }
    return made;
}

double seconds_of(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::string client_of(const Difference& difference)
{
    return difference.what == What::snapshot ? difference.field : to_string(difference.client);
}

std::string offset_text(const diff::Result& result, const diff::Options& options)
{
    const double seconds = seconds_of(result.clock_offset);
    const std::string how = options.clock_offset ? "as given"
                            : result.offset_events == 0
                                ? "not estimated: no client is once on both sides"
                                : fmt::format("the median of {} events", result.offset_events);
    return fmt::format("clock offset: B is {:.6f} s {} A ({})", std::abs(seconds),
                       seconds < 0 ? "behind" : "ahead of", how);
}

void print_differences(const std::vector<Difference>& differences, const TimeFormat& times, Output& out)
{
    output::Table table{{{"WHAT"}, {"SINK"}, {"CLIENT"}, {"WHEN"}, {"A"}, {"B"}}};
    std::vector<std::vector<std::string>> rows;
    const auto shown = [](const std::string& text) {
        return text.empty() ? std::string{"-"} : printable(text);
    };
    rows.reserve(differences.size());
    for (const Difference& difference : differences) {
        rows.push_back({std::string{to_string(difference.what)}, fmt::format(":{}", difference.sink_port),
                        client_of(difference), times.text(difference.at), shown(difference.a),
                        shown(difference.b)});
    }
    print_rows(table, rows, out);
}

void print_table(const diff::Result& result, const diff::Options& options, const DiffOptions& chosen,
                 const DiffSide& a, Output& out)
{
    if (!result.differences.empty()) {
        print_differences(result.differences, TimeFormat{chosen.source.time, a.findings->span.first.time},
                          out);
    }
    out.line(offset_text(result, options));
    std::string line =
        fmt::format("{} client{} on both sides", result.matched, result.matched == 1 ? "" : "s");
    if (result.outside_a + result.outside_b != 0) {
        line += fmt::format(", {} of A and {} of B while the other side does not cover", result.outside_a,
                            result.outside_b);
    }
    if (result.snapshots != 0) {
        line += fmt::format(", {} snapshot{}", result.snapshots, result.snapshots == 1 ? "" : "s");
    }
    out.line(fmt::format("{}; {} difference{}", line, result.differences.size(),
                         result.differences.size() == 1 ? "" : "s"));
}

Json to_json(const Difference& difference)
{
    Json object = Json::object();
    object["what"] = std::string{to_string(difference.what)};
    object["sink_port"] = difference.sink_port;
    const bool client = difference.what != What::snapshot;
    object["address"] = client ? Json(to_string(difference.client.address)) : Json(nullptr);
    object["port"] = client ? Json(difference.client.port) : Json(nullptr);
    object["method"] = client ? Json(nullptr) : Json(difference.field);
    object["time"] = time_or_null(difference.at);
    put_text(object, "a", difference.a);
    put_text(object, "b", difference.b);
    return object;
}

Json to_json(const diff::Result& result, const diff::Options& options, const DiffOptions& chosen,
             bool complete)
{
    Json object = Json::object();
    object["schema_version"] = 1;
    object["attach_on"] = timeline::to_string(chosen.source.policies.attach_on);
    object["detach_on"] = timeline::to_string(chosen.source.policies.detach_on);
    object["complete"] = complete;
    object["clock_offset"] = seconds_of(result.clock_offset);
    object["clock_offset_events"] = options.clock_offset ? Json(nullptr) : Json(result.offset_events);
    object["tolerance"] = seconds_of(options.tolerance);
    object["matched"] = result.matched;
    object["outside_a"] = result.outside_a;
    object["outside_b"] = result.outside_b;
    object["snapshots"] = result.snapshots;
    object["differences"] = Json::array();
    for (const Difference& difference : result.differences) {
        object["differences"].push_back(to_json(difference));
    }
    return object;
}

std::string to_junit(const diff::Result& result)
{
    std::vector<output::JunitCase> cases;
    for (const What what : {What::only_a, What::only_b, What::endpoint, What::dns_name, What::attached_at,
                            What::detached_at, What::snapshot}) {
        output::JunitCase& one = cases.emplace_back();
        one.name = to_string(what);
        one.skipped = what == What::snapshot ? result.snapshots == 0 : !result.compared();
        for (const Difference& difference : result.differences) {
            if (difference.what == what) {
                one.failures.push_back(fmt::format("sink :{} client {}: A {}, B {}", difference.sink_port,
                                                   client_of(difference),
                                                   difference.a.empty() ? "nothing" : difference.a,
                                                   difference.b.empty() ? "nothing" : difference.b));
            }
        }
    }
    return output::junit_report("wmclients diff", cases);
}

/// A set of policies, and how well it explains what B was told.
struct Candidate {
    timeline::Policies policies;
    std::vector<Difference> differences;
};

std::string to_text(const diff::Observation& observation)
{
    std::string text;
    for (const auto& choice : observation.choices) {
        if (choice.count != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", choice.count, choice.name);
        }
    }
    return fmt::format("{}: {}", observation.meaning, text.empty() ? "no snapshot tells" : text);
}

/// Half an account says nothing of policies.
std::unique_ptr<DiffSide> read_whole_side(const std::string& name, const DiffOptions& options,
                                          timeline::Policies policies)
{
    auto side = read_side(name, options, policies);
    if (side->findings->interrupted) {
        throw Exit{ExitCode::interrupted, {}};
    }
    return side;
}

int run_calibrate(const DiffOptions& options)
{
    if (options.a == "-") {
        throw Exit{ExitCode::usage,
                   "--calibrate reads A once for each set of policies: name a file, not standard input"};
    }
    const diff::Options comparing = compare_options(options);
    const auto told = read_whole_side(options.b, options, {});
    if (told->told.rows.empty()) {
        throw Exit{
            ExitCode::usage,
            fmt::format("--calibrate: {} is no event log with client_connect lines: B must be the log of "
                        "the object whose policies are to be found",
                        options.b)};
    }
    diff::Account b = told->account;
    b.rows = told->told.rows;
    b.timeline = nullptr;
    b.snapshots.clear();
    std::vector<Candidate> candidates;
    std::unique_ptr<DiffSide> a;
    for (const AttachOn attach_on : {AttachOn::play, AttachOn::accept, AttachOn::request}) {
        for (const DetachOn detach_on : {DetachOn::end_of_stream, DetachOn::connection}) {
            const timeline::Policies policies{attach_on, detach_on};
            a = read_whole_side(options.a, options, policies);
            candidates.push_back({policies, diff::compare(a->account, b, comparing).differences});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& left, const Candidate& right) {
        return left.differences.size() < right.differences.size();
    });
    const Candidate& best = candidates.front();
    const Candidate& next = candidates[1];
    const auto observations = diff::observe(told->told);
    Output out;
    if (options.format == DiffFormat::json) {
        Json object = Json::object();
        object["schema_version"] = 1;
        object["policies"] = Json::array();
        for (const Candidate& candidate : candidates) {
            object["policies"].push_back({{"attach_on", timeline::to_string(candidate.policies.attach_on)},
                                          {"detach_on", timeline::to_string(candidate.policies.detach_on)},
                                          {"differences", candidate.differences.size()}});
        }
        for (const diff::Observation& observation : observations) {
            Json& counts = object[std::string{observation.name}] = Json::object();
            for (const auto& choice : observation.choices) {
                counts[std::string{choice.name}] = choice.count;
            }
        }
        object["deciding"] = Json::array();
        for (const Difference& difference : next.differences) {
            object["deciding"].push_back(to_json(difference));
        }
        out.line(dump(object));
    } else {
        output::Table table{{{"--attach-on"}, {"--detach-on"}, {"DIFFERENCES", output::Table::Align::right}}};
        std::vector<std::vector<std::string>> rows;
        rows.reserve(candidates.size());
        for (const Candidate& candidate : candidates) {
            rows.push_back({std::string{timeline::to_string(candidate.policies.attach_on)},
                            std::string{timeline::to_string(candidate.policies.detach_on)},
                            fmt::format("{}", candidate.differences.size())});
        }
        print_rows(table, rows, out);
        for (const diff::Observation& observation : observations) {
            out.line(to_text(observation));
        }
        if (best.differences.size() == next.differences.size()) {
            out.line("the log does not tell the first ones apart");
        } else {
            out.line(fmt::format(
                "\nThe first explains the log best. What speaks against the second ({}, {}):",
                timeline::to_string(next.policies.attach_on), timeline::to_string(next.policies.detach_on)));
            print_differences(next.differences, TimeFormat{options.source.time, a->findings->span.first.time},
                              out);
        }
    }
    out.flush();
    return static_cast<int>(best.differences.empty() ? ExitCode::ok : ExitCode::findings);
}

int run_diff(const DiffOptions& options)
{
    if (!options.contract.empty()) {
        if (!options.a.empty() || options.calibrate) {
            throw Exit{ExitCode::usage, "--contract stands alone: without A, B and --calibrate"};
        }
        return run_diff_contract(options.contract, options.format);
    }
    const bool live = options.source.live.wanted();
    const std::string& b_name = live ? options.a : options.b;
    if (live && (options.a.empty() || !options.b.empty() || options.calibrate)) {
        throw Exit{ExitCode::usage, "-i stands for A: name B alone, without --calibrate"};
    }
    if (!live && (options.a.empty() || options.b.empty())) {
        throw Exit{ExitCode::usage, "two accounts are compared: A and B; or --contract FILE"};
    }
    if (options.a == "-" && options.b == "-") {
        throw Exit{ExitCode::usage, "A and B are both standard input"};
    }
    if (options.calibrate) {
        return run_calibrate(options);
    }
    const diff::Options comparing = compare_options(options);
    const auto a =
        live ? read_live_side(options, b_name) : read_side(options.a, options, options.source.policies);
    InterruptGuard::forget(); // Ctrl-C has ended A; what was read of it covers less time
    const auto b = read_side(b_name, options, options.source.policies);
    const diff::Result result = diff::compare(a->account, b->account, comparing);
    const bool complete = a->findings->complete && b->findings->complete;
    Output out;
    switch (options.format) {
    case DiffFormat::table:
        print_table(result, comparing, options, *a, out);
        break;
    case DiffFormat::json:
        out.line(dump(to_json(result, comparing, options, complete)));
        break;
    case DiffFormat::junit:
        out.write(to_junit(result));
        break;
    }
    out.flush();
    if (!result.compared()) {
        complain("nothing was compared: the two sides have no client in common time");
    }
    const bool found = !result.differences.empty() || !result.compared();
    return static_cast<int>(a->findings->unavailable                               ? ExitCode::unavailable
                            : a->findings->interrupted || b->findings->interrupted ? ExitCode::interrupted
                            : found                                                ? ExitCode::findings
                            : complete                                             ? ExitCode::ok
                                                                                   : ExitCode::damaged);
}

} // namespace

void setup_diff(CLI::App& program, int& status)
{
    auto options = std::make_shared<DiffOptions>();
    CLI::App* command = program.add_subcommand("diff", "Compare two accounts of the same clients");
    command->add_option("A", options->a,
                        "A capture, a folder of them, - for standard input, or an event log");
    command->add_option("B", options->b, "The same");
    add_live_options(*command, options->source.live, {true, false});
    command->add_option("--tolerance", options->tolerance, "How far times may differ (0 to 86400 seconds)")
        ->capture_default_str()
        ->check(between(0.0, 86400.0))
        ->type_name("S");
    command
        ->add_option("--clock-offset", options->clock_offset,
                     "B's clock minus A's, in seconds (default: estimated)")
        ->check(not_empty())
        ->type_name("S");
    command->add_flag("--calibrate", options->calibrate,
                      "Try the policies on A, and say which explain the events in the log B best");
    command
        ->add_option(
            "--contract", options->contract,
            "In place of A and B: say where our semantics differ from what wmprobe --contract recorded")
        ->check(not_empty())
        ->type_name("FILE");
    command
        ->add_option("--hosts", options->source.hosts,
                     "Take DNS names from this file, in the form of /etc/hosts")
        ->check(not_empty())
        ->type_name("FILE");
    add_choice<AttachOn>(
        *command, "--attach-on", options->source.policies.attach_on,
        {{"play", AttachOn::play}, {"accept", AttachOn::accept}, {"request", AttachOn::request}},
        "When a client counts as attached");
    add_choice<DetachOn>(*command, "--detach-on", options->source.policies.detach_on,
                         {{"end-of-stream", DetachOn::end_of_stream}, {"connection", DetachOn::connection}},
                         "When a client counts as detached");
    add_choice<TimeStyle>(*command, "--time", options->source.time,
                          {{"utc", TimeStyle::utc},
                           {"local", TimeStyle::local},
                           {"relative", TimeStyle::relative},
                           {"epoch", TimeStyle::epoch}},
                          "How tables show times");
    add_color_option(*command);
    add_choice<DiffFormat>(
        *command, "--format", options->format,
        {{"table", DiffFormat::table}, {"json", DiffFormat::json}, {"junit", DiffFormat::junit}},
        "A table for people, one JSON document, or a JUnit report");
    command->footer(
        std::string{R"(
Clients are matched by endpoint and overlapping time, sinks by port. Snapshots in a log (what GetClientCount,
GetClientProperties and GetClientInfo said) are compared with what the other side would say at that instant; who came or went
within the tolerance of it may be there or not. A name that one side does not know is no difference. Exit status 1: there are
differences, or nothing was compared.

Examples:
  wmclients diff capture.pcap sink.jsonl
  wmclients diff --clock-offset -3.2 --tolerance 0.2 capture.pcap probe.jsonl
  wmclients diff --calibrate capture.pcap probe.jsonl
  wmclients diff --contract contract.json)"}
            .append(live_example(
                "diff -i eth0 --port 8080 sink.jsonl         (-i stands for A; B is read at the end)")));
    command->callback([options, &status] { status = run_diff(*options); });
}

} // namespace cli
