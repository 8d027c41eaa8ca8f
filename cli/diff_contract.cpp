#include "diff_contract.hpp"

#include "exit_code.hpp"
#include "output.hpp"
#include "read_file.hpp"
#include "summary.hpp"

#include <wmclients/base/hresult.hpp>
#include <wmclients/base/text.hpp>
#include <wmclients/diff/contract.hpp>
#include <wmclients/output/junit.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

#include <charconv>

namespace cli {
namespace {

using namespace wmclients;
using diff::CaseResult;
using diff::Outcome;

/// A contract has about 70 kB.
constexpr std::size_t longest_file = 16U << 20;

/// An HRESULT with its name; texts as they are; all else as JSON.
std::string shown(const Json& value)
{
    if (value.is_null()) {
        return "-";
    }
    if (!value.is_string()) {
        return dump(value);
    }
    const auto& text = value.get_ref<const std::string&>();
    std::uint32_t number = 0;
    constexpr std::size_t length = 10; // 0x and eight digits
    const char* const end = text.data() + text.size();
    if (text.size() == length && text.compare(0, 2, "0x") == 0
        && std::from_chars(text.data() + 2, end, number, 16).ptr == end) {
        return to_string(static_cast<Hresult>(number));
    }
    return text.empty() ? "\"\"" : printable(text);
}

std::string machine_text(const diff::Machine& machine)
{
    const auto known = [](const std::string& text) { return text.empty() ? "unknown" : printable(text); };
    return fmt::format("{}, version {}, {}, {} bit", known(machine.dll), known(machine.dll_version),
                       machine.wine.empty() ? fmt::format("Windows {}", known(machine.windows))
                                            : fmt::format("Wine {}", printable(machine.wine)),
                       machine.bits);
}

void print_table(const diff::ContractResult& result, Output& out)
{
    out.line(machine_text(result.machine));
    std::vector<std::vector<std::string>> rows;
    for (const CaseResult& one : result.cases) {
        for (const auto& difference : one.differences) {
            rows.push_back({printable(one.name), difference.field.empty() ? "-" : printable(difference.field),
                            shown(difference.ours), shown(difference.theirs)});
        }
    }
    if (!rows.empty()) {
        output::Table table{{{"CASE"}, {"FIELD"}, {"OURS"}, {"THEIRS"}}};
        print_rows(table, rows, out);
    }
    for (const CaseResult& one : result.cases) {
        if (one.outcome == Outcome::not_checked) {
            out.line(fmt::format("not checked: {}: {}", printable(one.name), printable(one.why_not)));
        }
    }
    out.line(fmt::format("{} cases the same, {} different, {} only recorded, {} not checked",
                         result.count(Outcome::same), result.count(Outcome::differs),
                         result.count(Outcome::recorded), result.count(Outcome::not_checked)));
}

Json to_json(const CaseResult& one)
{
    Json object = Json::object();
    put_text(object, "case", one.name);
    object["open_question"] = one.open_question == 0 ? Json(nullptr) : Json(one.open_question);
    put_text(object, "question", one.question);
    object["outcome"] = std::string{to_string(one.outcome)};
    put_text(object, "why_not", one.why_not);
    object["differences"] = Json::array();
    for (const auto& difference : one.differences) {
        Json& added = object["differences"].emplace_back(Json::object());
        put_text(added, "field", difference.field);
        added["ours"] = difference.ours;
        added["theirs"] = difference.theirs;
    }
    return object;
}

Json to_json(const diff::ContractResult& result)
{
    Json object = Json::object();
    object["schema_version"] = 1;
    put_text(object, "dll", result.machine.dll);
    put_text(object, "dll_version", result.machine.dll_version);
    put_text(object, "windows", result.machine.windows);
    put_text(object, "wine", result.machine.wine);
    object["bits"] = result.machine.bits;
    for (const Outcome outcome : {Outcome::same, Outcome::differs, Outcome::recorded, Outcome::not_checked}) {
        object[std::string{to_string(outcome)}] = result.count(outcome);
    }
    object["cases"] = Json::array();
    for (const CaseResult& one : result.cases) {
        object["cases"].push_back(to_json(one));
    }
    return object;
}

std::string to_junit(const diff::ContractResult& result)
{
    std::vector<output::JunitCase> cases;
    for (const CaseResult& one : result.cases) {
        output::JunitCase& added = cases.emplace_back();
        added.name = one.name;
        added.skipped = one.outcome == Outcome::not_checked || one.outcome == Outcome::recorded;
        for (const auto& difference : one.differences) {
            added.failures.push_back(fmt::format("{}: ours {}, theirs {}", difference.field,
                                                 shown(difference.ours), shown(difference.theirs)));
        }
    }
    return output::junit_report("wmclients diff --contract", cases);
}

} // namespace

int run_diff_contract(const std::string& file, DiffFormat format)
{
    const auto result = diff::compare_contract(read_file(file, longest_file));
    if (!result) {
        throw Exit{ExitCode::damaged, fmt::format("{}: {}", file, result.error().message)};
    }
    Output out;
    switch (format) {
    case DiffFormat::table:
        print_table(*result, out);
        break;
    case DiffFormat::json:
        out.line(dump(to_json(*result)));
        break;
    case DiffFormat::junit:
        out.write(to_junit(*result));
        break;
    }
    out.flush();
    if (!result->compared()) {
        complain("nothing was compared: the contract has no answer");
    }
    return static_cast<int>(result->count(Outcome::differs) == 0 && result->compared() ? ExitCode::ok
                                                                                       : ExitCode::findings);
}

} // namespace cli
