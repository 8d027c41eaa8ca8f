/* The cases with players: who is counted, what is told, in which order, on how many threads. */
#include "vtable_support.h"

#include <string.h>
#include <wchar.h>

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

void clients(void)
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

void close_with_client(void)
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

void ipv6(void)
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

/* The owner lets go in the callback of a client that connects. */
void last_release_in_callback(void)
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

void threads(void)
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
