#include <wmclients/net/packet_decoder.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/capture_builder.hpp>

#include <string>
#include <vector>

namespace test_support_capture_builder {

using namespace wmclients;
using testing::build_capture;

namespace {

const std::string connection = "connection a 10.78.0.11:50001 -> 10.78.0.1:8080 isn 100 200\n";

/// Each segment: milliseconds, < or >, flags, offsets relative to the initial numbers, payload.
std::string draw(const std::string& script)
{
    const auto capture = build_capture(script);
    if (!capture) {
        return capture.error().message;
    }
    Caps caps;
    net::PacketDecoder decoder{caps};
    net::Segment segment;
    net::Datagram datagram;
    std::string out;
    for (const capture::Packet& packet : capture->views()) {
        if (decoder.decode(packet, segment, datagram) != net::PacketDecoder::Result::segment) {
            out += "? ";
            continue;
        }
        const bool to_server = segment.destination.port == 8080;
        std::string flags;
        for (const auto& [flag, letter] :
             {std::pair{net::tcp_flag::syn, 'S'}, std::pair{net::tcp_flag::fin, 'F'},
              std::pair{net::tcp_flag::rst, 'R'}}) {
            flags += segment.has(flag) ? std::string(1, letter) : "";
        }
        out +=
            fmt::format("{}{}{}", to_server ? '>' : '<', flags, segment.sequence - (to_server ? 100U : 200U));
        if (segment.has(net::tcp_flag::ack)) {
            out += fmt::format("/{}", segment.acknowledgment - (to_server ? 200U : 100U));
        }
        out += segment.payload.empty() ? " " : fmt::format("'{}' ", as_text(segment.payload));
    }
    return out;
}

} // namespace

TEST_CASE("support/capture_builder: a conversation keeps its sequence and acknowledgment numbers")
{
    CHECK(draw(connection + R"(
0 a syn
0.001 a syn-ack
0.002 a ack
0.010 a > "ask"
0.020 a < "answer"
0.030 a > fin
0.040 a < fin
)") == ">S0 <S0/1 >1/1 >1/1'ask' <1/4 <1/4'answer' >4/7 >F4/7 <7/5 <F7/5 >5/8 ");
}

TEST_CASE("support/capture_builder: segments are cut at the MSS, with an ACK for every second one")
{
    CHECK(draw(connection + "mss 9\n0 a handshake\n").find('?') == std::string::npos);
    CHECK(draw("mss 2\n" + connection + "0 a > \"abcde\"\n") == ">1/1'ab' >3/1'cd' <1/5 >5/1'e' <1/6 ");
    CHECK(draw("acks off\nmss 2\n" + connection + "0 a > \"abcde\" fin\n") == ">1/1'ab' >3/1'cd' >F5/1'e' ");
}

TEST_CASE("support/capture_builder: holes arrive but are not recorded")
{
    CHECK(draw(connection + "0 a > \"ab\" ~3 \"c\"\n1 a > \"d\"\n")
          == ">1/1'ab' <1/6 >6/1'c' <1/7 >7/1'd' <1/8 ");
}

TEST_CASE("support/capture_builder: explicit segments, retransmissions, and bytes that never arrive")
{
    CHECK(draw(connection
               + "0 a > seg offset=2 \"cd\"\n1 a > seg offset=0 \"ab\"\n2 a > again offset=1 length=2\n")
          == ">3/1'cd' <1/1 >1/1'ab' <1/5 >2/1'bc' <1/5 ");
    CHECK(draw(connection + "0 a > skip 3\n0.1 a > \"x\"\n") == ">4/1'x' <1/1 ");
    CHECK(draw(connection + "0 a > seg offset=0 unacked \"ab\"\n1 a > \"c\"\n") == ">1/1'ab' >3/1'c' <1/1 ");
    CHECK(draw(connection + "0 a < window 0\n1 a > probe \"x\"\n2 a > \"xy\"\n")
          == "<1/1 >1/1'x' >1/1'xy' <1/3 ");
}

TEST_CASE("support/capture_builder: lose, repeat, reorder, drop-before, only")
{
    const std::string three = connection + "acks off\n";
    const std::string events = "connection b 10.78.0.11:50001 -> 10.78.0.1:8080 isn 100 200 acks off\n"
                               "0 b > \"1\"\n1 b > \"2\"\n2 b > \"3\"\n3 b > \"4\"\n";
    CHECK(draw(events + "lose 2 3\n") == ">1/1'1' >4/1'4' ");
    CHECK(draw(events + "repeat 2\n") == ">1/1'1' >2/1'2' >2/1'2' >3/1'3' >4/1'4' ");
    CHECK(draw(events + "reorder 1 2\n") == ">2/1'2' >3/1'3' >1/1'1' >4/1'4' ");
    CHECK(draw(events + "drop-before 2\n") == ">3/1'3' >4/1'4' ");
    CHECK(draw(connection + "0 a handshake\n") == ">S0 <S0/1 >1/1 ");
    CHECK(draw("only <\n" + connection + "0 a handshake\n0.1 a > \"x\"\n") == "<S0/1 <1/2 ");
    const auto capture = build_capture(events + "reorder 1 2\n");
    REQUIRE(capture.has_value());
    for (std::size_t i = 1; i < capture->packets.size(); ++i) {
        CHECK(capture->packets[i - 1].time <= capture->packets[i].time);
    }
}

TEST_CASE("support/capture_builder: items: names, repeats, groups, chunks, hexadecimal and escapes")
{
    CHECK(draw(connection
               + "acks off\nlet hi \"hi\" \"!\"\n0 a > %hi 2*(\"a\" x\"62 63\") 2*%hi \"\\x41\\\\\"\n")
              .starts_with(">1/1'hi!abcabchi!hi!A\\' "));
    CHECK(draw(connection + "0 a > chunk(\"a\" \"b\") chunked(\"c\" \"d\") last-chunk\n")
              .starts_with(">1/1'2\r\nab\r\n1\r\nc\r\n1\r\nd\r\n0\r\n\r\n' "));
    CHECK(draw(connection + "0 a > \"a\" \\\n   \"b\" # a comment \"\n").starts_with(">1/1'ab' "));
}

TEST_CASE("support/capture_builder: errors name line and column")
{
    const auto message = [](const std::string& script) {
        const auto capture = build_capture(script);
        return capture ? std::string{"no error"} : capture.error().message;
    };
    CHECK(message("# fine\n\n  nonsense\n").starts_with("line 3, column 3: unknown statement nonsense"));
    CHECK(message("0 a > \"x\"\n").starts_with("line 1, column 3: there is no connection a"));
    CHECK(message(connection + "0 a > \"x\n").starts_with("line 2, column 9: the quote is not closed"));
    CHECK(message(connection + "0 a > $Q\n").starts_with("line 2,"));
    CHECK(message(connection + "0 a > $D(size=99999)\n")
              .starts_with("line 2, column 15: expected a number up to 65535"));
    CHECK(message(connection + "0 a > $D(size=5,hole=10*20)\n").starts_with("line 2,"));
    CHECK(message(connection + "0 a > x\"1\"\n").starts_with("line 2,"));
    CHECK(message(connection + connection).starts_with("line 2,"));
    CHECK(message("connection a 10.78.0.11 -> 10.78.0.1:8080\n")
              .starts_with("line 1, column 14: expected ADDRESS:PORT"));
    CHECK(message("connection a 10.78.0.11:1 -> [::1]:8080\n").starts_with("line 1,"));
    CHECK(message("let a %a\n" + connection + "0 a > %a\n").find("nested too deeply") != std::string::npos);
    CHECK(message("snaplen 1 2\n").starts_with("line 1, column 11: the statement should end here"));
    CHECK(message("") == "no error");
}

TEST_CASE("support/capture_builder: the pcap file has nanoseconds, the snaplen and both lengths")
{
    const auto capture = build_capture("linktype raw\nsnaplen 50\n" + connection + "1.000000007 a > \""
                                       + std::string(40, 'x') + "\"\n");
    REQUIRE(capture.has_value());
    const std::vector<std::uint8_t> file = capture->pcap();
    REQUIRE(file.size() == 24 + 16 + 50 + 16 + 40);
    CHECK(load_le32(file.data()) == 0xA1B2'3C4D);
    CHECK(load_le32(&file[16]) == 50);
    CHECK(load_le32(&file[20]) == 101);
    CHECK(load_le32(&file[24]) == 1'767'225'601);
    CHECK(load_le32(&file[28]) == 7);
    CHECK(load_le32(&file[32]) == 50);
    CHECK(load_le32(&file[36]) == 80);
    const auto views = capture->views();
    CHECK(views[0].ref.number == 1);
    CHECK(views[0].original_length == 80);
    CHECK(views[0].data.size() == 50);
}

} // namespace test_support_capture_builder
