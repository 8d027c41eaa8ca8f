#include "vtable_support.h"

#include <stdlib.h>
#include <string.h>

const GUID iids[INTERFACES] = {
    {0x00000000, 0x0000, 0x0000, {0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46}},
    {0x96406be4, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}},
    {0x96406be7, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}},
    {0x73c66010, 0xa299, 0x41df, {0xb1, 0xf0, 0xcc, 0xf0, 0x3b, 0x09, 0xc1, 0xc6}},
    {0x4091571e, 0x4701, 0x4593, {0xbb, 0x3d, 0xd5, 0xf5, 0xf0, 0xc7, 0x42, 0x46}},
    {0xbb3c6389, 0x1633, 0x4e92, {0xaf, 0x14, 0x9f, 0x31, 0x73, 0xba, 0x39, 0xd0}},
    {0x65a83fc2, 0x3e98, 0x4d4d, {0x81, 0xb5, 0x2a, 0x74, 0x28, 0x86, 0xb3, 0x3d}},
    {0xcf4b1f99, 0x4de2, 0x4e49, {0xa3, 0x63, 0x25, 0x27, 0x40, 0xd9, 0x9b, 0xc1}},
};
const char *const interface_names[INTERFACES] = {"IUnknown", "IWMWriterSink", "IWMWriterNetworkSink",
                                                 "IWMClientConnections", "IWMClientConnections2", "IWMAddressAccess",
                                                 "IWMAddressAccess2", "IWMRegisterCallback"};
const GUID iid_buffer = {0xe1cd3524, 0x03d7, 0x11d2, {0x9e, 0xed, 0x00, 0x60, 0x97, 0xd2, 0xd7, 0xcf}};
const GUID iid_callback = {0x6d7cdc70, 0x9888, 0x11d3, {0x8e, 0xdc, 0x00, 0xc0, 0x4f, 0x61, 0x09, 0xcf}};
const GUID iid_nobody = {0x12345678, 0x1234, 0x1234, {1, 2, 3, 4, 5, 6, 7, 8}};

int passed, failed, skipped;
creator create_sink;

void check(int good, const char *name, const char *why)
{
    if (good) {
        ++passed;
    } else {
        ++failed;
        printf("failed: %s: %s\n", name, why);
    }
}

void check_result(HRESULT got, HRESULT wanted, const char *name)
{
    char why[80];
    sprintf(why, "0x%08lX instead of 0x%08lX", (unsigned long)got, (unsigned long)wanted);
    check(got == wanted, name, why);
}

void check_number(unsigned long got, unsigned long wanted, const char *name)
{
    char why[80];
    sprintf(why, "%lu instead of %lu", got, wanted);
    check(got == wanted, name, why);
}

void skip(const char *name, const char *why)
{
    ++skipped;
    printf("skipped: %s: %s\n", name, why);
}

#ifdef _WIN64
typedef HRESULT (*method)(void *, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR, UINT_PTR);

