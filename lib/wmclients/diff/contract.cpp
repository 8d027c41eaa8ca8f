#include <wmclients/com/contract.hpp>
#include <wmclients/diff/contract.hpp>

#include <algorithm>
#include <set>

namespace wmclients::diff {
namespace {

/// What the documents of this version of the schema begin with.
constexpr std::uint64_t schema_version = 1;

/// Observations are flat but for raw events; what is nested deeper is left out, for writing it would take a
/// stack as deep.
constexpr int deepest = 12;

const Json& member(const Json& object, std::string_view name)
{
    static const Json absent;
    const auto found = object.find(name);
    return found == object.end() ? absent : *found;
}

Machine machine_of(const Json& contract)
{
    return {get_text(contract, "dll"), get_text(contract, "dll_version"), get_text(contract, "windows"),
            get_text(contract, "wine"), static_cast<std::uint32_t>(get_number(contract, "bits"))};
}

/// Fields that are expected, and differ. What else was observed is nothing that we have a say in.
std::vector<FieldDifference> differences_of(const Json& expected, const Json& observed)
{
    std::vector<FieldDifference> differences;
    for (const auto& [field, ours] : expected.items()) {
        const Json& theirs = member(observed, field);
        if (theirs != ours) {
            differences.push_back({field, ours, theirs});
        }
    }
    return differences;
}

/// What the DLL did instead of coming back stands in place of every field.
bool ended_badly(const Json& observed)
{
    return observed.contains("exception") || observed.contains("silent_for_seconds")
           || observed.contains("exit_code");
}

CaseResult result_of(const Json& one)
{
    CaseResult result;
    result.name = get_text(one, "case");
    result.question = get_text(one, "question");
    result.open_question = static_cast<std::uint32_t>(get_number(one, "open_question"));
    const Json& observed = member(one, "observed");
    if (!get_flag(one, "answered", false) || !observed.is_object()) {
        result.outcome = Outcome::not_checked;
        result.why_not = get_text(one, "why_not");
        return result;
    }
    const com::ContractCase* const known = com::find_contract_case(result.name);
    const Json& given = member(one, "given");
    const Json expected = known == nullptr ? Json(nullptr) : com::expected_answer(*known, given);
    if (expected.is_null()) {
        result.outcome = Outcome::recorded;
        return result;
    }
    result.differences = ended_badly(observed) ? std::vector{FieldDifference{"", expected, observed}}
                                               : differences_of(expected, observed);
    result.outcome = result.differences.empty() ? Outcome::same : Outcome::differs;
    return result;
}

void add_missing(std::vector<CaseResult>& results)
{
    std::set<std::string, std::less<>> there;
    for (const CaseResult& result : results) {
        there.insert(result.name);
    }
    for (const com::ContractCase& one : com::contract_cases()) {
        if (there.find(one.name) == there.end()) {
            results.push_back({std::string{one.name},
                               std::string{one.question},
                               static_cast<std::uint32_t>(one.open_question),
                               Outcome::not_checked,
                               "the file does not have it",
                               {}});
        }
    }
}

} // namespace

std::string_view to_string(Outcome outcome)
{
    switch (outcome) {
    case Outcome::same:
        return "same";
    case Outcome::differs:
        return "differs";
    case Outcome::recorded:
        return "recorded";
    case Outcome::not_checked:
        break;
    }
    return "not_checked";
}

std::size_t ContractResult::count(Outcome outcome) const
{
    return static_cast<std::size_t>(std::count_if(
        cases.begin(), cases.end(), [&](const CaseResult& one) { return one.outcome == outcome; }));
}

Expected<ContractResult> compare_contract(std::string_view text)
{
    const auto shallow = [](int depth, Json::parse_event_t, const Json&) { return depth <= deepest; };
    const Json contract = Json::parse(text, shallow, false);
    if (!contract.is_object() || !member(contract, "cases").is_array()) {
        return failure(Error::Kind::damaged,
                       "this is no contract: wmprobe --contract writes one (contract.json)");
    }
    if (get_number(contract, "schema_version") != schema_version) {
        return failure(Error::Kind::damaged,
                       "the contract has another schema_version than 1: record it again "
                       "with the wmprobe.exe of this version");
    }
    ContractResult result;
    result.machine = machine_of(contract);
    for (const Json& one : contract["cases"]) {
        if (one.is_object()) {
            result.cases.push_back(result_of(one));
        }
    }
    add_missing(result.cases);
    return result;
}

} // namespace wmclients::diff
