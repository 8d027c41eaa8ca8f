/* vtable DLL: checks the DLL's writer network sink, called as any program would: by LoadLibrary and vtable slots. */
#include "vtable_support.h"

#include <string.h>
#include <wchar.h>

static void creation(void)
{
    check_result(create_sink(NULL), E_INVALIDARG, "WMCreateWriterNetworkSink: NULL");
}

static void interfaces(void)
{
    void *sink = new_sink(), *all[INTERFACES], *nobody = sink, *identity = query(sink, &iids[UNKNOWN]);
    ULONG before;
    char name[120];
    int from, to;
    for (from = 0; from < INTERFACES; ++from) {
        all[from] = query(sink, &iids[from]);
        check(all[from] != NULL, interface_names[from], "the object does not have it");
    }
    for (from = 0; from < INTERFACES; ++from) {
        void *unknown = query(all[from], &iids[UNKNOWN]);
        check(unknown == identity, interface_names[from], "another IUnknown: no identity");
        release(unknown);
        for (to = 0; to < INTERFACES; ++to) {
            void *other = query(all[from], &iids[to]), *back = other == NULL ? NULL : query(other, &iids[from]);
            sprintf(name, "QueryInterface: %s to %s", interface_names[from], interface_names[to]);
            check(other == all[to] && back == all[from], name, "not the same pointer there and back");
            release(other);
            release(back);
        }
        check_result(CALL(all[from], 0, A(&iid_nobody), A(&nobody)), E_NOINTERFACE, "QueryInterface: unknown IID");
        check(nobody == NULL, "QueryInterface: unknown IID", "the pointer is not NULL");
        check_result(CALL(all[from], 0, A(&iids[UNKNOWN]), A(NULL)), E_POINTER, "QueryInterface: NULL");
    }
    before = add_ref(all[0]);
    for (from = 1; from < INTERFACES; ++from) {
        check_number(add_ref(all[from]), before + (ULONG)from, "AddRef: one count for all interfaces");
    }
    for (from = 0; from < INTERFACES; ++from) {
        check_number(release(all[INTERFACES - 1 - from]), before + INTERFACES - 2 - (ULONG)from,
                     "Release: one count for all interfaces");
    }
    check_number(before, INTERFACES + 3, "references: one a QueryInterface, one of the creation");
    for (from = 0; from < INTERFACES; ++from) {
        release(all[from]);
    }
    release(identity);
    check_number(release(sink), 0, "the last Release");
}

static void settings(void)
{
    void *sink = new_sink();
    DWORD value = 99;
    check_result(CALL(sink, 9, A(&value)), S_OK, "GetMaximumClients");
    check_number(value, 5, "GetMaximumClients: the default");
    check_result(CALL(sink, 9, A(NULL)), E_INVALIDARG, "GetMaximumClients: NULL");
    check_result(CALL(sink, 8, A(50)), S_OK, "SetMaximumClients: 50");
    check_result(CALL(sink, 8, A(51)), R_INVALID_REQUEST, "SetMaximumClients: 51");
    CALL(sink, 9, A(&value));
    check_number(value, 50, "GetMaximumClients: as set");
    check_result(CALL(sink, 8, A(0)), S_OK, "SetMaximumClients: 0");
    check_result(CALL(sink, 10, A(0)), S_OK, "SetNetworkProtocol: HTTP");
    check_result(CALL(sink, 10, A(1)), E_INVALIDARG, "SetNetworkProtocol: 1");
    value = 99;
    check_result(CALL(sink, 11, A(&value)), S_OK, "GetNetworkProtocol");
    check_number(value, 0, "GetNetworkProtocol: HTTP");
    check_result(CALL(sink, 11, A(NULL)), E_INVALIDARG, "GetNetworkProtocol: NULL");
    value = 0;
    check_result(CALL(sink, 4, A(&value)), S_OK, "IsRealTime");
    check_number(value, TRUE, "IsRealTime: TRUE");
    check_result(CALL(sink, 4, A(NULL)), E_INVALIDARG, "IsRealTime: NULL");
    release(sink);
}

