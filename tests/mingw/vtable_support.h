/* What vtable.c stands on: methods called by their slots, a callback, small clients, ASF bytes. It shares nothing
 * with the library: slots, IIDs and structures are those of the Windows Media Format SDK's documents. */
#pragma once

#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <oleauto.h>
#include <stdio.h>

#define R_INVALID_REQUEST ((HRESULT)0xC00D002BL)
#define R_RESOURCE_FAILURE ((HRESULT)0xC00D0028L)
#define R_INVALID_CLIENT ((HRESULT)0xC00D003FL)
#define R_INVALID_INDEX ((HRESULT)0xC00D0011L)
#define R_INVALID_DATA ((HRESULT)0xC00D002FL)
#define R_BUFFER_TOO_SMALL ((HRESULT)0xC00D07D1L)

#define INCLUDED 0x69
#define EXCLUDED 0x65

enum interface_id { UNKNOWN, WRITER_SINK, NETWORK_SINK, CONNECTIONS, CONNECTIONS2, ACCESS, ACCESS2, REGISTER, INTERFACES };
extern const GUID iids[INTERFACES];
extern const char *const interface_names[INTERFACES];
extern const GUID iid_buffer, iid_callback, iid_nobody;

/* Tests: one line for each that fails. */
extern int passed, failed, skipped;
void check(int good, const char *name, const char *why);
void check_result(HRESULT got, HRESULT wanted, const char *name);
void check_number(unsigned long got, unsigned long wanted, const char *name);
void skip(const char *name, const char *why);

/* A method by its slot. The number of arguments matters in 32 bit, where a method takes its own from the stack: it is
 * checked that it took all of them, and no more. Every argument of these interfaces is as wide as a register. */
HRESULT call_slot(void *object, int slot, int count, const UINT_PTR *arguments);
#define A(x) ((UINT_PTR)(x))
#define CALL(object, slot, ...)                                                                              \
    call_slot(object, slot, (int)(sizeof((UINT_PTR[]){__VA_ARGS__}) / sizeof(UINT_PTR)),                     \
              (const UINT_PTR[]){__VA_ARGS__})
#define CALL0(object, slot) call_slot(object, slot, 0, NULL)

void *query(void *object, const GUID *iid); /* NULL if it is not there */
ULONG add_ref(void *object);
ULONG release(void *object);

/* What a callback was told. */
struct event {
    int status;
    HRESULT result;
    int type;
    DWORD ip, port, size;
    WCHAR address[64], port_text[16], name[256];
    void *context;
    HRESULT count_result;
    DWORD count; /* what GetClientCount said in the callback */
};

/* A callback object of our own: its first member is its vtable. */
struct callback {
    const void *vtable;
    volatile LONG references;
    void *sink;     /* asked for its count in each call, if it is not NULL */
    int let_go;     /* in the first call the sink gets its last Release */
    CRITICAL_SECTION lock;
    int count;
    struct event events[64];
};
void callback_init(struct callback *callback, void *sink);
int wait_for_events(struct callback *callback, int count); /* how many there are, after 10 s at most */

/* A player: connects to the loopback address of that family and sends a Play. INVALID_SOCKET if it cannot. */
SOCKET play(int family, unsigned short port);
unsigned short own_port(SOCKET client);
int status_of_reply(SOCKET client);           /* of the reply's first line; 0 if there is none */
int receives(SOCKET client, char packet_letter);  /* reads until such an MMS packet comes; 0 at the end */
int ends(SOCKET client);                      /* the other side ends or resets within 10 s */

/* A buffer of the sink with these bytes. */
void *filled_buffer(void *sink, const void *bytes, DWORD size);
DWORD asf_header(unsigned char *out);               /* at most 512 bytes */
DWORD asf_packet(unsigned char *out, DWORD number); /* 200 bytes */

/* WMCreateWriterNetworkSink of the DLL. */
typedef HRESULT(STDMETHODCALLTYPE *creator)(void **);
extern creator create_sink;
void *new_sink(void);
void *open_sink(DWORD *port, int streams); /* it listens, and streams if that is wanted */
DWORD count_of(void *sink);                /* what GetClientCount says; 999 if it fails */
void wait_for_count(void *sink, DWORD wanted, const char *name);

/* vtable_clients.c */
void clients(void);
void close_with_client(void);
void ipv6(void);
void last_release_in_callback(void);
void threads(void);
