#include <wmclients/base/text.hpp>
#include <wmclients/com/assumptions.hpp>
#include <wmclients/diff/expected_answers.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <algorithm>
#include <charconv>
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
        const ClientAnswer& answer = told[i];
        if (const auto address = parse_address(answer.address); address && !failed(answer.info_result)) {
            Endpoint endpoint{*address, 0};
            std::from_chars(answer.port_text.data(), answer.port_text.data() + answer.port_text.size(),
                            endpoint.port);
            places.emplace(endpoint, i);
        }
        if (!failed(answer.properties_result)) {
            places.emplace(Endpoint{com::assumptions::address_of_number(answer.ip_address),
                                    static_cast<std::uint16_t>(answer.port)},
                           i);
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

/// Puts clients that came within the tolerance of each other into the order that was told.
void order_as_told(std::vector<const Client*>& clients, const Places& places, Duration tolerance)
{
    const auto swapped = [&](const Client& first, const Client& second) {
        const auto a = places.find(first.endpoint);
        const auto b = places.find(second.endpoint);
        return a != places.end() && b != places.end() && a->second > b->second && first.attached.time
               && second.attached.time && *second.attached.time - *first.attached.time <= tolerance;
    };
    for (std::size_t i = 1; i < clients.size(); ++i) {
        for (std::size_t at = i; at != 0 && swapped(*clients[at - 1], *clients[at]); --at) {
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
    Places places = places_of(told.clients);
    std::vector<const Client*> clients;
    for (const Client* client : sinks.front().clients) {
        const Presence found = presence(timeline, *client, at, tolerance);
        if (found == Presence::there || (found == Presence::uncertain && places.contains(client->endpoint))) {
            clients.push_back(client);
        }
    }
    order_as_told(clients, places, tolerance);
    for (const Client* client : clients) {
        const auto place = places.find(client->endpoint);
        const ClientAnswer* const answer = place == places.end() ? nullptr : &told.clients[place->second];
        snapshot.clients.push_back({client->endpoint, name_of(timeline, *client, answer, at, tolerance)});
    }
    return com::answers_of(snapshot);
}

} // namespace wmclients::diff
