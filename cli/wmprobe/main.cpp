#include "contract.hpp"
#include "recorder.hpp"
#include "sink_object.hpp"

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/base/hresult.hpp>
#include <wmclients/sink/asf_source.hpp>
#include <wmclients/sink/pacer.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace probe;
using wmclients::dump;
using wmclients::Json;
using Clock = wmclients::sink::Pacer::Clock;

struct Options {
    std::string source;
    std::string dll = "wmvcore.dll";
    DWORD port = 8080;
    DWORD max_clients = 5;
    double interval = 1;
    double duration = 0;
    std::string log;
};

/// How long a wait lasts at most before Ctrl-C is looked for.
constexpr std::chrono::milliseconds nap{50};

/// After the end of the stream, so that clients get it and leave by themselves.
constexpr std::chrono::seconds farewell{2};

// The exit status, as wmclients': see --help.
constexpr int wrong_call = 2;
constexpr int unreadable = 3;
constexpr int not_done = 4;

std::atomic<bool> stop_wanted = false;

/// Ctrl-C, or the window is closed. Whoever asks twice does not want to wait for the sink.
BOOL WINAPI want_stop(DWORD event)
{
    if (stop_wanted.exchange(true)) {
        return FALSE;
    }
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        Sleep(INFINITE); // Windows ends the program when this returns, or after some seconds
    }
    return TRUE;
}

template <typename... Values>
int complain(int status, fmt::format_string<Values...> text, Values&&... values)
{
    fmt::print(stderr, "wmprobe: {}\n", fmt::format(text, std::forward<Values>(values)...));
    return status;
}

/// A call of ours for the log, with what it said.
HRESULT record(Recorder& recorder, const char* method, HRESULT result, Json more = Json::object())
{
    Json line = line_of("call", now());
    line["method"] = method;
    line["hresult"] = hex(static_cast<DWORD>(result));
    line.update(more);
    recorder.add_call(std::move(line));
    return result;
}

std::string host_url(abi::IWMWriterNetworkSink& sink, Recorder& recorder)
{
    DWORD length = 0;
    HRESULT result = sink.GetHostURL(nullptr, &length);
    std::vector<wchar_t> text(length + std::size_t{1});
    if (SUCCEEDED(result)) {
        result = sink.GetHostURL(text.data(), &length);
    }
    std::string url = SUCCEEDED(result) ? utf8(text.data()) : "";
    record(recorder, "GetHostURL", result, {{"url", url}, {"length", length}});
    return url;
}

/// A buffer of the sink with these bytes, given to a method of it.
HRESULT give(abi::IWMWriterNetworkSink& sink,
             HRESULT (STDMETHODCALLTYPE abi::IWMWriterSink::*method)(INSSBuffer*), wmclients::Bytes bytes)
{
    ComPointer<INSSBuffer> buffer;
    const HRESULT result = fill_buffer(sink, bytes, buffer);
    return buffer ? (sink.*method)(buffer.get()) : result;
}

/// Feeds the sink as a writer would, until the time is over or somebody wants to stop. @returns the exit
/// status
int broadcast(abi::IWMWriterNetworkSink& sink, wmclients::sink::AsfSource& source, Recorder& recorder,
              Clock::time_point end)
{
    wmclients::sink::Pacer pacer;
    std::vector<std::uint8_t> unit; // of the fixed size that a writer's have; a source's come without padding
    bool refused = false;
    while (!stop_wanted && !recorder.failed() && Clock::now() < end) {
        const auto packet = source.next();
        if (!packet) {
            return complain(unreadable, "{}", packet.error().message);
        }
        if (!*packet) {
            return 0;
        }
        const auto due = std::min(pacer.due((*packet)->send_time, Clock::now()), end);
        for (auto time = Clock::now(); time < due && !stop_wanted; time = Clock::now()) {
            std::this_thread::sleep_for(std::min<Clock::duration>(due - time, nap));
        }
        unit.assign((*packet)->bytes.begin(), (*packet)->bytes.end());
        wmclients::asf::add_padding(unit, (*packet)->parsed, source.info().max_packet_size);
        const HRESULT result = give(sink, &abi::IWMWriterSink::OnDataUnit, unit);
        if (FAILED(result) && !std::exchange(refused, true)) { // once will do
            record(recorder, "OnDataUnit", result);
        }
    }
    return 0;
}

Clock::duration duration_of(double seconds)
{
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{seconds});
}

/// Runs an open sink to its end. @returns the exit status
int stream(abi::IWMWriterNetworkSink& sink, wmclients::sink::AsfSource& source, Recorder& recorder,
           double duration)
{
    const HRESULT result =
        record(recorder, "OnHeader", give(sink, &abi::IWMWriterSink::OnHeader, source.header()));
    if (FAILED(result)) {
        return complain(not_done, "the sink does not take the header of the stream: {}",
                        to_string(static_cast<wmclients::Hresult>(result)));
    }
    fmt::print(stderr, "wmprobe: streaming at {}; Ctrl-C ends it\n", host_url(sink, recorder));
    const auto end = duration == 0 ? Clock::time_point::max() : Clock::now() + duration_of(duration);
    const int status = broadcast(sink, source, recorder, end);
    record(recorder, "OnEndWriting", sink.OnEndWriting());
    std::this_thread::sleep_for(farewell);
    record(recorder, "Disconnect", sink.Disconnect());
    return status;
}

