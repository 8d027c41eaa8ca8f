#include <wmclients/dissect/dissector.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <support/capture_builder.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace test_dissect_dissector {

using namespace wmclients;
using dissect::BodyStart;
using dissect::Connection;
using dissect::ConnectionEnd;
using dissect::Direction;

namespace {

/// Writes down what a visitor is told.
struct Transcript final : dissect::Visitor {
    std::string text;
    std::string media_bytes;
    bool media_wanted = false;

    void say(const Connection& connection, const std::string& what)
    {
        text += fmt::format("{}{}:{} ", text.empty() ? "" : "", connection.id, what);
    }

    void connection_open(const Connection& c) override
    {
        say(c, fmt::format("open({}->{})", c.client.port, c.server.port));
    }

    void connection_established(const Connection& c, const PacketRef& ref) override
    {
        say(c, fmt::format("established@{}", ref.number));
    }

    void request(const Connection& c, const dissect::Request& r) override
    {
        say(c, fmt::format("request{}({})", r.exchange, wmsp::to_string(r.type.kind)));
    }

    void response(const Connection& c, const dissect::Response& r) override
    {
        say(c, fmt::format("response{}({})", r.exchange, r.head.status()));
    }

    void body_start(const Connection& c, std::uint32_t, BodyStart start, const PacketRef&) override
    {
        say(c, start == BodyStart::framed       ? "framed"
               : start == BodyStart::not_framed ? "plain"
               : start == BodyStart::none       ? "nobody"
                                                : "unknown");
    }

    void frame_end(const Connection& c, const wmsp::Frame& frame, const PacketRef&) override
    {
        say(c, fmt::format("${}{}{}", frame.id, frame.damaged ? "!" : "", frame.complete ? "" : "~"));
    }

    [[nodiscard]] dissect::Wants wants() const override { return {.media = media_wanted}; }

    void media(const Connection&, const wmsp::Frame&, Bytes bytes, const PacketRef&) override
    {
        media_bytes += as_text(bytes);
    }

    void asf_header(const Connection& c, Bytes bytes, const PacketRef&) override
    {
        say(c, fmt::format("asf({})", bytes.size()));
    }

    void gap(const Connection& c, Direction direction, std::uint64_t, std::uint64_t length, net::GapReason,
             bool in_body, const PacketRef&) override
    {
        say(c, fmt::format("gap{}{}{}", direction == Direction::to_server ? '>' : '<', length,
                           in_body ? "b" : ""));
    }

    void message_end(const Connection& c, Direction direction, std::uint32_t exchange, http::MessageEnd,
                     const PacketRef&) override
    {
        if (direction == Direction::to_client) {
            say(c, fmt::format("end{}", exchange));
        }
    }

    void not_http(const Connection& c, Direction direction, Bytes, const PacketRef&) override
    {
        say(c, fmt::format("nothttp{}", direction == Direction::to_server ? '>' : '<'));
    }

    void fin(const Connection& c, Direction direction, const PacketRef&) override
    {
        say(c, direction == Direction::to_server ? "fin>" : "fin<");
    }

    void rst(const Connection& c, Direction direction, const PacketRef&) override
    {
        say(c, direction == Direction::to_server ? "rst>" : "rst<");
    }

    void connection_end(const Connection& c, ConnectionEnd end, const PacketRef&) override
    {
        const char* const names[] = {"closed", "replaced", "idle", "evicted", "capture_end"};
        say(c, names[static_cast<std::size_t>(end)]);
    }

    void stray_end(const net::Segment&) override { text += "stray "; }

    void datagram(const net::Datagram& datagram) override
    {
        text += fmt::format("udp({}) ", datagram.payload.size());
    }
};

struct Run {
    explicit Run(const std::string& script, bool media = false, std::uint64_t connections = 0)
    {
        const auto capture = testing::build_capture(script);
        if (!capture) {
            transcript.text = capture.error().message;
            return;
        }
        transcript.media_wanted = media;
        if (connections != 0) {
            caps.set_limit(Cap::connections, connections);
        }
        dissect::Dissector dissector{transcript, caps};
        for (const capture::Packet& packet : capture->views()) {
            dissector.packet(packet);
        }
        dissector.finish();
        stats = dissector.stats();
        reassembly = dissector.reassembly_stats();
    }

    Caps caps;
    Transcript transcript;
    dissect::DissectStats stats;
    net::ReassemblyStats reassembly;
};

const std::string one = R"(
let play "GET /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\n\r\n"
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
)";

std::string dissected(const std::string& script)
{
    return Run{script}.transcript.text;
}

} // namespace

