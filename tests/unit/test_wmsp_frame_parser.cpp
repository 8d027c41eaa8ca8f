#include <wmclients/wmsp/frame_parser.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <support/asf_sample.hpp>
#include <support/script_payload.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace test_wmsp_frame_parser {

using namespace wmclients;
using wmsp::Frame;
using wmsp::FrameParser;

namespace {

/// `$` packets from the builder's items.
std::string frames(std::string_view items)
{
    std::string error;
    testing::ScriptCursor cursor{items, 0, items.size(), error};
    testing::PayloadContext context;
    std::string bytes = testing::parse_payload(cursor, context).bytes;
    REQUIRE_MESSAGE(error.empty(), error);
    return bytes;
}

/// Writes down each packet: its letter, its payload's length, and ! if damaged, ~ if not complete, ^ after a
/// loss.
struct Transcript final : wmsp::FrameConsumer {
    std::string text;
    std::vector<Frame> all;
    std::string payload;
    std::uint64_t skipped = 0;
    bool want_payload = true;

    bool on_frame_begin(const Frame&) override { return want_payload; }

    void on_payload(const Frame&, Bytes bytes) override { payload += as_text(bytes); }

    void on_frame_end(const Frame& frame, const PacketRef&) override
    {
        text += fmt::format(
            "{}{}{}{}{} ", frame.id, frame.has_mms_header ? frame.payload_length() : frame.length,
            frame.after_sync_loss ? "^" : "", frame.damaged ? "!" : "", frame.complete ? "" : "~");
        all.push_back(frame);
    }

    void on_unsynchronised(std::uint64_t count, const PacketRef&) override { skipped += count; }
};

struct Body {
    explicit Body(bool synchronised = true) : parser(synchronised) {}

    Body& data(std::string_view bytes)
    {
        parser.data(as_bytes(bytes), {++number, {}, 0}, transcript);
        return *this;
    }

    Body& gap(std::uint64_t length)
    {
        parser.gap(length, {++number, {}, 0}, transcript);
        return *this;
    }

    std::string finish()
    {
        parser.finish({++number, {}, 0}, transcript);
        return transcript.text;
    }

    Transcript transcript;
    FrameParser parser;
    std::uint64_t number = 0;
};

} // namespace

TEST_CASE("wmsp/frame_parser: the packets of MS-WMSP 2.2.3")
{
    Body body;
    body.data(frames("$M(size=5) $H(data=\"header\") $D(loc=7,size=100,inc=1,af=3) $D(b,size=1) $E(1) "
                     "$C(reason=0x400D14BE) $S $T $F(size=9) $E"));
    CHECK(body.finish() == "M5 H6 D100 D1 E4 C4 S4 T0 F9 E4 ");
    const auto& all = body.transcript.all;
    CHECK(all[2].location_id == 7);
    CHECK(all[2].incarnation == 1);
    CHECK(all[2].af_flags == 3);
    CHECK(all[2].packet_size == 108);
    CHECK(all[2].has_mms_header);
    CHECK_FALSE(all[2].follows_at_once);
    CHECK(all[3].follows_at_once);
    CHECK(all[4].reason == 1);
    CHECK(all[5].reason == 0x400D14BE);
    CHECK(body.transcript.skipped == 0);
}

TEST_CASE("wmsp/frame_parser: three $P are 2080 bytes, whatever their PacketLength says")
{
    for (const unsigned reason : {0U, 1U, 300U, 504U}) {
        CAPTURE(reason);
        const std::string pairs = frames(fmt::format("$P({})", reason));
        CHECK(pairs.size() == 2080);
        Body body;
        body.data(pairs + frames("$H(data=\"h\") $D(size=3)"));
        CHECK(body.finish() == "P504 P504 P1048 H1 D3 ");
        CHECK(body.transcript.skipped == 0);
    }
}

TEST_CASE("wmsp/frame_parser: a $P that claims too large a head does not go wrong by more than its own size")
{
    std::string pairs = frames("$P(504)");
    pairs[4] = pairs[5] = pairs[6] = pairs[7] = '\xFF';
    Body body;
    body.data(pairs + frames("$D(size=3)"));
    CHECK(body.finish() == "P504 P504 P1048 D3 ");
}

