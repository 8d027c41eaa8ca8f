#include <wmclients/base/text.hpp>
#include <wmclients/diff/expected_answers.hpp>
#include <wmclients/diff/told_endpoint.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace wmclients::diff {

using timeline::Client;
using timeline::ClientAnswer;
using timeline::Instant;

namespace {

/// Where a client stands in what was told.
using Places = std::map<Endpoint, std::size_t>;

Places places_of(const std::vector<ClientAnswer>& told)
{
    Places places;
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (const auto endpoint = endpoint_of(told[i])) {
            places.emplace(*endpoint, i);
        }
    }
    return places;
}

enum class Presence : std::uint8_t { there, away, uncertain };

Presence presence(const timeline::ClientTimeline& timeline, const Client& client, Timestamp at,
                  Duration tolerance)
{
    const timeline::Detach detach = timeline.detach_of(client);
    const bool ended = detach.reason != timeline::EndReason::none;
    if (!client.server_side_captured || (ended && !detach.when.time)) {
        return Presence::uncertain;
    }
    const MaybeTime came = client.attached.time; // empty: before the capture
    if ((came && *came > at + tolerance) || (ended && *detach.when.time <= at - tolerance)) {
        return Presence::away;
    }
    const bool settled = (!came || *came <= at - tolerance) && (!ended || *detach.when.time > at + tolerance);
    return settled ? Presence::there : Presence::uncertain;
}

/// Who is there: one of an endpoint's attachments.
struct Present {
    const Client* client = nullptr; ///< the latest that may be it
    MaybeTime first_came;           ///< of the earliest that may be it
    bool settled = false;           ///< it is there for certain
};

/// Those who are there for certain, and of the others those who were told, in the order of their attaches.
std::vector<Present> present_clients(const timeline::ClientTimeline& timeline,
                                     const std::vector<const Client*>& all, const Places& places,
                                     Timestamp at, Duration tolerance)
{
    std::map<Endpoint, Present> chosen;
    for (const Client* client : all) {
        const Presence found = presence(timeline, *client, at, tolerance);
        const bool there = found == Presence::there;
        if (!there && !(found == Presence::uncertain && places.contains(client->endpoint))) {
            continue;
        }
        Present& one = chosen[client->endpoint];
        one.first_came = one.client == nullptr ? client->attached.time : one.first_came;
        one.client = there || !one.settled ? client : one.client;
        one.settled = one.settled || there;
    }
    std::vector<Present> present;
    for (const Client* client : all) {
        const auto found = chosen.find(client->endpoint);
        if (found != chosen.end() && found->second.client == client) {
            present.push_back(found->second);
        }
    }
    return present;
}

/// Puts clients that may have come within the tolerance of each other into the order that was told.
void order_as_told(std::vector<Present>& clients, const Places& places, Duration tolerance)
{
    const auto swapped = [&](const Present& first, const Present& second) {
        const auto a = places.find(first.client->endpoint);
        const auto b = places.find(second.client->endpoint);
        const MaybeTime came = first.client->attached.time;
        return a != places.end() && b != places.end() && a->second > b->second && came && second.first_came
               && *second.first_came - *came <= tolerance;
    };
    for (std::size_t i = 1; i < clients.size(); ++i) {
        for (std::size_t at = i; at != 0 && swapped(clients[at - 1], clients[at]); --at) {
            std::swap(clients[at - 1], clients[at]);
        }
    }
}

/// The client's name at `at`, or the one that was told, if the timeline does not contradict it.
std::string name_of(const timeline::ClientTimeline& timeline, const Client& client, const ClientAnswer* told,
                    Timestamp at, Duration tolerance)
{
    const auto known = [&](Timestamp when) {
        return repair_utf8(timeline.text(timeline.name_of(client.endpoint.address, Instant{when, 0}).text));
    };
    const std::string name = known(at);
    const bool as_told = told != nullptr
                         && (name.empty() || told->dns_name.empty() || known(at - tolerance) == told->dns_name
                             || known(at + tolerance) == told->dns_name);
    return as_told ? told->dns_name : name;
}

} // namespace

com::Answers expected_answers(const timeline::ClientTimeline& timeline, const timeline::SnapshotTaken& told,
                              Timestamp at, Duration tolerance)
{
    timeline::SinkSelection selection;
    selection.port = told.port;
    selection.unite_port = true;
    const auto sinks = timeline::list_sinks(timeline, {}, selection);
    com::Snapshot snapshot;
    snapshot.streaming =
        !failed(told.count_result)
        || (!sinks.empty() && timeline::is_streaming(timeline, sinks.front(), Instant{at - tolerance, 0}));
    if (sinks.empty()) {
        return com::answers_of(snapshot);
    }
    const Places places = places_of(told.clients);
    std::vector<Present> clients = present_clients(timeline, sinks.front().clients, places, at, tolerance);
    order_as_told(clients, places, tolerance);
    for (const auto& [client, first_came, settled] : clients) {
        const auto place = places.find(client->endpoint);
        const ClientAnswer* const answer = place == places.end() ? nullptr : &told.clients[place->second];
        snapshot.clients.push_back({client->endpoint, name_of(timeline, *client, answer, at, tolerance)});
    }
    return com::answers_of(snapshot);
}

} // namespace wmclients::diff
