#include <wmclients/check/baseline.hpp>

namespace wmclients::check {
namespace {

constexpr int baseline_version = 1;

} // namespace

std::set<Finding> findings_of(const std::vector<Result>& results)
{
    std::set<Finding> findings;
    for (const Result& result : results) {
        for (const Evidence& evidence : result.evidence) {
            if (evidence.verdict == Verdict::fail) {
                findings.insert(finding_of(result, evidence));
            }
        }
    }
    return findings;
}

Json baseline_to_json(const std::set<Finding>& findings)
{
    Json document = Json::object();
    document["schema_version"] = baseline_version;
    document["findings"] = Json::array();
    for (const Finding& finding : findings) {
        Json entry = Json::object();
        entry["rule"] = finding.rule;
        put_text(entry, "party", finding.party);
        document["findings"].push_back(std::move(entry));
    }
    return document;
}

Expected<std::set<Finding>> parse_baseline(std::string_view text)
{
    const Json document = Json::parse(text, nullptr, false);
    if (!document.is_object() || get_number(document, "schema_version") != baseline_version
        || !document.contains("findings") || !document["findings"].is_array()) {
        return failure(Error::Kind::damaged, "not a baseline of `wmclients check` of version 1; "
                                             "--update-baseline writes one");
    }
    std::set<Finding> findings;
    for (const Json& entry : document["findings"]) {
        if (!entry.is_object() || get_text(entry, "rule").empty()) {
            return failure(Error::Kind::damaged, "a finding without a rule");
        }
        findings.insert({get_text(entry, "rule"), get_text(entry, "party")});
    }
    return findings;
}

} // namespace wmclients::check
