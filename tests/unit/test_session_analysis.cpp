#include <wmclients/session/analysis.hpp>
#include <wmclients/timeline/client_list.hpp>

#include <doctest/doctest.h>
#include <support/capture_builder.hpp>

namespace test_session_analysis {

using namespace wmclients;
using session::InstantRequest;
using session::parse_instant;

namespace {

/// The packets of a built capture as a source.
class BuiltSource final : public capture::PacketSource {
  public:
    explicit BuiltSource(const testing::BuiltCapture& built) : packets_(built.views()) {}

    bool next(capture::Packet& out) override
    {
        if (at_ == packets_.size()) {
            return false;
        }
        out = packets_[at_++];
        return true;
    }

    [[nodiscard]] std::vector<Error> problems() const override { return {}; }

    [[nodiscard]] capture::CaptureQuality quality() const override { return {}; }

    [[nodiscard]] std::uint64_t bytes_read() const override { return 0; }

    [[nodiscard]] std::uint64_t size() const override { return 0; }

  private:
    std::vector<capture::Packet> packets_;
    std::size_t at_ = 0;
};

constexpr const char* script = R"(
let play "GET /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1\r\nPragma: xPlayStrm=1\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nServer: Rex/12.0\r\nContent-Type: application/x-mms-framed\r\n\r\n"
packet-size 100
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0 a handshake
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) $D
1.030 a < $D
2.030 a < $D
3.030 a < $D
)";

} // namespace

TEST_CASE("session/analysis: instants are read in all their forms")
{
    CHECK(parse_instant("packet:812")->packet == 812);
    CHECK(parse_instant("+12.5")->after == std::chrono::milliseconds{12'500});
    CHECK(parse_instant("2026-11-21T23:19:31.94Z")->kind == InstantRequest::Kind::time);
    for (const char* text :
         {"", "+", "+x", "+-1", "packet:", "packet:0", "packet:x", "packet:1x", "#4", "noon", "+1e300"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_instant(text).has_value());
    }
}

TEST_CASE("session/analysis: counters at an instant are those of then")
{
    const auto built = testing::build_capture(script);
    REQUIRE(built.has_value());
    const auto data_packets = [&](std::string_view at) {
        Caps caps;
        timeline::ClientTimeline timeline{timeline::Policies{}, caps};
        session::Analysis analysis{timeline, caps, {}, parse_instant(at)};
        BuiltSource source{*built};
        CHECK(analysis.run(source, {}));
        REQUIRE(timeline.clients().size() == 1);
        const auto* state = timeline.state_at_instant(timeline.clients()[0]);
        CHECK(timeline.clients()[0].state.counters.data_packets == 4);
        return state == nullptr ? 99 : static_cast<int>(state->counters.data_packets);
    };
    CHECK(data_packets("+0.025") == 0);
    CHECK(data_packets("+0.5") == 1);
    CHECK(data_packets("+2.5") == 3);
    CHECK(data_packets("+100") == 99); // after the end: the final state is the state
}

TEST_CASE("session/analysis: a progress that says no ends the pass as if the capture ended")
{
    std::string many = script;
    for (int i = 0; i < 5000; ++i) {
        many += "+0.001 a < $D\n";
    }
    const auto built = testing::build_capture(many);
    REQUIRE(built.has_value());
    Caps caps;
    timeline::ClientTimeline timeline{timeline::Policies{}, caps};
    session::Analysis analysis{timeline, caps, {}, {}};
    BuiltSource source{*built};
    CHECK_FALSE(analysis.run(source, [](const capture::PacketSource&) { return false; }));
    CHECK(analysis.span().packets == 4096);
    REQUIRE(timeline.clients().size() == 1);
    CHECK(timeline.clients()[0].tracking_end == timeline::TrackingEnd::capture_end);
}

} // namespace test_session_analysis
