#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/check/rule.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace wmclients::check {

/// What speaks for a verdict: the first of its kind on a connection, and how many more there are.
struct Evidence {
    Verdict verdict = Verdict::fail; ///< of a pass only with a note
    Missing missing = Missing::unknown;
    std::string expected; ///< raw, as the next
    std::string actual;
    Place place;
    std::uint64_t offset = 0;     ///< of the message in its stream; of a `$` packet, of the response
    std::uint64_t connection = 0; ///< as `wmclients connections` counts; 0: of a server as a whole
    Endpoint client;              ///< of that connection
    Endpoint server;
    std::string party;       ///< raw: the User-Agent or Server field of who is bound; empty: unknown
    std::uint64_t count = 1; ///< of this verdict on this connection
};

/// What a rule says of the whole capture.
struct Result {
    const Rule* rule = nullptr;
    std::array<std::uint64_t, 4> counts{}; ///< judgements by Verdict
    std::vector<Evidence> evidence;        ///< fails first, then inconclusive ones, then notes; by connection
    std::uint64_t evidence_left_out = 0;   ///< connections beyond Ledger::evidence_kept

    [[nodiscard]] std::uint64_t count(Verdict verdict) const
    {
        return counts[static_cast<std::size_t>(verdict)];
    }

    /// Fail if any failed, else pass if any passed, else inconclusive if any was, else not applicable.
    [[nodiscard]] Verdict verdict() const;
};

/// Collects the judgements of one rule.
class Ledger {
  public:
    /// Connections with evidence of one verdict; those beyond are counted.
    static constexpr std::size_t evidence_kept = 1000;

    explicit Ledger(const Rule& rule) { result_.rule = &rule; }

    /// Adds a judgement on a connection, or, without one, on `server` as a whole.
    void add(Judgement judgement, const Exchange* exchange, const Server& server);

    /// The result; the ledger is empty afterwards.
    Result take();

  private:
    Result result_;
    /// In result_.evidence, by verdict, connection, and whether the client is bound.
    std::map<std::tuple<Verdict, std::uint64_t, bool>, std::size_t> places_;
    std::set<std::string> parties_; ///< of fails; a new one is kept beyond the limit
    std::array<std::size_t, 4> kept_{};
};

} // namespace wmclients::check
