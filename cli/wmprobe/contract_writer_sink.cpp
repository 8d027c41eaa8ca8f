#include "contract_scenes.hpp"
#include "contract_sink.hpp"
#include "event_record.hpp"
#include "sink_object.hpp"

#include <array>

// What a writer calls: IWMWriterSink and INSSBuffer.

namespace probe {

using wmclients::Json;

namespace {

constexpr DWORD preset = 0xCDCDCDCD;

ComPointer<INSSBuffer> allocate(TestSink& test, DWORD size)
{
    INSSBuffer* buffer = nullptr;
    need(test.sink().AllocateDataUnit(size, &buffer), "AllocateDataUnit");
    return ComPointer<INSSBuffer>{buffer};
}

void buffers(Report& report, const std::string& dll)
{
    TestSink test{dll};
    report.ask("buffer.null", [&] { return result_json(test.sink().AllocateDataUnit(64, nullptr)); });
    report.ask("buffer.lengths", [&] {
        const auto buffer = allocate(test, 64);
        DWORD length = preset;
        DWORD maximum = preset;
        const HRESULT result = buffer->GetLength(&length);
        buffer->GetMaxLength(&maximum);
        Json observed = result_json(result);
        observed["length"] = length;
        observed["maximum"] = maximum;
        return observed;
    });
    report.ask("buffer.length-0", [&] {
        INSSBuffer* buffer = nullptr;
        const HRESULT result = test.sink().AllocateDataUnit(0, &buffer);
        const ComPointer<INSSBuffer> owner{SUCCEEDED(result) ? buffer : nullptr};
        return result_json(result);
    });
    const auto buffer = allocate(test, 64);
    report.ask("buffer.set-length", [&] {
        DWORD length = preset;
        const HRESULT result = buffer->SetLength(10);
        buffer->GetLength(&length);
        Json observed = result_json(result);
        observed["value"] = length;
        return observed;
    });
    report.ask("buffer.set-length-too-large", [&] {
        DWORD maximum = preset;
        need(buffer->GetMaxLength(&maximum), "GetMaxLength");
        return result_json(buffer->SetLength(maximum + 1));
    });
    report.ask("buffer.get-length-null", [&] { return result_json(buffer->GetLength(nullptr)); });
    report.ask("buffer.get-maximum-null", [&] { return result_json(buffer->GetMaxLength(nullptr)); });
    report.ask("buffer.get-buffer-null", [&] { return result_json(buffer->GetBuffer(nullptr)); });
    report.ask("buffer.get-both-null", [&] {
        DWORD length = 0;
        return result_json(buffer->GetBufferAndLength(nullptr, &length));
    });
}

void before_the_stream(Report& report, const std::string& dll)
{
    report.ask("real-time.value", [&] {
        BOOL value = -1;
        Json observed = result_json(TestSink{dll}.sink().IsRealTime(&value));
        observed["value"] = value;
        return observed;
    });
    report.ask("real-time.null", [&] { return result_json(TestSink{dll}.sink().IsRealTime(nullptr)); });
    report.ask("header.not-open", [&] { return result_json(TestSink{dll}.header()); });
    TestSink test{dll};
    test.open();
    report.ask("header.null", [&] { return result_json(test.sink().OnHeader(nullptr)); });
    report.ask("data.null", [&] { return result_json(test.sink().OnDataUnit(nullptr)); });
    report.ask("header.no-asf", [&] {
        const std::array<std::uint8_t, 64> rubbish{};
        ComPointer<INSSBuffer> buffer;
        need(fill_buffer(test.sink(), {rubbish.data(), rubbish.size()}, buffer), "AllocateDataUnit");
        return result_json(test.sink().OnHeader(buffer.get()));
    });
    report.ask("data.before-header", [&] { return result_json(TestSink{dll}.packet()); });
    report.ask("end-writing.before-header", [&] { return result_json(TestSink{dll}.sink().OnEndWriting()); });
}

void the_stream(Report& report, const std::string& dll)
{
    TestSink test{dll};
    test.open();
    report.ask("header.first", [&] { return result_json(test.header()); });
    report.ask("data.first", [&] { return result_json(test.packet()); });
    report.ask("end-writing.first", [&] { return result_json(test.sink().OnEndWriting()); });
    report.ask("end-writing.twice", [&] { return result_json(test.sink().OnEndWriting()); });
    report.ask("data.after-end", [&] { return result_json(test.packet()); });
    report.ask("header.after-end", [&] { return result_json(test.header()); });
}

void second_header(Report& report, const std::string& dll)
{
    report.ask("header.second", [&] {
        TestSink test{dll};
        test.open();
        test.stream();
        Client client = test.play();
        client.packets_until('D');
        test.callback().wait(std::chrono::seconds{2});
        test.callback().clear();
        Json observed = result_json(test.header());
        std::string packets = client.packets_until('H');
        // What was on its way before the header does not matter.
        std::erase(packets, 'D');
        observed["packets"] = packets;
        observed["count"] = test.count();
        observed["events"] = statuses_of(test.callback().wait(std::chrono::milliseconds{300}));
        return observed;
    });
}

} // namespace

void writer_sink_scene(Report& report, const std::string& dll)
{
    Report::part([&] { buffers(report, dll); });
    Report::part([&] { before_the_stream(report, dll); });
    Report::part([&] { the_stream(report, dll); });
    Report::part([&] { second_header(report, dll); });
}

} // namespace probe