TEST_CASE("wmsp/frame_parser: packets of length 0 and lengths that contradict themselves")
{
    Body zero;
    zero.data(std::string_view{"$D\0\0$D\0\0$H\x04\0abcd", 16}).data(frames("$D(size=2)"));
    CHECK(zero.finish() == "D0 D0 H4 D2 ");
    CHECK_FALSE(zero.transcript.all[0].has_mms_header);
    CHECK(zero.transcript.all[0].payload_length() == 0);
    CHECK(zero.transcript.all[0].complete);

    Body empty_payload;
    empty_payload.data(frames("$D(size=0) $D(size=1)"));
    CHECK(empty_payload.finish() == "D0 D1 ");

    Body short_end;
    short_end.data(std::string_view{"$E\0\0$E\x02\0ab", 10}).data(frames("$E"));
    CHECK(short_end.finish() == "E0 E2 E4 ");
}

TEST_CASE("wmsp/frame_parser: a packet that the end of the body cuts is not complete")
{
    const std::string one = frames("$D(size=20)");
    for (std::size_t size = 12; size < one.size(); ++size) {
        CHECK(Body{}.data(one.substr(0, size)).finish() == "D20~ ");
    }
    CHECK(Body{}.data(one.substr(0, 11)).finish().empty());
    CHECK(Body{}.data(one).finish() == "D20 ");
}

TEST_CASE("wmsp/frame_parser: payload is handed out only if wanted")
{
    Body body;
    body.data(frames("$H(data=\"one\") $H(data=\"two\")"));
    CHECK(body.transcript.payload == "onetwo");
    Body unwanted;
    unwanted.transcript.want_payload = false;
    unwanted.data(frames("$D(size=50)"));
    CHECK(unwanted.finish() == "D50 ");
    CHECK(unwanted.transcript.payload.empty());
}

TEST_CASE("wmsp/frame_parser: a header that is split over $H packets comes back whole")
{
    const std::string asf = testing::sample_asf_header("88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6", 1024);
    for (const int parts : {1, 2, 3, 7}) {
        Body body;
        body.data(frames(fmt::format("$H(asf,split={})", parts)));
        CHECK(body.transcript.payload == asf);
        const auto& all = body.transcript.all;
        REQUIRE(all.size() == static_cast<std::size_t>(parts));
        CHECK((all.front().af_flags & 0x04) != 0);
        CHECK((all.back().af_flags & 0x08) != 0);
        CHECK(all.back().location_id == static_cast<std::uint32_t>(parts - 1));
    }
}

TEST_CASE("wmsp/frame_parser: property: any split of a body gives the same packets")
{
    const std::string bytes =
        frames("$M(size=30) $H(asf,split=3) $P(300) 5*$D(size=40) $D(b,size=0) $T $E(1) $C "
               "$H(data=\"again\") 3*$D(size=1) $F(size=3) $E");
    Body once;
    const std::string whole = once.data(bytes).finish();
    CHECK(rc::check("any split", [&] {
        Body body;
        for (std::size_t at = 0; at < bytes.size();) {
            const auto length = std::min(bytes.size() - at, *rc::gen::inRange<std::size_t>(1, 100));
            body.data(std::string_view{bytes}.substr(at, length));
            at += length;
        }
        RC_ASSERT(body.finish() == whole);
        RC_ASSERT(body.transcript.payload == once.transcript.payload);
        RC_ASSERT(body.transcript.skipped == 0U);
    }));
    Body bytewise;
    for (const char& c : bytes) {
        bytewise.data({&c, 1});
    }
    CHECK(bytewise.finish() == whole);
}

TEST_CASE("wmsp/frame_parser: a gap inside a payload damages one packet and loses nothing else")
{
    const std::string two = frames("$D(loc=1,size=100) $D(loc=2,size=100)");
    Body inside;
    inside.data(two.substr(0, 50)).gap(20).data(two.substr(70));
    CHECK(inside.finish() == "D100! D100 ");
    Body to_its_end;
    to_its_end.data(two.substr(0, 50)).gap(62).data(two.substr(112));
    CHECK(to_its_end.finish() == "D100! D100 ");
    CHECK(to_its_end.transcript.skipped == 0);
}

