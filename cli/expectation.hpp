#pragma once

#include "analysis.hpp"

#include <wmclients/base/json.hpp>
#include <wmclients/check/ledger.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cli {

/// What must be found in the captures of a folder: its expect.json (captures/README.md tells its form).
struct Expectation {
    wmclients::Json document; ///< of which all but "check" is a part of what `list --format json` prints

    /// The rules that "check" expects to fail.
    [[nodiscard]] std::set<std::string> fails() const;

    /// What is not so, a line each.
    [[nodiscard]] std::vector<std::string>
    differences(const Findings& findings, const SourceOptions& options,
                const std::vector<wmclients::check::Result>& results) const;
};

/// The expectation of the one folder that is the source; empty if there is none. Throws Exit with 3 if it
/// cannot be read.
std::optional<Expectation> find_expectation(const std::vector<std::string>& sources);

} // namespace cli
