#include <wmclients/base/text.hpp>
#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace wmclients::output {
namespace {

using check::Evidence;
using check::Result;
using check::Rule;
using check::Verdict;

/// Different things found that are shown of one rule.
constexpr std::size_t shown_of_a_rule = 5;

std::string rule_line(const Rule& rule)
{
    return fmt::format("  {}  {} {}, {}\n", rule.id, to_string(rule.level), to_string(rule.side),
                       rule.section);
}

std::string where(const CheckReport& report, const Evidence& evidence)
{
    std::string text =
        fmt::format("    {}, {}", parties_text(evidence), printable(place_text(report, evidence)));
    if (evidence.place.first.number != 0) {
        text += fmt::format(", +{:.6f} s",
                            std::chrono::duration<double>(evidence.place.first.time - report.first).count());
    }
    if (evidence.connection == 0) {
        return text + "\n";
    }
    text += fmt::format(", stream offset {}", evidence.offset);
    if (evidence.count > 1) {
        text += fmt::format(", and {} times more on this connection", evidence.count - 1);
    }
    return text + "\n";
}

/// Fails of one rule that look the same, on so many connections.
struct Alike {
    const Evidence* first = nullptr;
    std::uint64_t connections = 0;
};

std::vector<Alike> new_fails(const CheckReport& report, const Result& result)
{
    std::vector<Alike> alike;
    std::map<std::array<std::string_view, 3>, std::size_t> places;
    for (const Evidence& evidence : result.evidence) {
        if (evidence.verdict != Verdict::fail || report.known(result, evidence)) {
            continue;
        }
        const auto [place, is_new] =
            places.try_emplace({evidence.expected, evidence.actual, evidence.party}, alike.size());
        if (is_new) {
            alike.push_back({&evidence, 0});
        }
        ++alike[place->second].connections;
    }
    return alike;
}

std::string fail_text(const CheckReport& report, const Result& result)
{
    const Rule& rule = *result.rule;
    std::string text = rule_line(rule) + fmt::format("    {}\n", rule.requirement);
    if (!rule.disagreement.empty()) {
        text += fmt::format("    The specification disagrees with itself, {}\n", rule.disagreement);
    }
    const std::vector<Alike> fails = new_fails(report, result);
    for (std::size_t i = 0; i < std::min(fails.size(), shown_of_a_rule); ++i) {
        const Evidence& evidence = *fails[i].first;
        text += fmt::format("\n    expected {}\n    found    {}\n", printable(evidence.expected),
                            printable(evidence.actual));
        if (!evidence.party.empty() && evidence.party != evidence.actual) {
            text += fmt::format("    by       {}\n", printable(evidence.party));
        }
        text += where(report, evidence);
        if (fails[i].connections > 1) {
            const std::uint64_t more = fails[i].connections - 1;
            text += fmt::format("    and on {} connection{} more\n", more, more == 1 ? "" : "s");
        }
        text += fmt::format("    tshark -Y '{}'\n", tshark_filter(report, evidence));
    }
    if (fails.size() > shown_of_a_rule) {
        text += fmt::format("\n    and {} fails that look different; --report json has all\n",
                            fails.size() - shown_of_a_rule);
    }
    return text + "\n";
}

bool is_known_only(const CheckReport& report, const Result& result)
{
    return std::all_of(result.evidence.begin(), result.evidence.end(), [&](const Evidence& evidence) {
        return evidence.verdict != Verdict::fail || report.known(result, evidence);
    });
}

/// The first piece of evidence of a verdict, or null.
const Evidence* first_of(const Result& result, Verdict verdict)
{
    const auto at = std::find_if(result.evidence.begin(), result.evidence.end(),
                                 [verdict](const Evidence& one) { return one.verdict == verdict; });
    return at == result.evidence.end() ? nullptr : &*at;
}

std::string section(const CheckReport& report, Verdict verdict, std::string_view title)
{
    std::string text;
    for (const Result& result : report.results) {
        if (result.verdict() != verdict) {
            continue;
        }
        text += rule_line(*result.rule);
        if (const Evidence* const evidence = first_of(result, verdict)) {
            const std::string reason =
                verdict == Verdict::inconclusive ? fmt::format("{}: ", to_string(evidence->missing)) : "";
            text += fmt::format("    {}{}\n", reason, printable(evidence->actual)) + where(report, *evidence);
        }
    }
    return text.empty() ? text : fmt::format("{}\n{}\n", title, text);
}

} // namespace

std::string check_text(const CheckReport& report, bool all)
{
    std::string text;
    if (all) {
        text += section(report, Verdict::not_applicable, "NOT APPLICABLE")
                + section(report, Verdict::pass, "PASSED");
    }
    text += section(report, Verdict::inconclusive, "INCONCLUSIVE");
    std::string known;
    std::string fresh;
    for (const Result& result : report.results) {
        if (result.verdict() != Verdict::fail) {
            continue;
        }
        if (is_known_only(report, result)) {
            known += rule_line(*result.rule);
        } else {
            fresh += fail_text(report, result);
        }
    }
    if (!known.empty()) {
        text += fmt::format("FAILED, AS KNOWN\n{}\n", known);
    }
    if (!fresh.empty()) {
        text += "FAILED\n" + fresh;
    }
    for (const check::Finding& finding : report.gone()) {
        text += fmt::format("gone: {} by {}\n", printable(finding.rule),
                            finding.party.empty() ? "unknown" : printable(finding.party));
    }
    if (report.unexpected) {
        for (const std::string& line : *report.unexpected) {
            text += fmt::format("not as expect.json has it: {}\n", printable(line));
        }
        if (report.unexpected->empty()) {
            text += "the client list and the verdicts are as expect.json has them\n";
        }
    }
    const std::size_t failed = report.count(Verdict::fail);
    const std::size_t new_fails = report.new_fails();
    return text
           + fmt::format(
               "{} packets, {} rule{}: {} passed, {} failed{}, {} inconclusive, {} not applicable{}\n",
               report.packets, report.results.size(), report.results.size() == 1 ? "" : "s",
               report.count(Verdict::pass), failed,
               new_fails == failed ? std::string{} : fmt::format(" ({} new)", new_fails),
               report.count(Verdict::inconclusive), report.count(Verdict::not_applicable),
               report.complete ? "" : "; an input was not read to its end");
}

} // namespace wmclients::output
