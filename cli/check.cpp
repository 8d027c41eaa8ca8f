#include "analysis.hpp"
#include "check_schema.hpp"
#include "commands.hpp"
#include "expectation.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "read_file.hpp"
#include "source_options.hpp"
#include "summary.hpp"
#include "whole_file.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/capture/file_name.hpp>
#include <wmclients/check/checker.hpp>
#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

namespace cli {
namespace {

using namespace wmclients;
using check::Level;
using check::Rule;
using check::Side;
using output::CheckReport;

struct CheckOptions {
    SourceOptions source;
    std::vector<std::string> rules;
    Level level = Level::may;
    std::string side;
    check::Role role = check::Role::unknown;
    std::string baseline;
    bool update_baseline = false;
    std::vector<std::string> reports;
    bool all = false;
    bool list_rules = false;
    std::string explain;
    bool schema = false;
};

/// A form of report, and how it is made.
struct Form {
    std::string_view name;
    std::function<std::string(const CheckReport&)> make;
};

std::vector<Form> forms(const CheckOptions& options)
{
    return {{"text", [all = options.all](const CheckReport& report) { return check_text(report, all); }},
            {"json", [](const CheckReport& report) { return dump(check_json(report), 1) + "\n"; }},
            {"junit", output::check_junit},
            {"sarif", [](const CheckReport& report) { return dump(check_sarif(report), 1) + "\n"; }},
            {"github", output::check_github},
            {"tap", output::check_tap}};
}

/// A report that was asked for.
struct Wish {
    Form form;
    std::string file; ///< "-": standard output
};

std::vector<Wish> wishes(const CheckOptions& options)
{
    const auto known = forms(options);
    std::vector<Wish> wanted;
    for (const std::string& report : options.reports) {
        const std::size_t equals = report.find('=');
        const std::string name = report.substr(0, equals);
        const auto form =
            std::find_if(known.begin(), known.end(), [&](const Form& one) { return one.name == name; });
        const std::string file = equals == std::string::npos ? "-" : report.substr(equals + 1);
        if (form == known.end() || file.empty()) {
            throw Exit{ExitCode::usage,
                       fmt::format("--report {}: write FORM=FILE, with text, json, junit, sarif, github or "
                                   "tap, and - for standard output",
                                   report)};
        }
        wanted.push_back({*form, file});
    }
    const auto to_stdout =
        std::count_if(wanted.begin(), wanted.end(), [](const Wish& wish) { return wish.file == "-"; });
    if (to_stdout > 1) {
        throw Exit{ExitCode::usage, "only one --report can go to standard output"};
    }
    if (to_stdout == 0) {
        wanted.push_back({known.front(), "-"}); // whoever looks on sees what there is
    }
    return wanted;
}

/// Whether `text` matches a pattern with * for any text and ? for any character.
bool matches(std::string_view pattern, std::string_view text)
{
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    std::size_t p = 0;
    for (std::size_t t = 0; t < text.size();) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<const Rule*> chosen_rules(const CheckOptions& options)
{
    const auto all = check::all_rules();
    for (const std::string& pattern : options.rules) {
        if (std::none_of(all.begin(), all.end(),
                         [&](const Rule* rule) { return matches(pattern, rule->id); })) {
            throw Exit{ExitCode::usage,
                       fmt::format("--rule {}: no rule has that name (see --list-rules)", pattern)};
        }
    }
    std::vector<const Rule*> rules;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rules), [&](const Rule* rule) {
        const bool named = options.rules.empty()
                           || std::any_of(options.rules.begin(), options.rules.end(),
                                          [&](const auto& pattern) { return matches(pattern, rule->id); });
        const bool of_side =
            options.side.empty() || rule->side == Side::both || to_string(rule->side) == options.side;
        return named && of_side && rule->level <= options.level;
    });
    return rules;
}

void print_rules(const std::vector<const Rule*>& rules, Output& out)
{
    output::Table table{{{"RULE"}, {"LEVEL"}, {"SIDE"}, {"SECTION"}, {"REQUIREMENT"}}};
    std::vector<std::vector<std::string>> rows;
    rows.reserve(rules.size());
    for (const Rule* const rule : rules) {
        const auto* const undecidable = std::get_if<check::Undecidable>(&rule->decide);
        rows.push_back({std::string{rule->id}, std::string{to_string(rule->level)},
                        std::string{to_string(rule->side)}, std::string{rule->section},
                        undecidable == nullptr
                            ? std::string{rule->requirement}
                            : fmt::format("{} (not decidable: {})", rule->requirement, undecidable->why)});
    }
    print_rows(table, rows, out);
}

void explain(const std::string& id, Output& out)
{
    const Rule* const rule = check::find_rule(id);
    if (rule == nullptr) {
        throw Exit{ExitCode::usage, fmt::format("--explain {}: no such rule (see --list-rules)", id)};
    }
    out.line(fmt::format("{}\n  {}\n  {} for the {}, MS-WMSP {}\n\n{}", out.bold(rule->id), rule->requirement,
                         to_string(rule->level),
                         rule->side == Side::both ? "side that sends it" : to_string(rule->side),
                         rule->section, rule->why));
    if (!rule->disagreement.empty()) {
        out.line(fmt::format("\nThe specification disagrees with itself, {}", rule->disagreement));
    }
    if (const auto* const undecidable = std::get_if<check::Undecidable>(&rule->decide)) {
        out.line(fmt::format("\nNot decidable from traffic: {}", undecidable->why));
    }
    for (const auto& [title, example] : {std::pair{"Passes", rule->passes}, std::pair{"Fails", rule->fails},
                                         std::pair{"Inconclusive", rule->inconclusive}}) {
        if (!example.empty()) {
            out.write(fmt::format("\n{}:\n{}", title, example.substr(1)));
        }
    }
    out.line("\nLines: > client, < server; >> and << bodies ($H, $D … are packets, ~N bytes that were not "
             "captured, fin and rst);\n--- a new connection; +N seconds pass.");
}

/// The known findings; empty if there is no baseline, or none yet that is to be written.
std::optional<std::set<check::Finding>> read_baseline(const CheckOptions& options)
{
    std::error_code ignored;
    const bool there = std::filesystem::exists(capture::path_of(options.baseline), ignored);
    if (options.baseline.empty() || (options.update_baseline && !there)) {
        return {};
    }
    auto known = check::parse_baseline(read_file(options.baseline));
    if (!known) {
        throw Exit{ExitCode::damaged, fmt::format("{}: {}", options.baseline, known.error().message)};
    }
    return std::move(*known);
}

/// Writes the findings of this run, and those of rules that it did not judge.
void update_baseline(const CheckOptions& options, CheckReport& report)
{
    if (!report.complete || !report.checked()) {
        complain(fmt::format("{}: not written: this run did not see everything", options.baseline));
        return;
    }
    auto findings = check::findings_of(report.results);
    if (report.baseline) {
        std::copy_if(report.baseline->begin(), report.baseline->end(),
                     std::inserter(findings, findings.end()),
                     [&](const check::Finding& finding) { return !report.judged(finding); });
    }
    write_whole_file(options.baseline, dump(baseline_to_json(findings), 1) + "\n");
    report.baseline = std::move(findings);
}

void require_reports_writable(const CheckOptions& options, const std::vector<Wish>& reports)
{
    for (const Wish& wish : reports) {
        if (wish.file != "-") {
            require_writable(wish.file);
        }
    }
    if (options.update_baseline) {
        require_writable(options.baseline);
    }
}

int run_check(const CheckOptions& options)
{
    const std::vector<const Rule*> rules = chosen_rules(options);
    if (options.schema || options.list_rules || !options.explain.empty()) {
        Output out;
        if (options.schema) {
            out.write(check_schema);
        } else if (options.list_rules) {
            print_rules(rules, out);
        } else {
            explain(options.explain, out);
        }
        out.flush();
        return static_cast<int>(ExitCode::ok);
    }
    if (options.update_baseline && options.baseline.empty()) {
        throw Exit{ExitCode::usage, "--update-baseline: name the file with --baseline"};
    }
    const std::vector<Wish> wanted_reports = wishes(options);
    const auto expectation = find_expectation(options.source.sources);
    auto baseline = read_baseline(options);
    Findings findings{options.source.policies};
    const Side side = options.side.empty()       ? Side::both
                      : options.side == "client" ? Side::client
                                                 : Side::server;
    check::Checker checker{rules, findings.caps, side};
    Wanted wanted;
    wanted.visitor = &checker.visitor();
    // Who captures is another user by then: better to know at the beginning that nothing could be written.
    wanted.tick = [&, checked = false]() mutable {
        if (!std::exchange(checked, true)) {
            require_reports_writable(options, wanted_reports);
        }
    };
    analyse(options.source, wanted, findings);

    CheckReport report;
    report.program_version = WMCLIENTS_VERSION;
    report.results = checker.finish(findings.span.last, options.role);
    report.files = findings.files;
    report.packets = findings.span.packets;
    report.first = findings.span.first.time;
    report.complete = findings.complete;
    if (expectation) {
        report.expected_fails = expectation->fails();
        report.unexpected = expectation->differences(findings, options.source, report.results);
    }
    if (const auto beyond = findings.caps.times_reached(Cap::checked_bytes); beyond != 0) {
        complain(fmt::format("messages or packets beyond {} bytes kept were not checked: {}; check less at "
                             "once, with --from and --to for instance",
                             findings.caps.limit(Cap::checked_bytes), beyond));
        report.complete = false;
    }
    if (const auto beyond = findings.caps.times_reached(Cap::checked_session); beyond != 0) {
        complain(fmt::format("messages beyond the first {} of a session were not checked: {}",
                             findings.caps.limit(Cap::checked_session), beyond));
        report.complete = false;
    }
    report.baseline = std::move(baseline);
    ExitCode written = ExitCode::ok;
    // One that cannot be written is no reason to keep back the others.
    const auto attempt = [&written](const auto& write) {
        try {
            write();
        } catch (const Exit& exit) {
            if (!exit.message.empty()) {
                complain(exit.message);
            }
            written = std::max(written, exit.code);
        }
    };
    if (options.update_baseline) {
        attempt([&] { update_baseline(options, report); });
    }
    for (const Wish& wish : wanted_reports) {
        attempt([&] {
            const std::string text = wish.form.make(report);
            if (wish.file == "-") {
                Output out;
                out.write(text);
                out.flush();
            } else {
                write_whole_file(wish.file, text);
            }
        });
    }
    if (!report.checked()) {
        const bool any_sink = !list_sinks(findings.timeline, {}, {}).empty();
        complain("nothing was checked: "
                 + (any_sink ? "there is nothing that the chosen rules speak of"
                             : no_sink_message(findings, options.source)));
    }
    const bool found =
        report.new_fails() != 0 || !report.checked() || (report.unexpected && !report.unexpected->empty());
    const bool left_out = findings.complete && !report.complete;
    return static_cast<int>(written != ExitCode::ok ? written
                            : found                 ? findings.exit_code_with_findings()
                            : left_out              ? ExitCode::damaged
                                                    : findings.exit_code());
}

} // namespace

