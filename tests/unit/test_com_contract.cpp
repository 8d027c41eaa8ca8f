#include <wmclients/com/contract.hpp>

#include <doctest/doctest.h>

#include <set>

namespace test_com_contract {

using namespace wmclients;

TEST_CASE(
    "com/contract: every case has a name of its own, a question, and at most one source of what is expected")
{
    std::set<std::string> names;
    std::set<int> open_questions;
    for (const com::ContractCase& one : com::contract_cases()) {
        CAPTURE(one.name);
        CHECK(names.insert(std::string{one.name}).second);
        CHECK_FALSE(one.question.empty());
        CHECK((one.ask == nullptr || one.expected == nullptr));
        CHECK(com::find_contract_case(one.name) == &one);
        CHECK((one.open_question >= 0 && one.open_question <= 15));
        open_questions.insert(one.open_question);
    }
    CHECK(com::find_contract_case("no such case") == nullptr);
    // 13 and 14 are about Wine's and Windows' editions: the file's head says what was run.
    for (const int question : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15}) {
        CAPTURE(question);
        CHECK(open_questions.count(question) == 1);
    }
}

TEST_CASE("com/contract: what is expected of a query is what ClientConnections answers for the given client")
{
    const Json given = Json::parse(
        R"({"clients": [{"address": "192.168.0.2", "port": 4711, "dns_name": "player.example"}]})");
    const auto expected = [&](const char* name) {
        return com::expected_answer(*com::find_contract_case(name), given);
    };
    CHECK(expected("client-properties.address-order")
          == Json::parse(R"({"hresult": "0x00000000", "ip_address": "0xC0A80002", "port": 4711})"));
    CHECK(expected("client-info.exact")["dns_name_buffer"] == "player.example\\0####");
    CHECK(expected("client-info.sizes")["address_length"] == 12);
    CHECK(expected("client-info.sizes")["address_buffer"].is_null());
    const Json shorter = expected("client-info.short-port");
    CHECK(shorter["hresult"] == "0xC00D07D1");
    CHECK(shorter["port_length"] == 5);
    CHECK(shorter["port_buffer"] == "########");
    CHECK(shorter["address_buffer"] == "################");
    CHECK(expected("client-info.ample")["port_buffer"] == "4711\\0#######");
    CHECK(expected("client-info.null-port-length")["port_length"].is_null());
    CHECK(expected("client-info.index-equals-count")["hresult"] == "0xC00D003F");
    CHECK(expected("client-info.before-streaming")["hresult"] == "0xC00D002B");
    CHECK(expected("client-count.before-streaming")["count"] == "0xCDCDCDCD");
    CHECK(expected("states.closed")["count"] == 0);
    CHECK(expected("events.thread").is_null());
}

} // namespace test_com_contract
