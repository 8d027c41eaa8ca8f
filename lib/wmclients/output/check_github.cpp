#include <wmclients/base/text.hpp>
#include <wmclients/output/check_report.hpp>

#include <fmt/format.h>

namespace wmclients::output {
namespace {

/// The data of a workflow command; `property`: of a property, where two characters more are special.
std::string escaped(std::string_view raw, bool property)
{
    std::string text;
    for (const char c : printable(raw)) {
        const bool special = c == '%' || (property && (c == ':' || c == ','));
        text += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string{c};
    }
    return text;
}

} // namespace

std::string check_github(const CheckReport& report)
{
    std::string text;
    for (const check::Result& result : report.results) {
        for (const check::Evidence& evidence : result.evidence) {
            if (evidence.verdict != check::Verdict::fail) {
                continue;
            }
            const std::string_view command = report.known(result, evidence)             ? "notice"
                                             : result.rule->level == check::Level::must ? "error"
                                                                                        : "warning";
            text += fmt::format(
                "::{} title={}::{}\n", command, escaped(result.rule->id, true),
                escaped(fmt::format("{} ({} {}) Expected {}; found {}. {}, {}", result.rule->requirement,
                                    to_string(result.rule->level), result.rule->section, evidence.expected,
                                    evidence.actual, place_text(report, evidence), parties_text(evidence)),
                        false));
        }
    }
    if (report.unexpected) {
        for (const std::string& line : *report.unexpected) {
            text += fmt::format("::error title=expect.json::{}\n", escaped(line, false));
        }
    }
    return text;
}

} // namespace wmclients::output