void setup_check(CLI::App& program, int& status)
{
    auto options = std::make_shared<CheckOptions>();
    CLI::App* command =
        program.add_subcommand("check", "Judge captured traffic by the rules of MS-WMSP: for CI");
    SourceOptionSet set;
    set.at = set.sink = set.policies = set.time = set.events = false;
    add_source_options(*command, options->source, set);
    std::vector<std::string> rules;
    for (const Rule* const rule : check::all_rules()) {
        rules.emplace_back(rule->id);
    }
    command
        ->add_option("--rule", options->rules,
                     "Only these rules; * and ? stand for any text and any character")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->delimiter(',')
        ->check(suggest(rules))
        ->type_name("GLOB");
    add_choice<Level>(*command, "--level", options->level,
                      {{"may", Level::may}, {"should", Level::should}, {"must", Level::must}},
                      "Only rules at least so strict");
    command->add_option("--side", options->side, "Only rules that bind this side")
        ->check(CLI::IsMember({"client", "server"}).description(""))
        ->type_name("client|server");
    add_choice<check::Role>(*command, "--server-role", options->role,
                            {{"unknown", check::Role::unknown},
                             {"encoder", check::Role::encoder},
                             {"server", check::Role::server}},
                            "What the servers are: only you know");
    command
        ->add_option(
            "--report", options->reports,
            "Write a report, to a file or to standard output (-, the default); no report named: text=-")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("text|json|junit|sarif|github|tap[=FILE]");
    command->add_flag("--all", options->all, "Show in the text what passed and what was not applicable, too");
    command->add_option("--baseline", options->baseline, "Known findings: they do not fail the run")
        ->check(not_empty())
        ->type_name("FILE");
    command->add_flag("--update-baseline", options->update_baseline,
                      "Write this run's findings to the baseline");
    command->add_flag("--list-rules", options->list_rules, "Show the rules, and check nothing");
    command
        ->add_option("--explain", options->explain,
                     "Show what a rule wants, why, and examples, and check nothing")
        ->check(not_empty())
        ->check(suggest(rules))
        ->type_name("RULE");
    command->add_flag("--schema", options->schema, "Print the JSON Schema of the report json");
    command->footer(std::string{R"(
A rule passes, fails, is inconclusive (what it needs is not in the capture), or does not apply. A folder with an
expect.json (see captures/README.md) is compared with that, too: the client list, and the verdicts that it names.
Exit status 1: a rule failed that the baseline does not know, something is not as expect.json has it, or nothing was
checked; 2 a wrong call; 3 an input was damaged; 4 a report could not be written.

Examples:
  wmclients check capture.pcap
  wmclients check --side server --level must --report junit=check.xml capture.pcap
  wmclients check --rule 'play.*' --all capture.pcap
  wmclients check --baseline known.json --update-baseline capture.pcap
  wmclients check --explain play.request.required-tokens)"}
                        .append(live_example("check -i eth0 --port 8080 --duration 1h")));
    command->callback([options, &status] { status = run_check(*options); });
}

} // namespace cli
