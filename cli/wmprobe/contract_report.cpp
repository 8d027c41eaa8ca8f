#include "contract_report.hpp"

#include <fmt/format.h>
#include <windows.h>

#include <cstdint>
#include <cstdio>

namespace probe {

using wmclients::Json;

namespace {

void print(const Json& line)
{
    std::fputs((wmclients::dump(line) + "\n").c_str(), stdout);
    std::fflush(stdout);
}

/// "wmvcore.dll+0x1a2b"
std::string place_of(void* address)
{
    HMODULE module = nullptr;
    constexpr DWORD flags =
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    char path[MAX_PATH] = "";
    if (GetModuleHandleExA(flags, static_cast<LPCSTR>(address), &module) == FALSE
        || GetModuleFileNameA(module, path, MAX_PATH) == 0) {
        return "no module";
    }
    const std::string_view name{path};
    const auto offset = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(module);
    return fmt::format("{}+0x{:x}", name.substr(name.find_last_of("\\/") + 1), offset);
}

LONG WINAPI name_exception(EXCEPTION_POINTERS* raised)
{
    const EXCEPTION_RECORD& record = *raised->ExceptionRecord;
    print({{"exception", fmt::format("0x{:08X}", record.ExceptionCode)},
           {"at", place_of(record.ExceptionAddress)}});
    TerminateProcess(GetCurrentProcess(), record.ExceptionCode);
    return EXCEPTION_EXECUTE_HANDLER;
}

} // namespace

void Report::ask(std::string_view name, const Observe& observe, const Json& given)
{
    if (skip_.find(name) != skip_.end()) {
        return;
    }
    print({{"begin", std::string{name}}});
    try {
        Json observed = observe();
        print({{"case", std::string{name}}, {"given", given}, {"observed", std::move(observed)}});
    } catch (const NotAnswered& reason) {
        print({{"case", std::string{name}}, {"why_not", reason.why}});
    }
}

void Report::part(const std::function<void()>& scene)
{
    try {
        scene();
    } catch (const NotAnswered& reason) {
        print(Json::object({{"failed", reason.why}}));
    }
}

void report_exceptions()
{
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    SetUnhandledExceptionFilter(name_exception);
}

} // namespace probe
