#include "commands.hpp"
#include "exit_code.hpp"
#include "live_table.hpp"
#include "log_file.hpp"
#include "metrics_option.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "source_options.hpp"

#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/live/metrics.hpp>
#include <wmclients/live/runtime_file.hpp>
#include <wmclients/output/table.hpp>
#include <wmclients/sink/asf_source.hpp>
#include <wmclients/sink/network_sink.hpp>
#include <wmclients/sink/pacer.hpp>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace cli {
namespace {

using namespace wmclients;
using sink::AccessKind;
using sink::NetworkSink;

struct ServeOptions {
    std::string source;
    std::uint16_t port = 8080;
    std::string bind;
    std::string host;
    std::uint32_t max_clients = sink::default_clients;
    std::vector<std::string> allow;
    std::vector<std::string> deny;
    double burst_seconds = 3;
    double queue_seconds = 10;
    double stall_timeout = 20;
    std::string server_version = sink::SinkOptions{}.server_version;
    sink::Paths paths = sink::Paths::root;
    sink::RefuseWith refuse_with = sink::RefuseWith::status;
    std::string log;
    double snapshot_interval = 0; ///< seconds; 0: none
    std::string metrics;
    bool resolve = false;
    bool once = false;
};

/// While it lives, what the query methods say goes into the sink's log every `interval`.
class Snapshots {
  public:
    Snapshots(NetworkSink& sink, std::chrono::milliseconds interval)
        : thread_([this, &sink, interval] {
              std::unique_lock lock{mutex_};
              while (!wake_.wait_for(lock, interval, [this] { return stop_; })) {
                  com::log_snapshot(sink);
              }
          })
    {
    }

