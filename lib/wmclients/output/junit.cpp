#include <wmclients/base/text.hpp>
#include <wmclients/output/junit.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace wmclients::output {
namespace {

/// Text for an attribute or an element (XML 1.0, sections 2.2 and 2.4): printable() leaves no control
/// character.
std::string xml(std::string_view raw)
{
    std::string text;
    for (const char c : printable(raw)) {
        switch (c) {
        case '&':
            text += "&amp;";
            break;
        case '<':
            text += "&lt;";
            break;
        case '>':
            text += "&gt;";
            break;
        case '"':
            text += "&quot;";
            break;
        default:
            text += c;
        }
    }
    return text;
}

} // namespace

std::string junit_report(std::string_view suite, const std::vector<JunitCase>& cases)
{
    const auto failed =
        std::count_if(cases.begin(), cases.end(), [](const JunitCase& one) { return !one.failures.empty(); });
    const auto skipped =
        std::count_if(cases.begin(), cases.end(), [](const JunitCase& one) { return one.skipped; });
    std::string text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                   "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                                   xml(suite), cases.size(), failed, skipped);
    for (const JunitCase& one : cases) {
        text += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml(suite), xml(one.name));
        if (one.failures.empty()) {
            const std::string why =
                one.remark.empty() ? std::string{} : fmt::format(" message=\"{}\"", xml(one.remark));
            text += one.skipped ? fmt::format("><skipped{}/></testcase>\n", why) : "/>\n";
            continue;
        }
        text += fmt::format(">\n    <failure message=\"{} difference{}\">", one.failures.size(),
                            one.failures.size() == 1 ? "" : "s");
        for (const std::string& failure : one.failures) {
            text += xml(failure) + "\n";
        }
        text += "</failure>\n  </testcase>\n";
    }
    return text + "</testsuite>\n";
}

} // namespace wmclients::output
