#include <wmclients/base/text.hpp>
#include <wmclients/com/contract.hpp>
#include <wmclients/diff/contract.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_diff_contract {

using namespace wmclients;
using diff::Outcome;

namespace {

/// The contract of a DLL that does all that we expect; cases of which nothing is expected observe something.
Json matching_contract()
{
    Json contract = Json::parse(R"({"schema_version": 1, "dll": "test.dll", "dll_version": null, "windows":
        "10.0.19045", "wine": null, "bits": 64, "cases": []})");
    const Json given =
        Json::parse(R"({"clients": [{"address": "127.0.0.1", "port": 4711, "dns_name": ""}]})");
    for (const com::ContractCase& one : com::contract_cases()) {
        Json observed = com::expected_answer(one, given);
        observed["beside"] = "what nobody expects";
        contract["cases"].push_back({{"case", std::string{one.name}},
                                     {"open_question", one.open_question},
                                     {"question", std::string{one.question}},
                                     {"answered", true},
                                     {"given", given},
                                     {"observed", observed}});
    }
    return contract;
}

Json& case_of(Json& contract, const std::string& name)
{
    for (Json& one : contract["cases"]) {
        if (one["case"] == name) {
            return one;
        }
    }
    throw std::runtime_error{name};
}

diff::ContractResult compared(const Json& contract)
{
    auto result = diff::compare_contract(dump(contract));
    REQUIRE(result);
    return *result;
}

} // namespace

TEST_CASE("diff/contract: a machine that does as we do")
{
    const auto result = compared(matching_contract());
    CHECK(result.cases.size() == com::contract_cases().size());
    CHECK(result.count(Outcome::differs) == 0);
    CHECK(result.count(Outcome::not_checked) == 0);
    CHECK(result.count(Outcome::same) > 150);
    CHECK(result.compared());
    CHECK(result.machine.dll == "test.dll");
    CHECK(result.machine.windows == "10.0.19045");
    CHECK(result.machine.bits == 64);
}

TEST_CASE("diff/contract: each answer that is altered is one difference, in that field alone")
{
    const Json contract = matching_contract();
    for (const com::ContractCase& one : com::contract_cases()) {
        const Json expected = com::expected_answer(one, Json::object());
        if (expected.is_null()) {
            continue;
        }
        CAPTURE(one.name);
        const std::string field = expected.begin().key();
        Json altered = contract;
        case_of(altered, std::string{one.name})["observed"][field] = "altered";
        const auto result = compared(altered);
        REQUIRE(result.count(Outcome::differs) == 1);
        for (const diff::CaseResult& found : result.cases) {
            if (found.outcome == Outcome::differs) {
                CHECK(found.name == one.name);
                REQUIRE(found.differences.size() == 1);
                CHECK(found.differences[0].field == field);
                CHECK(found.differences[0].theirs == "altered");
                CHECK(found.differences[0].ours != "altered");
            }
        }
    }
}

TEST_CASE("diff/contract: the other byte order, another context, a name that is NULL")
{
    Json contract = matching_contract();
    case_of(contract, "client-properties.address-order")["observed"]["ip_address"] = "0x0100007F";
    case_of(contract, "events.name-at-connect")["observed"]["dns_name"] = nullptr;
    case_of(contract, "clients.describe")["observed"].erase("count");
    const auto result = compared(contract);
    CHECK(result.count(Outcome::differs) == 3);
}

TEST_CASE("diff/contract: a DLL that did not come back differs as a whole")
{
    Json contract = matching_contract();
    case_of(contract, "creation.null")["observed"] =
        Json::parse(R"({"exception": "0xC0000005", "at": "wmvcore.dll+0x1a2b"})");
    const auto result = compared(contract);
    REQUIRE(result.count(Outcome::differs) == 1);
    CHECK(result.cases.front().differences.at(0).field.empty());
    CHECK(result.cases.front().differences.at(0).theirs["exception"] == "0xC0000005");
}

TEST_CASE("diff/contract: what is not answered, not there, or not known is not checked")
{
    Json contract = matching_contract();
    Json& unanswered = case_of(contract, "open.ipv6");
    unanswered["answered"] = false;
    unanswered.erase("observed");
    unanswered["why_not"] = "this machine has no ::1";
    case_of(contract, "open.ipv4")["case"] = "open.some-day";
    const auto result = compared(contract);
    CHECK(result.count(Outcome::differs) == 0);
    CHECK(result.count(Outcome::not_checked) == 2);
    CHECK(result.cases.back().name == "open.ipv4");
    CHECK(result.cases.size() == com::contract_cases().size() + 1);
    for (const diff::CaseResult& one : result.cases) {
        CHECK((one.name != "open.ipv6" || one.why_not == "this machine has no ::1"));
        CHECK((one.name != "open.some-day" || one.outcome == Outcome::recorded));
    }
}

TEST_CASE("diff/contract: hostile and foreign files")
{
    for (const char* text : {"", "[]", "{", "null", "{\"schema_version\": 1}", "{\"cases\": []}",
                             "{\"schema_version\": 2, \"cases\": []}"}) {
        CAPTURE(text);
        CHECK_FALSE(diff::compare_contract(text));
    }
    const auto odd = diff::compare_contract(
        R"({"schema_version": 1, "dll": 7, "cases": [1, {}, {"case": 5, "answered": true, "observed": []},
            {"case": "open.ipv4", "answered": true, "given": 3, "observed": {}},
            {"case": "client-info.exact", "answered": true, "given": {"clients": [1, {}]}, "observed": {}}]})");
    REQUIRE(odd);
    CHECK(odd->count(Outcome::differs) == 2);
    const std::string deep(200'000, '[');
    CHECK_FALSE(diff::compare_contract(deep));
    const auto nested = diff::compare_contract(
        R"({"schema_version": 1, "cases": [{"case": "open.ipv4", "answered": true, "observed": {"accepts": )"
        + deep + std::string(deep.size(), ']') + "}}]}");
    REQUIRE(nested);
    CHECK(dump(nested->cases.front().differences.at(0).theirs).size() < 100);
}

} // namespace test_diff_contract
