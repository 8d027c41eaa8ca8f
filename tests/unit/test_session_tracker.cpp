#include <doctest/doctest.h>
#include <support/session_run.hpp>
#include <support/session_scripts.hpp>

#include <string>

namespace test_session_tracker {

// The rules of attaching and detaching, one by one, over captures of the builder.

using namespace wmclients;
using namespace wmclients::testing::scripts;
using testing::SessionRun;

namespace {

std::string rows(const std::string& script)
{
    return SessionRun{script}.rows();
}

} // namespace

TEST_CASE("session/tracker: a client is attached from the first byte of the reply to its Play")
{
    const SessionRun run{playing};
    CHECK(run.rows() == "50001 20 to - none (capture_end) H1 D2 200B");
    const timeline::Client& row = run.row(0);
    CHECK(run.text(row.user_agent) == "NSPlayer/4.1.0.3856");
    CHECK(run.text(row.client_id) == "77");
    CHECK(run.text(row.target) == "/s");
    CHECK(row.server_side_captured);
    REQUIRE(run.timeline.endpoints().size() == 1);
    CHECK(to_string(run.timeline.endpoints()[0].endpoint) == "10.78.0.1:8080");
    CHECK(run.text(run.timeline.endpoints()[0].server) == "Rex/12.0.7600.16385");
    CHECK(run.timeline.endpoints()[0].streaming);
    REQUIRE(run.timeline.endpoints()[0].stream.has_value());
    CHECK(run.timeline.endpoints()[0].stream->file_id == "88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6");
}

TEST_CASE("session/tracker: the reply's head split over packets attaches at its first one")
{
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < "HTTP/1.0 2"
0.025 a < "00 OK\r\nServer: Rex/12.0\r\n\r\n"
0.030 a < $H(asf) $D
)") == "50001 20 to - none (capture_end) H1 D1 100B");
}

TEST_CASE("session/tracker: a 100 Continue does not attach, the final reply does")
{
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < "HTTP/1.1 100 Continue\r\n\r\n"
0.040 a < %okc chunk($H(asf)) chunk($D)
)") == "50001 40 to - none (capture_end) H1 D1 100B");
}

TEST_CASE("session/tracker: a Describe is no client, but makes the sink known and streaming")
{
    const SessionRun run{one + "0.010 a > %describe\n0.020 a < %ok $H(asf)\n0.030 a < fin\n0.031 a > fin\n"};
    CHECK(run.rows().empty());
    CHECK(run.timeline.endpoints().size() == 1);
    CHECK(run.timeline.endpoints().at(0).streaming);
}

TEST_CASE("session/tracker: a request without xPlayStrm attaches once $D comes, at the reply's time")
{
    for (const std::string agent : {"NSServer/foobar", "NSServer/1.0,Flumotion/0.0", "NSPlayer/7.0"}) {
        const SessionRun run{one + "0.010 a > \"GET / HTTP/1.0\\r\\nUser-Agent: " + agent + R"(\r\n\r\n"
0.020 a < %ok
0.030 a < $H(asf)
0.040 a < $D
)"};
        CHECK(run.rows() == "50001 20 to - none (capture_end) H1 D1 100B");
        // It is no Describe of its own.
        CHECK(run.row(0).describe_certainty == timeline::LinkCertainty::none);
    }
}

TEST_CASE("session/tracker: a Play whose body is not framed attaches nobody")
{
    const SessionRun run{one + R"(
0.010 a > %play
0.020 a < "HTTP/1.0 200 OK\r\nServer: Rex/9.0.0.2980\r\nContent-Type: video/mpeg\r\n\r\n" x"30 26 b2 75"
)"};
    CHECK(run.rows().empty());
    CHECK(run.look_alikes.not_framed == 1);
}

