/* vtable DLL: checks the DLL's writer network sink, called as any program would: by LoadLibrary and vtable slots. */
#include "vtable_support.h"

#include <string.h>
#include <wchar.h>

typedef HRESULT(STDMETHODCALLTYPE *creator)(void **);

static creator create;

static void *new_sink(void)
{
    void *sink = NULL;
    check_result(create(&sink), S_OK, "WMCreateWriterNetworkSink");
    return sink;
}

/* A sink that listens, and streams if a header is wanted. */
static void *open_sink(DWORD *port, int streams)
{
    unsigned char bytes[512];
    void *sink = new_sink();
    *port = 0;
    check_result(CALL(sink, 13, A(port)), S_OK, "Open: port 0");
    if (streams) {
        void *header = filled_buffer(sink, bytes, asf_header(bytes));
        check_result(CALL(sink, 3, A(header)), S_OK, "OnHeader");
        release(header);
    }
    return sink;
}

static DWORD count_of(void *sink)
{
    DWORD count = 999;
    void *connections = query(sink, &iids[CONNECTIONS]);
    CALL(connections, 3, A(&count));
    release(connections);
    return count;
}

static void wait_for_count(void *sink, DWORD wanted, const char *name)
{
    int tries;
    for (tries = 0; tries < 500 && count_of(sink) != wanted; ++tries) {
        Sleep(10);
    }
    check_number(count_of(sink), wanted, name);
}

