#include <wmclients/session/tracker.hpp>
#include <wmclients/timeline/client_list.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <doctest/doctest.h>
#include <support/session_run.hpp>

#include <string>
#include <vector>

namespace test_timeline_event_log {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

const std::string script = R"(
let play "GET /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1\xff\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nContent-Type: application/x-mms-framed\r\n\r\n"
let busy "HTTP/1.0 503 Service Unavailable\r\nServer: Rex/12.0.7600.16385\r\nContent-Length: 0\r\n\r\n"
packet-size 100
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
connection b 10.78.0.12:50002 -> 10.78.0.1:8080
connection c 10.78.0.13:50003 -> 10.78.0.1:8080
0 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) 2*$D
0.100 b handshake
0.110 b > %play
0.120 b < %ok
0.130 b < $H(asf) $D $E
0.200 c handshake
0.210 c > %play
0.220 c < %busy fin
0.500 a > fin
0.600 a < $D
)";

/// Runs the script with a writer in front of the timeline.
struct Recorded {
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};
    std::vector<std::string> lines;

    Recorded()
    {
        EventLogWriter writer{timeline, [this](std::string_view line) { lines.emplace_back(line); }};
        timeline.observe(writer);
        EventFanOut listeners;
        listeners.add(writer);
        listeners.add(timeline);
        session::TrackerOptions options;
        options.every_connection = true;
        session::Tracker tracker{listeners, caps, options};
        dissect::Dissector dissector{tracker, caps};
        const auto capture = testing::build_capture(script);
        REQUIRE(capture.has_value());
        writer.begin("capture", timeline.policies());
        PacketRef last;
        for (const capture::Packet& packet : capture->views()) {
            dissector.packet(packet);
            last = packet.ref;
        }
        dissector.finish();
        tracker.finish(last);
        writer.end(Json::object());
    }
};

std::string rows(const ClientTimeline& timeline)
{
    std::string text;
    for (const Client& row : timeline.clients()) {
        const Detach detach = timeline.detach_of(row);
        const Counters& counters = row.state.counters;
        text += to_string(row.endpoint) + " " + (row.attached.time ? to_rfc3339(*row.attached.time) : "-")
                + " " + (detach.when.time ? to_rfc3339(*detach.when.time) : "-") + " "
                + std::string{to_string(detach.reason)} + " " + std::string{timeline.text(row.user_agent)}
                + " " + std::to_string(counters.header_packets) + " " + std::to_string(counters.data_packets)
                + " " + std::to_string(counters.media_bytes) + "\n";
    }
    return text + std::to_string(timeline.refusals().size());
}

} // namespace

TEST_CASE("timeline/event_log: a log read back gives the same rows")
{
    const Recorded recorded;
    Caps caps;
    ClientTimeline again{Policies{}, caps};
    EventLogReader reader{again};
    for (const std::string& line : recorded.lines) {
        CAPTURE(line);
        CHECK(reader.line(line));
    }
    CHECK(rows(again) == rows(recorded.timeline));
    CHECK(rows(again).find("50001") != std::string::npos);
    REQUIRE(again.endpoints().size() == 1);
    CHECK(again.endpoints()[0].stream.has_value());
    CHECK(reader.header()["origin"] == "capture");
    CHECK(reader.summary().is_object());
}

TEST_CASE("timeline/event_log: the log serves the other policies, too")
{
    const Recorded recorded;
    Caps caps;
    ClientTimeline by_accept{Policies{AttachOn::accept, DetachOn::end_of_stream}, caps};
    ClientTimeline by_connection{Policies{AttachOn::play, DetachOn::connection}, caps};
    EventFanOut both;
    both.add(by_accept);
    both.add(by_connection);
    EventLogReader reader{both};
    for (const std::string& line : recorded.lines) {
        reader.line(line);
    }
    CHECK(by_accept.clients().size() == 3);
    REQUIRE(by_connection.clients().size() == 2);
    CHECK(by_connection.detach_of(by_connection.clients()[1]).reason == EndReason::none);
}

TEST_CASE("timeline/event_log: events come in the order in which they could be concluded, with what the "
          "owner is told")
{
    const Recorded recorded;
    std::string types;
    for (const std::string& line : recorded.lines) {
        types += get_text(Json::parse(line), "type") + " ";
    }
    CHECK(types
          == "log sink_open connection_open request play client_connect sink_streaming stream_header "
             "connection_open "
             "request play client_connect stream_end client_disconnect connection_open request refused "
             "connection_end "
             "connection_end client_disconnect client_state connection_close client_state connection_close "
             "connection_close log_end ");
}

TEST_CASE("timeline/event_log: what is no event is refused, what is unknown is passed over")
{
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};
    EventLogReader reader{timeline};
    CHECK_FALSE(reader.line("{}"));
    CHECK_FALSE(reader.line(R"({"type":"log","schema_version":99})"));
    CHECK(reader.line(R"({"type":"log","schema_version":1,"origin":"capture"})"));
    CHECK_FALSE(reader.line("not JSON"));
    CHECK_FALSE(reader.line("[]"));
    CHECK_FALSE(reader.line(R"({"type":"play","address":"10.0.0.1"})"));
    CHECK_FALSE(reader.line(R"({"type":"connection_end","reason":"boredom"})"));
    CHECK_FALSE(reader.line(R"({"type":"sink_open","local_address":"10.0.0.1","local_port":99999})"));
    CHECK(reader.line(R"({"type":"a_new_kind","x":1})"));
    CHECK(timeline.clients().empty());
}

namespace {

/// A probe's log, of lines as wmprobe writes them.
struct ProbeLog {
    Caps caps;
    ClientTimeline timeline;
    EventLogReader reader{timeline};

