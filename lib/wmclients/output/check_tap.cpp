#include <wmclients/base/text.hpp>
#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wmclients::output {
namespace {

using check::Evidence;
using check::Result;
using check::Verdict;

/// A double-quoted scalar of YAML: printable() leaves no control character.
std::string yaml_text(std::string_view raw)
{
    std::string text = "\"";
    for (const char c : printable(raw)) {
        text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return text + "\"";
}

std::string diagnostics(const CheckReport& report, const Result& result)
{
    std::string text = "  ---\n  requirement: " + yaml_text(result.rule->requirement) + "\n  evidence:\n";
    for (const Evidence& evidence : result.evidence) {
        if (evidence.verdict == Verdict::fail && !report.known(result, evidence)) {
            text += fmt::format("    - place: {}\n      between: {}\n      expected: {}\n      actual: {}\n",
                                yaml_text(place_text(report, evidence)), yaml_text(parties_text(evidence)),
                                yaml_text(evidence.expected), yaml_text(evidence.actual));
        }
    }
    return text + "  ...\n";
}

} // namespace

std::string check_tap(const CheckReport& report)
{
    std::string text = "TAP version 14\n";
    std::size_t number = 0;
    for (const Result& result : report.results) {
        const Verdict verdict = result.verdict();
        const bool fails =
            std::any_of(result.evidence.begin(), result.evidence.end(), [&](const Evidence& evidence) {
                return evidence.verdict == Verdict::fail && !report.known(result, evidence);
            });
        const bool skipped = verdict == Verdict::inconclusive || verdict == Verdict::not_applicable;
        text += fmt::format("{} {} - {}{}\n", fails ? "not ok" : "ok", ++number, result.rule->id,
                            skipped ? fmt::format(" # SKIP {}", to_string(verdict))
                            : verdict == Verdict::fail && !fails ? " # TODO known"
                                                                 : std::string{});
        text += fails ? diagnostics(report, result) : "";
    }
    if (report.unexpected) {
        text += fmt::format("{} {} - expect.json\n", report.unexpected->empty() ? "ok" : "not ok", ++number);
    }
    return text + fmt::format("1..{}\n", number);
}

} // namespace wmclients::output
