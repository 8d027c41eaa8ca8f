#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/check/ledger.hpp>
#include <wmclients/check/recorder.hpp>
#include <wmclients/check/rule.hpp>

#include <vector>

namespace wmclients::check {

/// Judges the traffic of one pass by rules.
class Checker {
  public:
    /// `rules` are judged, and reported, in their order. `side`: of what both sides may send, judge that
    /// side's alone.
    Checker(const std::vector<const Rule*>& rules, Caps& caps, Side side = Side::both);

    /// What the dissector is to speak to.
    [[nodiscard]] dissect::Visitor& visitor() { return recorder_; }

    /// The capture has ended; `last` is its last packet, `role` what the user says that the servers are.
    std::vector<Result> finish(const PacketRef& last, Role role);

  private:
    void judge(const Packet& packet);
    void judge(const Exchange& exchange);
    void judge_messages(std::size_t rule, const Exchange& exchange);

    std::vector<const Rule*> rules_;
    Side side_;
    std::vector<Ledger> ledgers_;        ///< one a rule
    std::vector<std::size_t> of_packet_; ///< the rules of packets
    Recorder recorder_;
};

} // namespace wmclients::check
