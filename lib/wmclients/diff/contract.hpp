#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/base/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A contract.json of `wmprobe --contract` (schemas/contract.json), compared with what our own object does
/// (com/contract.hpp).
namespace wmclients::diff {

enum class Outcome : std::uint8_t {
    same,
    differs,
    recorded,    ///< a fact, or a case that is not known here: nothing is expected of it
    not_checked, ///< the file has no answer
};

/// "same", "differs", "recorded", "not_checked".
std::string_view to_string(Outcome outcome);

/// A value of the observation, both as the file would have it (JSON); null where it is absent.
struct FieldDifference {
    std::string field;
    Json ours;
    Json theirs;
};

struct CaseResult {
    std::string name;
    std::string question;
    std::uint32_t open_question = 0; ///< 0: none
    Outcome outcome = Outcome::same;
    std::string why_not; ///< not_checked: as the file says it
    std::vector<FieldDifference> differences;
};

/// Where the contract was recorded; empty where the file does not say.
struct Machine {
    std::string dll;
    std::string dll_version;
    std::string windows;
    std::string wine;
    std::uint32_t bits = 0;
};

struct ContractResult {
    Machine machine;
    std::vector<CaseResult> cases; ///< the file's, then those that it does not have

    [[nodiscard]] std::size_t count(Outcome outcome) const;

    /// Whether anything was compared.
    [[nodiscard]] bool compared() const { return count(Outcome::same) + count(Outcome::differs) != 0; }
};

/// Compares the text of a contract.json. An error if it is none, or of another schema version.
Expected<ContractResult> compare_contract(std::string_view text);

} // namespace wmclients::diff
