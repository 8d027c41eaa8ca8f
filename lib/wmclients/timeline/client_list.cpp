#include <wmclients/timeline/client_list.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace wmclients::timeline {
namespace {

/// Whether an endpoint may stand beside those of a group, File IDs aside.
bool fits(const std::vector<SinkEndpoint>& all, const std::vector<std::uint32_t>& group,
          const SinkEndpoint& added)
{
    return std::all_of(group.begin(), group.end(), [&](std::uint32_t index) {
        const SinkEndpoint& other = all[index];
        if (other.endpoint.port != added.endpoint.port || other.pid != added.pid) {
            return false;
        }
        if (other.link.known() && added.link.known()) {
            return other.link == added.link;
        }
        return other.endpoint.address.is_v4() != added.endpoint.address.is_v4();
    });
}

std::vector<std::vector<std::uint32_t>> group_endpoints(const std::vector<SinkEndpoint>& all,
                                                        const std::vector<std::uint32_t>& chosen,
                                                        const SinkSelection& selection)
{
    std::vector<std::vector<std::uint32_t>> groups;
    std::vector<std::uint32_t> without_file_id;
    std::map<TextId, std::vector<std::size_t>> groups_of; ///< that have shown a File ID
    std::set<std::pair<TextId, std::size_t>> shown;
    for (const std::uint32_t index : chosen) {
        if (selection.unite_port && !groups.empty()) {
            groups.front().push_back(index);
            continue;
        }
        if (all[index].file_ids.empty() && !selection.unite_port) {
            without_file_id.push_back(index);
            continue;
        }
        // The first group of those that share a File ID; each is looked at once.
        std::size_t home = groups.size();
        std::vector<char> looked_at(groups.size());
        for (const TextId id : all[index].file_ids) {
            for (const std::size_t group : groups_of[id]) {
                if (group < home && std::exchange(looked_at[group], char{1}) == 0
                    && fits(all, groups[group], all[index])) {
                    home = group;
                }
            }
        }
        if (home == groups.size()) {
            groups.emplace_back();
        }
        groups[home].push_back(index);
        for (const TextId id : all[index].file_ids) {
            if (shown.emplace(id, home).second) {
                groups_of[id].push_back(home);
            }
        }
    }
    for (const std::uint32_t index : without_file_id) {
        std::vector<std::uint32_t>* home = nullptr;
        std::size_t candidates = 0;
        for (auto& group : groups) {
            if (fits(all, group, all[index])) {
                home = &group;
                ++candidates;
            }
        }
        if (candidates == 1) {
            home->push_back(index);
        } else {
            groups.push_back({index});
        }
    }
    return groups;
}

/// Attach order: unknown first; ties by the connection's first packet, then by the row's place on it, then (a
/// socket table has no packets) in the order in which they were told.
bool attached_before(const Client* a, const Client* b)
{
    if (a->attached.time != b->attached.time) {
        return a->attached.time < b->attached.time;
    }
    return std::tie(a->first_packet, a->ordinal, a->row) < std::tie(b->first_packet, b->ordinal, b->row);
}

bool is_attached_at(const ClientTimeline& timeline, const Client& client, const Instant& at)
{
    if (!at.includes(client.attached)) {
        return false;
    }
    const Detach detach = timeline.detach_of(client);
    return detach.reason == EndReason::none || !at.includes(detach.when);
}

} // namespace

std::vector<Sink> list_sinks(const ClientTimeline& timeline, const std::optional<Instant>& at,
                             const SinkSelection& selection)
{
    const std::vector<SinkEndpoint>& all = timeline.endpoints();
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t index = 0; index < all.size(); ++index) {
        const Endpoint& endpoint = all[index].endpoint;
        const bool wanted = (!selection.endpoint || *selection.endpoint == endpoint)
                            && (!selection.port || *selection.port == endpoint.port);
        if (wanted) {
            chosen.push_back(index);
        }
    }
    // A fixed order, whatever came first: by port, then IPv4 before IPv6, then by address.
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const Endpoint& left = all[a].endpoint;
        const Endpoint& right = all[b].endpoint;
        return left.port != right.port ? left.port < right.port : left.address < right.address;
    };
    std::sort(chosen.begin(), chosen.end(), before);

    std::vector<Sink> sinks;
    std::vector<std::uint32_t> sink_of(all.size(), UINT32_MAX);
    for (auto& group : group_endpoints(all, chosen, selection)) {
        std::sort(group.begin(), group.end(), before);
        sinks.push_back({std::move(group), {}});
    }
    std::sort(sinks.begin(), sinks.end(),
              [&](const Sink& a, const Sink& b) { return before(a.endpoints.front(), b.endpoints.front()); });
    for (std::uint32_t sink = 0; sink < sinks.size(); ++sink) {
        for (const std::uint32_t endpoint : sinks[sink].endpoints) {
            sink_of[endpoint] = sink;
        }
    }
    for (const Client& client : timeline.clients()) {
        const std::uint32_t sink = sink_of[client.sink_endpoint];
        if (sink != UINT32_MAX && (!at || is_attached_at(timeline, client, *at))) {
            sinks[sink].clients.push_back(&client);
        }
    }
    for (Sink& sink : sinks) {
        std::sort(sink.clients.begin(), sink.clients.end(), attached_before);
    }
    return sinks;
}

bool is_streaming(const ClientTimeline& timeline, const Sink& sink, const std::optional<Instant>& at)
{
    return std::any_of(sink.endpoints.begin(), sink.endpoints.end(), [&](std::uint32_t index) {
        const SinkEndpoint& endpoint = timeline.endpoints()[index];
        return endpoint.streaming && (!at || at->includes(endpoint.streaming_since));
    });
}

std::string to_string(const SinkEndpoint& endpoint)
{
    return endpoint.address_known ? wmclients::to_string(endpoint.endpoint)
                                  : "*:" + std::to_string(endpoint.endpoint.port);
}

std::string url_of(const ClientTimeline& timeline, const Sink& sink)
{
    std::string url = "http://" + to_string(timeline.endpoints()[sink.endpoints.front()]);
    for (const Client* client : sink.clients) {
        const std::string_view target = timeline.text(client->target);
        if (target.size() > 1 && target.front() == '/') {
            url += target;
            break;
        }
        if (!target.empty()) {
            break;
        }
    }
    return url;
}

Peak peak_of(const ClientTimeline& timeline, const std::vector<const Client*>& clients)
{
    struct Step {
        MaybeTime time;
        int change;
    };

    std::vector<Step> steps;
    steps.reserve(clients.size() * 2);
    for (const Client* client : clients) {
        if (!client->server_side_captured) {
            continue;
        }
        steps.push_back({client->attached.time, 1});
        const Detach detach = timeline.detach_of(*client);
        if (detach.reason != EndReason::none) {
            steps.push_back({detach.when.time, -1});
        }
    }
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.time < b.time; });
    Peak peak;
    std::ptrdiff_t now = 0;
    for (std::size_t i = 0; i < steps.size();) {
        const MaybeTime time = steps[i].time;
        for (; i < steps.size() && steps[i].time == time; ++i) {
            now += steps[i].change;
        }
        if (now > static_cast<std::ptrdiff_t>(peak.clients)) {
            peak = {static_cast<std::size_t>(now), time};
        }
    }
    return peak;
}

} // namespace wmclients::timeline