TEST_CASE("dissect/dissector: a whole connection, from the SYN to both FINs")
{
    CHECK(
        dissected(one + "0 a handshake\n0.01 a > %play\n0.02 a < %ok $H(asf) $D\n0.5 a > fin\n0.6 a < fin\n")
        == "1:open(50001->8080) 1:established@3 1:request0(Play) 1:response0(200) 1:framed 1:$H 1:asf(326) "
           "1:$D 1:fin> 1:fin< "
           "1:end0 1:closed ");
}

TEST_CASE(
    "dissect/dissector: roles come from a SYN-ACK, a request, a response or $ packets if the SYN is missing")
{
    const std::string rest = "0.01 a > %play\n0.02 a < %ok $D $D\n";
    CHECK(dissected(one + "0 a handshake\nlose 1\n" + rest).starts_with("1:open(50001->8080) 1:established"));
    CHECK(dissected(one + rest).starts_with("1:open(50001->8080) 1:request0(Play) 1:response0(200)"));
    CHECK(dissected(one + rest + "drop-before 0.015\n")
              .starts_with("1:open(50001->8080) 1:response0(200) 1:framed"));
    CHECK(dissected(one + rest + "1 a < 3*$D\ndrop-before 0.5\n")
              .starts_with("1:open(50001->8080) 1:unknown 1:$D 1:$D 1:$D"));
    CHECK(dissected(one + "0.5 a > ack\n" + rest + "1 a < 3*$D\ndrop-before 0.4\n")
              .starts_with("1:open(50001->8080)"));
}

TEST_CASE("dissect/dissector: a single plausible packet in the middle of a stream proves nothing")
{
    CHECK(dissected(one + "1 a < $D\n2 a < \"no packet follows it\"\n").empty());
}

TEST_CASE("dissect/dissector: what was seen before the roles were certain is told when they are")
{
    CHECK(dissected(one + "1 a < $D\n2 a > %play\n")
              .starts_with("1:open(50001->8080) 1:unknown 1:$D 1:request1(Play)"));
    // The SYN-ACK is recorded behind the first data, which is no head.
    CHECK(dissected(one + "0 a handshake\n1 a < $D\n2 a > ack\n3 a < $D\nreorder 2 2\nlose 1\nlose 3\n")
              .starts_with("1:open(50001->8080) 1:unknown 1:$D 1:established@3 1:$D 1:end0"));
}

TEST_CASE("dissect/dissector: kept-alive exchanges are paired, also pipelined and with 1xx")
{
    const std::string get = "\"GET / HTTP/1.1\\r\\n\\r\\n\"";
    CHECK(
        dissected(one + "0 a handshake\n0.1 a > " + get + " \"HEAD / HTTP/1.1\\r\\n\\r\\n\" " + get + R"(
0.2 a < "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
0.3 a < "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
)")
        == "1:open(50001->8080) 1:established@3 1:request0(other) 1:request1(other) 1:request2(other) "
           "1:response0(100) 1:response0(200) "
           "1:plain 1:end0 1:response1(200) 1:nobody 1:end1 1:response2(404) 1:nobody 1:end2 1:capture_end ");
}

TEST_CASE("dissect/dissector: a hole that the client acknowledged is a gap in the body")
{
    const Run run{one
                  + "0 a handshake\n0.01 a > %play\n0.02 a < %ok $D(size=50,hole=20*10) $D(size=50)\n1 a < "
                    "$D(size=50)\n"
                    "2 a < $D(size=50)\n"};
    CHECK(run.transcript.text.find("1:gap<10b 1:$D! 1:$D 1:$D 1:$D 1:end0") != std::string::npos);
    CHECK(run.reassembly.gaps == 1);
    CHECK(run.reassembly.gap_bytes == 10);
}

TEST_CASE("dissect/dissector: other protocols are told once a direction")
{
    CHECK(
        dissected(
            one
            + "0 a handshake\n0.1 a > x\"01 02 03\"\n0.2 a > x\"04\"\n0.3 a < x\"05 06\"\n0.4 a < x\"07\"\n")
        == "1:open(50001->8080) 1:established@3 1:nothttp> 1:nothttp< 1:capture_end ");
}

TEST_CASE("dissect/dissector: a FIN or RST of a connection that nobody knows is a stray")
{
    CHECK(dissected(one + "0 a > fin\n").starts_with("stray "));
    CHECK(dissected(one + "0 a < rst\n") == "stray ");
}

