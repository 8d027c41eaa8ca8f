#include <wmclients/session/tracker.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <doctest/doctest.h>
#include <support/session_run.hpp>

#include <string>
#include <vector>

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
        writer.begin("capture");
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
