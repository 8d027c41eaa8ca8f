#include <wmclients/sink/stream_filter.hpp>

#include <doctest/doctest.h>

namespace test_sink_stream_filter {

using namespace wmclients;
using namespace wmclients::sink;

namespace {

/// Streams 1 (audio), 2 and 3 (video), 4 (command).
StreamSet streams()
{
    asf::Header header;
    using Kind = asf::StreamKind;
    std::uint8_t number = 0;
    for (const Kind kind : {Kind::audio, Kind::video, Kind::video, Kind::command}) {
        asf::Stream stream;
        stream.number = ++number;
        stream.kind = kind;
        header.streams.push_back(stream);
    }
    return streams_of(header);
}

asf::Payload payload(std::uint8_t stream, bool key_frame, std::uint32_t offset = 0)
{
    asf::Payload made;
    made.stream = stream;
    made.key_frame = key_frame;
    made.object_offset = offset;
    return made;
}

std::vector<wmsp::StreamSwitch> entries(std::string_view text)
{
    return wmsp::parse_stream_switches(text);
}

} // namespace

TEST_CASE("sink/stream_filter: every stream begins with what can be decoded")
{
    const StreamSet set = streams();
    StreamFilter filter;
    filter.begin({}, set);
    CHECK_FALSE(filter.transparent());
    CHECK_FALSE(filter.keep(payload(1, true, 100), set)); // the middle of an object
    CHECK_FALSE(filter.keep(payload(2, false), set));     // no key frame
    CHECK_FALSE(filter.keep(payload(2, true, 10), set));
    CHECK(filter.keep(payload(4, false, 7), set)); // commands are not decoded
    CHECK(filter.keep(payload(2, true), set));
    CHECK(filter.keep(payload(2, true, 10), set));
    CHECK(filter.keep(payload(2, false), set));
    CHECK(filter.keep(payload(1, false), set)); // audio has no key frames to wait for
    CHECK_FALSE(filter.transparent());
    CHECK(filter.keep(payload(3, true), set));
    CHECK(filter.transparent());
}

TEST_CASE("sink/stream_filter: only the selected streams, thinned as asked")
{
    const StreamSet set = streams();
    StreamFilter filter;
    filter.begin(entries("ffff:1:0 ffff:2:1 ffff:3:2"), set);
    CHECK(filter.keep(payload(1, false), set));
    CHECK(filter.keep(payload(2, true), set));
    CHECK_FALSE(filter.keep(payload(2, false), set));
    CHECK_FALSE(filter.keep(payload(3, true), set));
    CHECK_FALSE(filter.keep(payload(4, true), set)); // not named
    CHECK_FALSE(filter.transparent());
}

TEST_CASE("sink/stream_filter: all streams named in full are transparent once they have begun")
{
    const StreamSet set = streams();
    StreamFilter filter;
    filter.begin(entries("ffff:1:0 ffff:2:0 ffff:3:0 ffff:4:0"), set);
    for (std::uint8_t stream = 1; stream <= 3; ++stream) {
        CHECK(filter.keep(payload(stream, true), set));
    }
    CHECK(filter.transparent());
}

TEST_CASE("sink/stream_filter: a replaced stream goes on until a key frame of the new one")
{
    const StreamSet set = streams();
    StreamFilter filter;
    filter.begin(entries("ffff:1:0 ffff:2:0"), set);
    CHECK(filter.keep(payload(2, true), set));
    CHECK(filter.keep(payload(1, true), set));
    filter.change(entries("2:3:0"), set);
    CHECK(filter.keep(payload(2, false), set));
    CHECK_FALSE(filter.keep(payload(3, false), set));
    CHECK(filter.keep(payload(2, false), set));
    CHECK(filter.keep(payload(3, true), set));
    CHECK_FALSE(filter.keep(payload(2, true), set));
    CHECK(filter.keep(payload(3, false), set));
    filter.change(entries("3:ffff:0"), set);
    CHECK_FALSE(filter.keep(payload(3, true), set));
    CHECK(filter.keep(payload(1, false), set));
}

TEST_CASE("sink/stream_filter: after a new header every stream begins anew")
{
    const StreamSet set = streams();
    StreamFilter filter;
    filter.begin({}, set);
    for (std::uint8_t stream = 1; stream <= 3; ++stream) {
        CHECK(filter.keep(payload(stream, true), set));
    }
    filter.restart(set);
    CHECK_FALSE(filter.transparent());
    CHECK_FALSE(filter.keep(payload(2, false), set));
    CHECK(filter.keep(payload(2, true), set));
}

} // namespace test_sink_stream_filter
