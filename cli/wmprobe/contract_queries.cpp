#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

#include <wmclients/com/contract.hpp>

#include <array>

// The query methods in detail: the calls themselves are those of com::contract_cases().

namespace probe {

using wmclients::Json;
namespace com = wmclients::com;

namespace {

/// What GetClientInfo says of client 0 as its name: our own answers are compared with the same name.
std::string name_of_first(TestSink& test)
{
    std::array<std::array<wchar_t, 512>, 3> texts{};
    std::array<DWORD, 3> lengths{511, 511, 511};
    const HRESULT result = test.connections().GetClientInfo(
        0, texts[0].data(), lengths.data(), texts[1].data(), &lengths[1], texts[2].data(), &lengths[2]);
    return SUCCEEDED(result) ? utf8(texts[2].data()) : "";
}

void ask_all(Report& report, const TestSink& test, com::Situation situation, const Json& given)
{
    for (const com::ContractCase& one : com::contract_cases()) {
        if (one.ask != nullptr && one.situation == situation) {
            report.ask(
                one.name, [&] { return one.ask(test.queries()); }, given);
        }
    }
}

/// With one client from there, once its name is known or does not come.
void with_client(Report& report, const std::string& dll, From from, com::Situation situation)
{
    TestSink test{dll};
    test.open();
    test.stream();
    const Client client = test.play(from);
    test.wait_for_count(1);
    test.callback().wait_for_properties(std::to_string(client.port()), std::chrono::seconds{5});
    Json given = Json::object();
    given["clients"] = Json::array({{{"address", from == From::ipv6_loopback ? "::1" : "127.0.0.1"},
                                     {"port", client.port()},
                                     {"dns_name", name_of_first(test)}}});
    ask_all(report, test, situation, given);
}

} // namespace

void queries_scene(Report& report, const std::string& dll)
{
    Report::part([&] {
        TestSink test{dll};
        test.open();
        ask_all(report, test, com::Situation::not_streaming, Json::object());
    });
    Report::part([&] { with_client(report, dll, From::loopback, com::Situation::one_client); });
    Report::part([&] {
        if (!has_ipv6()) {
            throw NotAnswered{"this machine has no ::1"};
        }
        with_client(report, dll, From::ipv6_loopback, com::Situation::ipv6_client);
    });
}

} // namespace probe
