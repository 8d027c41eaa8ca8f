#include "analysis.hpp"
#include "commands.hpp"
#include "metrics_option.hpp"
#include "option_kinds.hpp"
#include "output.hpp"
#include "platform.hpp"
#include "source_options.hpp"
#include "summary.hpp"
#include "watch_screen.hpp"
#include "watched.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/live/runtime_file.hpp>
#include <wmclients/output/table.hpp>
#include <wmclients/timeline/event_log.hpp>
#include <wmclients/timeline/observer_fan_out.hpp>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace cli {
namespace {

using namespace wmclients;

enum class WatchFormat { automatic, table, jsonl };

struct WatchOptions {
    SourceOptions source;
    WatchFormat format = WatchFormat::automatic;
    double keep = 60;            ///< seconds
    double vanished_after = 600; ///< seconds
    std::string metrics;
};

Duration duration_of(double seconds)
{
    return Duration{std::llround(seconds * 1e9)};
}

/// What the metrics' thread tells: the latest sample that the capture's thread has left here.
class MetricsText {
  public:
    void put(live::MetricsSample sample)
    {
        const std::lock_guard lock{mutex_};
        sample_ = std::move(sample);
    }

    std::string text()
    {
        live::MetricsSample sample;
        {
            const std::lock_guard lock{mutex_};
            sample = sample_;
        }
        return live::metrics_text(sample); // without keeping the capture waiting
    }

  private:
    std::mutex mutex_;
    live::MetricsSample sample_;
};

/// What `watch` does beside the capture.
class Watch {
  public:
    explicit Watch(const WatchOptions& options)
        : options_(options), findings_(options.source.policies),
          watched_(findings_.timeline, duration_of(options.keep)),
          writer_(findings_.timeline, [this](std::string_view line) { out_.line(line); })
    {
    }

    int run()
    {
        const bool table = options_.format == WatchFormat::table
                           || (options_.format == WatchFormat::automatic && is_terminal(Stream::output));
        if (!options_.metrics.empty()) {
            metrics_ = open_metrics(options_.metrics, [this] { return metrics_text_.text(); });
        }
        Wanted wanted;
        timeline::ObserverFanOut observers;
        if (table) {
            screen_ = value_or_exit(WatchScreen::open());
        } else {
            wanted.every_connection = true;
            wanted.listener = &writer_;
            observers.add(writer_);
            writer_.begin("capture", options_.source.policies);
        }
        observers.add(watched_);
        wanted.observer = &observers;
        wanted.full_screen = table;
        wanted.over = [this] { screen_.reset(); };
        wanted.follow = [this](session::Analysis& analysis, const capture::LiveSource& source) {
            return follow(analysis, source);
        };
        analyse(options_.source, wanted, findings_);
        if (table) {
            const Watched::Totals& totals = watched_.totals();
            out_.line(fmt::format("{} clients came, {} went, {} vanished, {} refused", totals.came,
                                  totals.went, totals.vanished_forgotten, totals.refused));
            if (const std::string remark = quality_remark(findings_); !remark.empty()) {
                complain(remark);
            }
        } else {
            Json summary = run_object(findings_, options_.source);
            summary.erase("schema_version");
            summary["stats"] = stats_object(findings_.counters);
            writer_.end(summary);
        }
        out_.flush();
        return static_cast<int>(findings_.exit_code());
    }

  private:
    static constexpr std::chrono::seconds update_interval{1};

    bool follow(session::Analysis& analysis, const capture::LiveSource& source)
    {
        if (screen_ && !screen_->take_keys()) {
            return false;
        }
        out_.flush();
        // The capture's clock is the system's, which somebody may set.
        if (const auto time = std::chrono::steady_clock::now(); time >= next_update_) {
            if (next_update_ == std::chrono::steady_clock::time_point{}) {
                analysis.give_up_after(duration_of(options_.vanished_after));
                start_metrics();
            }
            next_update_ = time + update_interval;
            update(analysis, source.quality(), source.now());
        }
        return true;
    }

    void start_metrics()
    {
        if (metrics_) {
            metrics_text_.put(sample({}));
            metrics_->start();
            if (!screen_) {
                complain(fmt::format("metrics at http://{}/metrics", to_string(metrics_->endpoint())));
            }
        }
    }

    void update(session::Analysis& analysis, const capture::CaptureQuality& quality, Timestamp now)
    {
        analysis.report_counters(findings_.timeline);
        watched_.update(now);
        if (metrics_) {
            metrics_text_.put(sample(quality));
        }
        if (screen_) {
            auto clients = watched_.clients(now);
            auto lines = heading(quality, clients, now);
            screen_->show({std::move(lines), watched_.latest(), std::move(clients)});
        }
    }