static void opening(void)
{
    void *sink = new_sink(), *other = new_sink();
    DWORD port = 0, same, length = 0, needed;
    WCHAR url[300], wanted[16];
    check_result(CALL(sink, 12, A(NULL), A(&length)), R_INVALID_REQUEST, "GetHostURL: not open");
    check_result(CALL0(sink, 14), S_OK, "Disconnect: not open");
    check_result(CALL0(sink, 15), R_INVALID_REQUEST, "Close: not open");
    check_result(CALL(sink, 13, A(NULL)), E_INVALIDARG, "Open: NULL");
    port = 65536;
    check_result(CALL(sink, 13, A(&port)), E_INVALIDARG, "Open: port 65536");
    port = 0;
    check_result(CALL(sink, 13, A(&port)), S_OK, "Open: port 0");
    check(port != 0 && port < 65536, "Open: port 0", "no port is told");
    same = port;
    check_result(CALL(sink, 13, A(&same)), R_INVALID_REQUEST, "Open: it is open");
    check_result(CALL(other, 13, A(&same)), R_RESOURCE_FAILURE, "Open: the port is in use");
    check_number(same, port, "Open: a failure leaves the port");

    check_result(CALL(sink, 12, A(url), A(NULL)), E_INVALIDARG, "GetHostURL: NULL length");
    check_result(CALL(sink, 12, A(NULL), A(&length)), S_OK, "GetHostURL: length only");
    needed = length;
    wmemset(url, L'#', 300);
    check_result(CALL(sink, 12, A(url), A(&length)), S_OK, "GetHostURL: exact");
    check_number(length, needed, "GetHostURL: exact length");
    check_number((DWORD)wcslen(url) + 1, needed, "GetHostURL: the length has the NUL");
    check(url[needed] == L'#', "GetHostURL", "written beyond the length");
    swprintf(wanted, 16, L":%lu", port);
    check(wcsncmp(url, L"http://", 7) == 0 && wcscmp(wcsrchr(url, L':'), wanted) == 0, "GetHostURL", "not http://HOST:PORT");
    length = needed - 1;
    wmemset(url, L'#', 300);
    check_result(CALL(sink, 12, A(url), A(&length)), R_BUFFER_TOO_SMALL, "GetHostURL: short");
    check_number(length, needed, "GetHostURL: short: the length that is needed");
    check(url[0] == L'#', "GetHostURL: short", "something is written");

    check_result(CALL0(sink, 14), S_OK, "Disconnect");
    check_result(CALL(sink, 12, A(NULL), A(&length)), S_OK, "GetHostURL: after Disconnect");
    check_result(CALL0(sink, 15), S_OK, "Close");
    check_result(CALL0(sink, 15), R_INVALID_REQUEST, "Close: again");
    check_result(CALL(other, 13, A(&same)), S_OK, "Open: the port that another has closed");
    release(sink);
    release(other);
}

static void buffers(void)
{
    void *sink = new_sink(), *buffer = NULL, *same;
    BYTE *bytes = NULL, *again = NULL;
    DWORD length = 99;
    check_result(CALL(sink, 5, A(64), A(NULL)), E_INVALIDARG, "AllocateDataUnit: NULL");
    check_result(CALL(sink, 5, A(64), A(&buffer)), S_OK, "AllocateDataUnit");
    same = query(buffer, &iid_buffer);
    check(same == buffer && query(buffer, &iids[UNKNOWN]) == buffer, "INSSBuffer: QueryInterface", "not itself");
    check_number(release(buffer), 2, "INSSBuffer: references");
    release(same);
    check(query(buffer, &iids[WRITER_SINK]) == NULL, "INSSBuffer: QueryInterface", "it is a sink");
    check_result(CALL(buffer, 5, A(&length)), S_OK, "INSSBuffer: GetMaxLength");
    check_number(length, 64, "INSSBuffer: GetMaxLength");
    check_result(CALL(buffer, 4, A(65)), E_INVALIDARG, "INSSBuffer: SetLength: too much");
    check_result(CALL(buffer, 4, A(10)), S_OK, "INSSBuffer: SetLength");
    check_result(CALL(buffer, 3, A(&length)), S_OK, "INSSBuffer: GetLength");
    check_number(length, 10, "INSSBuffer: GetLength");
    check_result(CALL(buffer, 6, A(&bytes)), S_OK, "INSSBuffer: GetBuffer");
    length = 99;
    check_result(CALL(buffer, 7, A(&again), A(&length)), S_OK, "INSSBuffer: GetBufferAndLength");
    check(bytes != NULL && bytes == again && length == 10, "INSSBuffer: GetBufferAndLength", "not the same");
    check_result(CALL(buffer, 7, A(NULL), A(&length)), E_INVALIDARG, "INSSBuffer: GetBufferAndLength: NULL");
    check_number(release(buffer), 0, "INSSBuffer: the last Release");
    buffer = NULL;
    check_result(CALL(sink, 5, A(0), A(&buffer)), S_OK, "AllocateDataUnit: 0");
    release(buffer);
    release(sink);
}

