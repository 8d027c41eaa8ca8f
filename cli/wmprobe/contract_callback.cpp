#include "contract_callback.hpp"

#include "event_record.hpp"

#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/sink_assumptions.hpp>

#include <algorithm>
#include <cstring>

namespace probe {

using wmclients::Hresult;
using wmclients::Json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds calm{300};

void copy_value(StatusEvent& event, const BYTE* value)
{
    if (event.status == abi::WMT_CLIENT_CONNECT || event.status == abi::WMT_CLIENT_DISCONNECT) {
        abi::WM_CLIENT_PROPERTIES properties{};
        std::memcpy(&properties, value, sizeof properties);
        event.ip_address = properties.dwIPAddress;
        event.port = properties.dwPort;
        return;
    }
    abi::WM_CLIENT_PROPERTIES_EX properties{};
    std::memcpy(&event.size, value, sizeof event.size);
    if (event.size < sizeof properties) {
        return; // another structure: its pointers cannot be trusted
    }
    std::memcpy(&properties, value, sizeof properties);
    event.address = text_or_null(properties.pwszIPAddress);
    event.port_text = text_or_null(properties.pwszPort);
    event.dns_name = text_or_null(properties.pwszDNSName);
}

bool tells_of_a_client(int status)
{
    return status == abi::WMT_CLIENT_CONNECT || status == abi::WMT_CLIENT_DISCONNECT
           || status == abi::WMT_CLIENT_CONNECT_EX || status == abi::WMT_CLIENT_DISCONNECT_EX
           || status == abi::WMT_CLIENT_PROPERTIES;
}

} // namespace

bool tells_properties(const StatusEvent& event)
{
    return event.status == abi::WMT_CLIENT_PROPERTIES;
}

Json to_json(const StatusEvent& event, Clock::time_point since)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(event.at - since);
    Json object{{"status", event.status},
                {"hresult", hex(static_cast<DWORD>(event.result))},
                {"data_type", event.data_type},
                {"context", event.context},
                {"thread", event.thread},
                {"after_ms", ms.count()},
                {"count_hresult", hex(static_cast<DWORD>(event.count_result))},
                {"count", event.count}};
    if (event.size != 0) {
        object["size"] = event.size;
        object["address"] = event.address;
        object["port_text"] = event.port_text;
        object["dns_name"] = event.dns_name;
    } else {
        object["ip_address"] = hex(event.ip_address);
        object["port"] = event.port;
    }
    return object;
}

HRESULT Callback::QueryInterface(REFIID iid, void** object)
{
    if (object == nullptr) {
        return abi::to_hresult(Hresult::e_pointer);
    }
    const bool known = IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, abi::iid_status_callback);
    *object = known ? this : nullptr;
    if (!known) {
        return abi::to_hresult(Hresult::e_nointerface);
    }
    AddRef();
    return S_OK;
}

HRESULT Callback::OnStatus(abi::WMT_STATUS status, HRESULT result, abi::WMT_ATTR_DATATYPE type, BYTE* value,
                           void* context)
{
    return abi::guarded([&] {
        StatusEvent event;
        event.status = static_cast<int>(status);
        event.result = result;
        event.data_type = static_cast<int>(type);
        event.context = reinterpret_cast<std::uintptr_t>(context);
        event.thread = GetCurrentThreadId();
        event.at = Clock::now();
        if (connections_) {
            event.count_result = connections_->GetClientCount(&event.count);
        }
        if (value != nullptr && tells_of_a_client(event.status)) {
            copy_value(event, value);
        }
        {
            const std::lock_guard lock{mutex_};
            events_.push_back(std::move(event));
        }
        changed_.notify_all();
        return Hresult::s_ok;
    });
}

void Callback::clear()
{
    const std::lock_guard lock{mutex_};
    events_.clear();
}

std::vector<StatusEvent> Callback::wait(std::chrono::milliseconds first)
{
    std::unique_lock lock{mutex_};
    const auto others = [&] {
        return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(),
                                                      [](const auto& e) { return !tells_properties(e); }));
    };
    changed_.wait_for(lock, first, [&] { return others() != 0; });
    constexpr int most = 20; // a sink that never falls silent must not keep us
    for (int round = 0; round < most; ++round) {
        const std::size_t seen = others();
        if (seen == 0 || !changed_.wait_for(lock, calm, [&] { return others() != seen; })) {
            break;
        }
    }
    std::vector<StatusEvent> came;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(came),
                 [](const auto& event) { return !tells_properties(event); });
    return came;
}

StatusEvent Callback::wait_for_properties(const std::string& port, std::chrono::milliseconds time)
{
    const auto wanted = [&](const StatusEvent& event) {
        return tells_properties(event) && event.port_text == port;
    };
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, time, [&] { return std::any_of(events_.begin(), events_.end(), wanted); });
    const auto found = std::find_if(events_.begin(), events_.end(), wanted);
    return found == events_.end() ? StatusEvent{} : *found;
}

Json statuses_of(const std::vector<StatusEvent>& events)
{
    Json statuses = Json::array();
    for (const StatusEvent& event : events) {
        statuses.push_back(event.status);
    }
    return statuses;
}

Json summary_of(const std::vector<StatusEvent>& events, std::uintptr_t context, Clock::time_point since)
{
    Json summary = Json::object();
    for (const char* field : {"statuses", "data_types", "hresults", "count_hresults", "counts"}) {
        summary[field] = Json::array();
    }
    bool contexts_match = true;
    Json raw = Json::array();
    for (const StatusEvent& event : events) {
        summary["statuses"].push_back(event.status);
        summary["data_types"].push_back(event.data_type);
        summary["hresults"].push_back(hex(static_cast<DWORD>(event.result)));
        summary["count_hresults"].push_back(hex(static_cast<DWORD>(event.count_result)));
        summary["counts"].push_back(event.count);
        contexts_match = contexts_match && event.context == context;
        raw.push_back(to_json(event, since));
    }
    summary["contexts_match"] = contexts_match;
    summary["raw"] = raw;
    return summary;
}

} // namespace probe