TEST_CASE("session/tracker: a FIN of the client before the attach is a half-close")
{
    CHECK(rows(one + R"(
0.010 a > %play fin
0.020 a < %ok $H(asf) $D
0.900 a < fin
)") == "50001 20 to 900 server_fin H1 D1 100B");
}

TEST_CASE("session/tracker: the first valid FIN or RST of either side detaches")
{
    CHECK(rows(playing + "0.5 a > fin\n0.6 a < fin\n") == "50001 20 to 500 client_fin H1 D2 200B");
    CHECK(rows(playing + "0.5 a < fin\n0.6 a > fin\n") == "50001 20 to 500 server_fin H1 D2 200B");
    CHECK(rows(playing + "0.5 a > rst\n") == "50001 20 to 500 client_rst H1 D2 200B");
    CHECK(rows(playing + "0.5 a < rst\n") == "50001 20 to 500 server_rst H1 D2 200B");
}

TEST_CASE("session/tracker: simultaneous close: the first FIN counts")
{
    CHECK(rows(playing + "acks off\n0.500 a > fin\n0.5001 a < fin\n0.501 a > ack\n0.5011 a < ack\n")
          == "50001 20 to 500 client_fin H1 D2 200B");
}

TEST_CASE("session/tracker: bytes in flight after the detach still count")
{
    CHECK(rows(playing + "0.5 a > fin\n0.51 a < $D $D\n0.6 a < fin\n")
          == "50001 20 to 500 client_fin H1 D4 400B");
}

TEST_CASE("session/tracker: $E with reason 0 ends the stream, with another reason it does not")
{
    CHECK(rows(playing + "0.4 a < $E\n0.5 a < fin\n0.6 a > fin\n") == "50001 20 to 400 eos H1 D2 200B");
    CHECK(rows(playing + "0.4 a < $E(1) $C $H(asf) $D\n") == "50001 20 to - none (capture_end) H2 D3 300B");
}

TEST_CASE("session/tracker: the end of the body detaches: the zero chunk, the length")
{
    const std::string chunked = one + "0.010 a > %play\n0.020 a < %okc chunk($H(asf)) chunk($D)\n";
    CHECK(rows(chunked + "0.3 a < last-chunk\n") == "50001 20 to 300 body_end H1 D1 100B");
    CHECK(rows(chunked + "0.3 a < last-chunk\n0.4 a > fin\n0.5 a < fin\n")
          == "50001 20 to 300 body_end H1 D1 100B");
    CHECK(rows(chunked + "0.3 a < chunk($E) last-chunk\n0.4 a > fin\n0.5 a < fin\n")
          == "50001 20 to 300 eos H1 D1 100B");
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < "HTTP/1.1 200 OK\r\nServer: Rex/9.0\r\nContent-Length: 224\r\n\r\n" $D
0.300 a < $D
0.400 a < fin
0.500 a > fin
)") == "50001 20 to 300 body_end H0 D2 200B");
}

TEST_CASE("session/tracker: a Stop that waits when the body ends is the reason")
{
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < %okc chunk($H(asf)) chunk($D)
0.300 a > %stop
0.310 a < last-chunk
0.320 a < "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
0.400 a > fin
0.500 a < fin
)") == "50001 20 to 310 stop H1 D1 100B");
}

TEST_CASE("session/tracker: a second Play on a kept-alive connection is a second row")
{
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < %okc chunk($H(asf)) chunk($D) last-chunk
1.000 a > %play
1.010 a < %okc chunk($H(asf)) 3*chunk($D)
2.000 a > fin
2.001 a < fin
)") == "50001 20 to 20 body_end H1 D1 100B\n50001 1010 to 2000 client_fin H1 D3 300B");
}

