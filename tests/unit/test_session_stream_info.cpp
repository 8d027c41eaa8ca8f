#include <wmclients/base/bytes.hpp>
#include <wmclients/session/stream_info.hpp>

#include <doctest/doctest.h>
#include <support/asf_sample.hpp>

namespace test_session_stream_info {

using namespace wmclients;

TEST_CASE("session/stream_info: what a timeline keeps of an ASF header")
{
    const std::string bytes = testing::sample_asf_header("88A0BAC0-C6CC-4F02-A1F8-C4E4B55B5CC6", 2000);
    const auto header = asf::parse_header(as_bytes(bytes));
    REQUIRE(header.has_value());
    CHECK(header->complete);
    CHECK(header->anomalies.empty());
    const timeline::StreamInfo info = session::stream_info_from(*header);
    CHECK(info.file_id == "88a0bac0-c6cc-4f02-a1f8-c4e4b55b5cc6");
    CHECK(info.broadcast);
    CHECK(info.packet_size == 2000);
    CHECK(info.max_bitrate == 64'000);
    REQUIRE(info.tracks.size() == 1);
    CHECK(info.tracks[0].number == 1);
    CHECK(info.tracks[0].type == "audio");
    CHECK(info.tracks[0].format == "44100 Hz, 2 channels");
    CHECK(info.title.empty());
}

TEST_CASE("session/stream_info: without File Properties there is no File ID; one channel, and video")
{
    asf::Header header;
    asf::Stream audio;
    audio.kind = asf::StreamKind::audio;
    audio.audio = asf::AudioFormat{0x161, 1, 8000, 16};
    asf::Stream video;
    video.kind = asf::StreamKind::video;
    video.video = asf::VideoFormat{320, 240, "WMV2"};
    video.bitrate = 5;
    header.streams = {audio, video, asf::Stream{}};
    const timeline::StreamInfo info = session::stream_info_from(header);
    CHECK(info.file_id.empty());
    CHECK(info.tracks[0].format == "8000 Hz, 1 channel");
    CHECK(info.tracks[0].bitrate == 0);
    CHECK(info.tracks[1].format == "320x240 WMV2");
    CHECK(info.tracks[1].bitrate == 5);
    CHECK(info.tracks[2].type == "other");
    CHECK(info.tracks[2].format.empty());
}

} // namespace test_session_stream_info