    explicit ProbeLog(AttachOn attach_on = AttachOn::play)
        : timeline({attach_on, DetachOn::end_of_stream}, caps)
    {
        REQUIRE(reader.line(
            R"({"type":"log","schema_version":1,"origin":"com","attach_on":null,"detach_on":null})"));
    }

    static std::string time(int second)
    {
        return "\"2026-11-22T12:00:" + std::to_string(second + 10) + ".000000000Z\"";
    }

    /// What OnStatus said of a client at 10.0.0.CLIENT:5000.
    void told(int status, int second, int client = 1, const std::string& name = "null")
    {
        const char* const type = status == 42                   ? "client_properties"
                                 : status == 32 || status == 37 ? "client_connect"
                                                                : "client_disconnect";
        REQUIRE(
            reader.line("{\"type\":\"" + std::string{type} + "\",\"time\":" + time(second)
                        + ",\"seen_at\":" + time(second) + ",\"address\":\"10.0.0." + std::to_string(client)
                        + "\",\"port\":5000,\"local_address\":null,\"local_port\":8080,\"dns_name\":" + name
                        + ",\"status\":" + std::to_string(status) + "}"));
    }

    void snapshot(int second, const std::string& hresult)
    {
        REQUIRE(reader.line("{\"type\":\"snapshot\",\"time\":" + time(second) + ",\"seen_at\":" + time(second)
                            + ",\"local_port\":8080,\"count_hresult\":\"" + hresult
                            + "\",\"count\":0,\"clients\":[]}"));
    }

    [[nodiscard]] const std::deque<Client>& rows() const { return timeline.clients(); }
};

} // namespace

TEST_CASE("timeline/event_log: in a probe's log what was told makes the rows, whatever the policy")
{
    for (const AttachOn attach_on : {AttachOn::play, AttachOn::accept, AttachOn::request}) {
        ProbeLog log{attach_on};
        log.snapshot(0, "0xC00D002B");
        log.snapshot(1, "0x00000000");
        log.told(32, 2);
        log.told(37, 2, 1, "\"\"");
        log.told(42, 3, 1, "\"one.example\"");
        log.told(33, 4);
        log.told(38, 4, 1, "\"one.example\"");
        REQUIRE(log.rows().size() == 1);
        const Client& row = log.rows()[0];
        CHECK(to_rfc3339(*row.attached.time) == "2026-11-22T12:00:12.000000000Z");
        CHECK(to_rfc3339(*log.timeline.detach_of(row).when.time) == "2026-11-22T12:00:14.000000000Z");
        CHECK(log.timeline.detach_of(row).reason == EndReason::unknown);
        CHECK_FALSE(row.state_known);
        CHECK(log.timeline.text(log.timeline.name_of(row.endpoint.address, {}).text) == "one.example");
        REQUIRE(log.timeline.endpoints().size() == 1);
        const SinkEndpoint& sink = log.timeline.endpoints()[0];
        CHECK_FALSE(sink.address_known);
        CHECK(to_string(sink) == "*:8080");
        CHECK(sink.streaming);
        CHECK(to_rfc3339(*sink.streaming_since.time) == "2026-11-22T12:00:11.000000000Z");
    }
}

TEST_CASE(
    "timeline/event_log: both members of a pair are one coming or going, in any order; a repetition is not")
{
    const auto rows_of = [](const std::vector<int>& statuses) {
        ProbeLog log;
        int second = 0;
        for (const int status : statuses) {
            log.told(status, ++second);
        }
        std::string rows;
        for (const Client& row : log.rows()) {
            const auto detach = log.timeline.detach_of(row);
            rows += (row.attached.time ? to_rfc3339(*row.attached.time).substr(17, 2) : "?") + "-"
                    + (detach.when.time ? to_rfc3339(*detach.when.time).substr(17, 2) : "") + " ";
        }
        return rows;
    };
    CHECK(rows_of({32, 37, 33, 38}) == "11-13 ");
    CHECK(rows_of({37, 32, 38, 33}) == "11-13 ");
    CHECK(rows_of({32, 33}) == "11-12 ");
    CHECK(rows_of({37, 38}) == "11-12 ");
    CHECK(rows_of({32, 37, 33, 38, 32, 37, 33, 38}) == "11-13 15-17 ");
    CHECK(rows_of({32, 37, 37, 33, 38}) == "11- 13-14 "); // told again: that is no pair
    CHECK(rows_of({33, 38, 32}) == "?-11 13- ");          // it came before the log
    CHECK(rows_of({32, 37, 33, 38, 38}) == "11-13 ?-15 ");
}

TEST_CASE("timeline/event_log: what is written of a probe's log has null where nobody counted")
{
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};
    std::vector<std::string> lines;
    EventLogWriter writer{timeline, [&](std::string_view line) { lines.emplace_back(line); }};
    timeline.observe(writer);
    EventFanOut both;
    both.add(writer);
    both.add(timeline);
    EventLogReader reader{both};
    reader.line(R"({"type":"log","schema_version":1,"origin":"com"})");
    reader.line(
        R"({"type":"client_connect","status":37,"address":"::1","port":1,"local_address":null,"local_port":2})");
    reader.line(
        R"({"type":"client_disconnect","status":38,"address":"::1","port":1,"local_address":null,"local_port":2})");
    REQUIRE(lines.size() == 2);
    const Json gone = Json::parse(lines[1]);
    CHECK(gone["reason"] == "unknown");
    for (const char* name : {"media_bytes", "data_packets", "exact", "local_address"}) {
        CHECK_MESSAGE(gone[name].is_null(), name);
    }
}

} // namespace test_timeline_event_log
