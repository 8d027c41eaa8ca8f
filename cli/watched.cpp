#include "watched.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cli {

using namespace wmclients;
using timeline::Client;
using timeline::EndReason;
using timeline::TrackingEnd;

namespace {

constexpr std::chrono::minutes forget_interval{10};

double seconds(Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace

Watched::Watched(timeline::ClientTimeline& timeline, Duration keep)
    : timeline_(timeline), keep_(keep), sinks_([this](const Client& client) { return server_of(client); })
{
}

const Endpoint& Watched::server_of(const Client& client) const
{
    return timeline_.endpoints()[client.sink_endpoint].endpoint;
}

/// Of an attached client the counters that were reported last, otherwise the final ones.
const timeline::LiveState& Watched::state_of(const Client& client) const
{
    const timeline::LiveState* const now = client.state_known ? nullptr : timeline_.state_at_instant(client);
    return now != nullptr ? *now : client.state;
}

bool Watched::is_attached(const Client& client) const
{
    return timeline_.detach_of(client).reason == EndReason::none;
}

void Watched::update(Timestamp now)
{
    sample(now);
    forget(now);
}

void Watched::sample(Timestamp now)
{
    std::map<Id, Samples> samples;
    for (const Client& client : timeline_.clients()) {
        if (!is_attached(client)) {
            continue;
        }
        const Id id{client.connection, client.ordinal};
        const auto known = samples_.find(id);
        Samples& own = samples.emplace(id, known == samples_.end() ? Samples{} : known->second).first->second;
        if (own.count == Samples::kept) {
            std::rotate(own.at.begin(), own.at.begin() + 1, own.at.end());
            --own.count;
        }
        own.at[own.count++] = {now, state_of(client).counters.media_bytes};
    }
    samples_ = std::move(samples);
}

void Watched::forget(Timestamp now)
{
    const auto has_vanished = [this](const Client& client) {
        return is_attached(client)
               && (client.tracking_end == TrackingEnd::idle || client.tracking_end == TrackingEnd::evicted);
    };
    const auto has_gone = [&](const Client& client) {
        const timeline::Detach detach = timeline_.detach_of(client);
        return detach.reason != EndReason::none && detach.when.time.value_or(Timestamp{}) + keep_ < now;
    };
    // Names and texts are learnt even if nobody comes or goes.
    bool any = timeline_.refusals().size() > 1000 || forgotten_at_ + forget_interval < now;
    for (const Client& client : timeline_.clients()) {
        if (has_vanished(client)) {
            any = true;
            ++totals_.vanished_forgotten;
            sinks_.vanished(client, state_of(client));
            latest_ = fmt::format("vanished {}", to_string(client.endpoint));
        } else if (has_gone(client)) {
            any = true;
            ++totals_.finished_forgotten;
        }
    }
    if (any) {
        forgotten_at_ = now;
        timeline_.forget([&](const Client& client) { return has_vanished(client) || has_gone(client); });
    }
}

std::vector<WatchedClient> Watched::clients(Timestamp now) const
{
    std::vector<WatchedClient> all;
    all.reserve(timeline_.clients().size());
    for (const timeline::Sink& sink : list_sinks(timeline_, {}, {})) {
        for (const Client* const client : sink.clients) {
            WatchedClient& one = all.emplace_back();
            one.id = {client->connection, client->ordinal};
            one.client = client->endpoint;
            one.server = server_of(*client);
            one.dns_name = timeline_.text(timeline_.name_of(client->endpoint.address, {}).text);
            one.user_agent = timeline_.text(client->user_agent);
            one.counted = client->server_side_captured;
            one.attached_at = client->server_side_captured ? client->attached.time : MaybeTime{};
            one.detach = timeline_.detach_of(*client);
            one.state = state_of(*client);
            const Timestamp end =
                one.detach.reason == EndReason::none ? now : one.detach.when.time.value_or(now);
            if (one.attached_at) {
                one.age = std::max(0.0, seconds(end - *one.attached_at));
            }
            const auto samples = samples_.find(one.id);
            if (samples != samples_.end() && samples->second.count > 1) {
                const auto& [begin, bytes] = samples->second.at.front();
                const auto& [last, more] = samples->second.at[samples->second.count - 1];
                if (begin < last && bytes <= more) {
                    one.rate = static_cast<double>(more - bytes) / seconds(last - begin);
                }
            }
        }
    }
    return all;
}

std::map<std::string, live::SinkCounts> Watched::sinks()
{
    std::vector<live::AttachedCounts> attached;
    for (const Client& client : timeline_.clients()) {
        if (is_attached(client)) {
            const timeline::Counters& counters = state_of(client).counters;
            attached.push_back({server_of(client), counters.media_bytes, counters.lost_packets});
        }
    }
    return sinks_.counts(attached);
}

void Watched::connected(const Client& client, Timestamp at)
{
    ++totals_.came;
    sinks_.connected(client, at);
    const std::string_view agent = timeline_.text(client.user_agent);
    latest_ = fmt::format("connected {}  {}", to_string(client.endpoint), printable(agent));
}

void Watched::properties_changed(const Client& client, const timeline::Moment&)
{
    const std::string_view name = timeline_.text(timeline_.name_of(client.endpoint.address, {}).text);
    latest_ = fmt::format("{} is {}", to_string(client.endpoint), printable(name));
}

void Watched::disconnected(const Client& client, const timeline::Detach& detach,
                           const timeline::LiveState& state, Timestamp at)
{
    ++totals_.went;
    sinks_.disconnected(client, detach, state, at);
    latest_ =
        fmt::format("disconnected {}  {}", to_string(client.endpoint), timeline::to_string(detach.reason));
}

void Watched::refused(const timeline::Refusal& refusal, Timestamp at)
{
    ++totals_.refused;
    sinks_.refused(refusal, at);
    latest_ = fmt::format("refused {}  {}", to_string(refusal.client),
                          refusal.status == 0 ? "closed without an answer"
                                              : fmt::format("status {}", refusal.status));
}

} // namespace cli
