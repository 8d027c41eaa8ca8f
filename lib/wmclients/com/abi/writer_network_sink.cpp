#include <wmclients/com/abi/data_unit.hpp>
#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/abi/writer_network_sink.hpp>
#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/com/sink_assumptions.hpp>

#include <utility>

// IUnknown and what concerns the stream and its clients; the access lists are in
// writer_network_sink_access.cpp.

namespace wmclients::com::abi {
namespace {

sink::SinkOptions options()
{
    sink::SinkOptions options;
    options.resolve_names = true; // "usually" the cause of WMT_CLIENT_PROPERTIES (WMT_STATUS' page)
    return options;
}

} // namespace

WriterNetworkSink::WriterNetworkSink() : sink_(options()), callbacks_(sink_)
{
    sink_.advise(callbacks_);
}

/// The callbacks go first: while the sink closes, nobody may ask for an object that is going.
WriterNetworkSink::~WriterNetworkSink()
{
    sink_.unadvise(callbacks_);
}

HRESULT WriterNetworkSink::QueryInterface(REFIID iid, void** object)
{
    if (object == nullptr) {
        return to_hresult(Hresult::e_pointer);
    }
    *object = nullptr;
    if (IsEqualGUID(iid, IID_IUnknown) || IsEqualGUID(iid, iid_writer_sink)
        || IsEqualGUID(iid, iid_writer_network_sink)) {
        *object = static_cast<IWMWriterNetworkSink*>(this);
    } else if (IsEqualGUID(iid, iid_client_connections) || IsEqualGUID(iid, iid_client_connections_2)) {
        *object = static_cast<IWMClientConnections2*>(this);
    } else if (IsEqualGUID(iid, iid_address_access) || IsEqualGUID(iid, iid_address_access_2)) {
        *object = static_cast<IWMAddressAccess2*>(this);
    } else if (IsEqualGUID(iid, iid_register_callback)) {
        *object = static_cast<IWMRegisterCallback*>(this);
    } else {
        return to_hresult(Hresult::e_nointerface);
    }
    AddRef();
    return S_OK;
}

ULONG WriterNetworkSink::AddRef()
{
    return ++references_;
}

ULONG WriterNetworkSink::Release()
{
    const ULONG left = --references_;
    if (left == 0) {
        if (callbacks_.on_their_thread()) {
            destroy_elsewhere();
        } else {
            delete this;
        }
    }
    return left;
}

/// In a callback: the thread of the sockets cannot wait for its own end. The other thread holds the DLL,
/// whose user may let go of it now. Without a thread the object stays: that is the lesser harm.
void WriterNetworkSink::destroy_elsewhere()
{
    HMODULE self = nullptr;
    if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                           reinterpret_cast<LPCWSTR>(&WriterNetworkSink::destroy), &self)
        == FALSE) {
        return;
    }
    HANDLE thread = CreateThread(nullptr, 0, &WriterNetworkSink::destroy, this, 0, nullptr);
    if (thread == nullptr) {
        FreeLibrary(self);
        return;
    }
    CloseHandle(thread);
}

DWORD WINAPI WriterNetworkSink::destroy(void* object)
{
    delete static_cast<WriterNetworkSink*>(object);
    HMODULE self = nullptr;
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                       reinterpret_cast<LPCWSTR>(&WriterNetworkSink::destroy), &self);
    FreeLibraryAndExitThread(self, 0);
}

HRESULT WriterNetworkSink::OnHeader(INSSBuffer* header)
{
    return guarded([&] {
        if (header == nullptr) {
            return assumptions::null_pointer;
        }
        Bytes bytes;
        const HRESULT result = bytes_of(*header, bytes);
        return FAILED(result) ? static_cast<Hresult>(result) : sink_.on_header(bytes);
    });
}

HRESULT WriterNetworkSink::IsRealTime(BOOL* real_time)
{
    if (real_time == nullptr) {
        return to_hresult(assumptions::null_pointer);
    }
    *real_time = assumptions::is_real_time ? TRUE : FALSE;
    return S_OK;
}

HRESULT WriterNetworkSink::AllocateDataUnit(DWORD size, INSSBuffer** unit)
{
    return guarded([&] {
        if (unit == nullptr) {
            return assumptions::null_pointer;
        }
        *unit = make_data_unit(size);
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::OnDataUnit(INSSBuffer* unit)
{
    return guarded([&] {
        if (unit == nullptr) {
            return assumptions::null_pointer;
        }
        Bytes bytes;
        const HRESULT result = bytes_of(*unit, bytes);
        return FAILED(result) ? static_cast<Hresult>(result) : sink_.on_data_unit(bytes);
    });
}

HRESULT WriterNetworkSink::OnEndWriting()
{
    return guarded([&] { return sink_.on_end_writing(); });
}

HRESULT WriterNetworkSink::SetMaximumClients(DWORD count)
{
    return guarded([&] { return sink_.set_maximum_clients(count); });
}

HRESULT WriterNetworkSink::GetMaximumClients(DWORD* count)
{
    return guarded([&] {
        if (count == nullptr) {
            return Hresult::e_invalidarg;
        }
        *count = sink_.maximum_clients();
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::SetNetworkProtocol(WMT_NET_PROTOCOL protocol)
{
    return protocol == WMT_PROTOCOL_HTTP ? S_OK : to_hresult(Hresult::e_invalidarg);
}

HRESULT WriterNetworkSink::GetNetworkProtocol(WMT_NET_PROTOCOL* protocol)
{
    if (protocol == nullptr) {
        return to_hresult(Hresult::e_invalidarg);
    }
    *protocol = WMT_PROTOCOL_HTTP;
    return S_OK;
}

HRESULT WriterNetworkSink::Open(DWORD* port)
{
    return guarded([&] {
        if (port == nullptr) {
            return Hresult::e_invalidarg;
        }
        if (!std::in_range<std::uint16_t>(*port)) {
            return assumptions::bad_port;
        }
        auto number = static_cast<std::uint16_t>(*port);
        const Hresult result = sink_.open(number);
        if (!failed(result)) {
            *port = number;
        }
        return result;
    });
}

HRESULT WriterNetworkSink::Disconnect()
{
    return guarded([&] { return sink_.disconnect(); });
}

HRESULT WriterNetworkSink::Close()
{
    return guarded([&] { return sink_.close(); });
}

HRESULT WriterNetworkSink::Advise(IWMStatusCallback* callback, void* context)
{
    return guarded([&] {
        if (callback == nullptr) {
            return assumptions::null_pointer;
        }
        callbacks_.add(*callback, context);
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::Unadvise(IWMStatusCallback* callback, void*)
{
    return guarded([&] {
        if (callback == nullptr) {
            return assumptions::null_pointer;
        }
        return callbacks_.remove(*callback) ? Hresult::s_ok : assumptions::unadvise_unknown;
    });
}

} // namespace wmclients::com::abi
