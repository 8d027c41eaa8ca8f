#pragma once

#include <unknwn.h>
#include <windows.h>
#include <wmsbuffer.h>

#include <cstddef>

/// What the writer network sink's users need of the Windows Media Format SDK's wmsdkidl.h: mingw-w64 and Wine
/// declare hardly any of it. In a namespace, so that it may stand beside a wmsdkidl.h.
///
/// Order of methods, parameters and IIDs: wmsdkidl.h as its public bindings agree on it (win32metadata,
/// DirectN, WindowsMediaLib), and Microsoft's pages "IWM… interface (wmsdkidl.h)" and "Interface
/// Identifiers". In every interface, slots 0 to 2 are IUnknown's. INSSBuffer is mingw-w64's (wmsbuffer.h).
namespace wmclients::com::abi {

// A virtual destructor would take a slot of the vtable: COM objects go by Release alone.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// WMT_STATUS (wmsdkidl.h): those values that a network sink sends.
enum WMT_STATUS : int {
    WMT_CLIENT_CONNECT = 32,
    WMT_CLIENT_DISCONNECT = 33,
    WMT_CLIENT_CONNECT_EX = 37,
    WMT_CLIENT_DISCONNECT_EX = 38,
    WMT_CLIENT_PROPERTIES = 42,
};

/// WMT_ATTR_DATATYPE (wmsdkidl.h).
enum WMT_ATTR_DATATYPE : int {
    WMT_TYPE_DWORD = 0,
    WMT_TYPE_STRING = 1,
    WMT_TYPE_BINARY = 2,
    WMT_TYPE_BOOL = 3,
    WMT_TYPE_QWORD = 4,
    WMT_TYPE_WORD = 5,
    WMT_TYPE_GUID = 6,
};

/// WMT_NET_PROTOCOL (wmsdkidl.h).
enum WMT_NET_PROTOCOL : int {
    WMT_PROTOCOL_HTTP = 0,
};

/// WM_AETYPE (wmsdkidl.h): 'i' and 'e'.
enum WM_AETYPE : int {
    WM_AETYPE_INCLUDE = 0x69,
    WM_AETYPE_EXCLUDE = 0x65,
};

/// WM_CLIENT_PROPERTIES (wmsdkidl.h).
struct WM_CLIENT_PROPERTIES {
    DWORD dwIPAddress;
    DWORD dwPort;
};

/// WM_CLIENT_PROPERTIES_EX (wmsdkidl.h): of natural packing, for it stands outside the header's packed parts.
struct WM_CLIENT_PROPERTIES_EX {
    DWORD cbSize;
    LPCWSTR pwszIPAddress;
    LPCWSTR pwszPort;
    LPCWSTR pwszDNSName;
};

/// WM_ADDRESS_ACCESSENTRY (wmsdkidl.h): both in network order.
struct WM_ADDRESS_ACCESSENTRY {
    DWORD dwIPAddress;
    DWORD dwMask;
};

static_assert(sizeof(WMT_STATUS) == 4 && sizeof(WMT_ATTR_DATATYPE) == 4 && sizeof(WMT_NET_PROTOCOL) == 4
              && sizeof(WM_AETYPE) == 4);
static_assert(sizeof(WM_CLIENT_PROPERTIES) == 8 && offsetof(WM_CLIENT_PROPERTIES, dwPort) == 4);
static_assert(sizeof(WM_ADDRESS_ACCESSENTRY) == 8 && offsetof(WM_ADDRESS_ACCESSENTRY, dwMask) == 4);
static_assert(sizeof(WM_CLIENT_PROPERTIES_EX) == (sizeof(void*) == 8 ? 32 : 16));
static_assert(offsetof(WM_CLIENT_PROPERTIES_EX, pwszIPAddress) == sizeof(void*)
              && offsetof(WM_CLIENT_PROPERTIES_EX, pwszPort) == 2 * sizeof(void*)
              && offsetof(WM_CLIENT_PROPERTIES_EX, pwszDNSName) == 3 * sizeof(void*));
static_assert(sizeof(wchar_t) == sizeof(char16_t));

struct IWMStatusCallback : public IUnknown {
    virtual HRESULT STDMETHODCALLTYPE OnStatus(WMT_STATUS Status, HRESULT hr, WMT_ATTR_DATATYPE dwType,
                                               BYTE* pValue, void* pvContext) = 0; // slot 3
};

struct IWMRegisterCallback : public IUnknown {
    virtual HRESULT STDMETHODCALLTYPE Advise(IWMStatusCallback* pCallback, void* pvContext) = 0;   // 3
    virtual HRESULT STDMETHODCALLTYPE Unadvise(IWMStatusCallback* pCallback, void* pvContext) = 0; // 4
};

struct IWMWriterSink : public IUnknown {
    virtual HRESULT STDMETHODCALLTYPE OnHeader(INSSBuffer* pHeader) = 0;                               // 3
    virtual HRESULT STDMETHODCALLTYPE IsRealTime(BOOL* pfRealTime) = 0;                                // 4
    virtual HRESULT STDMETHODCALLTYPE AllocateDataUnit(DWORD cbDataUnit, INSSBuffer** ppDataUnit) = 0; // 5
    virtual HRESULT STDMETHODCALLTYPE OnDataUnit(INSSBuffer* pDataUnit) = 0;                           // 6
    virtual HRESULT STDMETHODCALLTYPE OnEndWriting() = 0;                                              // 7
};

struct IWMWriterNetworkSink : public IWMWriterSink {
    virtual HRESULT STDMETHODCALLTYPE SetMaximumClients(DWORD dwMaxClients) = 0;           // 8
    virtual HRESULT STDMETHODCALLTYPE GetMaximumClients(DWORD* pdwMaxClients) = 0;         // 9
    virtual HRESULT STDMETHODCALLTYPE SetNetworkProtocol(WMT_NET_PROTOCOL protocol) = 0;   // 10
    virtual HRESULT STDMETHODCALLTYPE GetNetworkProtocol(WMT_NET_PROTOCOL* pProtocol) = 0; // 11
    virtual HRESULT STDMETHODCALLTYPE GetHostURL(WCHAR* pwszURL, DWORD* pcchURL) = 0;      // 12
    virtual HRESULT STDMETHODCALLTYPE Open(DWORD* pdwPortNum) = 0;                         // 13
    virtual HRESULT STDMETHODCALLTYPE Disconnect() = 0;                                    // 14
    virtual HRESULT STDMETHODCALLTYPE Close() = 0;                                         // 15
};

struct IWMClientConnections : public IUnknown {
    virtual HRESULT STDMETHODCALLTYPE GetClientCount(DWORD* pcClients) = 0; // 3
    virtual HRESULT STDMETHODCALLTYPE GetClientProperties(DWORD dwClientNum,
                                                          WM_CLIENT_PROPERTIES* pClientProperties) = 0; // 4
};

struct IWMClientConnections2 : public IWMClientConnections {
    virtual HRESULT STDMETHODCALLTYPE GetClientInfo(DWORD dwClientNum, WCHAR* pwszNetworkAddress,
                                                    DWORD* pcchNetworkAddress, WCHAR* pwszPort,
                                                    DWORD* pcchPort, WCHAR* pwszDNSName,
                                                    DWORD* pcchDNSName) = 0; // 5
};

struct IWMAddressAccess : public IUnknown {
    virtual HRESULT STDMETHODCALLTYPE GetAccessEntryCount(WM_AETYPE aeType, DWORD* pcEntries) = 0; // 3
    virtual HRESULT STDMETHODCALLTYPE GetAccessEntry(WM_AETYPE aeType, DWORD dwEntryNum,
                                                     WM_ADDRESS_ACCESSENTRY* pAddrAccessEntry) = 0; // 4
    virtual HRESULT STDMETHODCALLTYPE AddAccessEntry(WM_AETYPE aeType,
                                                     WM_ADDRESS_ACCESSENTRY* pAddrAccessEntry) = 0; // 5
    virtual HRESULT STDMETHODCALLTYPE RemoveAccessEntry(WM_AETYPE aeType, DWORD dwEntryNum) = 0;    // 6
};

/// GetAccessEntryEx stands before AddAccessEntryEx in the vtable (wmsdkidl.h).
struct IWMAddressAccess2 : public IWMAddressAccess {
    virtual HRESULT STDMETHODCALLTYPE GetAccessEntryEx(WM_AETYPE aeType, DWORD dwEntryNum, BSTR* pbstrAddress,
                                                       BSTR* pbstrMask) = 0; // 7
    virtual HRESULT STDMETHODCALLTYPE AddAccessEntryEx(WM_AETYPE aeType, BSTR bstrAddress,
                                                       BSTR bstrMask) = 0; // 8
};

#pragma GCC diagnostic pop

/// "Interface Identifiers" (Windows Media Format SDK), and wmsdkidl.h.
inline constexpr IID iid_status_callback{
    0x6d7cdc70, 0x9888, 0x11d3, {0x8e, 0xdc, 0x00, 0xc0, 0x4f, 0x61, 0x09, 0xcf}};
inline constexpr IID iid_register_callback{
    0xcf4b1f99, 0x4de2, 0x4e49, {0xa3, 0x63, 0x25, 0x27, 0x40, 0xd9, 0x9b, 0xc1}};
inline constexpr IID iid_writer_sink{
    0x96406be4, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}};
inline constexpr IID iid_writer_network_sink{
    0x96406be7, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}};
inline constexpr IID iid_client_connections{
    0x73c66010, 0xa299, 0x41df, {0xb1, 0xf0, 0xcc, 0xf0, 0x3b, 0x09, 0xc1, 0xc6}};
inline constexpr IID iid_client_connections_2{
    0x4091571e, 0x4701, 0x4593, {0xbb, 0x3d, 0xd5, 0xf5, 0xf0, 0xc7, 0x42, 0x46}};
inline constexpr IID iid_address_access{
    0xbb3c6389, 0x1633, 0x4e92, {0xaf, 0x14, 0x9f, 0x31, 0x73, 0xba, 0x39, 0xd0}};
inline constexpr IID iid_address_access_2{
    0x65a83fc2, 0x3e98, 0x4d4d, {0x81, 0xb5, 0x2a, 0x74, 0x28, 0x86, 0xb3, 0x3d}};
/// wmsbuffer.h.
inline constexpr IID iid_nss_buffer{
    0xe1cd3524, 0x03d7, 0x11d2, {0x9e, 0xed, 0x00, 0x60, 0x97, 0xd2, 0xd7, 0xcf}};

} // namespace wmclients::com::abi