HRESULT call_slot(void *object, int slot, int count, const UINT_PTR *given)
{
    UINT_PTR a[7] = {0};
    memcpy(a, given, (size_t)count * sizeof *a);
    return ((method)(*(void ***)object)[slot])(object, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
}
#else
HRESULT call_slot(void *object, int slot, int count, const UINT_PTR *given)
{
    UINT_PTR pushed[8];
    HRESULT result;
    int left; /* on the stack after the call, in bytes */
    void *function = (*(void ***)object)[slot];
    const UINT_PTR *last = &pushed[count];
    int i;
    pushed[0] = (UINT_PTR)object;
    for (i = 0; i < count; ++i) {
        pushed[i + 1] = given[i];
    }
    __asm__ volatile("movl %%esp, %%ebx\n\t"
                     "1: pushl (%%esi)\n\t"
                     "subl $4, %%esi\n\t"
                     "decl %%ecx\n\t"
                     "jnz 1b\n\t"
                     "call *%%edx\n\t"
                     "movl %%ebx, %%ecx\n\t"
                     "subl %%esp, %%ecx\n\t"
                     "movl %%ebx, %%esp\n\t"
                     : "=a"(result), "=c"(left), "+d"(function), "+S"(last)
                     : "1"(count + 1)
                     : "ebx", "memory", "cc");
    if (left != 0) {
        char name[64];
        sprintf(name, "stdcall: slot %d with %d arguments", slot, count);
        check(0, name, left > 0 ? "it left arguments on the stack" : "it took more than its arguments from the stack");
    }
    return result;
}
#endif

void *query(void *object, const GUID *iid)
{
    void *found = NULL;
    return CALL(object, 0, A(iid), A(&found)) == S_OK ? found : NULL;
}

ULONG add_ref(void *object)
{
    return (ULONG)CALL0(object, 1);
}

ULONG release(void *object)
{
    return (ULONG)CALL0(object, 2);
}

static HRESULT STDMETHODCALLTYPE callback_query(struct callback *self, const GUID *iid, void **object)
{
    int known = IsEqualGUID(iid, &iids[UNKNOWN]) || IsEqualGUID(iid, &iid_callback);
    *object = known ? self : NULL;
    if (known) {
        InterlockedIncrement(&self->references);
    }
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE callback_add_ref(struct callback *self)
{
    return (ULONG)InterlockedIncrement(&self->references);
}

static ULONG STDMETHODCALLTYPE callback_release(struct callback *self)
{
    return (ULONG)InterlockedDecrement(&self->references);
}

static HRESULT STDMETHODCALLTYPE callback_status(struct callback *self, int status, HRESULT result, int type,
                                                 BYTE *value, void *context)
{
    struct event event;
    memset(&event, 0, sizeof event);
    event.status = status;
    event.result = result;
    event.type = type;
    event.context = context;
    if (status == 32 || status == 33) {
        memcpy(&event.ip, value, 4);
        memcpy(&event.port, value + 4, 4);
    } else {
        const WCHAR *texts[3];
        memcpy(&event.size, value, 4);
        memcpy(texts, value + sizeof(void *), sizeof texts);
        wcsncpy(event.address, texts[0], 63);
        wcsncpy(event.port_text, texts[1], 15);
        wcsncpy(event.name, texts[2], 255);
    }
    if (self->sink != NULL && !self->let_go) {
        void *connections = query(self->sink, &iids[CONNECTIONS]);
        event.count_result = CALL(connections, 3, A(&event.count));
        release(connections);
    }
    EnterCriticalSection(&self->lock);
    if (self->count < 64) {
        self->events[self->count++] = event;
    }
    LeaveCriticalSection(&self->lock);
    if (self->let_go && self->sink != NULL) {
        void *sink = self->sink;
        self->sink = NULL;
        release(sink);
    }
    return S_OK;
}

static const struct {
    HRESULT(STDMETHODCALLTYPE *query)(struct callback *, const GUID *, void **);
    ULONG(STDMETHODCALLTYPE *add_ref)(struct callback *);
    ULONG(STDMETHODCALLTYPE *release)(struct callback *);
    HRESULT(STDMETHODCALLTYPE *status)(struct callback *, int, HRESULT, int, BYTE *, void *);
} callback_vtable = {callback_query, callback_add_ref, callback_release, callback_status};

void callback_init(struct callback *callback, void *sink)
{
    memset(callback, 0, sizeof *callback);
    callback->vtable = &callback_vtable;
    callback->references = 1;
    callback->sink = sink;
    InitializeCriticalSection(&callback->lock);
}

int wait_for_events(struct callback *callback, int count)
{
    int there = 0, tries;
    for (tries = 0; tries < 1000 && there < count; ++tries) {
        Sleep(tries == 0 ? 0 : 10);
        EnterCriticalSection(&callback->lock);
        there = callback->count;
        LeaveCriticalSection(&callback->lock);
    }
    return there;
}

SOCKET play(int family, unsigned short port)
{
    static const char request[] = "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: test\r\n"
                                  "Pragma: xPlayStrm=1\r\n\r\n";
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    DWORD timeout = 10000;
    int connected;
    SOCKET client = socket(family, SOCK_STREAM, 0);
    if (client == INVALID_SOCKET) {
        return client;
    }
    memset(&v4, 0, sizeof v4);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&v6, 0, sizeof v6);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr.s6_addr[15] = 1;
    connected = family == AF_INET ? connect(client, (struct sockaddr *)&v4, sizeof v4)
                                  : connect(client, (struct sockaddr *)&v6, sizeof v6);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, (const char *)&timeout, sizeof timeout);
    if (connected != 0 || send(client, request, sizeof request - 1, 0) != (int)sizeof request - 1) {
        closesocket(client);
        return INVALID_SOCKET;
    }
    return client;
}

unsigned short own_port(SOCKET client)
{
    struct sockaddr_in6 own;
    int size = sizeof own;
    getsockname(client, (struct sockaddr *)&own, &size);
    return ntohs(own.sin6_port); /* at the same place in both families */
}

int status_of_reply(SOCKET client)
{
    char line[16] = {0};
    int have = 0, got;
    while (have < 12 && (got = recv(client, line + have, 12 - have, 0)) > 0) {
        have += got;
    }
    return have == 12 && memcmp(line, "HTTP/1.", 7) == 0 ? atoi(line + 9) : 0;
}

