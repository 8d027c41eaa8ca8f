#include <wmclients/base/text.hpp>
#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

namespace wmclients::output {
namespace {

using check::Evidence;
using check::Level;
using check::Result;
using check::Rule;
using check::Verdict;

/// A message for people (SARIF 2.1.0, sections 3.11.5 and 3.11.6): braces, which stand for arguments, are
/// doubled, and what would be a link, "[text](URI)", is torn: evidence links to nowhere.
Json message(std::string_view text)
{
    std::string escaped;
    for (const char c : printable(text)) {
        if (c == '{' || c == '}') {
            escaped += c;
        } else if (c == '(' && escaped.ends_with(']')) {
            escaped += ' ';
        }
        escaped += c;
    }
    return {{"text", std::move(escaped)}};
}

std::string_view level_of(Level level)
{
    return level == Level::must ? "error" : level == Level::should ? "warning" : "note";
}

Json rule_json(const Rule& rule)
{
    return {{"id", rule.id},
            {"shortDescription", message(rule.requirement)},
            {"fullDescription", message(rule.why)},
            {"help", message(fmt::format("MS-WMSP {}. {}", rule.section, rule.disagreement))},
            {"defaultConfiguration", {{"level", level_of(rule.level)}}},
            {"properties", {{"tags", Json::array({to_string(rule.level), to_string(rule.side)})}}}};
}

/// A path as a URI reference (RFC 3986): what is neither unreserved nor a slash is percent-encoded. One that
/// begins at a root becomes a URI (RFC 8089).
std::string uri_of(std::string_view path)
{
    const bool drive = path.size() > 1 && path[1] == ':'; // of Windows
    std::string uri = drive ? "file:///" : path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                           || std::string_view{"-._~/"}.find(c) != std::string_view::npos
                           || (drive && c == ':');
        uri += plain                ? std::string{c}
               : drive && c == '\\' ? std::string{'/'}
                                    : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return uri;
}

Json result_json(const CheckReport& report, const Result& result, std::size_t rule, const Evidence& evidence)
{
    const std::uint32_t file = evidence.place.first.file;
    const std::string name = file < report.files.size() ? report.files[file] : "capture";
    const std::string connection = evidence.connection == 0
                                       ? fmt::format("server {}", to_string(evidence.server))
                                       : fmt::format("connection {}", evidence.connection);
    Json object = Json::object();
    object["ruleId"] = result.rule->id;
    object["ruleIndex"] = rule;
    object["level"] = level_of(result.rule->level);
    object["message"] =
        message(fmt::format("Expected {}; found {}. {}, {}{}", evidence.expected, evidence.actual,
                            place_text(report, evidence), parties_text(evidence),
                            evidence.count > 1 ? fmt::format(", {} times", evidence.count) : std::string{}));
    object["locations"] = Json::array(
        {{{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(name)}}}}},
          {"logicalLocations",
           Json::array({{{"name", connection}, {"fullyQualifiedName", tshark_filter(report, evidence)}}})}}});
    object["occurrenceCount"] = evidence.count;
    if (report.baseline) {
        object["baselineState"] = report.known(result, evidence) ? "unchanged" : "new";
    }
    Json properties = Json::object();
    properties["firstPacket"] = evidence.place.first.number;
    properties["lastPacket"] = evidence.place.last.number;
    properties["streamOffset"] = evidence.offset;
    put_text(properties, "party", evidence.party);
    object["properties"] = std::move(properties);
    return object;
}

} // namespace

Json check_sarif(const CheckReport& report)
{
    Json rules = Json::array();
    Json results = Json::array();
    for (const Result& result : report.results) {
        for (const Evidence& evidence : result.evidence) {
            if (evidence.verdict == Verdict::fail) {
                results.push_back(result_json(report, result, rules.size(), evidence));
            }
        }
        rules.push_back(rule_json(*result.rule));
    }
    Json run = Json::object();
    run["tool"] = {
        {"driver",
         {{"name", "wmclients"}, {"version", report.program_version}, {"rules", std::move(rules)}}}};
    run["results"] = std::move(results);
    Json document = Json::object();
    document["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    document["version"] = "2.1.0";
    document["runs"] = Json::array({std::move(run)});
    return document;
}

} // namespace wmclients::output
