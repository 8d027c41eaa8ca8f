#include <wmclients/base/text.hpp>
#include <wmclients/com/abi/access_entry.hpp>
#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/abi/writer_network_sink.hpp>
#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/com/sink_assumptions.hpp>

#include <algorithm>
#include <string>
#include <type_traits>

// What is asked of the sink with buffers and structures: its URL, its clients, its access lists.

namespace wmclients::com::abi {
namespace {

static_assert(sizeof(DWORD) == sizeof(std::uint32_t) && alignof(DWORD) == alignof(std::uint32_t));

/// DWORD is unsigned long, of the same size as ours.
std::uint32_t* number(DWORD* pointer)
{
    return reinterpret_cast<std::uint32_t*>(pointer);
}

char16_t* text(WCHAR* pointer)
{
    return reinterpret_cast<char16_t*>(pointer);
}

BSTR to_bstr(const std::u16string& text)
{
    return SysAllocStringLen(reinterpret_cast<const OLECHAR*>(text.data()), static_cast<UINT>(text.size()));
}

} // namespace

HRESULT WriterNetworkSink::GetHostURL(WCHAR* url, DWORD* length)
{
    return guarded([&] {
        if (length == nullptr) {
            return Hresult::e_invalidarg;
        }
        std::string utf8;
        const Hresult result = sink_.host_url(utf8);
        if (failed(result)) {
            return result;
        }
        const std::u16string wide = to_utf16(utf8);
        const auto needed = static_cast<DWORD>(wide.size() + 1);
        const bool fits = url == nullptr || *length >= needed;
        if (fits && url != nullptr) {
            *std::copy(wide.begin(), wide.end(), text(url)) = u'\0';
        }
        if (fits || assumptions::short_url_gives_length) {
            *length = needed;
        }
        return fits ? Hresult::s_ok : Hresult::asf_e_buffertoosmall;
    });
}

HRESULT WriterNetworkSink::GetClientCount(DWORD* count)
{
    return guarded([&] { return ClientConnections{snapshot_of(sink_)}.get_client_count(number(count)); });
}

HRESULT WriterNetworkSink::GetClientProperties(DWORD index, WM_CLIENT_PROPERTIES* properties)
{
    return guarded([&] {
        ClientProperties found;
        const Hresult result = ClientConnections{snapshot_of(sink_)}.get_client_properties(
            index, properties == nullptr ? nullptr : &found);
        if (!failed(result)) {
            *properties = {found.ip_address, found.port};
        }
        return result;
    });
}

HRESULT WriterNetworkSink::GetClientInfo(DWORD index, WCHAR* address, DWORD* address_length, WCHAR* port,
                                         DWORD* port_length, WCHAR* name, DWORD* name_length)
{
    return guarded([&] {
        return ClientConnections{snapshot_of(sink_)}.get_client_info(
            index, text(address), number(address_length), text(port), number(port_length), text(name),
            number(name_length));
    });
}

HRESULT WriterNetworkSink::GetAccessEntryCount(WM_AETYPE type, DWORD* count)
{
    return guarded([&] {
        const auto kind = kind_of(type);
        if (count == nullptr || !kind) {
            return count == nullptr ? assumptions::null_pointer : assumptions::bad_access_entry;
        }
        *count = static_cast<DWORD>(sink_.access_entries(*kind).size());
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::GetAccessEntry(WM_AETYPE type, DWORD index, WM_ADDRESS_ACCESSENTRY* entry)
{
    return guarded([&] {
        const auto kind = kind_of(type);
        if (entry == nullptr || !kind) {
            return entry == nullptr ? Hresult::e_invalidarg : assumptions::bad_access_entry;
        }
        const auto entries = sink_.access_entries(*kind);
        if (index >= entries.size()) {
            return Hresult::ns_e_invalid_index;
        }
        const auto numbers = numbers_of(entries[index]);
        if (!numbers) {
            return assumptions::access_entry_of_ipv6;
        }
        *entry = *numbers;
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::AddAccessEntry(WM_AETYPE type, WM_ADDRESS_ACCESSENTRY* entry)
{
    return guarded([&] {
        const auto kind = kind_of(type);
        if (entry == nullptr || !kind) {
            return entry == nullptr ? assumptions::null_pointer : assumptions::bad_access_entry;
        }
        sink_.add_access_entry(*kind, entry_from(*entry));
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::RemoveAccessEntry(WM_AETYPE type, DWORD index)
{
    return guarded([&] {
        const auto kind = kind_of(type);
        return kind ? sink_.remove_access_entry(*kind, index) : assumptions::bad_access_entry;
    });
}

HRESULT WriterNetworkSink::GetAccessEntryEx(WM_AETYPE type, DWORD index, BSTR* address, BSTR* mask)
{
    return guarded([&] {
        if (address == nullptr || mask == nullptr) {
            return assumptions::null_pointer;
        }
        const auto kind = kind_of(type);
        if (!kind) {
            return assumptions::bad_access_entry;
        }
        const auto entries = sink_.access_entries(*kind);
        if (index >= entries.size()) {
            return Hresult::ns_e_invalid_index;
        }
        const AccessTexts texts = texts_of(entries[index]);
        BSTR first = to_bstr(texts.address);
        BSTR second = to_bstr(texts.mask);
        if (first == nullptr || second == nullptr) {
            SysFreeString(first);
            SysFreeString(second);
            return Hresult::e_outofmemory;
        }
        *address = first;
        *mask = second;
        return Hresult::s_ok;
    });
}

HRESULT WriterNetworkSink::AddAccessEntryEx(WM_AETYPE type, BSTR address, BSTR mask)
{
    return guarded([&] {
        if (address == nullptr || mask == nullptr) {
            return assumptions::null_pointer;
        }
        const auto kind = kind_of(type);
        const auto entry = entry_from({address, SysStringLen(address)}, {mask, SysStringLen(mask)});
        if (!kind || !entry) {
            return assumptions::bad_access_entry;
        }
        sink_.add_access_entry(*kind, *entry);
        return Hresult::s_ok;
    });
}

} // namespace wmclients::com::abi