/// Records one life of a sink. @returns the exit status
int record_sink(const Options& options, const ComPointer<abi::IWMWriterNetworkSink>& owner,
                wmclients::sink::AsfSource& source, std::FILE* log)
{
    abi::IWMWriterNetworkSink& sink = *owner.get();
    Recorder recorder{log, owner,
                      std::chrono::duration_cast<std::chrono::milliseconds>(duration_of(options.interval))};
    record(recorder, "Advise", recorder.advise());
    record(recorder, "SetMaximumClients", sink.SetMaximumClients(options.max_clients),
           {{"clients", options.max_clients}});
    DWORD port = options.port;
    const HRESULT opened = sink.Open(&port);
    recorder.set_port(SUCCEEDED(opened) ? port : 0);
    record(recorder, "Open", opened, {{"port", port}});
    int status = 0;
    if (FAILED(opened)) {
        status =
            complain(not_done, "port {} cannot be opened: {}; --port names another, 0 takes any free one",
                     options.port, to_string(static_cast<wmclients::Hresult>(opened)));
    } else {
        status = stream(sink, source, recorder, options.duration);
        record(recorder, "Close", sink.Close());
    }
    record(recorder, "Unadvise", recorder.unadvise());
    return status;
}

int run(const Options& options)
{
    auto source = wmclients::sink::AsfSource::open(options.source, {});
    if (!source) {
        return complain(unreadable, "{}", source.error().message);
    }
    auto created = create_sink(options.dll);
    if (!created) {
        return complain(not_done, "{}", created.error().message);
    }
    std::FILE* const log = options.log.empty() ? stdout : std::fopen(options.log.c_str(), "wb");
    if (log == nullptr) {
        return complain(not_done, "{}: cannot be written", options.log);
    }
    const auto put = [&](const Json& line) { std::fputs((dump(line) + "\n").c_str(), log); };
    // What the object takes for a client, and from when until when, is what the log is to show.
    put({{"type", "log"},
         {"schema_version", wmclients::timeline::event_log_version},
         {"origin", "com"},
         {"attach_on", nullptr},
         {"detach_on", nullptr},
         {"dll", options.dll},
         {"bits", sizeof(void*) * 8}});
    const int status = record_sink(options, *created, **source, log);
    put({{"type", "log_end"}, {"complete", status == 0}});
    bool written = std::fflush(log) == 0 && std::ferror(log) == 0;
    if (log != stdout) {
        written = std::fclose(log) == 0 && written;
    }
    return written ? status
                   : complain(not_done, "the log could not be written; what there is of it has no end");
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App program{
        "Runs a writer network sink on this machine and records what it says of its clients: every "
        "OnStatus, and what GetClientCount, GetClientProperties and GetClientInfo answer"};
    program.add_option("SOURCE", options.source,
                       "An ASF, WMV or WMA file, sent over and over; not with --contract");
    program.add_option("--dll", options.dll, "Whose sink: Windows' own, or wmsink.dll")
        ->capture_default_str();
    program.add_option("--port", options.port, "The port; 0 takes any free one")
        ->capture_default_str()
        ->check(CLI::Range(0, 65535));
    program.add_option("--max-clients", options.max_clients, "Clients at once")
        ->capture_default_str()
        ->check(CLI::Range(0, 50));
    program.add_option("--interval", options.interval, "Seconds between snapshots without an event; 0: none")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 3600.0));
    program.add_option("--duration", options.duration, "Stop after so many seconds; 0: at Ctrl-C")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 86400.0));
    program.add_option("--log", options.log, "Write the log to this file (default: standard output)")
        ->type_name("FILE.jsonl");
    program.footer(R"(
How to record a log and a capture on Windows, both at once:
  1. Put wmprobe.exe and a small .wmv or .wma file into one folder, and open a command prompt there as administrator.
  2. Capture:  dumpcap -i 1 -f "tcp port 8080" -w probe.pcapng   (of Wireshark; dumpcap -D lists the interfaces)
     or:       pktmon filter add -p 8080 && pktmon start --capture --pkt-size 0 --file-name probe.etl
  3. Record:   wmprobe --log probe.jsonl film.wmv   and let players on other machines come and go.
  4. End both: Ctrl-C; then, with pktmon: pktmon stop && pktmon etl2pcap probe.etl --out probe.pcapng
  5. Send back probe.jsonl and probe.pcapng; wmclients diff probe.pcapng probe.jsonl compares them.

Exit status: 0 well; 2 wrong call; 3 SOURCE is unreadable; 4 it could not be done: no such sink on this machine, the port
is in use, the log cannot be written.)");
    ContractOptions contract;
    add_contract_options(program, contract);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : wrong_call;
    }
    const bool other_work = contract.wanted || !contract.scene.empty();
    if (other_work != options.source.empty()) {
        fmt::print(stderr, "wmprobe: either SOURCE or --contract; --help says more\n");
        return wrong_call;
    }
    if (!other_work) {
        SetConsoleCtrlHandler(want_stop, TRUE);
    }
    CoInitializeEx(nullptr, COINIT_MULTITHREADED); // sinks of Windows fail in single-threaded apartments
    const int status = other_work ? run_contract(contract, options.dll) : run(options);
    CoUninitialize();
    return status;
}
