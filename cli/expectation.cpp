#include "expectation.hpp"

#include "exit_code.hpp"
#include "read_file.hpp"
#include "summary.hpp"

#include <wmclients/capture/file_name.hpp>
#include <wmclients/check/rule.hpp>
#include <wmclients/output/client_record.hpp>
#include <wmclients/output/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace cli {
namespace {

using wmclients::dump;
using wmclients::Json;

/// As `list --format json` prints it.
Json list_document(const Findings& findings, const SourceOptions& options)
{
    Json document = run_object(findings, options);
    document["sinks"] = Json::array();
    for (const auto& sink : list_sinks(findings.timeline, findings.at, options.selection())) {
        Json entry = wmclients::output::sink_object(findings.timeline, sink);
        entry["clients"] = Json::array();
        for (std::size_t i = 0; i < sink.clients.size(); ++i) {
            entry["clients"].push_back(wmclients::output::client_object(record_of(findings, sink, i)));
        }
        document["sinks"].push_back(std::move(entry));
    }
    return document;
}

/// The value, cut to what a line can bear.
std::string brief(const Json& value)
{
    constexpr std::size_t longest = 120;
    const std::string text = dump(value);
    return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

/// Every place where `found` is not what `expected` wants: keys that it does not name may be anything.
void compare(const Json& expected, const Json& found, const std::string& where,
             std::vector<std::string>& differences)
{
    if (expected.is_object() && found.is_object()) {
        for (const auto& [key, value] : expected.items()) {
            const std::string path = where.empty() ? key : fmt::format("{}.{}", where, key);
            if (found.contains(key)) {
                compare(value, found[key], path, differences);
            } else {
                differences.push_back(fmt::format("{}: expected {}, found nothing", path, brief(value)));
            }
        }
    } else if (expected.is_array() && found.is_array()) {
        if (expected.size() != found.size()) {
            differences.push_back(
                fmt::format("{}: expected {} elements, found {}", where, expected.size(), found.size()));
        }
        for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
            compare(expected[i], found[i], fmt::format("{}[{}]", where, i), differences);
        }
    } else if (expected != found) {
        differences.push_back(fmt::format("{}: expected {}, found {}", where, brief(expected), brief(found)));
    }
}

} // namespace

std::set<std::string> Expectation::fails() const
{
    std::set<std::string> rules;
    if (document.contains("check")) {
        for (const auto& [rule, verdict] : document["check"].items()) {
            if (verdict == "fail") {
                rules.insert(rule);
            }
        }
    }
    return rules;
}

std::vector<std::string> Expectation::differences(const Findings& findings, const SourceOptions& options,
                                                  const std::vector<wmclients::check::Result>& results) const
{
    std::vector<std::string> differences;
    Json list = document;
    list.erase("check");
    compare(list, list_document(findings, options), "", differences);
    if (!document.contains("check")) {
        return differences;
    }
    for (const auto& [rule, verdict] : document["check"].items()) {
        if (wmclients::check::find_rule(rule) == nullptr) {
            differences.push_back(fmt::format("check.{}: there is no such rule (see --list-rules)", rule));
        }
    }
    for (const auto& result : results) {
        const auto wanted = document["check"].find(std::string{result.rule->id});
        if (wanted != document["check"].end() && *wanted != to_string(result.verdict())) {
            differences.push_back(
                fmt::format("{}: expected {}, found {}", result.rule->id,
                            wanted->is_string() ? wanted->get<std::string>() : dump(*wanted),
                            to_string(result.verdict())));
        }
    }
    return differences;
}

std::optional<Expectation> find_expectation(const std::vector<std::string>& sources)
{
    if (sources.size() != 1) {
        return {};
    }
    const std::filesystem::path path = wmclients::capture::path_of(sources.front()) / "expect.json";
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return {};
    }
    const std::string name = wmclients::capture::name_of(path);
    // What is nested deeper is left out: to write it would take a stack as deep.
    constexpr int deepest = 32;
    const auto shallow = [](int depth, Json::parse_event_t, const Json&) { return depth <= deepest; };
    Expectation expectation{Json::parse(read_file(name), shallow, false)};
    const Json& document = expectation.document;
    if (!document.is_object() || (document.contains("check") && !document["check"].is_object())) {
        throw Exit{ExitCode::damaged,
                   fmt::format("{}: not the JSON that captures/README.md describes", name)};
    }
    return expectation;
}

} // namespace cli