TEST_CASE("session/tracker: a Describe and a Play on one connection are one row")
{
    CHECK(rows(one + R"(
0.010 a > %describe
0.020 a < %okc chunk($H(asf)) last-chunk
0.100 a > %play
0.110 a < %okc chunk($H(asf)) chunk($D)
)") == "50001 110 to - none (capture_end) H1 D1 100B");
}

TEST_CASE("session/tracker: a SelectStream that replaces the body continues the row")
{
    CHECK(rows(one + R"(
0.010 a > %play
0.020 a < %okc chunk($H(asf)) chunk($D)
0.300 a > %select
0.310 a < last-chunk
0.320 a < %okc chunk($H(asf)) 2*chunk($D)
1.000 a > fin
1.001 a < fin
)") == "50001 20 to 1000 client_fin H2 D3 300B");
}

TEST_CASE("session/tracker: a reused port is a new row, and a new SYN ends the old one")
{
    CHECK(rows(playing + R"(
connection b 10.78.0.11:50001 -> 10.78.0.1:8080
5.000 b handshake
5.010 b > %play
5.020 b < %ok $H(asf) $D
6.000 b close
)") == "50001 20 to 5000 replaced H1 D2 200B\n50001 5020 to 6000 client_fin H1 D1 100B");
}

TEST_CASE("session/tracker: a reused port after a close keeps the close's reason")
{
    CHECK(rows(playing + R"(
0.500 a close
connection b 10.78.0.11:50001 -> 10.78.0.1:8080
0.600 b handshake
0.610 b > %play
0.620 b < %ok $H(asf) $D
)") == "50001 20 to 500 client_fin H1 D2 200B\n50001 620 to - none (capture_end) H1 D1 100B");
}

TEST_CASE("session/tracker: a Play answered by another status is refused")
{
    const SessionRun run{one + "0.010 a > %play\n0.020 a < %busy\n0.030 a < fin\n0.031 a > fin\n"};
    CHECK(run.rows().empty());
    CHECK(run.refusals() == "503 at 20");
    CHECK(run.timeline.endpoints().size() == 1);
    CHECK(run.text(run.timeline.refusals().at(0).user_agent) == "NSPlayer/4.1.0.3856");
}

TEST_CASE("session/tracker: a Play closed without an answer is refused, once the sink is known")
{
    const std::string silent = R"(
connection b 10.78.0.12:50002 -> 10.78.0.1:8080
0.100 b handshake
0.110 b > %play
0.200 b < fin
)";
    CHECK(SessionRun{playing + silent + "0.201 b > fin\n"}.refusals() == "0 at 200");
    CHECK(SessionRun{playing + silent}.refusals() == "0 at 200");
    CHECK(SessionRun{playing
                     + "connection b 10.78.0.12:50002 -> 10.78.0.1:8080\n0.1 b handshake\n0.11 b > %play\n"}
              .refusals()
              .empty());
}

TEST_CASE("session/tracker: a 404 without a Server field is refused once the sink is known")
{
    const std::string refused = R"(
connection b 10.78.0.12:50002 -> 10.78.0.1:8080
0.001 b handshake
0.005 b > %play
0.006 b < "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"
0.007 b close
)";
    CHECK(SessionRun{playing + refused}.refusals() == "404 at 6");
    const SessionRun alone{names + refused};
    CHECK(alone.refusals().empty());
    CHECK(alone.timeline.endpoints().empty());
}

TEST_CASE("session/tracker: a 401 that is tried again is no refusal, one that is not is one")
{
    const std::string challenge = R"(
0.010 a > %play
0.020 a < "HTTP/1.1 401 Unauthorized\r\nServer: Rex/12.0\r\nContent-Length: 0\r\n\r\n"
)";
    const SessionRun same{one + challenge + "0.030 a > %play\n0.040 a < %ok $H(asf) $D\n"};
    CHECK(same.rows() == "50001 40 to - none (capture_end) H1 D1 100B");
    CHECK(same.refusals().empty());
    const SessionRun other{one + challenge + R"(
0.030 a close
connection b 10.78.0.11:50002 -> 10.78.0.1:8080
0.040 b handshake
0.050 b > %play
0.060 b < %ok $H(asf) $D
)"};
    CHECK(other.rows() == "50002 60 to - none (capture_end) H1 D1 100B");
    CHECK(other.refusals().empty());
    const SessionRun given_up{one + challenge + "0.030 a close\n"};
    CHECK(given_up.refusals() == "401 at 20");
    CHECK(given_up.text(given_up.timeline.refusals().at(0).user_agent) == "NSPlayer/4.1.0.3856");
}

TEST_CASE("session/tracker: a client that vanished stays attached, with its last ACK and what it did not "
          "acknowledge")
{
    const SessionRun run{playing + "0.100 a > ack\n1.0 a < seg offset=2000 unacked $D\n"};
    REQUIRE(run.timeline.clients().size() == 1);
    CHECK(run.row(0).tracking_end == timeline::TrackingEnd::capture_end);

    const SessionRun silent{names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 acks off
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf)
0.030 a > ack
1.000 a < $D
2.000 a < $D
)"};
    CHECK(silent.rows() == "50001 20 to - none (capture_end) H1 D2 200B");
    CHECK(SessionRun::at(silent.row(0).state.last_ack_at) == "30");
    CHECK(silent.row(0).state.unacked_bytes == 224);
}

