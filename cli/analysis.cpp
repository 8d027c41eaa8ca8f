#include "analysis.hpp"

#include "name_lookups.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "progress.hpp"
#include "read_file.hpp"
#include "socket_source.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/capture/file_source.hpp>
#include <wmclients/dns/hosts_file.hpp>
#include <wmclients/timeline/event_log.hpp>
#include <wmclients/timeline/observer_fan_out.hpp>

#include <fmt/format.h>

#include <chrono>

namespace cli {

using wmclients::Error;
using wmclients::Timestamp;
using wmclients::to_rfc3339;

namespace {

void learn_hosts(const std::string& name, Findings& findings, wmclients::timeline::EventListener& listener)
{
    for (const auto& record :
         value_or_exit(wmclients::dns::parse_hosts_file(read_file(name), name, findings.caps))) {
        listener.on(wmclients::timeline::NameLearnt{record.address, record.name, record.source, {}});
    }
}

void settle_instant(const wmclients::session::InstantRequest& request, const std::string& text,
                    Findings& findings)
{
    const auto& span = findings.span;
    findings.at = wmclients::session::resolve(request, span.first.time);
    const bool by_packet = findings.at->packet != 0;
    if (by_packet && span.packets == 0) {
        throw Exit{ExitCode::usage,
                   fmt::format("--at {}: this log does not come from packets; name a time", text)};
    }
    if (!by_packet && findings.at->time < span.first.time) {
        throw Exit{ExitCode::usage, fmt::format("--at {}: before the first packet, which is at {}", text,
                                                to_rfc3339(span.first.time))};
    }
    if (by_packet ? findings.at->packet > span.last.number : findings.at->time > span.last.time) {
        complain(by_packet
                     ? fmt::format("--at {}: the last packet is packet:{}; this is the final state", text,
                                   span.last.number)
                     : fmt::format("--at {}: after the last packet, which is at {}; this is the final state",
                                   text, to_rfc3339(span.last.time)));
    }
}

/// What the log's last line says of the capture, or, if the log has none, what its events tell.
void take_summary(const wmclients::timeline::EventLogReader& reader, bool goes_on, Findings& findings)
{
    using wmclients::get_number;
    using wmclients::get_time;
    using wmclients::Json;
    const Json& summary = reader.summary();
    const Json capture =
        summary.is_object() && summary.contains("capture") ? summary["capture"] : Json::object();
    findings.span.first.time =
        get_time(capture, "first_packet_at").value_or(reader.first_seen().value_or(Timestamp{}));
    findings.span.last.time =
        get_time(capture, "last_packet_at").value_or(reader.last_seen().value_or(Timestamp{}));
    findings.span.packets = get_number(capture, "packets", reader.last_packet());
    findings.span.last.number = findings.span.packets;
    findings.interface = wmclients::get_text(capture, "interface");
    findings.packets_counted = capture.contains("packets") && capture["packets"].is_number();
    if (summary.is_null()) {
        if (!findings.interrupted && !goes_on) {
            complain("the event log has no last line: it was not written to its end");
        }
        findings.complete = findings.complete && goes_on;
        return;
    }
    findings.complete = findings.complete && wmclients::get_flag(summary, "complete", true);
    if (summary.contains("stats")) {
        findings.counters = counters_from(summary["stats"]);
    }
}

/// The tracker's options; `decoder` must outlive them.
wmclients::session::TrackerOptions tracker_options(const SourceOptions& options, const Wanted& wanted,
                                                   Findings& findings,
                                                   wmclients::dns::MessageDecoder* decoder)
{
    wmclients::session::TrackerOptions tracking;
    tracking.every_connection = wanted.every_connection || !options.sockets.empty()
                                || options.policies.attach_on != wmclients::timeline::AttachOn::play;
    tracking.details = wanted.details ? &findings.details : nullptr;
    tracking.dns_decoder = decoder;
    return tracking;
}

/// What a pass has taught, once it is over.
void take_results(const wmclients::session::Analysis& analysis,
                  const wmclients::capture::PacketSource& source, Findings& findings)
{
    findings.span = analysis.span();
    findings.files = source.file_names();
    findings.counters = gather(analysis, source.quality(), findings.caps);
}

void read_packets(const SourceOptions& options, const Wanted& wanted,
                  wmclients::timeline::EventListener& listener, Findings& findings)
{
    const auto source = value_or_exit(open_captures(options.sources, options.open_options()));
    const auto decoder = make_dns_decoder();
    wmclients::session::Analysis analysis{listener, findings.caps,
                                          tracker_options(options, wanted, findings, decoder.get()),
                                          options.instant(), wanted.visitor};
    {
        const InterruptGuard guard;
        Progress progress;
        const bool whole = analysis.run(*source, [&](const wmclients::capture::PacketSource& read) {
            progress.show(read);
            return !InterruptGuard::interrupted();
        });
        findings.interrupted = !whole || InterruptGuard::interrupted();
    }
    take_results(analysis, *source, findings);
    if (findings.interrupted) {
        complain(fmt::format("interrupted after {} packets; this is what they show", findings.span.packets));
        findings.complete = false;
        return;
    }
    for (const Error& problem : source->problems()) {
        complain(problem.message);
        findings.complete = false;
    }
    if (findings.span.packets == 0 && findings.complete) {
        complain("there are no packets in it");
    }
}

/// Captures until Ctrl-C, SIGTERM or the end of --duration: the normal ends.
void read_live(const SourceOptions& options, const Wanted& wanted, NameLookups* lookups,
               wmclients::timeline::EventListener& listener, Findings& findings)
{
    using Clock = std::chrono::steady_clock;
    const InterruptGuard guard{true};
    const auto decoder = make_dns_decoder();
    // While there are privileges: who owns a socket is not told to everybody.
    const wmclients::live::SinkTable before =
        options.sockets.empty() ? wmclients::live::SinkTable{} : socket_table_of(options);
    const auto source = value_or_exit(open_live_source(options.live, options.filter, options.selection()));
    findings.interface = options.live.interface;
    wmclients::session::Analysis analysis{listener, findings.caps,
                                          tracker_options(options, wanted, findings, decoder.get()),
                                          options.instant(), wanted.visitor};
    for (const wmclients::Endpoint& sink : tell_before_capture(before, listener)) {
        analysis.know_sink(sink);
    }
    const double seconds = options.live.duration;
    if (!wanted.full_screen) {
        complain(
            fmt::format("capturing on {}, {}", findings.interface,
                        seconds == 0 ? "until Ctrl-C" : fmt::format("for {} s or until Ctrl-C", seconds)));
    }
    const auto begun = Clock::now();
    analysis.run(*source, [&] {
        findings.span = analysis.span();
        if (lookups != nullptr) {
            lookups->poll({source->now(), findings.span.packets});
        }
        if (wanted.tick) {
            wanted.tick();
        }
        const bool over = seconds != 0 && Clock::now() - begun >= std::chrono::duration<double>{seconds};
        const bool left = wanted.follow && !wanted.follow(analysis, *source);
        return !over && !left && !InterruptGuard::interrupted();
    });
    InterruptGuard::forget();
    if (wanted.over) {
        wanted.over();
    }
    take_results(analysis, *source, findings);
    for (const Error& problem : source->problems()) {
        complain(problem.message);
        findings.complete = false;
        findings.unavailable = true;
    }
    if (findings.span.packets == 0 && findings.complete) {
        complain("no packet came");
    }
}

/// A line of an event log is refused beyond this.
constexpr std::size_t longest_log_line = 1U << 20;

void read_log(const SourceOptions& options, wmclients::timeline::EventListener& listener, Findings& findings)
{
    const auto bytes = value_or_exit(wmclients::capture::FileSource::open(options.events));
    wmclients::timeline::EventLogReader reader{listener};
    std::string pending;
    std::uint64_t number = 0;
    std::uint64_t bad_lines = 0;
    std::vector<std::uint8_t> block(256U << 10);
    const auto take_line = [&](std::string_view line) {
        ++number;
        const bool first = reader.header().is_null();
        const bool taken = line.empty() || reader.line(line);
        if (first) {
            findings.origin = wmclients::get_text(reader.header(), "origin");
        }
        if (!taken) {
            if (reader.header().is_null()) {
                throw Exit{ExitCode::damaged,
                           fmt::format("{}: line {} is not the beginning of an event log of version {}",
                                       options.events, number, wmclients::timeline::event_log_version)};
            }
            if (bad_lines++ == 0) {
                complain(fmt::format("{}: line {} is no event; it is passed over", options.events, number));
            }
        }
    };
    bool too_long = false;
    const InterruptGuard guard;
    while (!InterruptGuard::interrupted()) {
        const auto got = bytes->read(block);
        if (!got && !InterruptGuard::interrupted()) {
            complain(got.error().message);
            findings.complete = false;
        }
        if (!got || *got == 0) {
            break;
        }
        pending.append(reinterpret_cast<const char*>(block.data()), *got);
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
            take_line(too_long ? "a line that is too long"
                               : std::string_view{pending}.substr(begin, end - begin));
            too_long = false;
        }
        pending.erase(0, begin);
        if (pending.size() > longest_log_line) {
            too_long = true;
            pending.clear();
        }
    }
    if (InterruptGuard::interrupted()) {
        findings.interrupted = true;
        findings.complete = false;
        complain(fmt::format("interrupted after {} lines; this is what they show", number));
    } else if (!pending.empty() || too_long) {
        take_line(too_long ? "a line that is too long" : pending);
    }
    if (reader.header().is_null()) {
        throw Exit{ExitCode::damaged, fmt::format("{}: empty, not an event log", options.events)};
    }
    if (bad_lines > 1) {
        complain(fmt::format("{}: {} lines were no events", options.events, bad_lines));
    }
    findings.complete = findings.complete && bad_lines == 0;
    take_summary(reader, options.events_go_on, findings);
    add_caps_reached(findings.counters, findings.caps);
}

/// That one source is named, and nothing that means nothing for it.
void check_sources(const SourceOptions& options)
{
    if (options.asks_sockets()) {
        return; // read_sockets() has its own say
    }
    const int named = (options.sources.empty() ? 0 : 1) + (options.events.empty() ? 0 : 1)
                      + (options.live.wanted() ? 1 : 0);
    if (named == 0) {
        throw Exit{ExitCode::usage,
                   "no SOURCE: name capture files, a folder of them, or - for standard input"};
    }
    if (named > 1) {
        throw Exit{ExitCode::usage,
                   options.live.wanted()
                       ? "-i captures on an interface: name no SOURCE and no event log beside it"
                       : "--events and SOURCE exclude each other: name a log or captures"};
    }
    if (!options.events.empty() && !(options.filter + options.from + options.to).empty()) {
        throw Exit{ExitCode::usage, "--filter, --from and --to choose packets; an event log has none"};
    }
    if (options.live.wanted() && !(options.from + options.to).empty()) {
        throw Exit{ExitCode::usage, "--from and --to are for captures; with -i there is --duration"};
    }
}

} // namespace

