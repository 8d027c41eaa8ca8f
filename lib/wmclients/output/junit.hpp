#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wmclients::output {

/// One test of a JUnit report, as GitLab and Jenkins read it.
struct JunitCase {
    std::string name;
    std::vector<std::string> failures; ///< a line each; none: it passed
    bool skipped = false;              ///< nothing was compared
    std::string remark{};              ///< why it was skipped; may be empty
};

/// The report of one suite. Texts are raw: what XML or a terminal cannot bear is escaped here.
std::string junit_report(std::string_view suite, const std::vector<JunitCase>& cases);

} // namespace wmclients::output
