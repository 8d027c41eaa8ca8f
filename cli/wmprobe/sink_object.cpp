#include "sink_object.hpp"

#include <wmclients/base/hresult.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <cstring>

namespace probe {

using wmclients::Error;
using wmclients::Hresult;

namespace {

/// EXCEPTION_WINE_STUB (Wine's winternl.h).
constexpr DWORD wine_stub = 0x8000'0100;

LONG WINAPI name_the_stub(EXCEPTION_POINTERS* raised)
{
    if (raised->ExceptionRecord->ExceptionCode == wine_stub) {
        std::fputs("wmprobe: this is Wine's wmvcore.dll: its WMCreateWriterNetworkSink is a stub, and there "
                   "is no sink to ask; try --dll wmsink.dll\n",
                   stderr);
        ExitProcess(4);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

} // namespace

wmclients::Expected<CreateSink> find_creator(const std::string& dll)
{
    const HMODULE module = LoadLibraryA(dll.c_str());
    if (module == nullptr) {
        return tl::unexpected(Error{Error::Kind::unavailable,
                                    fmt::format("{}: cannot be loaded (Windows error {}); on an N edition of "
                                                "Windows install the Media Feature Pack",
                                                dll, GetLastError())});
    }
    const FARPROC found = GetProcAddress(module, "WMCreateWriterNetworkSink");
    if (found == nullptr) {
        return tl::unexpected(
            Error{Error::Kind::unavailable, fmt::format("{}: has no WMCreateWriterNetworkSink", dll)});
    }
    CreateSink create = nullptr;
    std::memcpy(&create, &found, sizeof create);
    return create;
}

wmclients::Expected<ComPointer<abi::IWMWriterNetworkSink>> create_sink(const std::string& dll)
{
    const auto create = find_creator(dll);
    if (!create) {
        return tl::unexpected(create.error());
    }
    abi::IWMWriterNetworkSink* sink = nullptr;
    void* const handler = AddVectoredExceptionHandler(1, name_the_stub);
    const HRESULT result = (*create)(&sink);
    RemoveVectoredExceptionHandler(handler);
    if (FAILED(result) || sink == nullptr) {
        return tl::unexpected(
            Error{Error::Kind::unavailable, fmt::format("WMCreateWriterNetworkSink gives {}",
                                                        to_string(static_cast<Hresult>(result)))});
    }
    return ComPointer<abi::IWMWriterNetworkSink>{sink};
}

HRESULT fill_buffer(abi::IWMWriterNetworkSink& sink, wmclients::Bytes bytes, ComPointer<INSSBuffer>& buffer)
{
    INSSBuffer* made = nullptr;
    const auto size = static_cast<DWORD>(bytes.size());
    HRESULT result = sink.AllocateDataUnit(size, &made);
    if (FAILED(result)) {
        return result;
    }
    ComPointer<INSSBuffer> owner{made};
    BYTE* place = nullptr;
    result = made->GetBuffer(&place);
    if (SUCCEEDED(result)) {
        result = made->SetLength(size);
    }
    if (SUCCEEDED(result)) {
        std::memcpy(place, bytes.data(), bytes.size());
        buffer = std::move(owner);
    }
    return result;
}

} // namespace probe