static void creation(void)
{
    check_result(create(NULL), E_INVALIDARG, "WMCreateWriterNetworkSink: NULL");
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

static void check_client(void *connections, DWORD index, SOCKET client, const WCHAR *address_wanted, int v4)
{
    WCHAR address[64], port[16], name[300], port_wanted[16];
    DWORD lengths[3] = {0}, needed[3], numbers[3] = {0, 0, 0xABCD};
    swprintf(port_wanted, 16, L"%u", own_port(client));
    if (v4) {
        check_result(CALL(connections, 4, A(index), A(numbers)), S_OK, "GetClientProperties");
        check_number(numbers[0], 0x7F000001, "GetClientProperties: the address in host order");
        check_number(numbers[1], own_port(client), "GetClientProperties: the port");
        check_number(numbers[2], 0xABCD, "GetClientProperties: nothing beyond");
    } else {
        check_result(CALL(connections, 4, A(index), A(numbers)), R_INVALID_CLIENT, "GetClientProperties: IPv6");
    }
    check_result(CALL(connections, 5, A(index), A(NULL), A(lengths), A(NULL), A(lengths + 1), A(NULL), A(lengths + 2)), S_OK,
                 "GetClientInfo: lengths");
    memcpy(needed, lengths, sizeof needed);
    check_number(lengths[0], (DWORD)wcslen(address_wanted) + 1, "GetClientInfo: length of the address");
    check_number(lengths[1], (DWORD)wcslen(port_wanted) + 1, "GetClientInfo: length of the port");
    check(lengths[2] >= 1, "GetClientInfo", "no room for the name's NUL");
    wmemset(address, L'#', 64);
    wmemset(port, L'#', 16);
    check_result(CALL(connections, 5, A(index), A(address), A(lengths), A(port), A(lengths + 1), A(name), A(lengths + 2)), S_OK,
                 "GetClientInfo: exact");
    check(wcscmp(address, address_wanted) == 0, "GetClientInfo: address", "another text");
    check(wcscmp(port, port_wanted) == 0, "GetClientInfo: port", "another text");
    check(address[needed[0]] == L'#' && port[needed[1]] == L'#', "GetClientInfo", "written beyond the lengths");
    check_number((DWORD)wcslen(name) + 1, needed[2], "GetClientInfo: length of the name");
    wmemset(address, L'#', 64);
    wmemset(port, L'#', 16);
    lengths[0] = 64;
    lengths[1] = needed[1] - 1;
    lengths[2] = 300;
    check_result(CALL(connections, 5, A(index), A(address), A(lengths), A(port), A(lengths + 1), A(name), A(lengths + 2)),
                 R_BUFFER_TOO_SMALL, "GetClientInfo: short");
    check(memcmp(lengths, needed, sizeof needed) == 0, "GetClientInfo: short", "not the lengths that are needed");
    check(address[0] == L'#' && port[0] == L'#', "GetClientInfo: short", "something is written");
    check_result(CALL(connections, 5, A(index), A(address), A(lengths), A(NULL), A(lengths + 1), A(NULL), A(lengths + 2)), S_OK,
                 "GetClientInfo: one buffer of three");
    check(wcscmp(address, address_wanted) == 0, "GetClientInfo: one buffer of three", "another text");
    check_result(CALL(connections, 5, A(index), A(address), A(lengths), A(NULL), A(NULL), A(NULL), A(lengths + 2)), E_INVALIDARG,
                 "GetClientInfo: NULL length");
}

static void check_pair(const struct event *events, int legacy, SOCKET client, DWORD count, const char *name)
{
    WCHAR port[16];
    int i;
    swprintf(port, 16, L"%u", own_port(client));
    check_number((DWORD)events[0].status, (DWORD)legacy, name);
    check_number((DWORD)events[1].status, (DWORD)legacy + 5, name);
    for (i = 0; i < 2; ++i) {
        check_result(events[i].result, S_OK, name);
        check_number((DWORD)events[i].type, 2, name);
        check(events[i].context == (void *)0x1234, name, "another context");
        check_result(events[i].count_result, S_OK, name);
        check_number(events[i].count, count, name);
    }
    check_number(events[0].ip, 0x7F000001, name);
    check_number(events[0].port, own_port(client), name);
    check_number(events[1].size, sizeof(void *) == 8 ? 32 : 16, name);
    check(wcscmp(events[1].address, L"127.0.0.1") == 0 && wcscmp(events[1].port_text, port) == 0, name, "another text");
}

/* Takes the events of changed properties out, and gives the name of the last one. */
static int without_names(struct callback *callback, struct event *events, WCHAR *name)
{
    int i, kept = 0;
    EnterCriticalSection(&callback->lock);
    for (i = 0; i < callback->count; ++i) {
        if (callback->events[i].status == 42) {
            wcscpy(name, callback->events[i].name);
        } else {
            events[kept++] = callback->events[i];
        }
    }
    LeaveCriticalSection(&callback->lock);
    return kept;
}

static int wait_for_others(struct callback *callback, int count, struct event *events, WCHAR *name)
{
    int tries, there = 0;
    for (tries = 0; tries < 1000 && there < count; ++tries) {
        Sleep(tries == 0 ? 0 : 10);
        there = without_names(callback, events, name);
    }
    return there;
}

static void check_name(void *connections, struct callback *callback)
{
    struct sockaddr_in loopback;
    struct event events[64];
    char known[256];
    WCHAR wanted[256], told[256] = L"", asked[256] = L"", address[64], port[16];
    DWORD lengths[3] = {64, 16, 256};
    int tries;
    memset(&loopback, 0, sizeof loopback);
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (getnameinfo((struct sockaddr *)&loopback, sizeof loopback, known, sizeof known, NULL, 0, NI_NAMEREQD) != 0) {
        skip("OnStatus: a name", "this machine has no name for 127.0.0.1");
        return;
    }
    MultiByteToWideChar(CP_ACP, 0, known, -1, wanted, 256);
    for (tries = 0; tries < 1000 && told[0] == 0; ++tries) {
        Sleep(10);
        without_names(callback, events, told);
    }
    check(wcscmp(told, wanted) == 0, "OnStatus: 42 tells the name", "not the name that the system knows");
    CALL(connections, 5, A(0), A(address), A(lengths), A(port), A(lengths + 1), A(asked), A(lengths + 2));
    check(wcscmp(asked, wanted) == 0, "GetClientInfo: the name after event 42", "not the name that the system knows");
}

static void clients(void)
{
    DWORD port, value;
    void *sink = open_sink(&port, 1), *connections = query(sink, &iids[CONNECTIONS2]), *same = query(sink, &iids[CONNECTIONS]),
         *registering = query(sink, &iids[REGISTER]), *buffer;
    struct callback callback;
    struct event events[64];
    unsigned char packet[200];
    WCHAR name[256] = L"";
    SOCKET first, second, third;
    int there;
    check(same == connections, "IWMClientConnections", "another pointer than IWMClientConnections2");
    release(same);
    callback_init(&callback, sink);
    check_number(count_of(sink), 0, "GetClientCount: nobody");
    check_result(CALL(sink, 8, A(5)), R_INVALID_REQUEST, "SetMaximumClients: while streaming");
    check_result(CALL(registering, 3, A(NULL), A(NULL)), E_INVALIDARG, "Advise: NULL");
    check_result(CALL(registering, 4, A(&callback), A(NULL)), S_OK, "Unadvise: unknown");
    check_result(CALL(registering, 3, A(&callback), A(0x1234)), S_OK, "Advise");
    check_number((DWORD)callback.references, 2, "Advise: takes a reference");

    first = play(AF_INET, (unsigned short)port);
    check_number((DWORD)status_of_reply(first), 200, "a Play");
    check(receives(first, 'H'), "a Play", "no header");
    there = wait_for_others(&callback, 2, events, name);
    check_number((DWORD)there, 2, "OnStatus: a connection");
    check_pair(events, 32, first, 1, "OnStatus: 32 and 37");
    check(events[1].name[0] == 0, "OnStatus: 37", "a name, which cannot be known yet");
    check_number(count_of(sink), 1, "GetClientCount: one");
    check_client(connections, 0, first, L"127.0.0.1", 1);
    check_name(connections, &callback);
    check_client(connections, 0, first, L"127.0.0.1", 1);
    value = 0;
    check_result(CALL(connections, 4, A(1), A(packet)), R_INVALID_CLIENT, "GetClientProperties: index = count");
    check_result(CALL(connections, 4, A(0xFFFFFFFF), A(packet)), R_INVALID_CLIENT, "GetClientProperties: the largest index");
    check_result(CALL(connections, 5, A(1), A(NULL), A(&value), A(NULL), A(&value), A(NULL), A(&value)), R_INVALID_CLIENT,
                 "GetClientInfo: index = count");

    second = play(AF_INET, (unsigned short)port);
    check(receives(second, 'H'), "a second Play", "no header");
    there = wait_for_others(&callback, 4, events, name);
    check_number((DWORD)there, 4, "OnStatus: a second connection");
    check_pair(events + 2, 32, second, 2, "OnStatus: 32 and 37 of the second");
    check_client(connections, 0, first, L"127.0.0.1", 1);
    check_client(connections, 1, second, L"127.0.0.1", 1);
    for (value = 0; value < 3; ++value) {
        buffer = filled_buffer(sink, packet, asf_packet(packet, value));
        check_result(CALL(sink, 6, A(buffer)), S_OK, "OnDataUnit");
        release(buffer);
    }
    check(receives(first, 'D') && receives(second, 'D'), "OnDataUnit", "a client gets no data");

    closesocket(first);
    there = wait_for_others(&callback, 6, events, name);
    check_number((DWORD)there, 6, "OnStatus: the first leaves");
    check_number((DWORD)events[4].status, 33, "OnStatus: 33");
    check_number((DWORD)events[5].status, 38, "OnStatus: 38");
    check_number(events[4].port, events[0].port, "OnStatus: 33 has the values of 32");
    check(wcscmp(events[5].port_text, events[1].port_text) == 0, "OnStatus: 38", "not the values of 37");
    check_number(events[5].count, 1, "OnStatus: the count without who has left");
    check_client(connections, 0, second, L"127.0.0.1", 1);

    check_result(CALL0(sink, 14), S_OK, "Disconnect: with a client");
    there = wait_for_others(&callback, 8, events, name);
    check_pair(events + 6, 33, second, 0, "OnStatus: 33 and 38 by Disconnect");
    check(ends(second), "Disconnect", "the client is still connected");
    closesocket(second);
    third = play(AF_INET, (unsigned short)port);
    check(receives(third, 'H'), "a Play after Disconnect", "no header");
    there = wait_for_others(&callback, 10, events, name);
    check_pair(events + 8, 32, third, 1, "OnStatus: 32 and 37 after Disconnect");

    check_result(CALL0(sink, 7), S_OK, "OnEndWriting");
    check(receives(third, 'E'), "OnEndWriting", "the client gets no end of stream");
    there = wait_for_others(&callback, 12, events, name);
    check_pair(events + 10, 33, third, 0, "OnStatus: 33 and 38 by OnEndWriting");
    closesocket(third);
    check_result(CALL(registering, 4, A(&callback), A(NULL)), S_OK, "Unadvise: with another context");
    check_number((DWORD)callback.references, 1, "Unadvise: releases");
    check_result(CALL0(sink, 15), S_OK, "Close");
    check_number((DWORD)without_names(&callback, events, name), 12, "no event after Unadvise");
    release(connections);
    release(registering);
    check_number(release(sink), 0, "the last Release");
}

static void close_with_client(void)
{
    DWORD port;
    void *sink = open_sink(&port, 1), *registering = query(sink, &iids[REGISTER]);
    struct callback callback;
    struct event events[64];
    WCHAR name[256];
    SOCKET client;
    callback_init(&callback, sink);
    CALL(registering, 3, A(&callback), A(0x1234));
    client = play(AF_INET, (unsigned short)port);
    check(receives(client, 'H'), "a Play before Close", "no header");
    check_result(CALL0(sink, 15), S_OK, "Close: with a client");
    wait_for_others(&callback, 4, events, name);
    check_pair(events + 2, 33, client, 0, "OnStatus: 33 and 38 by Close");
    check(ends(client), "Close", "the client is still connected");
    closesocket(client);
    release(registering);
    check_number(release(sink), 0, "the last Release with a callback");
    check_number((DWORD)callback.references, 1, "the last Release: releases the callback");
}

static void ipv6(void)
{
    DWORD port;
    void *sink = open_sink(&port, 1), *connections = query(sink, &iids[CONNECTIONS2]), *registering = query(sink, &iids[REGISTER]);
    struct callback callback;
    struct event events[64];
    WCHAR name[256];
    SOCKET client = play(AF_INET6, (unsigned short)port);
    if (client == INVALID_SOCKET) {
        skip("IPv6", "this machine has no ::1");
    } else {
        check(receives(client, 'H'), "a Play over IPv6", "no header");
        check_client(connections, 0, client, L"::1", 0);
        callback_init(&callback, sink);
        CALL(registering, 3, A(&callback), A(0x1234));
        closesocket(client);
        check_number((DWORD)wait_for_others(&callback, 1, events, name), 1, "OnStatus: IPv6 has no legacy event");
        check_number((DWORD)events[0].status, 38, "OnStatus: 38 of IPv6");
        check(wcscmp(events[0].address, L"::1") == 0, "OnStatus: 38 of IPv6", "another address");
    }
    release(registering);
    release(connections);
    check_number(release(sink), 0, "the last Release after IPv6");
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

/* The owner lets go in the callback of a client that connects. */
static void last_release_in_callback(void)
{
    DWORD port;
    void *sink = open_sink(&port, 1), *registering = query(sink, &iids[REGISTER]);
    struct callback callback;
    SOCKET client;
    int tries;
    callback_init(&callback, sink);
    callback.let_go = 1;
    CALL(registering, 3, A(&callback), A(NULL));
    release(registering);
    client = play(AF_INET, (unsigned short)port);
    check(wait_for_events(&callback, 1) >= 1, "the last Release in a callback", "no event");
    check(ends(client), "the last Release in a callback", "the client is still connected");
    closesocket(client);
    for (tries = 0; tries < 1000 && callback.references > 1; ++tries) {
        Sleep(10);
    }
    check_number((DWORD)callback.references, 1, "the last Release in a callback: releases the callback");
}

static volatile LONG wrong_answers, stopping;

static DWORD WINAPI ask(void *sink)
{
    while (!stopping) {
        DWORD count = 99, lengths[3] = {0}, numbers[2];
        void *connections = query(sink, &iids[CONNECTIONS2]);
        HRESULT asked = CALL(connections, 3, A(&count));
        HRESULT properties = CALL(connections, 4, A(0), A(numbers));
        HRESULT info = CALL(connections, 5, A(0), A(NULL), A(lengths), A(NULL), A(lengths + 1), A(NULL), A(lengths + 2));
        if (asked != S_OK || count > 4 || (properties != S_OK && properties != R_INVALID_CLIENT)
            || (properties == S_OK && numbers[0] != 0x7F000001) || (info != S_OK && info != R_INVALID_CLIENT)) {
            InterlockedIncrement(&wrong_answers);
        }
        release(connections);
    }
    return 0;
}

static void threads(void)
{
    DWORD port;
    void *sink = open_sink(&port, 1);
    HANDLE askers[4];
    int i, round;
    for (i = 0; i < 4; ++i) {
        askers[i] = CreateThread(NULL, 0, ask, sink, 0, NULL);
    }
    for (round = 0; round < 10; ++round) {
        SOCKET guests[4];
        for (i = 0; i < 4; ++i) {
            guests[i] = play(AF_INET, (unsigned short)port);
            check(receives(guests[i], 'H'), "four threads: a Play", "no header");
        }
        for (i = 0; i < 4; ++i) {
            closesocket(guests[i]);
        }
        wait_for_count(sink, 0, "four threads: everyone has left");
    }
    stopping = 1;
    WaitForMultipleObjects(4, askers, TRUE, 10000);
    check_number((DWORD)wrong_answers, 0, "four threads: wrong answers");
    check_number(release(sink), 0, "four threads: the last Release");
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
        memcpy(&create, &found, sizeof create);
        creation();
        interfaces();
        settings();
        opening();
        buffers();
        before_streaming();
        clients();
        close_with_client();
        ipv6();
        access_lists();
        last_release_in_callback();
        threads();
    }
    printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    return failed != 0;
}
