#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/com/query_methods.hpp>

#include <fmt/format.h>
#include <ws2tcpip.h>

#include <algorithm>
#include <functional>
#include <set>

// IWMStatusCallback::OnStatus: which events, in which order, with what.

namespace probe {

using wmclients::Json;
using Clock = std::chrono::steady_clock;

namespace {

/// Names are looked up in the background, elsewhere in a network.
constexpr std::chrono::seconds for_a_name{15};

bool is_extended(const StatusEvent& event)
{
    return event.status == abi::WMT_CLIENT_CONNECT_EX || event.status == abi::WMT_CLIENT_DISCONNECT_EX;
}

const StatusEvent& pick(const std::vector<StatusEvent>& events, bool extended)
{
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const auto& event) { return is_extended(event) == extended; });
    if (found == events.end()) {
        throw NotAnswered{extended ? "there is no event with WM_CLIENT_PROPERTIES_EX"
                                   : "there is no event with WM_CLIENT_PROPERTIES"};
    }
    return *found;
}

/// What the system calls 127.0.0.1; empty if it has no name for it.
std::string name_of_loopback(const char* address)
{
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = inet_addr(address);
    wchar_t name[NI_MAXHOST] = L"";
    return GetNameInfoW(reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback, name, NI_MAXHOST,
                        nullptr, 0, NI_NAMEREQD)
                   == 0
               ? utf8(name)
               : "";
}

/// The values that identify a client.
std::set<std::string> values_of(const std::vector<StatusEvent>& events)
{
    std::set<std::string> values;
    for (const StatusEvent& event : events) {
        values.insert(is_extended(event) ? wmclients::dump(event.address) + wmclients::dump(event.port_text)
                                         : fmt::format("{} {}", event.ip_address, event.port));
    }
    return values;
}

void name(Report& report, TestSink& test, std::uint16_t port, const std::vector<StatusEvent>& connected,
          Clock::time_point since)
{
    report.ask("events.name-at-connect", [&] {
        return Json::object({{"dns_name", pick(connected, true).dns_name}});
    });
    report.ask("events.name-later", [&] {
        const std::string known = name_of_loopback("127.0.0.1");
        if (known.empty()) {
            throw NotAnswered{"this machine has no name for 127.0.0.1"};
        }
        const StatusEvent event = test.callback().wait_for_properties(std::to_string(port), for_a_name);
        Json observed = Json::object();
        observed["data_type"] = event.data_type;
        observed["hresult"] = hex(static_cast<DWORD>(event.result));
        observed["name_is_systems"] = event.dns_name == known;
        const Json info =
            wmclients::com::record_info(test.queries(), wmclients::com::exact_call(test.queries()));
        observed["get_client_info_agrees"] = info["dns_name_length"] == known.size() + 1;
        observed["system_name"] = known;
        observed["event"] = event.status == 0 ? Json(nullptr) : to_json(event, since);
        return observed;
    });
}

/// A client comes, another one, and they leave.
void coming_and_going(Report& report, const std::string& dll)
{
    TestSink test{dll};
    test.open();
    test.stream();
    auto since = Clock::now();
    Client client = test.play();
    const std::uint16_t port = client.port();
    const auto connected = test.callback().wait(long_enough);
    report.ask("events.connect", [&] { return summary_of(connected, TestSink::context, since); });
    report.ask("events.connect-values", [&] {
        const StatusEvent& legacy = pick(connected, false);
        const StatusEvent& extended = pick(connected, true);
        return Json{{"ip_address", hex(legacy.ip_address)},
                    {"port_is_clients", legacy.port == port},
                    {"size_is_structs", extended.size == sizeof(abi::WM_CLIENT_PROPERTIES_EX)},
                    {"address", extended.address},
                    {"port_text_is_clients", extended.port_text == std::to_string(port)},
                    {"client_port", port},
                    {"raw", Json::array({to_json(legacy, since), to_json(extended, since)})}};
    });
    name(report, test, port, connected, since);
    since = Clock::now();
    Client second = test.play();
    const auto second_connected = test.callback().wait(long_enough);
    report.ask("events.second-client",
               [&] { return summary_of(second_connected, TestSink::context, since); });
    second.close();
    test.callback().wait(long_enough);
    test.wait_for_count(1);
    test.callback().clear();
    since = Clock::now();
    client.close();
    const auto left = test.callback().wait(long_enough);
    report.ask("events.disconnect", [&] { return summary_of(left, TestSink::context, since); });
    report.ask("events.disconnect-values", [&] {
        return Json::object({{"as_at_connect", values_of(left) == values_of(connected)}});
    });
}

