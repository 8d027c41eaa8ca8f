#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/base/keyed_hash.hpp>
#include <wmclients/timeline/events.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace wmclients::session {

/// One TCP connection to a sink, and what it was used for.
struct ConnectionRecord {
    std::uint64_t connection = 0;
    Endpoint client;
    Endpoint server;
    PacketRef first;
    timeline::Moment established; ///< empty: not captured
    timeline::Moment ended;       ///< the first FIN, RST or new SYN; empty: none was captured
    timeline::EndReason end_reason = timeline::EndReason::none;
    timeline::ConnectionClass kind = timeline::ConnectionClass::foreign;
    std::string why;
    std::string
        request; ///< the kind of the first request, "Describe" for instance; empty if none was captured
    std::string user_agent;
    timeline::TrackingEnd tracking_end = timeline::TrackingEnd::none;
};

/// Collects the connections that the events tell of; bounded by Cap::connections_kept. User agents beyond
/// Cap::text_bytes are left out.
class ConnectionLog final : public timeline::EventListener {
  public:
    explicit ConnectionLog(Caps& caps) : caps_(caps) {}

    /// In the order of their first packets, once all events are in.
    [[nodiscard]] const std::vector<ConnectionRecord>& sorted_records();

    using timeline::EventListener::on;
    void on(const timeline::ConnectionOpen& event) override;
    void on(const timeline::RequestSeen& event) override;
    void on(const timeline::ConnectionEnded& event) override;
    void on(const timeline::ConnectionClosed& event) override;

  private:
    ConnectionRecord* find(std::uint64_t connection);

    Caps& caps_;
    Charge texts_memory_; ///< of what clients chose the length
    std::unordered_map<std::uint64_t, std::size_t, KeyedNumberHash> index_; ///< a log chooses the numbers
    std::vector<ConnectionRecord> records_;
};

} // namespace wmclients::session
