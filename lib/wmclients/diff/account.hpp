#pragma once

#include <wmclients/timeline/client_timeline.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace wmclients::diff {

/// One client as an account has it.
struct Row {
    Endpoint client;
    std::uint16_t sink_port = 0;
    MaybeTime attached; ///< empty: before the account begins, or unknown
    bool ended = false;
    MaybeTime detached;   ///< meaningful if it has ended; empty: unknown
    std::string dns_name; ///< raw; empty: unknown
};

/// What one side knows of the clients of all its sinks, whatever fed it.
struct Account {
    std::vector<Row> rows;
    std::vector<timeline::SnapshotTaken> snapshots; ///< what the query methods said, if it was recorded
    MaybeTime begin;                                ///< of what it covers, on its own clock
    MaybeTime end;
    /// What knows what the query methods would say at an instant of its own clock; null: nothing does.
    const timeline::ClientTimeline* timeline = nullptr;
};

/// The account of a timeline, which must outlive it.
Account account_of(const timeline::ClientTimeline& timeline, MaybeTime begin, MaybeTime end);

/// Collects what an event log says that the owner was told: the rows by connect and disconnect events alone,
/// whatever this program's policies are, and the snapshots.
class ToldListener final : public timeline::EventListener {
  public:
    using EventListener::on;

    void on(const timeline::ClientTold& event) override;

    void on(const timeline::SnapshotTaken& event) override { snapshots.push_back(event); }

    std::vector<Row> rows;
    std::vector<timeline::SnapshotTaken> snapshots;

  private:
    Row* row_of(const timeline::ClientTold& event);

    std::map<std::uint64_t, std::size_t> numbered_; ///< indexes of rows by ClientTold::row
};

} // namespace wmclients::diff
