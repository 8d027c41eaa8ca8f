#pragma once

#include <wmclients/capture/packet_source.hpp>

#include <chrono>

namespace cli {

/// A line on stderr that tells how far the reading is: on a terminal only, and only for work over a second.
class Progress {
  public:
    Progress();
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(const wmclients::capture::PacketSource& source);

  private:
    using Clock = std::chrono::steady_clock;

    bool terminal_;
    bool shown_ = false;
    Clock::time_point begin_;
    Clock::time_point last_;
};

} // namespace cli