TEST_CASE(
    "wmsp/frame_parser: after a gap that took a header the next plausible packet is found, at any split")
{
    const std::string five = frames("5*$D(size=100)");
    for (std::size_t begin = 1; begin < 230; begin += 3) {
        for (const std::size_t length : {std::size_t{4}, std::size_t{112}, std::size_t{150}}) {
            for (const std::size_t step :
                 {std::size_t{1}, std::size_t{5}, std::size_t{13}, std::size_t{1000}}) {
                Body body;
                body.data(five.substr(0, begin)).gap(length);
                const std::string rest = five.substr(begin + length);
                for (std::size_t at = 0; at < rest.size(); at += step) {
                    body.data(std::string_view{rest}.substr(at, step));
                }
                const std::string read = body.finish();
                CAPTURE(begin);
                CAPTURE(length);
                CAPTURE(step);
                CHECK((read.ends_with("D100 ") || read.ends_with("D100^ ")));
                CHECK(read.find('~') == std::string::npos);
                // Every packet whose header was captured is there, and no other.
                std::size_t expected = 0;
                for (std::size_t at = 0; at < five.size(); at += 112) {
                    expected += at + 12 <= begin || at >= begin + length ? 1U : 0U;
                }
                CHECK(body.transcript.all.size() == expected);
            }
        }
    }
}

TEST_CASE("wmsp/frame_parser: in the middle of a body, what is passed over is counted")
{
    const std::string noise(500, 'd');
    Body body{false};
    CHECK_FALSE(body.parser.synchronised());
    body.data(noise + frames("$D(size=10) $D(size=20)"));
    CHECK(body.parser.synchronised());
    CHECK(body.finish() == "D10^ D20 ");
    CHECK(body.transcript.skipped == 500);
    Body bytewise{false};
    for (const char& c : noise + frames("$D(size=10)")) {
        bytewise.data({&c, 1});
    }
    CHECK(bytewise.finish() == "D10^ ");
    CHECK(bytewise.transcript.skipped == 500);
}

TEST_CASE("wmsp/frame_parser: garbage where a header should be loses synchronisation once")
{
    Body body;
    body.data(frames("$D(size=10)") + "garbage$" + frames("$D(size=20) $D(size=30)"));
    CHECK(body.finish() == "D10 D20^ D30 ");
    CHECK(body.transcript.skipped == 8);
    // A packet may begin at the byte after a false `$`.
    Body close;
    close.data("$" + frames("$D(size=20) $D(size=30)"));
    CHECK(close.finish() == "D20^ D30 ");
}

TEST_CASE("wmsp/frame_parser: a resynchronisation at $E or $C goes on with the packet after it")
{
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
        Body body;
        body.gap(5);
        const std::string rest = "xxxxxxxxxxxxxxxxx" + frames("$E(1) $C $H(data=\"h\") $D(size=4)");
        for (std::size_t at = 0; at < rest.size(); at += step) {
            body.data(std::string_view{rest}.substr(at, step));
        }
        CHECK(body.finish() == "E4^ C4 H1 D4 ");
    }
}

TEST_CASE("wmsp/frame_parser: what can begin a packet in the middle of a stream")
{
    const auto plausible = [](const std::string& bytes) {
        return wmsp::plausible_packet(as_bytes(bytes).first(12));
    };
    CHECK(plausible(frames("$D(size=1)")));
    CHECK(plausible(frames("$D(b,size=65527)")));
    CHECK(plausible(frames("$H(asf)")));
    CHECK(plausible(frames("$E $E")));
    CHECK_FALSE(plausible(frames("$D(size=0)")));
    CHECK_FALSE(plausible(frames("$D(size=10,packet-size=11)")));
    CHECK_FALSE(plausible(frames("$H(data=\"x\",af=1)")));
    CHECK_FALSE(plausible(frames("$E(2) $E")));
    CHECK_FALSE(plausible(frames("$E \"no packet\"")));
    CHECK_FALSE(wmsp::plausible_packet({}));
}

TEST_CASE("wmsp/frame_parser: property: nothing breaks it")
{
    CHECK(rc::check("arbitrary bytes and gaps", [] {
        Body body{*rc::gen::arbitrary<bool>()};
        const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "$D", std::string("\x0C\0", 2), std::string("\0\0\0\0", 4), "$",
            "\xA4"
            "E",
            "$H", "x", "GAP", std::string(30, 'd'), "$P", std::string("\x04\0", 2)));
        for (const std::string& part : parts) {
            if (part == "GAP") {
                body.gap(static_cast<std::uint64_t>(*rc::gen::inRange(1, 50)));
            } else {
                body.data(part);
            }
        }
        body.finish();
        RC_SUCCEED();
    }));
}

} // namespace test_wmsp_frame_parser