    ~Snapshots()
    {
        {
            const std::lock_guard lock{mutex_};
            stop_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }

    Snapshots(const Snapshots&) = delete;
    Snapshots& operator=(const Snapshots&) = delete;

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_; ///< last: it uses the others
};

/// At the end every client gets what is left of the stream, and `$E`; not longer than this.
constexpr std::chrono::seconds farewell{5};

/// How long the pacing sleeps at a time, so that Ctrl-C is heard.
constexpr std::chrono::milliseconds nap{50};

volatile std::sig_atomic_t stop_wanted = 0;

void want_stop(int)
{
    stop_wanted = 1;
}

/// SIGINT and SIGTERM end the stream, a second one the program. Reads from a pipe are not taken up again
/// after them.
void catch_signals()
{
    struct sigaction action {};

    action.sa_handler = want_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

/// As many descriptors as the system gives without asking: one a client.
void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

std::chrono::milliseconds milliseconds(double seconds)
{
    return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

sink::SinkOptions sink_options(const ServeOptions& options)
{
    sink::SinkOptions made;
    if (!options.bind.empty()) {
        made.bind = parse_address(options.bind);
        if (!made.bind) {
            throw Exit{ExitCode::usage, fmt::format("--bind {}: not an IP address", options.bind)};
        }
    }
    made.host = options.host;
    made.server_version = options.server_version;
    made.paths = options.paths;
    made.refuse_with = options.refuse_with;
    made.lift_client_limit = true;
    made.burst = milliseconds(options.burst_seconds);
    made.queue = milliseconds(options.queue_seconds);
    made.stall_timeout = milliseconds(options.stall_timeout);
    made.resolve_names = options.resolve;
    return made;
}

std::vector<sink::AccessEntry> access_entries(const std::vector<std::string>& texts, const char* option)
{
    std::vector<sink::AccessEntry> entries;
    for (const std::string& text : texts) {
        const auto entry = sink::parse_cidr(text);
        if (!entry) {
            throw Exit{
                ExitCode::usage,
                fmt::format("{} {}: write an address, or ADDRESS/BITS as in 192.168.0.0/16", option, text)};
        }
        entries.push_back(*entry);
    }
    return entries;
}

/// Feeds the sink as the packets' send times say, until the source ends or somebody wants to stop.
void broadcast(sink::AsfSource& source, NetworkSink& sink, const std::optional<LogFile>& log)
{
    sink::Pacer pacer;
    while (stop_wanted == 0 && (!log || log->problem().empty())) {
        const auto packet = source.next();
        if (!packet) {
            if (stop_wanted == 0) {
                throw Exit{ExitCode::damaged, packet.error().message};
            }
            return;
        }
        if (!*packet) {
            return;
        }
        const auto due = pacer.due((*packet)->send_time, sink::Pacer::Clock::now());
        for (auto now = sink::Pacer::Clock::now(); now < due && stop_wanted == 0;
             now = sink::Pacer::Clock::now()) {
            std::this_thread::sleep_for(std::min<sink::Pacer::Clock::duration>(due - now, nap));
        }
        static_cast<void>(sink.on_data_unit((*packet)->bytes));
    }
    source.stop();
    for (;;) {
        const auto rest = source.next();
        if (!rest || !*rest) {
            return;
        }
        static_cast<void>(sink.on_data_unit((*rest)->bytes));
    }
}

std::string heading(const std::string& url, const sink::AsfSource& source, const ServeOptions& options)
{
    std::string streams;
    for (const asf::Stream& stream : source.info().streams) {
        streams += fmt::format("{}{}", streams.empty() ? "" : ", ", asf::to_string(stream.kind));
    }
    const std::uint32_t bitrate = source.info().max_bitrate;
    return fmt::format("{}  {} ({}{}), at most {} client{}", url,
                       options.source == "-" ? "standard input" : options.source, streams,
                       bitrate == 0 ? "" : ", " + output::human_rate(bitrate), options.max_clients,
                       options.max_clients == 1 ? "" : "s");
}

/// What `list` without a SOURCE finds this sink by.
Expected<live::RuntimeFile> leave_runtime_file(const sink::SinkOptions& options, std::uint16_t port,
                                               const std::string& url)
{
    live::RunningSink running;
    running.started_at = std::chrono::system_clock::now();
    running.port = port;
    running.url = url;
    if (options.bind) {
        running.addresses = {*options.bind};
    } else {
        running.addresses = {*parse_address("0.0.0.0"), *parse_address("::")};
    }
    return live::RuntimeFile::create(running);
}

std::string metrics_of(const NetworkSink& sink, live::SinkTotals& totals)
{
    std::vector<live::AttachedCounts> attached;
    for (const sink::ClientStatus& client : sink.clients()) {
        attached.push_back({client.server, client.media_bytes, client.packets_dropped});
    }
    live::MetricsSample sample;
    sample.version = WMCLIENTS_VERSION;
    sample.sinks = totals.counts(attached);
    return live::metrics_text(sample);
}

int run_serve(const ServeOptions& options)
{
    const sink::SinkOptions made = sink_options(options);
    const auto allowed = access_entries(options.allow, "--allow");
    const auto denied = access_entries(options.deny, "--deny");
    auto source = sink::AsfSource::open(options.source, {!options.once});
    if (!source) {
        const bool damaged = source.error().kind == Error::Kind::damaged;
        throw Exit{damaged ? ExitCode::damaged : ExitCode::unavailable, source.error().message};
    }
    raise_descriptor_limit();
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    std::optional<LogFile> log;
    if (!options.log.empty() || !terminal) {
        log.emplace(options.log.empty() ? "-" : options.log);
    }
    std::optional<HeldSignals> mask{std::in_place}; // signals are for this thread, not for those that follow
    NetworkSink* running = nullptr;
    live::SinkTotals totals{[&running](const timeline::Client& client) {
        Endpoint server;
        running->inspect([&](const timeline::ClientTimeline& timeline, bool) {
            server = timeline.endpoints()[client.sink_endpoint].endpoint;
        });
        return server;
    }};
    NetworkSink sink{made, log ? [&log](std::string_view line) { log->line(line); } : NetworkSink::LogLine{}};
    if (failed(sink.set_maximum_clients(options.max_clients))) {
        throw Exit{ExitCode::usage, fmt::format("--max-clients {}: not accepted", options.max_clients)};
    }
    for (const sink::AccessEntry& entry : allowed) {
        sink.add_access_entry(AccessKind::include, entry);
    }
    for (const sink::AccessEntry& entry : denied) {
        sink.add_access_entry(AccessKind::exclude, entry);
    }
    std::uint16_t port = options.port;
    if (failed(sink.open(port))) {
        throw Exit{
            ExitCode::unavailable,
            fmt::format("port {} cannot be opened{}: it is in use, or not yours to take; choose another with "
                        "--port, or any free one with --port 0",
                        port, options.bind.empty() ? "" : " on " + options.bind)};
    }
    running = &sink;
    sink.advise(totals);
    std::unique_ptr<live::MetricsServer> metrics;
    if (!options.metrics.empty()) {
        metrics = open_metrics(options.metrics, [&] { return metrics_of(sink, totals); });
        metrics->start();
    }
    static_cast<void>(sink.on_header((*source)->header()));
    std::string url;
    static_cast<void>(sink.host_url(url));
    url.replace(0, url.find(':'), "mmsh");
    const auto runtime_file = leave_runtime_file(made, port, url);
    if (!runtime_file) {
        complain(runtime_file.error().message + "; `wmclients list` will find this sink by --port alone");
    }
    std::optional<LiveTable> table;
    if (terminal) {
        table.emplace(sink, heading(url + "/", **source, options));
    } else {
        complain("streaming at " + url + "/");
    }
    if (metrics && !terminal) {
        complain(fmt::format("metrics at http://{}/metrics", to_string(metrics->endpoint())));
    }
    std::optional<Snapshots> snapshots;
    if (options.snapshot_interval > 0) {
        snapshots.emplace(sink, milliseconds(options.snapshot_interval));
    }
    catch_signals();
    mask.reset();
    try {
        broadcast(**source, sink, log);
    } catch (const Exit& exit) {
        complain(exit.message);
        static_cast<void>(sink.on_end_writing());
        sink.wait_drained(farewell);
        static_cast<void>(sink.close());
        return static_cast<int>(exit.code);
    }
    static_cast<void>(sink.on_end_writing());
    sink.wait_drained(farewell);
    static_cast<void>(sink.close());
    if ((*source)->bad_packets() != 0) {
        complain(fmt::format("{} packets of the source could not be read and were left out",
                             (*source)->bad_packets()));
    }
    if (log && !log->problem().empty()) {
        throw log->reader_gone() ? Exit{ExitCode::closed_output, {}}
                                 : Exit{ExitCode::unavailable, log->problem()};
    }
    return static_cast<int>(ExitCode::ok);
}

} // namespace

const std::string_view serve_example =
    "  wmclients serve film.wmv                    be a sink: stream a file to Windows Media players\n";

void setup_serve(CLI::App& program, int& status)
{
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command =
        program.add_subcommand("serve", "Be a sink: stream an ASF file or live ASF to Windows Media players");
    command
        ->add_option("SOURCE", options->source,
                     "An ASF, WMV or WMA file, or - for live ASF on standard input")
        ->required();
    command->add_option("--port", options->port, "The port; 0 takes any free one")
        ->capture_default_str()
        ->type_name("PORT");
    command->add_option("--bind", options->bind, "Listen on this address alone (default: all, IPv4 and IPv6)")
        ->type_name("ADDR");
    command->add_option("--host", options->host, "This machine's name in the URL")->type_name("NAME");
    command->add_option("--max-clients", options->max_clients, "Clients at once; more are refused")
        ->capture_default_str()
        ->type_name("N");
    command->add_option("--allow", options->allow, "Only these addresses may come (repeat for more)")
        ->type_name("CIDR")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--deny", options->deny, "These may not, even if they are allowed (repeat for more)")
        ->type_name("CIDR")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        ->add_option("--burst-seconds", options->burst_seconds,
                     "How much of the past a client gets at once when it joins (0 to 60 seconds)")
        ->capture_default_str()
        ->check(between(0.0, 60.0))
        ->type_name("S");
    command
        ->add_option(
            "--queue-seconds", options->queue_seconds,
            "How far a slow client may fall behind before packets are dropped for it (0.1 to 300 seconds)")
        ->capture_default_str()
        ->check(between(0.1, 300.0))
        ->type_name("S");
    command
        ->add_option("--stall-timeout", options->stall_timeout,
                     "A client that takes nothing for so long is cut (0.1 to 3600 seconds)")
        ->capture_default_str()
        ->check(between(0.1, 3600.0))
        ->type_name("S");
    command->add_option("--log", options->log, "Write the event log to this file")
        ->check(not_empty())
        ->type_name("FILE.jsonl");
    command
        ->add_option("--snapshot-interval", options->snapshot_interval,
                     "Put what GetClientCount, GetClientProperties and GetClientInfo say into the log, so "
                     "often (0.05 to 86400 seconds)")
        ->check(between(0.05, 86400.0))
        ->type_name("S");
    add_metrics_option(*command, options->metrics);
    command->add_flag("--resolve", options->resolve, "Ask name servers for the names of clients");
    command->add_flag("--once", options->once, "Send a file once (default: over and over)");
    command->add_option("--server-version", options->server_version, "What follows Rex/ in the Server field")
        ->capture_default_str()
        ->check(not_empty())
        ->type_name("VERSION");
    add_choice<sink::Paths>(*command, "--paths", options->paths,
                            {{"root", sink::Paths::root}, {"any", sink::Paths::any}},
                            "Serve / alone, or every path");
    add_choice<sink::RefuseWith>(*command, "--refuse-with", options->refuse_with,
                                 {{"status", sink::RefuseWith::status}, {"close", sink::RefuseWith::close}},
                                 "Answer who is refused with an HTTP status, or close the connection");
    command->footer(R"(
On a terminal the attached clients are shown; otherwise, or with --log, the event log is written, which
`wmclients list --events` reads. Ctrl-C ends the stream for every client, and then the program.

Examples:
  wmclients serve film.wmv
  wmclients serve --port 0 --bind 127.0.0.1 --log sink.jsonl film.wmv
  ffmpeg -re -i film.mp4 -c:v wmv2 -c:a wmav2 -f asf - | wmclients serve --max-clients 50 -)");
    command->callback([options, &status] { status = run_serve(*options); });
}

} // namespace cli