std::unique_ptr<Findings> analyse(const SourceOptions& options, const Wanted& wanted)
{
    auto findings = std::make_unique<Findings>(options.policies);
    analyse(options, wanted, *findings);
    return findings;
}

void analyse(const SourceOptions& options, const Wanted& wanted, Findings& findings)
{
    check_sources(options);
    const auto instant = options.instant();
    static_cast<void>(options.selection());
    wmclients::timeline::EventFanOut fan_out;
    if (wanted.listener != nullptr) {
        fan_out.add(*wanted.listener);
    }
    fan_out.add(findings.timeline);
    wmclients::timeline::ObserverFanOut observers;
    if (wanted.observer != nullptr) {
        observers.add(*wanted.observer);
    }
    std::unique_ptr<NameLookups> lookups;
    if (options.live.resolve) {
        lookups = value_or_exit(NameLookups::open(fan_out));
        observers.add(*lookups);
    }

    /// The observers go with this call, however it ends.
    struct Observing {
        wmclients::timeline::ClientTimeline& timeline;

        ~Observing() { timeline.observe_nobody(); }
    } const observing{findings.timeline};

    if (!observers.empty()) {
        findings.timeline.observe(observers);
    }
    if (!options.hosts.empty()) {
        learn_hosts(options.hosts, findings, fan_out);
    }
    if (options.live.wanted()) {
        read_live(options, wanted, lookups.get(), fan_out, findings);
    } else if (options.asks_sockets()) {
        read_sockets(options, fan_out, findings);
    } else if (options.events.empty()) {
        read_packets(options, wanted, fan_out, findings);
    } else {
        read_log(options, fan_out, findings);
        findings.instant_counted =
            !instant || resolve(*instant, findings.span.first.time).includes(findings.span.last);
    }
    if (lookups && !options.live.wanted()) {
        if (!lookups->settle()) {
            complain("interrupted while names were asked for; some are missing");
            findings.complete = false;
            findings.interrupted = true;
        }
    }
    if (instant && findings.any()) {
        settle_instant(*instant, options.at, findings);
    }
}

