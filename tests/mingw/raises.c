/* raises.dll: wmsink.dll's object, from a creator that bears no NULL pointer. What wmprobe --contract makes of it is tested. */
#include <windows.h>

#include <string.h>

typedef HRESULT(STDMETHODCALLTYPE *creator)(void **);

__declspec(dllexport) HRESULT STDMETHODCALLTYPE WMCreateWriterNetworkSink(void **sink)
{
    creator create = NULL;
    FARPROC found = GetProcAddress(LoadLibraryA("wmsink.dll"), "WMCreateWriterNetworkSink");
    *(void *volatile *)sink = NULL; /* raises for NULL */
    memcpy(&create, &found, sizeof create);
    return create(sink);
}