static void before_streaming(void)
{
    DWORD port, value = 7, lengths[3] = {0};
    void *sink = open_sink(&port, 0), *connections = query(sink, &iids[CONNECTIONS2]), *buffer;
    SOCKET early;
    unsigned char rubbish[64] = {0};
    check_result(CALL(connections, 3, A(NULL)), E_INVALIDARG, "GetClientCount: NULL before the stream");
    check_result(CALL(connections, 3, A(&value)), R_INVALID_REQUEST, "GetClientCount: before the stream");
    check_number(value, 7, "GetClientCount: a failure writes nothing");
    check_result(CALL(connections, 4, A(0), A(NULL)), E_INVALIDARG, "GetClientProperties: NULL before the stream");
    check_result(CALL(connections, 4, A(0), A(lengths)), R_INVALID_REQUEST, "GetClientProperties: before the stream");
    check_result(CALL(connections, 5, A(0), A(NULL), A(lengths), A(NULL), A(NULL), A(NULL), A(lengths + 2)), E_INVALIDARG,
                 "GetClientInfo: NULL length before the stream");
    check_result(CALL(connections, 5, A(0), A(NULL), A(lengths), A(NULL), A(lengths + 1), A(NULL), A(lengths + 2)),
                 R_INVALID_REQUEST, "GetClientInfo: before the stream");
    early = play(AF_INET, (unsigned short)port);
    check(status_of_reply(early) >= 400, "a Play before the stream", "it is not refused");
    closesocket(early);
    check_result(CALL(sink, 3, A(NULL)), E_INVALIDARG, "OnHeader: NULL");
    check_result(CALL(sink, 6, A(NULL)), E_INVALIDARG, "OnDataUnit: NULL");
    buffer = filled_buffer(sink, rubbish, sizeof rubbish);
    check_result(CALL(sink, 6, A(buffer)), R_INVALID_REQUEST, "OnDataUnit: before the header");
    check_result(CALL(sink, 3, A(buffer)), R_INVALID_DATA, "OnHeader: no ASF");
    release(buffer);
    release(connections);
    check_number(release(sink), 0, "the last Release of an open sink");
}

