#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"
#include "sink_object.hpp"

#include <algorithm>
#include <array>
#include <utility>

// The object itself: creation, QueryInterface, settings.

namespace probe {

using wmclients::Json;

namespace {

struct NamedInterface {
    const char* name;
    IID iid;
};

const std::array documented{
    NamedInterface{"IUnknown", IID_IUnknown},
    NamedInterface{"IWMWriterSink", abi::iid_writer_sink},
    NamedInterface{"IWMWriterNetworkSink", abi::iid_writer_network_sink},
    NamedInterface{"IWMClientConnections", abi::iid_client_connections},
    NamedInterface{"IWMClientConnections2", abi::iid_client_connections_2},
    NamedInterface{"IWMAddressAccess", abi::iid_address_access},
    NamedInterface{"IWMAddressAccess2", abi::iid_address_access_2},
    NamedInterface{"IWMRegisterCallback", abi::iid_register_callback},
};

/// Of the Windows SDK's headers, and for IWM… of the Windows Media Format SDK's "Interface Identifiers".
const std::array further{
    NamedInterface{"IMarshal", {0x00000003, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}}},
    NamedInterface{"IAgileObject",
                   {0x94ea2b94, 0xe9cc, 0x49e0, {0xc0, 0xff, 0xee, 0x64, 0xca, 0x8f, 0x5b, 0x90}}},
    NamedInterface{"INoMarshal",
                   {0xecc8691b, 0xc1db, 0x4dc0, {0x85, 0x5e, 0x65, 0xf6, 0xc5, 0x51, 0xaf, 0x49}}},
    NamedInterface{"IPersist", {0x0000010c, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}}},
    NamedInterface{"IDispatch", {0x00020400, 0, 0, {0xc0, 0, 0, 0, 0, 0, 0, 0x46}}},
    NamedInterface{"ISupportErrorInfo",
                   {0xdf0b3d60, 0x548f, 0x101b, {0x8e, 0x65, 0x08, 0x00, 0x2b, 0x2b, 0xd1, 0x19}}},
    NamedInterface{"IConnectionPointContainer",
                   {0xb196b284, 0xbab4, 0x101a, {0xb6, 0x9c, 0x00, 0xaa, 0x00, 0x34, 0x1d, 0x07}}},
    NamedInterface{"IServiceProvider",
                   {0x6d5140c1, 0x7436, 0x11ce, {0x80, 0x34, 0x00, 0xaa, 0x00, 0x60, 0x09, 0xfa}}},
    NamedInterface{"IWMPropertyVault",
                   {0x72995a79, 0x5090, 0x42a4, {0x9c, 0x8c, 0xd9, 0xd0, 0xb6, 0xd3, 0x4b, 0xe5}}},
    NamedInterface{"IWMWriterPushSink",
                   {0xdc10e6a5, 0x072c, 0x467d, {0xbf, 0x57, 0x63, 0x30, 0xa9, 0xdd, 0xe1, 0x2a}}},
    NamedInterface{"IWMWriterFileSink",
                   {0x96406be5, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}}},
    NamedInterface{"IWMWriterFileSink2",
                   {0x14282ba7, 0x4aef, 0x4205, {0x8c, 0xe5, 0xc2, 0x29, 0x03, 0x5a, 0x05, 0xbc}}},
    NamedInterface{"IWMWriterFileSink3",
                   {0x3fea4feb, 0x2945, 0x47a7, {0xa1, 0xdd, 0xc5, 0x3a, 0x8f, 0xc4, 0xc4, 0x5c}}},
    NamedInterface{"IWMHeaderInfo",
                   {0x96406bda, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}}},
    NamedInterface{"IWMStatusCallback", abi::iid_status_callback},
};

template <std::size_t size>
Json results_of_query(IUnknown& object, const std::array<NamedInterface, size>& interfaces)
{
    Json all = Json::object();
    for (const NamedInterface& one : interfaces) {
        void* found = nullptr;
        const HRESULT result = object.QueryInterface(one.iid, &found);
        all[one.name] = hex(static_cast<DWORD>(result));
        const ComPointer<IUnknown> owner{SUCCEEDED(result) ? static_cast<IUnknown*>(found) : nullptr};
    }
    return all;
}