wmclients::timeline::Sink the_sink(const Findings& findings, const SourceOptions& options)
{
    auto sinks = list_sinks(findings.timeline, findings.at, options.selection());
    if (sinks.empty()) {
        throw Exit{findings.exit_code_with_findings(), no_sink_message(findings, options)};
    }
    if (sinks.size() > 1) {
        std::vector<std::string> choices;
        choices.reserve(sinks.size());
        for (const auto& sink : sinks) {
            choices.push_back(fmt::format("--sink {}   {} client{}",
                                          to_string(findings.timeline.endpoints()[sink.endpoints.front()]),
                                          sink.clients.size(), sink.clients.size() == 1 ? "" : "s"));
        }
        throw Exit{ExitCode::usage, "there are several sinks; choose one with --sink:", choices};
    }
    // cppcheck-suppress returnStdMoveLocal ; it is a part of the local variable
    return std::move(sinks.front());
}

wmclients::output::ClientRecord record_of(const Findings& findings, const wmclients::timeline::Sink& sink,
                                          std::size_t index)
{
    wmclients::output::ClientRecord record{findings.timeline, *sink.clients[index], index, findings.at};
    record.counters_known = record.counters_known && findings.instant_counted;
    return record;
}

std::string no_sink_message(const Findings& findings, const SourceOptions& options)
{
    if (!options.sink.empty() || !options.port.empty()) {
        const auto all = list_sinks(findings.timeline, {}, {});
        if (!all.empty()) {
            std::string message = "no such sink; there is";
            const char* separator = " ";
            for (const auto& sink : all) {
                for (const std::uint32_t endpoint : sink.endpoints) {
                    message += separator + to_string(findings.timeline.endpoints()[endpoint]);
                    separator = ", ";
                }
            }
            return message;
        }
    }
    if (findings.from_sockets()) {
        return no_listener_message(options);
    }
    return fmt::format(
        "no sink was seen in {} packets: no server answered an MS-WMSP request (`wmclients list --stats` "
        "shows what was there instead)",
        findings.span.packets);
}

} // namespace cli
