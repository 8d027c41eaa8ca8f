#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/check/baseline.hpp>
#include <wmclients/check/ledger.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace wmclients::output {

/// What `wmclients check` has found. The reports made of it depend on nothing else: no clock, no time zone,
/// no locale.
struct CheckReport {
    std::string program_version; ///< of what made it
    std::vector<check::Result> results;
    std::vector<std::string> files; ///< names that PacketRef::file counts through; empty: one without a name
    std::uint64_t packets = 0;
    Timestamp first{};                                ///< of the first packet
    bool complete = true;                             ///< every input was read to its end
    std::optional<std::set<check::Finding>> baseline; ///< known findings, if there is a baseline
    /// What expect.json beside the capture wants and is not so; a line each. Empty optional: there is none.
    std::optional<std::vector<std::string>> unexpected;
    std::set<std::string> expected_fails; ///< rules that expect.json says to fail

    /// Whether a fail is known, and so is no reason to fail the run.
    [[nodiscard]] bool known(const check::Result& result, const check::Evidence& evidence) const;

    /// Fails that are not known, by rule.
    [[nodiscard]] std::size_t new_fails() const;

    /// Whether the finding's rule is among those that were judged.
    [[nodiscard]] bool judged(const check::Finding& finding) const;

    /// Known findings of the baseline, of rules that were judged, that did not come up.
    [[nodiscard]] std::vector<check::Finding> gone() const;

    /// Rules with that verdict.
    [[nodiscard]] std::size_t count(check::Verdict verdict) const;

    /// Whether any rule passed or failed.
    [[nodiscard]] bool checked() const;
};

/// "capture.pcap packet 12" or "capture.pcap packets 12 to 14": where evidence lies.
std::string place_text(const CheckReport& report, const check::Evidence& evidence);

/// "CLIENT > SERVER", or "SERVER" for evidence about a server as a whole.
std::string parties_text(const check::Evidence& evidence);

/// A display filter of tshark that shows the evidence's packets.
std::string tshark_filter(const CheckReport& report, const check::Evidence& evidence);

/// For people: verdicts that matter, fails last, then a line of sums. With `all` also what passed and what
/// was not applicable.
std::string check_text(const CheckReport& report, bool all);

/// schemas/check.json.
Json check_json(const CheckReport& report);

/// A test a rule: GitLab and Jenkins show it.
std::string check_junit(const CheckReport& report);

/// SARIF 2.1.0 (OASIS): GitHub's code scanning and editors show it.
Json check_sarif(const CheckReport& report);

/// A workflow command a fail ("::error …"): GitHub Actions shows it as an annotation.
std::string check_github(const CheckReport& report);

/// TAP version 14 (https://testanything.org), a test a rule.
std::string check_tap(const CheckReport& report);

} // namespace wmclients::output