    [[nodiscard]] live::MetricsSample sample(const capture::CaptureQuality& quality)
    {
        live::MetricsSample sample;
        sample.version = WMCLIENTS_VERSION;
        sample.sinks = watched_.sinks();
        sample.capture = quality;
        sample.caps = findings_.caps;
        sample.finished_forgotten = watched_.totals().finished_forgotten;
        sample.vanished_forgotten = watched_.totals().vanished_forgotten;
        return sample;
    }

    [[nodiscard]] std::vector<std::string> heading(const capture::CaptureQuality& quality,
                                                   const std::vector<WatchedClient>& clients,
                                                   Timestamp now) const
    {
        const Watched::Totals& totals = watched_.totals();
        double rate = 0;
        std::size_t attached = 0;
        for (const WatchedClient& client : clients) {
            rate += client.rate.value_or(0);
            attached += client.detach.reason == timeline::EndReason::none ? 1 : 0;
        }
        const std::uint64_t dropped = quality.kernel_dropped + quality.interface_dropped;
        return {
            fmt::format("wmclients watch  {}  {}", printable(options_.source.live.interface),
                        TimeFormat{options_.source.time, findings_.span.first.time}.text(now)),
            fmt::format("{} client{} now, {} came, {} went, {} refused, {} vanished   {}", attached,
                        attached == 1 ? "" : "s", totals.came, totals.went, totals.refused,
                        totals.vanished_forgotten, output::human_rate(rate * 8)),
            fmt::format("{} packets, {} dropped{}", quality.packets, dropped,
                        metrics_ ? fmt::format("   metrics at {}", to_string(metrics_->endpoint())) : "")};
    }

    const WatchOptions& options_;
    Findings findings_;
    Watched watched_;
    Output out_;
    timeline::EventLogWriter writer_;
    MetricsText metrics_text_;
    std::unique_ptr<live::MetricsServer> metrics_; ///< its thread uses the text above
    std::unique_ptr<WatchScreen> screen_;
    std::chrono::steady_clock::time_point next_update_{};
};

int run_watch(WatchOptions& options)
{
    // `list` without a SOURCE finds the sink that is watched here. As another user this cannot take the file
    // away at the end; it counts only while this process lives.
    std::optional<live::RuntimeFile> file;
    if (const auto selection = options.source.selection(); selection.port || selection.endpoint) {
        live::RunningSink watched;
        watched.started_at = std::chrono::system_clock::now();
        watched.port = selection.endpoint ? selection.endpoint->port : *selection.port;
        if (auto made = live::RuntimeFile::create(watched)) {
            file.emplace(std::move(*made));
        }
    }
    return Watch{options}.run();
}

} // namespace

void setup_watch(CLI::App& program, int& status)
{
    auto options = std::make_shared<WatchOptions>();
    CLI::App* command = program.add_subcommand(
        "watch", "Who comes and goes now: a table on a terminal, otherwise events as JSON Lines");
    SourceOptionSet set;
    set.at = set.events = set.sources = false;
    set.sockets = true;
    add_source_options(*command, options->source, set);
    add_choice<WatchFormat>(
        *command, "--format", options->format,
        {{"auto", WatchFormat::automatic}, {"table", WatchFormat::table}, {"jsonl", WatchFormat::jsonl}},
        "A full-screen table, or the event log (JSON Lines)");
    command->add_option("--keep", options->keep, "Show a client for so long after it has gone (s, m, h, d)")
        ->transform(seconds_with_unit())
        ->check(between(0.0, 86'400.0))
        ->default_str("1m")
        ->type_name("TIME");
    command
        ->add_option("--vanished-after", options->vanished_after,
                     "A client on whose connection nothing passes for so long has vanished")
        ->transform(seconds_with_unit())
        ->check(between(10.0, 1e7))
        ->default_str("10m")
        ->type_name("TIME");
    add_metrics_option(*command, options->metrics);
    command->footer(R"(
Without -i it listens on all interfaces. Keys: q quits, ? shows the others.

Examples:
  wmclients watch
  wmclients watch -i eth0 --port 8080 --sockets 8080 --resolve
  wmclients watch -i any --metrics 127.0.0.1:9464 > events.jsonl)");
    command->callback([options, &status] { status = run_watch(*options); });
}

} // namespace cli