TEST_CASE(
    "dissect/dissector: a new SYN between the same endpoints is another connection, the same SYN is not")
{
    const std::string again = "connection b 10.78.0.11:50001 -> 10.78.0.1:8080 isn 5 6\n1 b handshake\n";
    const std::string text = dissected(one + "0 a handshake\n" + again);
    CHECK(text.find("1:replaced 2:open(50001->8080)") != std::string::npos);
    CHECK(dissected(one + "0 a syn\n1 a syn\n3 a syn\n3.1 a syn-ack\n3.2 a syn-ack\n3.3 a ack\n")
          == "1:open(50001->8080) 1:established@6 1:capture_end ");
}

TEST_CASE("dissect/dissector: at the cap the connection longest silent is given up")
{
    std::string script;
    for (int i = 1; i <= 5; ++i) {
        script += fmt::format("connection c{0} 10.78.0.11:{1} -> 10.78.0.1:8080\n{0} c{0} handshake\n", i,
                              50000 + i);
    }
    const Run run{script
                      + "5.5 c1 > \"GET / HTTP/1.0\\r\\n\\r\\n\"\nconnection d 10.78.0.11:6 -> "
                        "10.78.0.1:8080\n6 d handshake\n",
                  false, 5};
    CHECK(run.transcript.text.find("2:evicted 6:open") != std::string::npos);
    CHECK(run.caps.times_reached(Cap::connections) == 1);
    CHECK(run.stats.connections == 6);
}

TEST_CASE("dissect/dissector: silence for ten minutes ends a connection, a second after both FINs too")
{
    const std::string later = "connection b 10.78.0.12:2 -> 10.78.0.1:8080\n";
    CHECK(dissected(one + "0 a handshake\n" + later
                    + "601 b handshake\nconnection c 10.78.0.12:3 -> 10.78.0.1:8080\n602 c handshake\n")
              .find("1:idle")
          != std::string::npos);
    CHECK(dissected(one + "0 a handshake\n" + later
                    + "599 b handshake\nconnection c 10.78.0.12:3 -> 10.78.0.1:8080\n599.5 c handshake\n")
              .find("1:idle")
          == std::string::npos);
    CHECK(dissected(one + "0 a handshake\n1 a close\n" + later
                    + "3 b handshake\nconnection c 10.78.0.12:3 -> 10.78.0.1:8080\n3.1 c handshake\n")
              .find("1:closed 2:open")
          != std::string::npos);
}

TEST_CASE("dissect/dissector: while nothing comes, a live clock gives up holes and connections")
{
    const auto capture = testing::build_capture(
        one + "0 a handshake\n0.01 a > %play\n0.02 a < %ok $D(size=50,hole=20*10) $D(size=50)\n");
    REQUIRE(capture);
    Caps caps;
    Transcript transcript;
    dissect::Dissector dissector{transcript, caps};
    for (const capture::Packet& packet : capture->views()) {
        dissector.packet(packet);
    }
    const Timestamp last = capture->views().back().ref.time;
    const auto told_at = [&](Duration after) {
        transcript.text.clear();
        dissector.advance(last + after);
        return transcript.text;
    };
    using std::chrono::milliseconds;
    using std::chrono::minutes;
    CHECK(told_at(milliseconds{100}).empty());
    CHECK(told_at(milliseconds{300}) == "1:gap<10b 1:$D! 1:$D ");
    CHECK(told_at(-minutes{20}).empty()); // a clock does not go back
    CHECK(told_at(minutes{9}).empty());
    CHECK(told_at(minutes{11}).find("1:idle") != std::string::npos);
    CHECK(dissector.reassembly_stats().gap_bytes == 10);
    CHECK(dissector.stats().idle_connections == 1);
}

TEST_CASE("dissect/dissector: data after a SYN, in a FIN, and one side only")
{
    CHECK(dissected(one + "0 a handshake\n0.1 a > %play fin\n").find("request0(Play) 1:fin>")
          != std::string::npos);
    const Run run{one
                  + "only <\nconnection b 10.78.0.11:3 -> 10.78.0.1:8080\n0 b handshake\n0.1 b > %play\n0.2 "
                    "b < %ok $D\n"};
    CHECK(run.transcript.text.find("1:response0(200) 1:framed 1:$D") != std::string::npos);
    CHECK(run.stats.one_sided == 1);
}

TEST_CASE("dissect/dissector: media is handed out in order to those who want it")
{
    const Run run{one + "0 a handshake\n0.01 a > %play\n0.02 a < %ok $D(data=\"one\") $D(data=\"two\") $E\n",
                  true};
    CHECK(run.transcript.media_bytes == "onetwo");
}

