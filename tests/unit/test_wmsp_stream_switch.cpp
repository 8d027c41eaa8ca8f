#include <wmclients/wmsp/stream_switch.hpp>

#include <doctest/doctest.h>

namespace test_wmsp_stream_switch {

using namespace wmclients;
using wmsp::StreamSwitch;
using wmsp::Thinning;

TEST_CASE("wmsp/stream_switch: entries as players send them")
{
    const auto entries =
        wmsp::parse_stream_switches("ffff:1:0 ffff:2:0 "); // ffmpeg leaves a space at the end
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].source == StreamSwitch::none);
    CHECK(entries[0].destination == 1);
    CHECK(entries[0].thinning == Thinning::all);
    CHECK(entries[1].destination == 2);
}

TEST_CASE("wmsp/stream_switch: numbers are hex, and a stream can end")
{
    const auto entries = wmsp::parse_stream_switches("0002:001A:1 3:FFFF:2");
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].source == 2);
    CHECK(entries[0].destination == 0x1A);
    CHECK(entries[0].thinning == Thinning::key_frames);
    CHECK(entries[1].source == 3);
    CHECK(entries[1].destination == StreamSwitch::none);
    CHECK(entries[1].thinning == Thinning::off);
}

TEST_CASE("wmsp/stream_switch: malformed entries are passed over, and their number is bounded")
{
    for (const char* text :
         {"", " ", "1", "1:2", ":2:0", "1::0", "1:2:", "1:2:3", "12345:1:0", "1:2:0x", "g:1:0", "-1:1:0"}) {
        CAPTURE(text);
        CHECK(wmsp::parse_stream_switches(text).empty());
    }
    CHECK(wmsp::parse_stream_switches("1:2:9 ffff:4:0").size() == 1);
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += "ffff:1:0 ";
    }
    CHECK(wmsp::parse_stream_switches(many).size() == 128);
}

} // namespace test_wmsp_stream_switch
