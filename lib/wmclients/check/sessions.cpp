#include <wmclients/check/parts.hpp>
#include <wmclients/check/recorder.hpp>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace wmclients::check {
namespace {

/// Connections that belong together, by the one that stands for all.
class Groups {
  public:
    const Connection* root(const Connection* one)
    {
        const Connection* root = one;
        for (auto at = parents_.find(root); at != parents_.end(); at = parents_.find(root)) {
            root = at->second;
        }
        while (one != root) {
            one = std::exchange(parents_[one], root);
        }
        return root;
    }

    void join(const Connection* older, const Connection* newer)
    {
        const Connection* const root_of_newer = root(newer);
        const Connection* const root_of_older = root(older);
        if (root_of_newer != root_of_older) {
            parents_[root_of_newer] = root_of_older;
        }
    }

  private:
    std::unordered_map<const Connection*, const Connection*> parents_;
};

/// Who uses which client-id: the latest connection to do so, of an address and of all.
class Users {
  public:
    const Connection* find(std::string_view id, const IpAddress& address) const
    {
        const auto own = by_address_.find({std::string{id}, address});
        if (own != by_address_.end()) {
            return own->second;
        }
        const auto any = by_id_.find(id);
        return any == by_id_.end() ? nullptr : any->second;
    }

    void note(std::string_view id, const Connection& connection)
    {
        by_address_[{std::string{id}, connection.client.address}] = &connection;
        by_id_[std::string{id}] = &connection;
    }

  private:
    std::map<std::pair<std::string, IpAddress>, const Connection*> by_address_;
    std::map<std::string, const Connection*, std::less<>> by_id_;
};

/// Keeps what Session has of its exchanges' places.
void note_places(Session& session, const Exchange& exchange)
{
    const bool pipelined = (exchange.request && is_one(*exchange.request, "version11-enabled"))
                           || (exchange.response && is_one(*exchange.response, "pipeline-result"));
    if (pipelined && session.first_pipelined == Session::nowhere) {
        session.first_pipelined = exchange.place;
    }
    if (exchange.is(wmsp::RequestKind::play) || exchange.is(wmsp::RequestKind::log)) {
        session.last_play_or_log = exchange.place;
    }
    if (exchange.request && exchange.request->head.field("Authorization")) {
        session.last_authorization = exchange.place;
    }
}

} // namespace

// A client-id links two connections only if the client sends it: a server may give one number to everybody.
void Recorder::make_sessions()
{
    Groups groups;
    std::map<const Server*, Users> users;
    for (const Exchange* const exchange : exchanges_) {
        const Connection& connection = *exchange->connection;
        Users& here = users[connection.server];
        if (exchange->request) {
            if (const auto id = token(*exchange->request, "client-id")) {
                if (const Connection* const user = here.find(*id, connection.client.address)) {
                    groups.join(user, &connection);
                }
                here.note(*id, connection);
            }
        }
        if (exchange->response) {
            if (const auto id = token(*exchange->response, "client-id")) {
                here.note(*id, connection);
            }
        }
    }
    std::unordered_map<const Connection*, Session*> by_root;
    std::map<IpAddress, Exchange*> latest;
    std::vector<Exchange*> looked_at;
    looked_at.reserve(exchanges_.size());
    for (Exchange* const exchange : exchanges_) {
        Session*& session = by_root[groups.root(exchange->connection)];
        if (session == nullptr) {
            session = sessions_.emplace_back(std::make_unique<Session>()).get();
            session->server = exchange->connection->server;
            session->server->sessions.push_back(session);
        }
        if (session->exchanges.size() >= caps_.limit(Cap::checked_session)) {
            // As if it had not been recorded. Rules look through sessions, for each exchange of them.
            caps_.reached(Cap::checked_session);
            exchange->connection->exchanges[exchange->number].reset();
            continue;
        }
        looked_at.push_back(exchange);
        Exchange*& same_client = latest[exchange->connection->client.address];
        if (same_client != nullptr) {
            same_client->next_of_client = exchange;
        }
        same_client = exchange;
        exchange->session = session;
        exchange->place = session->exchanges.size();
        const Exchange* const before = exchange->connection->before(*exchange);
        exchange->second_of_pair = exchange->is(wmsp::RequestKind::pipeline) && before != nullptr
                                   && before->is(wmsp::RequestKind::pipeline) && !before->second_of_pair;
        session->exchanges.push_back(exchange);
        session->client_gap = session->client_gap || exchange->connection->client_gap;
        note_places(*session, *exchange);
    }
    exchanges_ = std::move(looked_at);
}

} // namespace wmclients::check