int receives(SOCKET client, char packet_letter)
{
    char before = 0, now;
    while (recv(client, &now, 1, 0) == 1) {
        if (before == '$' && now == packet_letter) {
            return 1;
        }
        before = now;
    }
    return 0;
}

int ends(SOCKET client)
{
    char bytes[4096];
    int got;
    while ((got = recv(client, bytes, sizeof bytes, 0)) > 0) {
    }
    return got == 0 || WSAGetLastError() != WSAETIMEDOUT;
}

void *filled_buffer(void *sink, const void *bytes, DWORD size)
{
    void *buffer = NULL;
    BYTE *place = NULL;
    if (CALL(sink, 5, A(size), A(&buffer)) != S_OK || CALL(buffer, 6, A(&place)) != S_OK) {
        return NULL;
    }
    memcpy(place, bytes, size);
    CALL(buffer, 4, A(size));
    return buffer;
}

/* ASF specification 01.20.05, sections 3.1 to 3.4, 4.1 and 5.2. */
static unsigned char *put(unsigned char *out, unsigned long long value, int size)
{
    for (; size > 0; --size, value >>= 8) {
        *out++ = (unsigned char)value;
    }
    return out;
}

static unsigned char *put_id(unsigned char *out, const char *hex)
{
    int i;
    for (i = 0; i < 16; ++i) {
        unsigned byte;
        sscanf(hex + 2 * i, "%2x", &byte);
        *out++ = (unsigned char)byte;
    }
    return out;
}

#define NO_ID "00000000000000000000000000000000"
#define FILE_ID "0123456789abcdef0123456789abcdef"

DWORD asf_header(unsigned char *out)
{
    unsigned char *at = out + 30, *object;
    object = at; /* File Properties */
    at = put(put_id(at, "a1dcab8c47a9cf118ee400c00c205365"), 104, 8);
    at = put(put(put(put_id(at, FILE_ID), 0, 8), 0, 8), 0xFFFFFFFFu, 8);
    at = put(put(put(put(at, 0, 8), 0, 8), 3000, 8), 9, 4); /* durations, preroll, broadcast */
    at = put(put(put(at, 200, 4), 200, 4), 64000, 4);
    object = at; /* Stream Properties: audio */
    at = put(put_id(at, "9107dcb7b7a9cf118ee600c00c205365"), 96, 8);
    at = put_id(put_id(at, "409e69f84d5bcf11a8fd00805f5c442b"), NO_ID);
    at = put(put(put(put(put(at, 0, 8), 18, 4), 0, 4), 1, 2), 0, 4);
    at = put(put(put(put(put(put(put(at, 0x161, 2), 2, 2), 44100, 4), 8000, 4), 1, 2), 16, 2), 0, 2);
    put(object + 16, (unsigned long long)(at - object), 8);
    at = put(put_id(at, "b503bf5f2ea9cf118ee300c00c205365"), 46, 8); /* Header Extension */
    at = put(put(put_id(at, "11d2d3abbaa9cf118ee600c00c205365"), 6, 2), 0, 4);
    put(put(put(put(put_id(out, "3026b2758e66cf11a6d900aa0062ce6c"), (unsigned long long)(at - out), 8), 3, 4), 1, 1),
        2, 1);
    at = put(put_id(at, "3626b2758e66cf11a6d900aa0062ce6c"), 50, 8); /* the Data Object's first 50 bytes */
    at = put(put(put_id(at, FILE_ID), 0, 8), 0x0101, 2);
    return (DWORD)(at - out);
}

DWORD asf_packet(unsigned char *out, DWORD number)
{
    static const unsigned char flags[] = {0x82, 0, 0, 0x08, 0x5D, 0}; /* a padding of 0 in a byte */
    unsigned char *at = out;
    memset(out, 0x55, 200);
    memcpy(at, flags, sizeof flags);
    at = put(put(at + sizeof flags, number * 40, 4), 40, 2);
    at = put(put(put(at, 0x81, 1), number & 0xFF, 1), 0, 4);
    put(put(put(at, 8, 1), 200 - 27, 4), number * 40, 4);
    return 200;
}

void *new_sink(void)
{
    void *sink = NULL;
    check_result(create_sink(&sink), S_OK, "WMCreateWriterNetworkSink");
    return sink;
}

void *open_sink(DWORD *port, int streams)
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

DWORD count_of(void *sink)
{
    DWORD count = 999;
    void *connections = query(sink, &iids[CONNECTIONS]);
    CALL(connections, 3, A(&count));
    release(connections);
    return count;
}

void wait_for_count(void *sink, DWORD wanted, const char *name)
{
    int tries;
    for (tries = 0; tries < 500 && count_of(sink) != wanted; ++tries) {
        Sleep(10);
    }
    check_number(count_of(sink), wanted, name);
}
