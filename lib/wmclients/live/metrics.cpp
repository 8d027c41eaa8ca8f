#include <wmclients/live/metrics.hpp>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>

namespace wmclients::live {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

/// One metric with its values.
class Family {
  public:
    Family(std::string name, std::string help, MetricType type)
    {
        family_.name = std::move(name);
        family_.help = std::move(help);
        family_.type = type;
    }

    void add(Labels labels, std::uint64_t value)
    {
        ClientMetric& metric = family_.metric.emplace_back();
        metric.label = std::move(labels);
        (family_.type == MetricType::Gauge ? metric.gauge.value : metric.counter.value) =
            static_cast<double>(value);
    }

    MetricFamily take() { return std::move(family_); }

  private:
    MetricFamily family_;
};

Family counter(std::string name, std::string help)
{
    return {std::move(name), std::move(help), MetricType::Counter};
}

Family gauge(std::string name, std::string help)
{
    return {std::move(name), std::move(help), MetricType::Gauge};
}

void add_sinks(const MetricsSample& sample, std::vector<MetricFamily>& families)
{
    Family clients = gauge("wmclients_clients", "Clients attached now.");
    Family connects = counter("wmclients_connects_total", "Clients that were attached.");
    Family disconnects = counter("wmclients_disconnects_total", "Clients that were detached, by reason.");
    Family refused = counter("wmclients_refused_plays_total", "Plays that were refused.");
    Family media = counter("wmclients_media_bytes_total", "Bytes of ASF data packets sent to clients.");
    Family lost = counter("wmclients_lost_packets_total", "ASF data packets that clients did not get.");
    for (const auto& [sink, counts] : sample.sinks) {
        const Labels labels{{"sink", sink}};
        clients.add(labels, counts.clients);
        connects.add(labels, counts.connects);
        for (const auto& [reason, count] : counts.disconnects) {
            disconnects.add({{"sink", sink}, {"reason", std::string{timeline::to_string(reason)}}}, count);
        }
        refused.add(labels, counts.refused);
        media.add(labels, counts.media_bytes);
        lost.add(labels, counts.lost_packets);
    }
    for (Family* const family : {&clients, &connects, &disconnects, &refused, &media, &lost}) {
        families.push_back(family->take());
    }
}

void add_capture(const MetricsSample& sample, std::vector<MetricFamily>& families)
{
    const capture::CaptureQuality& quality = *sample.capture;
    Family packets = counter("wmclients_captured_packets_total", "Packets captured.");
    packets.add({}, quality.packets);
    Family bytes = counter("wmclients_captured_bytes_total", "Bytes captured.");
    bytes.add({}, quality.bytes);
    Family dropped = counter("wmclients_dropped_packets_total", "Packets that were not captured.");
    dropped.add({{"by", "kernel"}}, quality.kernel_dropped);
    dropped.add({{"by", "interface"}}, quality.interface_dropped);
    Family forgotten =
        counter("wmclients_forgotten_clients_total", "Clients that have left the list, by reason.");
    forgotten.add({{"reason", "finished"}}, sample.finished_forgotten);
    forgotten.add({{"reason", "vanished"}}, sample.vanished_forgotten);
    for (Family* const family : {&packets, &bytes, &dropped, &forgotten}) {
        families.push_back(family->take());
    }
}

} // namespace

SinkCounts& SinkTotals::of(std::map<std::string, SinkCounts>& totals, const Endpoint& server)
{
    const std::string name = to_string(server);
    const auto known = totals.find(name);
    return known != totals.end()        ? known->second
           : totals.size() < most_sinks ? totals[name]
                                        : totals[std::string{others}];
}

void SinkTotals::connected(const timeline::Client& client, Timestamp)
{
    const std::lock_guard lock{mutex_};
    SinkCounts& counts = of(totals_, server_of_(client));
    ++counts.clients;
    ++counts.connects;
}

void SinkTotals::disconnected(const timeline::Client& client, const timeline::Detach& detach,
                              const timeline::LiveState& state, Timestamp)
{
    const std::lock_guard lock{mutex_};
    SinkCounts& counts = of(totals_, server_of_(client));
    --counts.clients;
    ++counts.disconnects[detach.reason];
    counts.media_bytes += state.counters.media_bytes;
    counts.lost_packets += state.counters.lost_packets;
}

void SinkTotals::vanished(const timeline::Client& client, const timeline::LiveState& state)
{
    const std::lock_guard lock{mutex_};
    SinkCounts& counts = of(totals_, server_of_(client));
    --counts.clients;
    counts.media_bytes += state.counters.media_bytes;
    counts.lost_packets += state.counters.lost_packets;
}

void SinkTotals::refused(const timeline::Refusal& refusal, Timestamp)
{
    const std::lock_guard lock{mutex_};
    ++of(totals_, refusal.server).refused;
}

std::map<std::string, SinkCounts> SinkTotals::counts(const std::vector<AttachedCounts>& attached)
{
    const std::lock_guard lock{mutex_};
    auto counts = totals_;
    for (const AttachedCounts& one : attached) {
        SinkCounts& sink = of(counts, one.server);
        sink.media_bytes += one.media_bytes;
        sink.lost_packets += one.lost_packets;
    }
    for (auto& [name, sink] : counts) {
        SinkCounts& told = told_[name];
        sink.media_bytes = told.media_bytes = std::max(told.media_bytes, sink.media_bytes);
        sink.lost_packets = told.lost_packets = std::max(told.lost_packets, sink.lost_packets);
    }
    return counts;
}

std::string metrics_text(const MetricsSample& sample)
{
    std::vector<MetricFamily> families;
    Family build = gauge("wmclients_build_info", "The version of the program; always 1.");
    build.add({{"version", sample.version}}, 1);
    families.push_back(build.take());
    add_sinks(sample, families);
    if (sample.capture) {
        add_capture(sample, families);
    }
    if (sample.caps) {
        Family caps = counter("wmclients_caps_reached_total", "How often a limit of memory was reached.");
        for (const CapInfo& cap : caps_table) {
            caps.add({{"cap", std::string{cap.name}}}, sample.caps->times_reached(cap.cap));
        }
        families.push_back(caps.take());
    }
    // A family without a value says nothing.
    std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
    return prometheus::TextSerializer{}.Serialize(families);
}

} // namespace wmclients::live