/// What a call of ours causes, with one client.
void caused(Report& report, const std::string& dll)
{
    const auto ask = [&](std::string_view name,
                         const std::function<HRESULT(abi::IWMWriterNetworkSink&)>& call) {
        report.ask(name, [&] {
            TestSink test{dll};
            test.open();
            test.stream();
            Client client = test.play();
            test.callback().wait(long_enough);
            test.stop();
            test.callback().clear();
            const auto since = Clock::now();
            const HRESULT result = call(test.sink());
            Json observed = summary_of(test.callback().wait(long_enough), TestSink::context, since);
            observed["call"] = hex(static_cast<DWORD>(result));
            observed["packets"] = client.packets_until('E');
            return observed;
        });
    };
    ask("events.by-disconnect", [](auto& sink) { return sink.Disconnect(); });
    ask("events.by-close", [](auto& sink) { return sink.Close(); });
    ask("events.by-end-writing", [](auto& sink) { return sink.OnEndWriting(); });
}

void threads(Report& report, const std::string& dll)
{
    report.ask("events.thread", [&] {
        TestSink test{dll};
        test.open();
        test.stream();
        const Client client = test.play();
        const auto connected = test.callback().wait(long_enough);
        test.callback().clear();
        test.sink().Disconnect();
        const auto left = test.callback().wait(long_enough);
        if (connected.empty() || left.empty()) {
            throw NotAnswered{"there are no events"};
        }
        return Json{{"disconnect_on_callers_thread", left.front().thread == GetCurrentThreadId()},
                    {"always_the_same", left.front().thread == connected.front().thread}};
    });
}

void without_a_name(Report& report, const std::string& dll)
{
    report.ask("events.no-name", [&] {
        const std::string known = name_of_loopback("127.1.2.3");
        if (!known.empty()) {
            throw NotAnswered{fmt::format("127.1.2.3 has a name here: {}", known)};
        }
        TestSink test{dll};
        test.open();
        test.stream();
        const Client client = test.play(From::other_loopback);
        test.wait_for_count(1);
        const StatusEvent event =
            test.callback().wait_for_properties(std::to_string(client.port()), for_a_name);
        const Json info =
            wmclients::com::record_info(test.queries(), wmclients::com::exact_call(test.queries()));
        Json observed = info;
        observed["event_42"] = event.status != 0;
        return observed;
    });
}

void ipv6(Report& report, const std::string& dll)
{
    if (!has_ipv6()) {
        const auto no = [](std::string_view) -> Json { throw NotAnswered{"this machine has no ::1"}; };
        report.ask("events.ipv6-connect", [&] { return no(""); });
        report.ask("events.ipv6-disconnect", [&] { return no(""); });
        return;
    }
    TestSink test{dll};
    test.open();
    test.stream();
    Client client = test.play(From::ipv6_loopback);
    const auto connected = test.callback().wait(long_enough);
    const auto observed = [](const std::vector<StatusEvent>& events) {
        Json found = summary_of(events, TestSink::context, events.empty() ? Clock::now() : events.front().at);
        found["address"] = pick(events, true).address;
        return found;
    };
    report.ask("events.ipv6-connect", [&] { return observed(connected); });
    test.callback().clear();
    client.close();
    const auto left = test.callback().wait(long_enough);
    report.ask("events.ipv6-disconnect", [&] { return observed(left); });
}

} // namespace

void events_scene(Report& report, const std::string& dll)
{
    Report::part([&] { coming_and_going(report, dll); });
    Report::part([&] { caused(report, dll); });
    Report::part([&] { threads(report, dll); });
    Report::part([&] { ipv6(report, dll); });
    Report::part([&] { without_a_name(report, dll); });
}

} // namespace probe
