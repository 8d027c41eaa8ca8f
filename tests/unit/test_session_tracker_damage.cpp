#include <doctest/doctest.h>
#include <support/session_run.hpp>
#include <support/session_scripts.hpp>

#include <string>

namespace test_session_tracker_damage {

// Counters, and what holes, cuts, disorder and late beginnings do to rows.

using namespace wmclients;
using namespace wmclients::testing::scripts;
using testing::SessionRun;

namespace {

std::string rows(const std::string& script)
{
    return SessionRun{script}.rows();
}

} // namespace

TEST_CASE("session/tracker: a capture that begins in the middle of a stream")
{
    const std::string script = one + R"(
mss 500
0.010 a > %play
0.020 a < %ok $H(asf) 2*$D
drop-before 1
1.000 a < 5*$D
2.000 a < 5*$D
3.000 a > fin
3.100 a < fin
)";
    const SessionRun run{script};
    CHECK(run.rows() == "50001 -? to 3000 client_fin H0 D10 1000B inexact");
    CHECK(run.timeline.endpoints().at(0).streaming);
    CHECK_FALSE(run.timeline.endpoints().at(0).streaming_since.time.has_value());
}

TEST_CASE("session/tracker: a capture that begins inside a $D counts from the next one")
{
    CHECK(rows(names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 mss 50
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf)
1.000 a < 4*$D
drop-before 1.000011
)") == "50001 -? to - none (capture_end) H0 D3 300B inexact");
}