TEST_CASE("session/tracker: a connection given up as idle keeps its row; a late FIN still detaches")
{
    const std::string others = R"(
connection b 10.78.0.12:50002 -> 10.78.0.1:8080
700 b handshake
700.010 b > %play
700.020 b < %ok $H(asf) 100*$D
connection c 10.78.0.13:50003 -> 10.78.0.1:8080
701 c handshake
)";
    const SessionRun idle{playing + others};
    CHECK(idle.dissect_stats.idle_connections == 1);
    CHECK(idle.rows().starts_with("50001 20 to - none (idle) H1 D2 200B\n"));
    const SessionRun late{playing + others + "800 a > fin\n"};
    CHECK(late.rows().starts_with("50001 20 to 800000 client_fin (idle) H1 D2 200B\n"));
    const SessionRun reset{playing + others + "800 a < rst\n"};
    CHECK(reset.rows().starts_with("50001 20 to 800000 server_rst (idle) H1 D2 200B\n"));
    // It goes on where it was given up: the same row.
    const SessionRun again{playing + others + "800 a < 4*$D\n800.1 a < $D\n801 a > fin\n802 a < fin\n"};
    CHECK(again.timeline.clients().size() == 2);
    CHECK(again.rows().starts_with("50001 20 to 801000 client_fin H1 D7 700B inexact"));
}

TEST_CASE("session/tracker: with the client's direction alone, its row has no times")
{
    const std::string script = names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 only > mss 300
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 20*$D
)";
    const SessionRun run{script};
    REQUIRE(run.timeline.clients().size() == 1);
    const timeline::Client& row = run.row(0);
    CHECK_FALSE(row.server_side_captured);
    CHECK_FALSE(row.attached.time.has_value());
    CHECK(run.text(row.user_agent) == "NSPlayer/4.1.0.3856");
    CHECK(row.connection_end_reason == timeline::EndReason::none);
    CHECK(SessionRun{script + "5 a > fin\n"}.row(0).connection_end_reason == timeline::EndReason::client_fin);
    // Without ACKs that advance it is no listener.
    CHECK(rows(names
               + "connection a 10.78.0.11:50001 -> 10.78.0.1:8080 only >\n0 a handshake\n0.010 a > %play\n")
              .empty());
}

TEST_CASE("session/tracker: with the server's direction alone, only the client's names are unknown")
{
    const SessionRun run{names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 only <
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 2*$D
0.500 a > fin
0.510 a < fin
)"};
    CHECK(run.rows() == "50001 20 to 510 server_fin H1 D2 200B");
    CHECK(run.row(0).user_agent == timeline::TextId::none);
}

TEST_CASE("session/tracker: a FIN or RST out of the window does not detach")
{
    const SessionRun run{playing + R"(
connection b 10.78.0.11:50001 -> 10.78.0.1:8080 isn 0x70000000 0x70000000
0.5 b > rst
0.6 b < rst
)"};
    CHECK(run.rows() == "50001 20 to - none (capture_end) H1 D2 200B");
    CHECK(run.dissect_stats.invalid_resets == 2);
}

