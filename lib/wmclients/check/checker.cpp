#include <wmclients/check/checker.hpp>

#include <utility>

namespace wmclients::check {

Checker::Checker(const std::vector<const Rule*>& rules, Caps& caps, Side side)
    : rules_(rules), side_(side), recorder_(caps, [this](const Packet& packet) { judge(packet); })
{
    ledgers_.reserve(rules.size());
    for (const Rule* const rule : rules) {
        if (std::holds_alternative<OfPacket>(rule->decide)) {
            of_packet_.push_back(ledgers_.size());
        }
        ledgers_.emplace_back(*rule);
    }
}

void Checker::judge(const Packet& packet)
{
    for (const std::size_t i : of_packet_) {
        Judgement judgement = std::get<OfPacket>(rules_[i]->decide)(packet);
        if (judgement.place.first.number == 0) {
            judgement.place = {packet.frame.first, packet.end};
        }
        ledgers_[i].add(std::move(judgement), &packet.exchange, *packet.exchange.connection->server);
    }
}

void Checker::judge(const Exchange& exchange)
{
    const Server& server = *exchange.connection->server;
    const bool foreign = exchange.foreign();
    const bool has_body = !foreign || !exchange.body.runs.empty();
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (const auto* const decide = std::get_if<OfExchange>(&rules_[i]->decide)) {
            if (!foreign) {
                ledgers_[i].add((*decide)(exchange), &exchange, server);
            }
        } else if (std::holds_alternative<OfMessage>(rules_[i]->decide)) {
            if (!foreign) {
                judge_messages(i, exchange);
            }
        } else if (const auto* const of_any = std::get_if<OfAnyExchange>(&rules_[i]->decide)) {
            ledgers_[i].add(of_any->decide(exchange), &exchange, server);
        } else if (const auto* const of_body = std::get_if<OfBody>(&rules_[i]->decide)) {
            if (has_body) {
                ledgers_[i].add(of_body->decide(exchange), &exchange, server);
            }
        }
    }
}

void Checker::judge_messages(std::size_t rule, const Exchange& exchange)
{
    for (const auto& [side, message] :
         {std::pair{Side::client, &exchange.request}, std::pair{Side::server, &exchange.response}}) {
        if (side_ != Side::both && side != side_) {
            continue;
        }
        Judgement judgement = std::get<OfMessage>(rules_[rule]->decide).decide(*message);
        if (*message) {
            judgement.place = {(*message)->head.first, (*message)->head.last};
        }
        ledgers_[rule].add(std::move(judgement), &exchange, *exchange.connection->server);
    }
}

std::vector<Result> Checker::finish(const PacketRef& last, Role role)
{
    recorder_.finish(last, role);
    for (const Exchange* const exchange : recorder_.exchanges()) {
        if (exchange->connection->server->speaks_wmsp) {
            judge(*exchange);
        }
    }
    for (const auto& [endpoint, server] : recorder_.servers()) {
        for (std::size_t i = 0; i < rules_.size() && server.speaks_wmsp; ++i) {
            if (const auto* const decide = std::get_if<OfServer>(&rules_[i]->decide)) {
                ledgers_[i].add((*decide)(server), nullptr, server);
            }
        }
    }
    std::vector<Result> results;
    results.reserve(ledgers_.size());
    for (Ledger& ledger : ledgers_) {
        results.push_back(ledger.take());
    }
    return results;
}

} // namespace wmclients::check
