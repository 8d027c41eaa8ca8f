#include <wmclients/output/client_record.hpp>
#include <wmclients/output/json.hpp>

#include <doctest/doctest.h>

namespace test_output_client_record {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

struct Model {
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};

    explicit Model(bool server_side_captured)
    {
        const Endpoint server = *parse_endpoint("10.0.0.1:8080");
        timeline.on(SinkOpen{server, {}, {}, {}});
        PlayStarted started;
        started.connection = 1;
        started.client = *parse_endpoint("10.0.0.5:5000");
        started.server = server;
        started.attached = {timestamp_from(1, 0), 1};
        started.server_side_captured = server_side_captured;
        started.facts.user_agent = "NS\xff";
        timeline.on(started);
        LiveState state;
        state.counters.data_packets = 7;
        timeline.on(ClientState{1, 0, state, TrackingEnd::capture_end, false, {}});
        timeline.on(ConnectionEnded{1, {timestamp_from(2, 0), 2}, EndReason::client_rst, {}, {}});
    }

    [[nodiscard]] Json json() const
    {
        return output::client_object(output::ClientRecord{timeline, timeline.clients()[0], 3, {}});
    }
};

} // namespace

TEST_CASE("output/client_record: every column of the list's interface is there, in its order")
{
    std::string names;
    for (const output::Field& field : output::client_fields()) {
        names += std::string{field.name} + " ";
    }
    CHECK(names
          == "index address port local_address dns_name dns_source state attached_at attached_exact "
             "detached_at end_reason "
             "tracking_end user_agent client_id client_guid via proxy_client_agent forwarded_for "
             "header_packets "
             "data_packets cut_packets damaged_packets lost_packets media_bytes gap_bytes exact last_ack_at "
             "unacked_bytes ");
    CHECK(output::find_client_field("port") != nullptr);
    CHECK(output::find_client_field("colour") == nullptr);
}

TEST_CASE("output/json: a row as JSON")
{
    const Json object = Model{true}.json();
    CHECK(object["index"] == 3);
    CHECK(object["state"] == "detached");
    CHECK(object["end_reason"] == "client_rst");
    CHECK(object["attached_at"] == "1970-01-01T00:00:01.000000000Z");
    CHECK(object["detached_at"] == "1970-01-01T00:00:02.000000000Z");
    CHECK(object["data_packets"] == 7);
    CHECK(object["user_agent"] == "NS\xef\xbf\xbd");
    CHECK(object["user_agent_raw"] == "TlP/");
    CHECK(object["dns_name"].is_null());
}

TEST_CASE("output/client_record: without the server's side, times and counters are unknown")
{
    const Json object = Model{false}.json();
    for (const char* name : {"attached_at", "detached_at", "header_packets", "data_packets", "media_bytes",
                             "gap_bytes", "lost_packets", "unacked_bytes"}) {
        CAPTURE(name);
        CHECK(object[name].is_null());
    }
    CHECK(object["exact"] == false);
    CHECK(object["attached_exact"] == false);
}

} // namespace test_output_client_record
