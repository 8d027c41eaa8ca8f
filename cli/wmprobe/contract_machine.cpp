#include "contract_machine.hpp"

#include <fmt/format.h>
#include <windows.h>

#include <cstring>
#include <vector>

namespace probe {

using wmclients::Json;

namespace {

template <typename Function>
Function in_ntdll(const char* name)
{
    const FARPROC found = GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
    Function function = nullptr;
    std::memcpy(&function, &found, sizeof function);
    return function;
}

Json dll_version(const std::string& dll)
{
    char path[MAX_PATH] = "";
    const HMODULE module = LoadLibraryA(dll.c_str());
    if (module == nullptr || GetModuleFileNameA(module, path, MAX_PATH) == 0) {
        return nullptr;
    }
    const DWORD size = GetFileVersionInfoSizeA(path, nullptr);
    std::vector<char> block(size);
    void* fixed = nullptr;
    UINT length = 0;
    if (size == 0 || GetFileVersionInfoA(path, 0, size, block.data()) == FALSE
        || VerQueryValueA(block.data(), "\\", &fixed, &length) == FALSE
        || length < sizeof(VS_FIXEDFILEINFO)) {
        return nullptr;
    }
    VS_FIXEDFILEINFO info{};
    std::memcpy(&info, fixed, sizeof info);
    return fmt::format("{}.{}.{}.{}", info.dwFileVersionMS >> 16, info.dwFileVersionMS & 0xFFFF,
                       info.dwFileVersionLS >> 16, info.dwFileVersionLS & 0xFFFF);
}

/// The true version, which GetVersionEx hides.
Json windows_version()
{
    OSVERSIONINFOW info{};
    info.dwOSVersionInfoSize = sizeof info;
    auto* const get = in_ntdll<LONG(WINAPI*)(OSVERSIONINFOW*)>("RtlGetVersion");
    if (get == nullptr || get(&info) != 0) {
        return nullptr;
    }
    return fmt::format("{}.{}.{}", info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber);
}

Json wine_version()
{
    auto* const get = in_ntdll<const char*(CDECL*)()>("wine_get_version");
    return get == nullptr ? Json(nullptr) : Json(get());
}

} // namespace

Json machine_facts(const std::string& dll)
{
    Json facts = Json::object();
    facts["dll"] = dll;
    facts["dll_version"] = dll_version(dll);
    facts["windows"] = windows_version();
    facts["wine"] = wine_version();
    facts["bits"] = 8 * sizeof(void*);
    return facts;
}

} // namespace probe
