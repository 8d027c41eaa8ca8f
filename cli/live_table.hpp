#pragma once

#include <wmclients/sink/network_sink.hpp>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace cli {

/// The clients of a live sink as a table on the terminal, drawn anew every second while it lives.
class LiveTable {
  public:
    /// @param heading stands above the table; it need not be printable
    LiveTable(const wmclients::sink::NetworkSink& sink, const std::string& heading);
    ~LiveTable();

    LiveTable(const LiveTable&) = delete;
    LiveTable& operator=(const LiveTable&) = delete;

  private:
    void draw();

    const wmclients::sink::NetworkSink& sink_;
    std::string heading_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_; ///< last: it uses the others
};

} // namespace cli
