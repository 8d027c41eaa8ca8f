#include <wmclients/com/contract.hpp>
#include <wmclients/com/contract_topics.hpp>

#include <algorithm>

namespace wmclients::com {
namespace {

std::vector<ContractCase> all_cases()
{
    std::vector<ContractCase> all;
    for (const auto topic :
         {contract::object_cases, contract::opening_cases, contract::stage_cases, contract::query_cases,
          contract::client_cases, contract::event_cases, contract::access_cases}) {
        const contract::Cases cases = topic();
        all.insert(all.end(), cases.begin(), cases.end());
    }
    return all;
}

Snapshot snapshot_in(Situation situation, const Json& given)
{
    Snapshot snapshot;
    snapshot.streaming = situation != Situation::not_streaming;
    const auto clients = given.find("clients");
    if (clients == given.end() || !clients->is_array()) {
        return snapshot;
    }
    for (const Json& client : *clients) {
        const auto address = parse_address(get_text(client, "address"));
        if (address) {
            const auto port = static_cast<std::uint16_t>(get_number(client, "port"));
            snapshot.clients.push_back({{*address, port}, get_text(client, "dns_name")});
        }
    }
    return snapshot;
}

} // namespace

const std::vector<ContractCase>& contract_cases()
{
    static const std::vector<ContractCase> all = all_cases();
    return all;
}

const ContractCase* find_contract_case(std::string_view name)
{
    const auto& all = contract_cases();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const ContractCase& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

Json expected_answer(const ContractCase& one, const Json& given)
{
    if (one.ask != nullptr) {
        return one.ask(OwnQueryMethods{snapshot_in(one.situation, given)});
    }
    return one.expected == nullptr ? Json(nullptr) : one.expected();
}

Json record_all(const QueryMethods& methods)
{
    Json observed = Json::object();
    const auto add = [&](const char* method, const Json& recorded) {
        observed[std::string{method}] = recorded["hresult"];
    };
    InfoCall no_length;
    no_length.strings[0].length_pointer = false;
    InfoCall sizes;
    for (StringAsked& asked : sizes.strings) {
        asked.buffer = false;
    }
    const Json count = record_count(methods);
    add("GetClientCount", count);
    observed["count"] = count["count"];
    add("GetClientCount with NULL", record_count(methods, false));
    add("GetClientProperties", record_properties(methods, 0));
    add("GetClientProperties with NULL", record_properties(methods, 0, false));
    add("GetClientInfo", record_info(methods, sizes));
    add("GetClientInfo with NULL", record_info(methods, no_length));
    return observed;
}

Json contract::result(Hresult hresult)
{
    return Json::object({{"hresult", hex(hresult)}});
}

} // namespace wmclients::com
