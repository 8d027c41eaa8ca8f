#include <wmclients/output/check_report.hpp>
#include <wmclients/output/junit.hpp>

#include <fmt/format.h>

namespace wmclients::output {

std::string check_junit(const CheckReport& report)
{
    using check::Verdict;
    std::vector<JunitCase> cases;
    cases.reserve(report.results.size());
    for (const check::Result& result : report.results) {
        JunitCase& one = cases.emplace_back();
        one.name = result.rule->id;
        const Verdict verdict = result.verdict();
        one.skipped = verdict == Verdict::inconclusive || verdict == Verdict::not_applicable;
        one.remark = one.skipped ? to_string(verdict) : "";
        for (const check::Evidence& evidence : result.evidence) {
            if (evidence.verdict == Verdict::fail && !report.known(result, evidence)) {
                one.failures.push_back(fmt::format(
                    "{} {}: expected {}; found {}{}", place_text(report, evidence), parties_text(evidence),
                    evidence.expected, evidence.actual,
                    evidence.count > 1 ? fmt::format(" ({} times)", evidence.count) : std::string{}));
            }
        }
    }
    if (report.unexpected) {
        JunitCase& one = cases.emplace_back();
        one.name = "expect.json";
        one.failures = *report.unexpected;
    }
    return junit_report("wmclients check", cases);
}

} // namespace wmclients::output
