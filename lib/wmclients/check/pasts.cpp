#include <wmclients/check/parts.hpp>
#include <wmclients/check/recorder.hpp>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace wmclients::check {
namespace {

/// What became of a client-id.
struct IdFate {
    const Exchange* given = nullptr;
    const Exchange* reset = nullptr;
};

/// Those who were given a client-id, by address and User-Agent.
using Agents = std::map<std::pair<IpAddress, std::string_view>, const Exchange*>;

/// All that is known of a server's client-ids. Views are of heads, which outlive it.
struct Ids {
    std::map<std::string_view, IdFate> fates;
    Agents agents;
};

bool is_later(const PacketRef& one, const PacketRef& other)
{
    return one.number > other.number;
}

/// The last that was seen of an exchange: of a stream, the end of its connection, too.
PacketRef end_of(const Exchange& exchange)
{
    PacketRef end = exchange.first();
    const auto extend = [&end](const PacketRef& ref) { end = is_later(ref, end) ? ref : end; };
    if (exchange.response) {
        extend(exchange.response->head.last);
        if (exchange.response->end == http::MessageEnd::complete) {
            extend(exchange.response->end_at);
        } else if (const auto closed = exchange.connection->closed()) {
            extend(*closed);
        }
    }
    extend(exchange.body.last_packet);
    return end;
}

/// The response gives a client-id that the client is to keep: one beside a challenge is not.
bool gives_id(const Exchange& exchange)
{
    return exchange.response && token(*exchange.response, "client-id") && exchange.status() != 401
           && exchange.status() != 407;
}

/// What the exchange leaves to those after it.
void note_exchange(Past& past, const Exchange& exchange)
{
    const PacketRef end = end_of(exchange);
    past.active = is_later(end, past.active) ? end : past.active;
    past.stream = exchange.answers_stream() ? &exchange : past.stream;
    past.metadata = exchange.body.metadata.empty() ? past.metadata : &exchange;
    past.header = exchange.body.headers.empty() ? past.header : &exchange;
    const bool plays =
        exchange.is(wmsp::RequestKind::play) || exchange.is(wmsp::RequestKind::play_next_entry);
    past.play = plays ? &exchange : past.play;
    past.described = plays || exchange.is(wmsp::RequestKind::describe) ? &exchange : past.described;
    past.unseen = past.unseen || !exchange.response || !exchange.response->head.complete;
    past.client_supported = exchange.client_supported();
    past.server_supported = exchange.server_supported();
    if (!exchange.response) {
        return;
    }
    const Message& response = *exchange.response;
    past.tested = past.tested || is_one(response, "pipeline-result");
    past.fastcache = past.fastcache || supports(response, "fastcache");
    past.id = gives_id(exchange) ? &exchange : past.id;
    past.playlist_id = token(response, "playlist-gen-id") ? &exchange : past.playlist_id;
    past.timeout = token(response, "timeout") ? &exchange : past.timeout;
    past.server_named = response.head.field("Server") ? &response : past.server_named;
}

/// What the server's client-ids tell the exchange, and it them.
void note_ids(Ids& ids, Exchange& exchange)
{
    const auto asked = exchange.request ? token(*exchange.request, "client-id") : std::nullopt;
    const std::pair agent{exchange.connection->client.address,
                          exchange.request ? exchange.request->head.value("User-Agent") : std::string_view{}};
    if (asked) {
        const IdFate fate = ids.fates[*asked];
        exchange.past.id_given = fate.given;
        exchange.past.id_reset = fate.reset;
    }
    const auto known = ids.agents.find(agent);
    exchange.past.same_agent = known == ids.agents.end() ? nullptr : known->second;
    const auto given = exchange.response ? token(*exchange.response, "client-id") : std::nullopt;
    if (asked && given && *asked != *given && is_one(*exchange.response, "xResetStrm")) {
        ids.fates[*asked].reset = &exchange;
    }
    if (given) {
        ids.fates[*given] = {.given = &exchange};
    }
    if (gives_id(exchange)) {
        ids.agents[agent] = &exchange;
    }
}

} // namespace

void Recorder::note_pasts()
{
    std::unordered_map<const Session*, Past> pasts;
    std::map<const Server*, Ids> ids;
    for (Exchange* const exchange : exchanges_) {
        Past& past = pasts[exchange->session];
        exchange->past = past;
        note_ids(ids[exchange->connection->server], *exchange);
        note_exchange(past, *exchange);
    }
}

} // namespace wmclients::check
