#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <memory>

// `--resolve`: name_lookups.cpp has it with wmclients_host; live_absent.cpp stands for it elsewhere.
namespace cli {

/// Asks name servers for the names of clients as they are attached. What they answer becomes events; nothing
/// waits for it but settle().
class NameLookups : public wmclients::timeline::ClientObserver {
  public:
    /// @param listener gets the names
    static wmclients::Expected<std::unique_ptr<NameLookups>>
    open(wmclients::timeline::EventListener& listener);

    /// Takes the answers that have come, as learnt at `now`.
    virtual void poll(const wmclients::timeline::Moment& now) = 0;

    /// Waits for what was asked for, until every lookup was answered or has failed, or Ctrl-C. A capture has
    /// been read by then: the names are taken to be right for all of it, as those of --hosts.
    /// False if it was Ctrl-C.
    virtual bool settle() = 0;
};

} // namespace cli