static void access_lists(void)
{
    static const WCHAR *const texts[][2] = {{L"192.168.0.1", L"255.255.255.255"},
                                            {L"::1", L"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
                                            {L"fe80::201:3ff:fee8:5058", L"ffff:ffff:ffff:ffff::"}};
    DWORD port, count = 99, entry[2], i;
    void *sink = open_sink(&port, 1), *access = query(sink, &iids[ACCESS2]), *registering = query(sink, &iids[REGISTER]);
    struct callback callback;
    BSTR address = NULL, mask = NULL, bad = SysAllocString(L"300.1.1.1"), one = SysAllocString(L"127.0.0.1"),
         all = SysAllocString(L"255.255.255.255"), v6 = SysAllocString(L"::1");
    SOCKET client;
    check_result(CALL(access, 3, A(INCLUDED), A(&count)), S_OK, "GetAccessEntryCount");
    check_number(count, 0, "GetAccessEntryCount: a fresh sink");
    check_result(CALL(access, 3, A(INCLUDED), A(NULL)), E_INVALIDARG, "GetAccessEntryCount: NULL");
    check_result(CALL(access, 3, A(1), A(&count)), E_INVALIDARG, "GetAccessEntryCount: no list");
    entry[0] = inet_addr("192.168.0.1");
    entry[1] = inet_addr("255.255.255.255");
    check_result(CALL(access, 5, A(INCLUDED), A(entry)), S_OK, "AddAccessEntry");
    check_result(CALL(access, 5, A(INCLUDED), A(NULL)), E_INVALIDARG, "AddAccessEntry: NULL");
    for (i = 1; i < 3; ++i) {
        BSTR a = SysAllocString(texts[i][0]), m = SysAllocString(texts[i][1]);
        check_result(CALL(access, 8, A(INCLUDED), A(a), A(m)), S_OK, "AddAccessEntryEx");
        SysFreeString(a);
        SysFreeString(m);
    }
    check_result(CALL(access, 8, A(INCLUDED), A(bad), A(all)), E_INVALIDARG, "AddAccessEntryEx: no address");
    check_result(CALL(access, 8, A(INCLUDED), A(v6), A(all)), E_INVALIDARG, "AddAccessEntryEx: IPv6 with a mask of IPv4");
    check_result(CALL(access, 8, A(INCLUDED), A(NULL), A(all)), E_INVALIDARG, "AddAccessEntryEx: NULL");
    CALL(access, 3, A(INCLUDED), A(&count));
    check_number(count, 3, "GetAccessEntryCount: three");
    CALL(access, 3, A(EXCLUDED), A(&count));
    check_number(count, 0, "GetAccessEntryCount: the other list");
    for (i = 0; i < 3; ++i) {
        address = mask = NULL;
        check_result(CALL(access, 7, A(INCLUDED), A(i), A(&address), A(&mask)), S_OK, "GetAccessEntryEx");
        check(address != NULL && wcscmp(address, texts[i][0]) == 0 && SysStringLen(address) == wcslen(texts[i][0]),
              "GetAccessEntryEx", "another address");
        check(mask != NULL && wcscmp(mask, texts[i][1]) == 0, "GetAccessEntryEx", "another mask");
        SysFreeString(address);
        SysFreeString(mask);
    }
    check_result(CALL(access, 7, A(INCLUDED), A(3), A(&address), A(&mask)), R_INVALID_INDEX, "GetAccessEntryEx: index");
    check_result(CALL(access, 7, A(INCLUDED), A(0), A(NULL), A(&mask)), E_INVALIDARG, "GetAccessEntryEx: NULL");
    memset(entry, 0, sizeof entry);
    check_result(CALL(access, 4, A(INCLUDED), A(0), A(entry)), S_OK, "GetAccessEntry");
    check_number(entry[0], inet_addr("192.168.0.1"), "GetAccessEntry: the address in network order");
    check_number(entry[1], 0xFFFFFFFF, "GetAccessEntry: the mask");
    check_result(CALL(access, 4, A(INCLUDED), A(1), A(entry)), R_INVALID_INDEX, "GetAccessEntry: IPv6");
    check_result(CALL(access, 4, A(INCLUDED), A(3), A(entry)), R_INVALID_INDEX, "GetAccessEntry: index");
    check_result(CALL(access, 4, A(INCLUDED), A(0), A(NULL)), E_INVALIDARG, "GetAccessEntry: NULL");
    check_result(CALL(access, 6, A(INCLUDED), A(3)), R_INVALID_INDEX, "RemoveAccessEntry: index");
    for (i = 0; i < 3; ++i) {
        check_result(CALL(access, 6, A(INCLUDED), A(0)), S_OK, "RemoveAccessEntry");
    }
    callback_init(&callback, NULL);
    CALL(registering, 3, A(&callback), A(NULL));
    check_result(CALL(access, 8, A(EXCLUDED), A(one), A(all)), S_OK, "AddAccessEntryEx: who is excluded");
    client = play(AF_INET, (unsigned short)port);
    check_number((DWORD)status_of_reply(client), 403, "a Play of who is excluded");
    closesocket(client);
    check_number(count_of(sink), 0, "GetClientCount: who is excluded");
    Sleep(50);
    check_number((DWORD)callback.count, 0, "no event of who is excluded");
    SysFreeString(bad);
    SysFreeString(one);
    SysFreeString(all);
    SysFreeString(v6);
    release(registering);
    release(access);
    release(sink);
}

int main(int argc, char **argv)
{
    HMODULE dll;
    WSADATA winsock;
    FARPROC found;
    setvbuf(stdout, NULL, _IONBF, 0);
    WSAStartup(MAKEWORD(2, 2), &winsock);
    dll = LoadLibraryA(argc > 1 ? argv[1] : "wmsink.dll");
    found = dll == NULL ? NULL : GetProcAddress(dll, "WMCreateWriterNetworkSink");
    check(found != NULL, "LoadLibrary, GetProcAddress", "there is no WMCreateWriterNetworkSink");
    if (found != NULL) {
        memcpy(&create_sink, &found, sizeof create_sink);
        creation();
        interfaces();
        settings();
        opening();
        buffers();
        before_streaming();
        access_lists();
        clients();
        close_with_client();
        ipv6();
        last_release_in_callback();
        threads();
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed != 0;
}
