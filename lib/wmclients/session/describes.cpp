#include <wmclients/base/text.hpp>
#include <wmclients/session/describes.hpp>

#include <algorithm>

namespace wmclients::session {
namespace {

using timeline::LinkCertainty;

/// A Play looks back at no more Describes than this: they are recent, or not its own.
constexpr std::ptrdiff_t look_back = 256;

bool is_guid(std::string_view text)
{
    if (text.size() != 38 || text.front() != '{' || text.back() != '}') {
        return false;
    }
    for (std::size_t i = 1; i < 37; ++i) {
        const bool dash = i == 9 || i == 14 || i == 19 || i == 24;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}

} // namespace

bool identifies(std::string_view client_guid)
{
    return is_guid(client_guid) && !iequals(client_guid, "{c77e7400-738a-11d2-9add-0020af0a3278}")
           && !iequals(client_guid, "{00000000-0000-0000-0000-000000000000}")
           && !istarts_with(client_guid, "{3300AD50-2C39-46c0-AE0A-");
}

void Describes::remember(Describe describe)
{
    if (recent_.size() >= caps_.limit(Cap::describes)) {
        // Old ones leave in the ordinary course; only one that could still be linked is a loss.
        if (describe.at - recent_.front().at < weak_limit) {
            caps_.reached(Cap::describes);
        }
        recent_.pop_front();
    }
    recent_.push_back(std::move(describe));
}

Describes::Link Describes::link(const Endpoint& client, const Endpoint& server, Timestamp at,
                                std::string_view client_id, std::string_view client_guid,
                                std::string_view user_agent)
{
    const bool guid_identifies = identifies(client_guid);
    auto best = recent_.end();
    LinkCertainty certainty = LinkCertainty::none;
    const auto stop = recent_.size() > look_back ? recent_.end() - look_back : recent_.begin();
    for (auto candidate = recent_.end(); candidate != stop;) {
        --candidate;
        if (candidate->client.port == client.port || candidate->client.address != client.address
            || candidate->server != server) {
            continue;
        }
        LinkCertainty found = LinkCertainty::none;
        if (!client_id.empty() && candidate->client_id == client_id) {
            found = LinkCertainty::client_id;
        } else if (guid_identifies && iequals(candidate->client_guid, client_guid)) {
            found = LinkCertainty::guid;
        } else if (candidate->user_agent == user_agent && at >= candidate->at
                   && at - candidate->at <= weak_limit) {
            found = LinkCertainty::weak;
        }
        if (found > certainty) {
            certainty = found;
            best = candidate;
        }
    }
    if (best == recent_.end()) {
        return {};
    }
    const Link link{best->connection, best->client.port, certainty};
    if (certainty != LinkCertainty::client_id) {
        recent_.erase(best);
    }
    return link;
}

} // namespace wmclients::session
