#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>
#include <wmclients/sink/options.hpp>

// Creation, QueryInterface, settings, the methods of IWMWriterSink and INSSBuffer.

namespace wmclients::com::contract {
namespace {

Json with_value(Hresult hresult, Json value)
{
    return {{"hresult", hex(hresult)}, {"value", std::move(value)}};
}

/// Where a NULL pointer is documented to give this.
constexpr auto documented_null = just<Hresult::e_invalidarg>;

Json documented_interfaces()
{
    Json all = Json::object();
    for (const char* name :
         {"IUnknown", "IWMWriterSink", "IWMWriterNetworkSink", "IWMClientConnections",
          "IWMClientConnections2", "IWMAddressAccess", "IWMAddressAccess2", "IWMRegisterCallback"}) {
        all[name] = hex(Hresult::s_ok);
    }
    all["one_identity"] = true;
    return all;
}

Json further_interfaces()
{
    Json all = Json::object();
    for (const char* name :
         {"IMarshal", "IAgileObject", "INoMarshal", "IPersist", "IDispatch", "ISupportErrorInfo",
          "IConnectionPointContainer", "IServiceProvider", "IWMPropertyVault", "IWMWriterPushSink",
          "IWMWriterFileSink", "IWMWriterFileSink2", "IWMWriterFileSink3", "IWMHeaderInfo",
          "IWMStatusCallback"}) {
        all[name] = hex(Hresult::e_nointerface);
    }
    return all;
}

Cases object_itself()
{
    return {
        {"creation.null", 0, "WMCreateWriterNetworkSink(NULL)", assumed_null},
        {"creation.references", 0, "What the last Release gives, after QueryInterface and Release of all",
         [] {
             return Json::object({{"last_release", 0}});
         }},
        {"interfaces.documented", 15, "QueryInterface for what is documented, and the identity of IUnknown",
         documented_interfaces},
        {"interfaces.further", 15, "QueryInterface for more", further_interfaces},
        {"interfaces.null", 15, "QueryInterface(IUnknown, NULL)", just<Hresult::e_pointer>},
    };
}

Cases settings()
{
    return {
        {"maximum-clients.default", 0, "GetMaximumClients of a fresh sink",
         [] { return with_value(Hresult::s_ok, sink::default_clients); }},
        {"maximum-clients.null", 0, "GetMaximumClients(NULL)", documented_null},
        {"maximum-clients.0", 11, "SetMaximumClients(0), and GetMaximumClients then",
         [] { return with_value(Hresult::s_ok, 0); }},
        {"maximum-clients.50", 11, "SetMaximumClients(50), and GetMaximumClients then",
         [] { return with_value(Hresult::s_ok, sink::most_clients); }},
        {"maximum-clients.51", 11, "SetMaximumClients(51) after 50, and GetMaximumClients then",
         [] { return with_value(Hresult::ns_e_invalid_request, sink::most_clients); }},
        {"maximum-clients.after-open", 11, "SetMaximumClients(7) after Open", succeeds},
        {"maximum-clients.while-streaming", 11,
         "SetMaximumClients(7) after OnHeader, and GetMaximumClients then",
         [] { return with_value(Hresult::ns_e_invalid_request, sink::default_clients); }},
        {"network-protocol.default", 0, "GetNetworkProtocol of a fresh sink",
         [] { return with_value(Hresult::s_ok, 0); }},
        {"network-protocol.null", 0, "GetNetworkProtocol(NULL)", documented_null},
        {"network-protocol.http", 0, "SetNetworkProtocol(WMT_PROTOCOL_HTTP)", succeeds},
        {"network-protocol.other", 0, "SetNetworkProtocol(1)", documented_null},
    };
}

Cases writer_sink()
{
    return {
        {"real-time.value", 0, "IsRealTime",
         [] { return with_value(Hresult::s_ok, assumptions::is_real_time ? 1 : 0); }},
        {"real-time.null", 0, "IsRealTime(NULL)", assumed_null},
        {"header.null", 0, "OnHeader(NULL)", assumed_null},
        {"header.no-asf", 0, "OnHeader with 64 bytes that are no ASF", just<Hresult::ns_e_invalid_data>},
        {"header.not-open", 0, "OnHeader before Open", succeeds},
        {"header.first", 0, "The first OnHeader", succeeds},
        {"header.second", 0, "A second OnHeader while a client is attached: what it is sent, who is counted",
         [] {
             return Json{
                 {"hresult", hex(Hresult::s_ok)}, {"packets", "CH"}, {"count", 1}, {"events", Json::array()}};
         }},
        {"data.null", 0, "OnDataUnit(NULL)", assumed_null},
        {"data.before-header", 0, "OnDataUnit before OnHeader", wrong_state},
        {"data.first", 0, "The first OnDataUnit", succeeds},
        {"end-writing.before-header", 0, "OnEndWriting before OnHeader", succeeds},
        {"end-writing.first", 0, "OnEndWriting after OnHeader and OnDataUnit", succeeds},
        {"end-writing.twice", 0, "OnEndWriting again", succeeds},
        {"data.after-end", 0, "OnDataUnit after OnEndWriting", wrong_state},
        {"header.after-end", 0, "OnHeader after OnEndWriting", succeeds},
    };
}

Cases buffers()
{
    return {
        {"buffer.null", 0, "AllocateDataUnit(64, NULL)", assumed_null},
        {"buffer.lengths", 0, "INSSBuffer of AllocateDataUnit(64): its length and maximum when fresh",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"length", 64}, {"maximum", 64}};
         }},
        {"buffer.length-0", 0, "AllocateDataUnit(0)", succeeds},
        {"buffer.set-length", 0, "INSSBuffer::SetLength(10), and GetLength then",
         [] { return with_value(Hresult::s_ok, 10); }},
        {"buffer.set-length-too-large", 0, "INSSBuffer::SetLength one beyond the maximum",
         just<assumptions::length_too_large>},
        {"buffer.get-length-null", 0, "INSSBuffer::GetLength(NULL)", assumed_null},
        {"buffer.get-maximum-null", 0, "INSSBuffer::GetMaxLength(NULL)", assumed_null},
        {"buffer.get-buffer-null", 0, "INSSBuffer::GetBuffer(NULL)", assumed_null},
        {"buffer.get-both-null", 0, "INSSBuffer::GetBufferAndLength(NULL, pointer)", assumed_null},
    };
}

} // namespace

Cases object_cases()
{
    Cases all = object_itself();
    for (const Cases& more : {settings(), writer_sink(), buffers()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

} // namespace wmclients::com::contract
