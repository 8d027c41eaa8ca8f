#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wmclients::output {

using check::Evidence;
using check::Result;
using check::Verdict;

bool CheckReport::known(const Result& result, const Evidence& evidence) const
{
    return expected_fails.contains(std::string{result.rule->id})
           || (baseline && baseline->contains(check::finding_of(result, evidence)));
}

std::size_t CheckReport::new_fails() const
{
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [&](const Result& result) {
        return std::any_of(result.evidence.begin(), result.evidence.end(), [&](const Evidence& evidence) {
            return evidence.verdict == Verdict::fail && !known(result, evidence);
        });
    }));
}

std::vector<check::Finding> CheckReport::gone() const
{
    std::vector<check::Finding> gone;
    if (baseline) {
        const auto now = check::findings_of(results);
        std::copy_if(
            baseline->begin(), baseline->end(), std::back_inserter(gone),
            [&](const check::Finding& finding) { return judged(finding) && !now.contains(finding); });
    }
    return gone;
}

bool CheckReport::judged(const check::Finding& finding) const
{
    return std::any_of(results.begin(), results.end(),
                       [&](const Result& result) { return result.rule->id == finding.rule; });
}

std::size_t CheckReport::count(Verdict verdict) const
{
    return static_cast<std::size_t>(std::count_if(
        results.begin(), results.end(), [&](const Result& result) { return result.verdict() == verdict; }));
}

bool CheckReport::checked() const
{
    return count(Verdict::pass) + count(Verdict::fail) != 0;
}

std::string place_text(const CheckReport& report, const Evidence& evidence)
{
    const auto& [first, last] = evidence.place;
    std::string text = first.file < report.files.size() ? report.files[first.file] + " " : std::string{};
    if (first.number == 0) {
        return text + "as a whole";
    }
    return text
           + (first.number == last.number ? fmt::format("packet {}", first.number)
                                          : fmt::format("packets {} to {}", first.number, last.number));
}

std::string parties_text(const Evidence& evidence)
{
    const std::string server = to_string(evidence.server);
    return evidence.connection == 0 ? server : fmt::format("{} > {}", to_string(evidence.client), server);
}

std::string tshark_filter(const CheckReport& report, const Evidence& evidence)
{
    const auto& [first, last] = evidence.place;
    const auto side = [](const Endpoint& endpoint) {
        return fmt::format("{} == {} && tcp.port == {}", endpoint.address.is_v4() ? "ip.addr" : "ipv6.addr",
                           to_string(endpoint.address), endpoint.port);
    };
    std::string parties = evidence.connection == 0
                              ? side(evidence.server)
                              : fmt::format("{} && {}", side(evidence.client), side(evidence.server));
    if (first.number == 0) {
        return parties;
    }
    // Numbers count through all files; tshark knows those of one.
    const std::string packets =
        report.files.size() <= 1
            ? (first.number == last.number
                   ? fmt::format("frame.number == {}", first.number)
                   : fmt::format("frame.number >= {} && frame.number <= {}", first.number, last.number))
            : fmt::format("frame.time >= \"{}\" && frame.time <= \"{}\"", to_rfc3339(first.time),
                          to_rfc3339(last.time));
    return fmt::format("{} && {}", packets, parties);
}

} // namespace wmclients::output
