#include <wmclients/timeline/client_timeline.hpp>

#include <array>
#include <type_traits>
#include <utility>

namespace wmclients::timeline {
namespace {

constexpr auto texts_of_a_client = std::array{
    &Client::user_agent, &Client::client_id, &Client::client_guid,        &Client::target,
    &Client::host,       &Client::via,       &Client::proxy_client_agent, &Client::forwarded_for,
};

constexpr std::uint32_t no_row = UINT32_MAX;

} // namespace

// All tables are made anew from what stays, so that nothing of the others is left behind in any of them.
std::size_t ClientTimeline::forget(const std::function<bool(const Client&)>& gone)
{
    TextPool pool;
    const auto translate = [&](TextId id) { return pool.intern(pool_.text(id), caps_); };
    std::deque<Client> kept;
    std::vector<std::uint32_t> new_rows(clients_.size(), no_row);
    std::set<IpAddress> addresses;
    for (const Client& client : clients_) {
        if (gone(client)) {
            continue;
        }
        const auto row = static_cast<std::uint32_t>(kept.size());
        new_rows[client.row] = row;
        Client& copy = kept.emplace_back(client);
        copy.row = row;
        for (const auto text : texts_of_a_client) {
            copy.*text = translate(copy.*text);
        }
        addresses.insert(copy.endpoint.address);
    }
    const std::size_t forgotten = clients_.size() - kept.size();
    clients_ = std::move(kept);

    const auto is_gone = [&](std::uint32_t row) { return new_rows[row] == no_row; };
    // Sets of a key and a row; those that stay keep their order.
    const auto keep_rows = [&](auto& rows) {
        std::remove_reference_t<decltype(rows)> kept_rows;
        for (const auto& [key, row] : rows) {
            if (!is_gone(row)) {
                kept_rows.emplace_hint(kept_rows.end(), key, new_rows[row]);
            }
        }
        rows = std::move(kept_rows);
    };
    for (auto at = open_.begin(); at != open_.end();) {
        OpenConnection& open = at->second;
        keep_rows(open.rows);
        std::erase_if(open.unended, is_gone);
        for (std::uint32_t& row : open.unended) {
            row = new_rows[row];
        }
        at = open.rows.empty() && !open.opened ? open_.erase(at) : std::next(at);
    }
    keep_rows(attached_by_address_);
    std::erase_if(unfollowed_, [&](const auto& one) { return is_gone(one.second); });
    for (auto& [endpoints, row] : unfollowed_) {
        row = new_rows[row];
    }
    std::unordered_map<std::uint32_t, LiveState> states;
    for (auto& [row, state] : at_instant_) {
        if (!is_gone(row)) {
            states.emplace(new_rows[row], state);
        }
    }
    at_instant_ = std::move(states);
    std::unordered_map<std::uint32_t, SocketFacts> sockets;
    for (auto& [row, facts] : sockets_) {
        if (!is_gone(row)) {
            sockets.emplace(new_rows[row], std::move(facts));
        }
    }
    sockets_ = std::move(sockets);

    for (SinkEndpoint& endpoint : endpoints_) {
        endpoint.server = translate(endpoint.server);
        for (TextId& file_id : endpoint.file_ids) {
            file_id = translate(file_id);
        }
    }
    refusals_.clear();
    names_.forget(addresses, translate, caps_);
    pool_ = std::move(pool);
    return forgotten;
}

} // namespace wmclients::timeline
