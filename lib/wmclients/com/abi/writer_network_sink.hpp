#pragma once

#include <wmclients/com/abi/callbacks.hpp>
#include <wmclients/com/abi/wmsdk.hpp>
#include <wmclients/com/client_connections.hpp>
#include <wmclients/sink/network_sink.hpp>

#include <atomic>

namespace wmclients::com::abi {

/// The writer network sink as a COM object: sink::NetworkSink behind seven interfaces with one identity and
/// one reference count. All methods may be called on any thread, also in a callback, and in every apartment
/// without marshalling; none throws. Results: the Windows Media Format SDK's reference, com/assumptions.hpp
/// and com/sink_assumptions.hpp. A call that fails leaves what its pointers point to as it was, but for the
/// lengths of buffers that are too small, and QueryInterface's pointer, which becomes NULL.
class WriterNetworkSink final : public IWMWriterNetworkSink,
                                public IWMClientConnections2,
                                public IWMAddressAccess2,
                                public IWMRegisterCallback {
  public:
    /// With one reference, for whoever makes it.
    WriterNetworkSink();

    WriterNetworkSink(const WriterNetworkSink&) = delete;
    WriterNetworkSink& operator=(const WriterNetworkSink&) = delete;

    // IUnknown.
    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override;
    ULONG STDMETHODCALLTYPE AddRef() override;
    ULONG STDMETHODCALLTYPE Release() override;

    // IWMWriterSink.
    HRESULT STDMETHODCALLTYPE OnHeader(INSSBuffer* header) override;
    HRESULT STDMETHODCALLTYPE IsRealTime(BOOL* real_time) override;
    HRESULT STDMETHODCALLTYPE AllocateDataUnit(DWORD size, INSSBuffer** unit) override;
    HRESULT STDMETHODCALLTYPE OnDataUnit(INSSBuffer* unit) override;
    HRESULT STDMETHODCALLTYPE OnEndWriting() override;

    // IWMWriterNetworkSink.
    HRESULT STDMETHODCALLTYPE SetMaximumClients(DWORD count) override;
    HRESULT STDMETHODCALLTYPE GetMaximumClients(DWORD* count) override;
    HRESULT STDMETHODCALLTYPE SetNetworkProtocol(WMT_NET_PROTOCOL protocol) override;
    HRESULT STDMETHODCALLTYPE GetNetworkProtocol(WMT_NET_PROTOCOL* protocol) override;
    HRESULT STDMETHODCALLTYPE GetHostURL(WCHAR* url, DWORD* length) override;
    HRESULT STDMETHODCALLTYPE Open(DWORD* port) override;
    HRESULT STDMETHODCALLTYPE Disconnect() override;
    HRESULT STDMETHODCALLTYPE Close() override;

    // IWMClientConnections2.
    HRESULT STDMETHODCALLTYPE GetClientCount(DWORD* count) override;
    HRESULT STDMETHODCALLTYPE GetClientProperties(DWORD index, WM_CLIENT_PROPERTIES* properties) override;
    HRESULT STDMETHODCALLTYPE GetClientInfo(DWORD index, WCHAR* address, DWORD* address_length, WCHAR* port,
                                            DWORD* port_length, WCHAR* name, DWORD* name_length) override;

    // IWMAddressAccess2.
    HRESULT STDMETHODCALLTYPE GetAccessEntryCount(WM_AETYPE type, DWORD* count) override;
    HRESULT STDMETHODCALLTYPE GetAccessEntry(WM_AETYPE type, DWORD index,
                                             WM_ADDRESS_ACCESSENTRY* entry) override;
    HRESULT STDMETHODCALLTYPE AddAccessEntry(WM_AETYPE type, WM_ADDRESS_ACCESSENTRY* entry) override;
    HRESULT STDMETHODCALLTYPE RemoveAccessEntry(WM_AETYPE type, DWORD index) override;
    HRESULT STDMETHODCALLTYPE GetAccessEntryEx(WM_AETYPE type, DWORD index, BSTR* address,
                                               BSTR* mask) override;
    HRESULT STDMETHODCALLTYPE AddAccessEntryEx(WM_AETYPE type, BSTR address, BSTR mask) override;

    // IWMRegisterCallback.
    HRESULT STDMETHODCALLTYPE Advise(IWMStatusCallback* callback, void* context) override;
    HRESULT STDMETHODCALLTYPE Unadvise(IWMStatusCallback* callback, void* context) override;

  private:
    ~WriterNetworkSink();

    void destroy_elsewhere();
    static DWORD WINAPI destroy(void* object);

    std::atomic<ULONG> references_ = 1;
    sink::NetworkSink sink_;
    Callbacks callbacks_;
};

} // namespace wmclients::com::abi