TEST_CASE("dissect/dissector: datagrams are passed on")
{
    CHECK(dissected("0 udp 10.78.0.53:53 -> 10.78.0.1:3333 x\"01 02 03\"\n1 udp [::1]:53 -> [::2]:53 \"a\"\n")
          == "udp(3) udp(1) ");
}

TEST_CASE("dissect/dissector: property: any segment size and any initial sequence number tell the same story")
{
    const std::string tail = R"(
0 a handshake
0.01 a > %play
0.02 a < %ok $H(asf,split=2) $P(300) 4*$D(size=70) $E(1) $C $H(asf) 2*$D(size=9) $E
0.5 a > fin
0.6 a < fin
)";
    const std::string whole = dissected(one + tail);
    CHECK(rc::check("any MSS and ISN", [&] {
        const auto script = fmt::format("{} mss {} isn {} {} acks off\n{}", one.substr(0, one.size() - 1),
                                        *rc::gen::inRange(1, 200), *rc::gen::arbitrary<std::uint32_t>(),
                                        *rc::gen::arbitrary<std::uint32_t>(), tail);
        std::string told = dissected(script);
        // The handshake's ACK is the third packet in either.
        RC_ASSERT(told == whole);
    }));
}

TEST_CASE("dissect/dissector: timestamps from one end of time to the other")
{
    Caps caps;
    Transcript transcript;
    dissect::Dissector dissector{transcript, caps};
    const std::string text = "GET / HTTP/1.0\r\n\r\n";
    std::uint64_t number = 0;
    for (const Timestamp time : {timestamp_from(std::numeric_limits<std::int64_t>::min(), 0),
                                 timestamp_from(std::numeric_limits<std::int64_t>::max(), 0)}) {
        for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{2}, std::uint16_t{3}}) {
            for (const std::uint32_t sequence : {1U, 100U, 1U}) {
                net::Segment segment;
                segment.source = {*parse_address("10.0.0.1"), port};
                segment.destination = {*parse_address("10.0.0.2"), 80};
                segment.flags = net::tcp_flag::ack;
                segment.sequence = sequence;
                segment.payload = as_bytes(text);
                segment.payload_length = static_cast<std::uint32_t>(text.size());
                segment.ref = {++number, time, 0};
                dissector.segment(segment);
                std::swap(segment.source, segment.destination);
                segment.payload = {};
                segment.payload_length = 0;
                segment.acknowledgment = 200;
                dissector.segment(segment);
            }
        }
    }
    dissector.finish();
    CHECK(dissector.stats().connections >= 3);
}

TEST_CASE("dissect/dissector: what is not whole yet shares a cap, and nothing is left of what is")
{
    const auto capture =
        testing::build_capture(one
                               + "0 a handshake\n0.01 a > %play\n0.02 a < %ok\n0.021 a < $H(asf) "
                                 "$D(size=50)\n0.03 a > \"GET / HTTP/1.0\\r\\n\"\n");
    REQUIRE(capture);
    Caps caps;
    Transcript transcript;
    dissect::Dissector dissector{transcript, caps};
    std::uint64_t most = 0;
    for (const capture::Packet& packet : capture->views()) {
        dissector.packet(packet);
        most = std::max(most, caps.in_use(Cap::pending_bytes));
    }
    CHECK(most > 0);
    CHECK(caps.in_use(Cap::pending_bytes) == 16); // the head that has begun
    dissector.finish();
    CHECK(caps.in_use(Cap::pending_bytes) == 0);

    Transcript without;
    Caps none;
    none.set_limit(Cap::pending_bytes, 150); // enough for heads, not for an ASF header
    dissect::Dissector small{without, none};
    for (const capture::Packet& packet : capture->views()) {
        small.packet(packet);
    }
    small.finish();
    CHECK(none.times_reached(Cap::pending_bytes) > 0);
    CHECK(transcript.text.find("asf") != std::string::npos);
    CHECK(without.text.find("asf") == std::string::npos);
    CHECK(without.text.find("response0") != std::string::npos);
}

TEST_CASE("dissect/dissector: fields of a head and tokens beyond the cap are counted")
{
    std::string tokens = "a";
    for (std::uint64_t i = 0; i < caps_table[static_cast<std::size_t>(Cap::head_fields)].limit; ++i) {
        tokens += ",a";
    }
    const Run run{one + "0 a handshake\n0.01 a > \"GET / HTTP/1.0\\r\\nPragma: " + tokens
                  + "\\r\\n\\r\\n\"\n"};
    CHECK(run.caps.times_reached(Cap::head_fields) == 1);
}

} // namespace test_dissect_dissector
