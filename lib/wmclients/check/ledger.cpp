#include <wmclients/check/ledger.hpp>

#include <algorithm>
#include <tuple>

namespace wmclients::check {

std::string_view to_string(Level level)
{
    constexpr std::array<std::string_view, 3> names{"MUST", "SHOULD", "MAY"};
    return names[static_cast<std::size_t>(level)];
}

std::string_view to_string(Side side)
{
    constexpr std::array<std::string_view, 3> names{"client", "server", "both"};
    return names[static_cast<std::size_t>(side)];
}

Verdict Result::verdict() const
{
    for (const Verdict verdict : {Verdict::fail, Verdict::pass, Verdict::inconclusive}) {
        if (count(verdict) != 0) {
            return verdict;
        }
    }
    return Verdict::not_applicable;
}

void Ledger::add(Judgement judgement, const Exchange* exchange, const Server& server)
{
    const Verdict verdict = judgement.verdict;
    ++result_.counts[static_cast<std::size_t>(verdict)];
    if (verdict == Verdict::not_applicable || (verdict == Verdict::pass && judgement.actual.empty())) {
        return;
    }
    const Message* const request = exchange != nullptr ? exchange->request.get() : nullptr;
    const Message* const response = exchange != nullptr ? exchange->response.get() : nullptr;
    const bool of_client =
        result_.rule->side == Side::client
        || (result_.rule->side == Side::both && request != nullptr
            && (response == nullptr || judgement.place.first.number == request->head.first.number));
    const std::uint64_t connection = exchange != nullptr ? exchange->connection->number : 0;
    const auto [known, is_new] =
        places_.try_emplace({verdict, connection, of_client}, result_.evidence.size());
    if (!is_new) {
        ++result_.evidence[known->second].count;
        return;
    }
    // Who is bound: of a server that does not answer, by what it said before.
    const Message* named = of_client ? request : response;
    if (named == nullptr && !of_client && exchange != nullptr) {
        named = exchange->past.server_named;
    }
    std::string party{named != nullptr ? named->head.value(of_client ? "User-Agent" : "Server")
                                       : std::string_view{}};
    const bool new_party =
        verdict == Verdict::fail && parties_.size() < evidence_kept && parties_.insert(party).second;
    if (kept_[static_cast<std::size_t>(verdict)]++ >= evidence_kept && !new_party) {
        places_.erase(known);
        ++result_.evidence_left_out;
        return;
    }
    Evidence& evidence = result_.evidence.emplace_back();
    evidence.verdict = verdict;
    evidence.missing = judgement.missing;
    evidence.expected = std::move(judgement.expected);
    evidence.actual = std::move(judgement.actual);
    evidence.place = judgement.place;
    evidence.connection = connection;
    evidence.server = server.endpoint;
    evidence.party = std::move(party);
    if (exchange == nullptr) {
        return;
    }
    evidence.client = exchange->connection->client;
    const Message* const message = of_client || response == nullptr ? request : response;
    if (message != nullptr) {
        evidence.offset = message->head.offset;
        if (evidence.place.first.number == 0) {
            evidence.place = {message->head.first, message->head.last};
        }
    }
    if (evidence.place.first.number == 0) {
        evidence.place = {exchange->connection->first, exchange->connection->first};
    }
}

Result Ledger::take()
{
    std::stable_sort(result_.evidence.begin(), result_.evidence.end(),
                     [](const Evidence& left, const Evidence& right) {
                         const auto rank = [](Verdict verdict) {
                             return verdict == Verdict::fail ? 0 : verdict == Verdict::inconclusive ? 1 : 2;
                         };
                         return std::tuple{rank(left.verdict), left.place.first.number, left.connection}
                                < std::tuple{rank(right.verdict), right.place.first.number, right.connection};
                     });
    places_.clear();
    return std::move(result_);
}

} // namespace wmclients::check