TEST_CASE("session/tracker: look-alikes are no clients and no sinks, and are counted")
{
    const SessionRun run{R"(
connection rtsp 10.78.0.11:50001 -> 10.78.0.1:554
0.0 rtsp handshake
0.01 rtsp > "DESCRIBE rtsp://10.78.0.1/s RTSP/1.0\r\nUser-Agent: WMPlayer/12.0\r\nCSeq: 1\r\n\r\n"
0.02 rtsp < "RTSP/1.0 200 OK\r\nServer: WMServer/9.0\r\nCSeq: 1\r\n\r\n"
0.03 rtsp close
connection mmst 10.78.0.11:50002 -> 10.78.0.1:1755
0.0 mmst handshake
0.01 mmst > x"01 00 00 00 ce fa 0b b0 a0 00 00 00 4d 4d 53 20 14 00 00 00 00 00 00 00"
0.03 mmst close
connection dlna 10.78.0.11:50003 -> 10.78.0.1:8200
0.0 dlna handshake
0.01 dlna > "GET /a.wmv HTTP/1.1\r\nUser-Agent: NSPlayer/12.00.26100.2314\r\nGetContentFeatures.DLNA.ORG: 1\r\nPragma: getIfoFileURI.dlna.org\r\n\r\n"
0.02 dlna < "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" x"30 26 b2 75"
0.03 dlna close
connection push 10.78.0.11:50004 -> 10.78.0.1:8080
0.0 push handshake
0.01 push > "POST /p HTTP/1.1\r\nUser-Agent: WMEncoder/12.0\r\nContent-Type: application/x-wms-pushsetup\r\nContent-Length: 0\r\n\r\n"
0.02 push < "HTTP/1.1 204 No Content\r\nServer: Cougar/9.6\r\n\r\n"
0.03 push close
connection asx 10.78.0.11:50005 -> 10.78.0.1:8081
0.0 asx handshake
0.01 asx > "GET /s HTTP/1.0\r\nUser-Agent: NSPlayer/4.1\r\nPragma: xPlayStrm=1\r\n\r\n"
0.02 asx < "HTTP/1.0 200 OK\r\nContent-Type: video/x-ms-asf\r\n\r\n[Reference]\r\nRef1=http://h/s\r\n"
0.03 asx close
connection web 10.78.0.11:50006 -> 10.78.0.1:80
0.0 web handshake
0.01 web > "GET / HTTP/1.1\r\nUser-Agent: Mozilla/5.0\r\n\r\n"
0.02 web < "HTTP/1.1 200 OK\r\nServer: Rex\r\nContent-Length: 5\r\n\r\nhello"
0.03 web close
)"};
    CHECK(run.rows().empty());
    CHECK(run.timeline.endpoints().empty());
    CHECK(run.refusals().empty());
    CHECK(run.look_alikes.rtsp == 1);
    CHECK(run.look_alikes.mmst == 1);
    CHECK(run.look_alikes.dlna == 1);
    CHECK(run.look_alikes.push == 1);
    CHECK(run.look_alikes.redirects == 1);
}

TEST_CASE("session/tracker: other policies")
{
    SessionRun::Options accept;
    accept.policies = {timeline::AttachOn::accept, timeline::DetachOn::end_of_stream};
    CHECK(SessionRun{playing + "0.4 a < $E\n0.5 a > fin\n", accept}.rows()
          == "50001 2 to 500 client_fin H1 D2 200B");
    SessionRun::Options request;
    request.policies = {timeline::AttachOn::request, timeline::DetachOn::end_of_stream};
    CHECK(SessionRun{one + "0.010 a > %describe\n0.020 a < %ok $H(asf)\n0.5 a close\n", request}
              .rows()
              .starts_with("50001 10 to 500 client_fin"));
    SessionRun::Options connection;
    connection.policies = {timeline::AttachOn::play, timeline::DetachOn::connection};
    CHECK(SessionRun{playing + "0.4 a < $E\n0.5 a > fin\n", connection}.rows()
          == "50001 20 to 500 client_fin H1 D2 200B");
}

TEST_CASE("session/tracker: a Describe on another connection is linked to its Play")
{
    const SessionRun run{one + R"(
0.010 a > %describe
0.020 a < %ok $H(asf)
0.030 a close
connection b 10.78.0.11:50002 -> 10.78.0.1:8080
0.100 b handshake
0.110 b > %play
0.120 b < %ok $H(asf) $D
)"};
    REQUIRE(run.timeline.clients().size() == 1);
    CHECK(run.row(0).describe_port == 50001);
    CHECK(run.row(0).describe_certainty == timeline::LinkCertainty::weak);
}

} // namespace test_session_tracker
