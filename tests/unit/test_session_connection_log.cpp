#include <wmclients/session/connection_log.hpp>

#include <doctest/doctest.h>

namespace test_session_connection_log {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

ConnectionOpen opened(std::uint64_t connection)
{
    ConnectionOpen event;
    event.connection = connection;
    event.client = *parse_endpoint("10.0.0.5:5000");
    event.server = *parse_endpoint("10.0.0.1:8080");
    return event;
}

} // namespace

TEST_CASE("session/connection_log: the first request and the first end count")
{
    Caps caps;
    session::ConnectionLog log{caps};
    log.on(opened(2));
    log.on(opened(1));
    log.on(RequestSeen{1, {}, "Describe", "GET", "/", "NSPlayer", {}});
    log.on(RequestSeen{1, {}, "Play", "GET", "/", "other", {}});
    log.on(ConnectionEnded{1, {timestamp_from(1, 0), 1}, EndReason::server_fin, {}, {}});
    log.on(ConnectionEnded{1, {timestamp_from(2, 0), 2}, EndReason::client_fin, {}, {}});
    log.on(ConnectionClosed{1, ConnectionClass::probe, "a Describe and no Play", TrackingEnd::none, {}});
    const auto& records = log.sorted_records();
    REQUIRE(records.size() == 2);
    CHECK(records[0].connection == 1);
    CHECK(records[0].request == "Describe");
    CHECK(records[0].user_agent == "NSPlayer");
    CHECK(records[0].end_reason == EndReason::server_fin);
    CHECK(records[0].kind == ConnectionClass::probe);
    CHECK(records[1].end_reason == EndReason::none);
}

TEST_CASE("session/connection_log: the cap is counted, and what is known stays")
{
    Caps caps;
    caps.set_limit(Cap::connections_kept, 1);
    session::ConnectionLog log{caps};
    log.on(opened(1));
    log.on(opened(2));
    log.on(ConnectionClosed{2, ConnectionClass::data, "", TrackingEnd::none, {}});
    CHECK(log.sorted_records().size() == 1);
    CHECK(caps.times_reached(Cap::connections_kept) == 1);
}

} // namespace test_session_connection_log
