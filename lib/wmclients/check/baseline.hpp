#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/base/json.hpp>
#include <wmclients/check/ledger.hpp>

#include <compare>
#include <set>
#include <string>
#include <vector>

namespace wmclients::check {

/// A fault that a program has: a rule that it breaks. Captures differ from run to run in everything else.
struct Finding {
    std::string rule;
    std::string party; ///< raw: the User-Agent or Server field of the program; empty: unknown

    friend bool operator==(const Finding&, const Finding&) = default;
    friend auto operator<=>(const Finding&, const Finding&) = default;
};

inline Finding finding_of(const Result& result, const Evidence& evidence)
{
    return {std::string{result.rule->id}, evidence.party};
}

/// All findings of a run, in order, each once.
std::set<Finding> findings_of(const std::vector<Result>& results);

/// A file of known findings, as `--update-baseline` writes it.
Json baseline_to_json(const std::set<Finding>& findings);

/// Reads it. Fails (damaged) if it is no baseline of this version; the message does not name the file.
Expected<std::set<Finding>> parse_baseline(std::string_view text);

} // namespace wmclients::check
