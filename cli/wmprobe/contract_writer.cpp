#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"

#include <wmclients/com/contract.hpp>

#include <wmsdkidl.h>

#include <cstring>

// The sink behind a writer of the same DLL, as a program for Windows has it: IWMWriter with the first profile
// that the system has. wmsink.dll has no writer, and Wine's can do nothing with a sink.

namespace probe {

using wmclients::Json;

namespace {

/// wmsdkidl.h.
constexpr IID iid_writer_advanced{
    0x96406be3, 0x2b2b, 0x11d3, {0xb3, 0x6b, 0x00, 0xc0, 0x4f, 0x61, 0x08, 0xff}};

template <typename Function>
Function find(const std::string& dll, const char* name)
{
    const FARPROC found = GetProcAddress(GetModuleHandleA(dll.c_str()), name);
    if (found == nullptr) {
        throw NotAnswered{dll + " has no " + name};
    }
    Function function = nullptr;
    std::memcpy(&function, &found, sizeof function);
    return function;
}

ComPointer<IWMWriter> create_writer(const std::string& dll)
{
    using Create = HRESULT(WINAPI*)(IUnknown*, IWMWriter**);
    IWMWriter* writer = nullptr;
    need(find<Create>(dll, "WMCreateWriter")(nullptr, &writer), "WMCreateWriter");
    return ComPointer<IWMWriter>{writer};
}

void set_profile(IWMWriter& writer, const std::string& dll)
{
    using Create = HRESULT(WINAPI*)(IWMProfileManager**);
    IWMProfileManager* found = nullptr;
    need(find<Create>(dll, "WMCreateProfileManager")(&found), "WMCreateProfileManager");
    const ComPointer<IWMProfileManager> manager{found};
    IWMProfile* profile = nullptr;
    need(manager->LoadSystemProfile(0, &profile), "LoadSystemProfile");
    const ComPointer<IWMProfile> owner{profile};
    need(writer.SetProfile(profile), "SetProfile");
}

/// The interface of the same binary form that mingw-w64's header declares.
IWMWriterSink* as_sink(TestSink& test)
{
    return reinterpret_cast<IWMWriterSink*>(&test.sink());
}

void with_writer(Report& report, const std::string& dll)
{
    TestSink test{dll};
    TestSink other{dll};
    const auto writer = create_writer(dll);
    const auto advanced = writer.query<IWMWriterAdvanced>(iid_writer_advanced);
    if (!advanced) {
        throw NotAnswered{"the writer has no IWMWriterAdvanced"};
    }
    Json results = Json::object();
    const auto call = [&](const char* name, HRESULT result) {
        results[name] = hex(static_cast<DWORD>(result));
        return result;
    };
    const auto ask = [&](std::string_view name) {
        report.ask(name, [&] { return wmclients::com::record_all(test.queries()); });
    };
    report.ask("writer.add-sink", [&] {
        call("AddSink(NULL)", advanced->AddSink(nullptr));
        call("RemoveSink of a sink that was not added", advanced->RemoveSink(as_sink(other)));
        call("AddSink", advanced->AddSink(as_sink(other)));
        call("AddSink again", advanced->AddSink(as_sink(other)));
        call("RemoveSink", advanced->RemoveSink(as_sink(other)));
        set_profile(*writer.get(), dll);
        test.open();
        need(call("AddSink of the open sink", advanced->AddSink(as_sink(test))), "AddSink");
        ask("states.writer.added");
        need(call("BeginWriting", writer->BeginWriting()), "BeginWriting");
        ask("states.writer.begun");
        call("AddSink while writing", advanced->AddSink(as_sink(other)));
        call("RemoveSink while writing", advanced->RemoveSink(as_sink(other)));
        call("EndWriting", writer->EndWriting());
        ask("states.writer.ended");
        call("RemoveSink of the open sink", advanced->RemoveSink(as_sink(test)));
        ask("states.writer.removed");
        return results;
    });
}

} // namespace

void writer_scene(Report& report, const std::string& dll)
{
    Report::part([&] { with_writer(report, dll); });
}

} // namespace probe
