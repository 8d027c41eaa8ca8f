#include <wmclients/session/connection_log.hpp>

#include <algorithm>

namespace wmclients::session {

const std::vector<ConnectionRecord>& ConnectionLog::sorted_records()
{
    index_.clear();
    std::sort(records_.begin(), records_.end(), [](const ConnectionRecord& a, const ConnectionRecord& b) {
        return a.connection < b.connection;
    });
    return records_;
}

ConnectionRecord* ConnectionLog::find(std::uint64_t connection)
{
    const auto found = index_.find(connection);
    return found == index_.end() ? nullptr : &records_[found->second];
}

void ConnectionLog::on(const timeline::ConnectionOpen& event)
{
    if (records_.size() >= caps_.limit(Cap::connections_kept)) {
        caps_.reached(Cap::connections_kept);
        return;
    }
    index_.emplace(event.connection, records_.size());
    ConnectionRecord record;
    record.connection = event.connection;
    record.client = event.client;
    record.server = event.server;
    record.first = event.first;
    record.established = event.established;
    records_.push_back(std::move(record));
}

void ConnectionLog::on(const timeline::RequestSeen& event)
{
    ConnectionRecord* const record = find(event.connection);
    if (record != nullptr && record->request.empty()) {
        record->request = std::string{event.kind};
        if (texts_memory_.take(caps_, Cap::text_bytes, event.user_agent.size())) {
            record->user_agent = std::string{event.user_agent};
        }
    }
}

void ConnectionLog::on(const timeline::ConnectionEnded& event)
{
    ConnectionRecord* const record = find(event.connection);
    if (record != nullptr && record->end_reason == timeline::EndReason::none) {
        record->ended = event.when;
        record->end_reason = event.reason;
    }
}

void ConnectionLog::on(const timeline::ConnectionClosed& event)
{
    if (ConnectionRecord* const record = find(event.connection)) {
        record->kind = event.kind;
        record->why = std::string{event.why};
        record->tracking_end = event.tracking_end;
        index_.erase(event.connection);
    }
}

} // namespace wmclients::session