TEST_CASE("session/tracker: a head behind a byte that was sent before tells who is the client")
{
    CHECK(rows(names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0 a handshake
drop-before 0.5
1.000 a < "xx"
1.010 a < seg offset=1 "x" %ok $H(asf) 2*$D
)") == "50001 1010 to - none (capture_end) H1 D2 200B");
}

TEST_CASE("session/tracker: a missing SYN and handshake change nothing")
{
    CHECK(rows(playing + "lose 1\n0.5 a > fin\n") == "50001 20 to 500 client_fin H1 D2 200B");
    CHECK(rows(playing + "lose 2\n0.5 a > fin\n") == "50001 20 to 500 client_fin H1 D2 200B");
    CHECK(rows(playing + "lose 1 2\n0.5 a > fin\n") == "50001 20 to 500 client_fin H1 D2 200B");
    CHECK(rows(playing + "drop-before 0.005\n0.5 a > fin\n") == "50001 20 to 500 client_fin H1 D2 200B");
}

TEST_CASE("session/tracker: reordered and repeated packets change nothing but their counts")
{
    const std::string end = "0.5 a > fin\n0.6 a < fin\n";
    const std::string expected = "50001 20 to 500 client_fin H1 D2 200B";
    CHECK(rows(playing + end) == expected);
    for (int number = 1; number <= 8; ++number) {
        CAPTURE(number);
        CHECK(rows(playing + end + "repeat " + std::to_string(number) + "\n") == expected);
    }
    const SessionRun swapped{names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 mss 50
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 10*$D
0.500 a > fin
reorder 20 3
reorder 30 4
reorder 40 1
)"};
    CHECK(swapped.rows() == "50001 20 to 500 client_fin H1 D10 1000B");
    CHECK(swapped.reassembly_stats.out_of_order > 0);
    CHECK(swapped.reassembly_stats.gaps == 0);
}

TEST_CASE("session/tracker: a reply recorded before its request attaches with the request's facts")
{
    const SessionRun run{playing + "reorder 4 3\n0.5 a > fin\n"};
    CHECK(run.rows() == "50001 20 to 500 client_fin H1 D2 200B");
    CHECK(run.text(run.row(0).user_agent) == "NSPlayer/4.1.0.3856");
}

TEST_CASE("session/tracker: a FIN recorded before the last data counts at its packet")
{
    CHECK(rows(names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080 acks off
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf)
0.030 a < $D
0.500 a < fin
reorder 6 1
)") == "50001 20 to 500 server_fin H1 D1 100B");
}

TEST_CASE("session/tracker: a hole inside a $D damages it; its bytes are in gap_bytes alone")
{
    CHECK(rows(playing + "0.1 a < $D(hole=50*20) $D\n1 a < $D\n2 a < $D\n3 a > fin\n")
          == "50001 20 to 3000 client_fin H1 D6 600B damaged=1 gap=20 inexact");
}

TEST_CASE("session/tracker: a hole over a header loses its packet, and no step over a gap is a loss")
{
    // 30 bytes of the third $D and the header of the fourth one.
    CHECK(rows(playing + "0.1 a < $D(hole=100*12) $D(hole=0*12) 2*$D\n1 a < $D\n2 a < $D\n3 a > fin\n")
          == "50001 20 to 3000 client_fin H1 D7 700B damaged=1 gap=24 inexact");
}

TEST_CASE("session/tracker: a LocationId that jumps is a loss in the sink, not in the capture")
{
    CHECK(rows(playing + "0.1 a < $D(loc=6) $D(loc=7) $D(loc=7) $D(loc=5)\n0.5 a > fin\n")
          == "50001 20 to 500 client_fin H1 D6 600B lost=3");
    CHECK(rows(playing + "0.1 a < $C $H(asf) $D(loc=100)\n0.5 a > fin\n")
          == "50001 20 to 500 client_fin H2 D3 300B");
}

TEST_CASE("session/tracker: a $D that the end cuts is in cut_packets")
{
    CHECK(rows(playing + "0.1 a < x\"24 44 6c 00 03 00 00 00 00 00 6c 00 aa bb\"\n0.5 a < fin\n0.6 a > fin\n")
          == "50001 20 to 500 server_fin H1 D2 200B cut=1");
}

TEST_CASE("session/tracker: a snaplen makes the counters inexact, not the rows")
{
    const SessionRun run{playing + "snaplen 400\n0.5 a > fin\n"};
    CHECK(run.rows().starts_with("50001 20 to 500 client_fin"));
    CHECK_FALSE(run.row(0).state.counters.exact);
    CHECK(run.row(0).state.counters.gap_bytes > 0);
}

TEST_CASE("session/tracker: the text of a RST is not part of the stream")
{
    CHECK(rows(playing + "0.5 a < $D $D rst\n") == "50001 20 to 500 server_rst H1 D2 200B");
}

TEST_CASE("session/tracker: keep-alives and window probes count nothing")
{
    CHECK(rows(playing + R"(
1.0 a > window 0
1.1 a < probe x"24"
1.5 a < probe x"24"
2.0 a > window 65535
2.1 a < $D
3.0 a > keep-alive
4.0 a < keep-alive
5.0 a > fin
)") == "50001 20 to 5000 client_fin H1 D3 300B");
}

TEST_CASE("session/tracker: any initial sequence number gives the same row")
{
    for (const std::string isn : {"0 0", "1 1", "0x7FFFFFF0 0x7FFFFFF0", "0xFFFFFFFF 0xFFFFFFFF",
                                  "0xFFFFFFF6 0xFFFFFE00", "0x80000000 0xFFFFFFC0"}) {
        CAPTURE(isn);
        CHECK(rows(names + "connection a [fd78::11]:50001 -> [fd78::1]:8080 mss 40 isn " + isn + R"(
0 a handshake
0.010 a > %play
0.020 a < %ok $H(asf) 9*$D
0.500 a > fin
0.600 a < fin
reorder 22 3
)") == "50001 20 to 500 client_fin H1 D9 900B");
    }
}

TEST_CASE("session/tracker: link types, VLAN tags and address families give the same row")
{
    for (const std::string link : {"linktype raw", "linktype sll", "linktype sll2", "linktype null",
                                   "linktype loop", "vlan 42", "qinq 7 42"}) {
        CAPTURE(link);
        CHECK(rows(link + playing + "0.5 a close\n") == "50001 20 to 500 client_fin H1 D2 200B");
    }
}

TEST_CASE("session/tracker: interleaved connections keep apart")
{
    CHECK(rows(names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
connection b 10.78.0.12:50001 -> 10.78.0.1:8080
0 a handshake
0.0001 b handshake
0.010 a > %play
0.011 b > %play
0.020 a < %ok $H(asf)
0.021 b < %ok $H(asf)
0.030 a < 2*$D
0.031 b < $D(loc=1)
0.5 b > fin
0.7 a > fin
)") == "50001 20 to 700 client_fin H1 D2 200B\n50001 21 to 500 client_fin H1 D1 100B");
}

TEST_CASE("session/tracker: the counters of an instant are those at the instant")
{
    SessionRun::Options options;
    options.instant = timeline::Instant{timestamp_from(1'767'225'600, 200'000'000), 0};
    const SessionRun run{playing + "0.3 a < 5*$D\n0.5 a > fin\n", options};
    REQUIRE(run.timeline.clients().size() == 1);
    CHECK(run.row(0).state.counters.data_packets == 7);
    const auto* state = run.timeline.state_at_instant(run.row(0));
    REQUIRE(state != nullptr);
    CHECK(state->counters.data_packets == 2);
}

TEST_CASE("session/tracker: an ASF header that was lost does not spoil the next one")
{
    const SessionRun run{one + R"(
0.010 a > %play
0.020 a < %ok $H(data="lost", hole=12*4) $D
0.500 a < $C $H(asf=11111111-2222-3333-4444-555555555555) $D
1.000 a < $D
)"};
    REQUIRE(run.timeline.endpoints().size() == 1);
    REQUIRE(run.timeline.endpoints()[0].stream.has_value());
    CHECK(run.timeline.endpoints()[0].stream->file_id == "11111111-2222-3333-4444-555555555555");
}

TEST_CASE("session/tracker: after a gap across chunks, packets that span chunks are found again")
{
    // Two chunks of 150 bytes hold two $D of 112 and 188 bytes: the second one spans them.
    const SessionRun run{one + R"(
0.010 a > %play
0.020 a < %okc chunk($H(asf)) chunk($D x"24 44 b8 00 09 00 00 00 00 00 b8 00" 26*"d") chunk(150*"e") 3*chunk($D)
0.021 a < ~20 30*"x" "\r\n" 3*chunk($D)
1.000 a < chunk($D)
)"};
    CHECK(run.row(0).state.counters.header_packets == 1);
    CHECK_FALSE(run.row(0).state.counters.exact);
    CHECK(run.row(0).state.counters.data_packets >= 8);
}

} // namespace test_session_tracker_damage
