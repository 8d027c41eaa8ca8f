#include <wmclients/wmsp/frame_parser.hpp>
#include <wmclients/wmsp/frame_writer.hpp>

#include <doctest/doctest.h>

namespace test_wmsp_frame_writer {

using namespace wmclients;

namespace {

/// What a parser makes of the packets.
class Seen final : public wmsp::FrameConsumer {
  public:
    std::vector<wmsp::Frame> frames;
    std::vector<std::uint8_t> payload;
    std::uint64_t lost = 0;

    bool on_frame_begin(const wmsp::Frame&) override { return true; }

    void on_payload(const wmsp::Frame&, Bytes bytes) override
    {
        payload.insert(payload.end(), bytes.begin(), bytes.end());
    }

    void on_frame_end(const wmsp::Frame& frame, const PacketRef&) override { frames.push_back(frame); }

    void on_unsynchronised(std::uint64_t skipped, const PacketRef&) override { lost += skipped; }
};

Seen parse(Bytes bytes)
{
    Seen seen;
    wmsp::FrameParser parser{true};
    parser.data(bytes, {}, seen);
    parser.finish({}, seen);
    return seen;
}

} // namespace

TEST_CASE("wmsp/frame_writer: a $D has both lengths, its number and its sequence flag")
{
    const wmsp::DataHeader header = wmsp::data_header(0x01020304, 0xFE, 0x1234);
    const std::vector<std::uint8_t> expected{0x24, 0x44, 0x3C, 0x12, 0x04, 0x03,
                                             0x02, 0x01, 0x00, 0xFE, 0x3C, 0x12};
    CHECK(std::vector<std::uint8_t>(header.begin(), header.end()) == expected);
}

TEST_CASE("wmsp/frame_writer: a short header is one $H")
{
    const std::vector<std::uint8_t> asf(5487, 0x30);
    std::vector<std::uint8_t> out;
    wmsp::append_header(out, asf);
    // As Expression Encoder 4 sent it: 24 48 77 15, LocationId 0, Incarnation 0, AFFlags 0C, 77 15.
    const std::vector<std::uint8_t> head{0x24, 0x48, 0x77, 0x15, 0, 0, 0, 0, 0, 0x0C, 0x77, 0x15};
    CHECK(std::vector<std::uint8_t>(out.begin(), out.begin() + 12) == head);
    CHECK(out.size() == 12 + asf.size());
}

TEST_CASE("wmsp/frame_writer: a long header is split, and its parts join to it")
{
    for (const std::size_t size : {wmsp::longest_payload, wmsp::longest_payload + 1,
                                   3 * wmsp::longest_payload, 3 * wmsp::longest_payload + 100}) {
        std::vector<std::uint8_t> asf(size);
        for (std::size_t i = 0; i < size; ++i) {
            asf[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
        }
        std::vector<std::uint8_t> out;
        wmsp::append_header(out, asf);
        const Seen seen = parse(out);
        CHECK(seen.lost == 0);
        CHECK(seen.payload == asf);
        const std::size_t parts = (size + wmsp::longest_payload - 1) / wmsp::longest_payload;
        REQUIRE(seen.frames.size() == parts);
        for (std::size_t i = 0; i < parts; ++i) {
            CHECK(seen.frames[i].location_id == i);
            CHECK(seen.frames[i].af_flags == (i == 0 ? 4U : 0U) + (i + 1 == parts ? 8U : 0U));
            CHECK(seen.frames[i].packet_size == seen.frames[i].length);
        }
    }
}

TEST_CASE("wmsp/frame_writer: $C and $E carry a reason")
{
    std::vector<std::uint8_t> out;
    wmsp::append_reason(out, wmsp::packet_id::new_header, 0x400D14BE);
    wmsp::append_reason(out, wmsp::packet_id::end_of_stream, 1);
    const Seen seen = parse(out);
    REQUIRE(seen.frames.size() == 2);
    CHECK(seen.frames[0].id == 'C');
    CHECK(seen.frames[0].reason == 0x400D14BE);
    CHECK(seen.frames[0].length == 4);
    CHECK(seen.frames[1].id == 'E');
    CHECK(seen.frames[1].reason == 1);
}

} // namespace test_wmsp_frame_writer