/// Whether every interface gives the same IUnknown.
bool one_identity(IUnknown& object)
{
    const auto get = [](IUnknown& from, const IID& iid) {
        void* found = nullptr;
        return ComPointer<IUnknown>{
            SUCCEEDED(from.QueryInterface(iid, &found)) ? static_cast<IUnknown*>(found) : nullptr};
    };
    const auto identity = get(object, IID_IUnknown);
    return std::all_of(documented.begin(), documented.end(), [&](const NamedInterface& one) {
        const auto other = get(object, one.iid);
        return !other || get(*other.get(), IID_IUnknown).get() == identity.get();
    });
}

void creation(Report& report, const std::string& dll)
{
    const auto create = find_creator(dll);
    if (!create) {
        throw NotAnswered{create.error().message};
    }
    report.ask("creation.null", [&] { return result_json((*create)(nullptr)); });
    report.ask("creation.references", [&] {
        abi::IWMWriterNetworkSink* sink = nullptr;
        need((*create)(&sink), "WMCreateWriterNetworkSink");
        results_of_query(*sink, documented);
        return Json::object({{"last_release", sink->Release()}});
    });
}

void interfaces(Report& report, const std::string& dll)
{
    report.ask("interfaces.documented", [&] {
        TestSink test{dll};
        Json all = results_of_query(test.sink(), documented);
        all["one_identity"] = one_identity(test.sink());
        return all;
    });
    report.ask("interfaces.further", [&] { return results_of_query(TestSink{dll}.sink(), further); });
    report.ask("interfaces.null",
               [&] { return result_json(TestSink{dll}.sink().QueryInterface(IID_IUnknown, nullptr)); });
}

/// A result, and the value that came with it or that a getter gives then.
Json with_value(HRESULT result, DWORD value)
{
    Json observed = result_json(result);
    observed["value"] = value;
    return observed;
}

DWORD maximum(abi::IWMWriterNetworkSink& sink)
{
    DWORD value = 0xCDCDCDCD;
    sink.GetMaximumClients(&value);
    return value;
}

void settings(Report& report, const std::string& dll)
{
    TestSink test{dll};
    abi::IWMWriterNetworkSink& sink = test.sink();
    report.ask("maximum-clients.default", [&] {
        DWORD value = 0xCDCDCDCD;
        const HRESULT result = sink.GetMaximumClients(&value);
        return with_value(result, value);
    });
    report.ask("maximum-clients.null", [&] { return result_json(sink.GetMaximumClients(nullptr)); });
    for (const auto& [name, wanted] : {std::pair{"maximum-clients.0", 0}, std::pair{"maximum-clients.50", 50},
                                       std::pair{"maximum-clients.51", 51}}) {
        report.ask(name, [&, count = static_cast<DWORD>(wanted)] {
            const HRESULT result = sink.SetMaximumClients(count);
            return with_value(result, maximum(sink));
        });
    }
    report.ask("network-protocol.default", [&] {
        auto protocol = static_cast<abi::WMT_NET_PROTOCOL>(-1);
        const HRESULT result = sink.GetNetworkProtocol(&protocol);
        return with_value(result, static_cast<DWORD>(protocol));
    });
    report.ask("network-protocol.null", [&] { return result_json(sink.GetNetworkProtocol(nullptr)); });
    report.ask("network-protocol.http",
               [&] { return result_json(sink.SetNetworkProtocol(abi::WMT_PROTOCOL_HTTP)); });
    report.ask("network-protocol.other",
               [&] { return result_json(sink.SetNetworkProtocol(static_cast<abi::WMT_NET_PROTOCOL>(1))); });
    TestSink streaming{dll};
    streaming.open();
    report.ask("maximum-clients.after-open",
               [&] { return result_json(streaming.sink().SetMaximumClients(7)); });
    streaming.sink().SetMaximumClients(5);
    report.ask("maximum-clients.while-streaming", [&] {
        streaming.stream();
        const HRESULT result = streaming.sink().SetMaximumClients(7);
        return with_value(result, maximum(streaming.sink()));
    });
}

} // namespace

void object_scene(Report& report, const std::string& dll)
{
    Report::part([&] { creation(report, dll); });
    Report::part([&] { interfaces(report, dll); });
    Report::part([&] { settings(report, dll); });
}

} // namespace probe
