#include <wmclients/com/assumptions.hpp>
#include <wmclients/diff/observations.hpp>
#include <wmclients/diff/told_endpoint.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace wmclients::diff {
namespace {

using timeline::ClientAnswer;
using timeline::SnapshotTaken;

Observation address_order(const std::vector<SnapshotTaken>& snapshots)
{
    Observation found{"address_order", "byte order of dwIPAddress", {{"host"}, {"network"}}};
    for (const SnapshotTaken& snapshot : snapshots) {
        for (const ClientAnswer& client : snapshot.clients) {
            const auto address = parse_address(client.address);
            if (failed(client.properties_result) || !address || !address->is_v4()) {
                continue;
            }
            using com::assumptions::AddressOrder;
            const auto host = com::assumptions::address_number(*address, AddressOrder::host);
            const auto network = com::assumptions::address_number(*address, AddressOrder::network);
            found.choices[0].count += host != network && client.ip_address == host ? 1U : 0U;
            found.choices[1].count += host != network && client.ip_address == network ? 1U : 0U;
        }
    }
    return found;
}

/// The clients of one sink, in the orders that an object may have.
class Orders {
  public:
    using Clients = std::vector<Endpoint>;

    void connect(const Endpoint& client)
    {
        attach_.push_back(client);
        last_fills_.push_back(client);
        const auto hole = std::find(slots_.begin(), slots_.end(), std::nullopt);
        if (hole == slots_.end()) {
            slots_.emplace_back(client);
        } else {
            *hole = client;
        }
    }

    void disconnect(const Endpoint& client)
    {
        std::erase(attach_, client);
        if (const auto at = std::find(last_fills_.begin(), last_fills_.end(), client);
            at != last_fills_.end()) {
            *at = last_fills_.back();
            last_fills_.pop_back();
        }
        std::replace(slots_.begin(), slots_.end(), std::optional{client}, std::optional<Endpoint>{});
    }

    /// Counts for each order whether it is that of the snapshot, unless all are, or others are there.
    void compare(const Clients& told, Observation& found) const
    {
        Clients next_fills;
        for (const auto& slot : slots_) {
            if (slot) {
                next_fills.push_back(*slot);
            }
        }
        const bool decides = attach_ != last_fills_ || attach_ != next_fills;
        if (!decides || !std::is_permutation(told.begin(), told.end(), attach_.begin(), attach_.end())) {
            return;
        }
        found.choices[0].count += told == attach_ ? 1U : 0U;
        found.choices[1].count += told == last_fills_ ? 1U : 0U;
        found.choices[2].count += told == next_fills ? 1U : 0U;
    }

  private:
    Clients attach_;
    Clients last_fills_;
    std::vector<std::optional<Endpoint>> slots_;
};

/// A connect or a disconnect, as it was told.
struct Change {
    Timestamp when;
    bool comes = false;
    std::uint16_t port = 0;
    Endpoint client;
};

std::vector<Change> changes_of(const std::vector<Row>& rows)
{
    std::vector<Change> changes;
    for (const Row& row : rows) {
        if (row.attached) {
            changes.push_back({*row.attached, true, row.sink_port, row.client});
        }
        if (row.ended && row.detached) {
            changes.push_back({*row.detached, false, row.sink_port, row.client});
        }
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const Change& left, const Change& right) { return left.when < right.when; });
    return changes;
}

Observation index_order(const ToldListener& told)
{
    Observation found{"index_order", "indexes after a detach", {{"attach"}, {"last_fills"}, {"next_fills"}}};
    const std::vector<Change> changes = changes_of(told.rows);
    std::map<std::uint16_t, Orders> sinks;
    auto next = changes.begin();
    for (const SnapshotTaken& snapshot : told.snapshots) {
        if (!snapshot.when.time || !snapshot.consistent) {
            continue;
        }
        for (; next != changes.end() && next->when <= *snapshot.when.time; ++next) {
            Orders& orders = sinks[next->port];
            next->comes ? orders.connect(next->client) : orders.disconnect(next->client);
        }
        Orders::Clients clients;
        for (const ClientAnswer& answer : snapshot.clients) {
            clients.push_back(endpoint_of(answer).value_or(Endpoint{}));
        }
        sinks[snapshot.port].compare(clients, found);
    }
    return found;
}

Observation unknown_name(const std::vector<SnapshotTaken>& snapshots)
{
    Observation found{"unknown_name", "name of a client without one", {{"empty"}, {"address"}}};
    std::set<std::string> named;
    const auto is_name = [](const ClientAnswer& answer) {
        return !answer.dns_name.empty() && answer.dns_name != answer.address;
    };
    for (const SnapshotTaken& snapshot : snapshots) {
        for (const ClientAnswer& answer : snapshot.clients) {
            if (!failed(answer.info_result) && is_name(answer)) {
                named.insert(answer.address);
            }
        }
    }
    for (const SnapshotTaken& snapshot : snapshots) {
        for (const ClientAnswer& answer : snapshot.clients) {
            if (!failed(answer.info_result) && !named.contains(answer.address)) {
                ++found.choices[answer.dns_name.empty() ? 0U : 1U].count;
            }
        }
    }
    return found;
}

} // namespace

std::vector<Observation> observe(const ToldListener& told)
{
    return {address_order(told.snapshots), index_order(told), unknown_name(told.snapshots)};
}

} // namespace wmclients::diff
