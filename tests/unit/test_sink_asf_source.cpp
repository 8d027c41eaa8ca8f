#include "test_capture_support.hpp"

#include <wmclients/asf/live_header.hpp>
#include <wmclients/sink/asf_source.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <support/asf_builder.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace test_sink_asf_source {

using namespace wmclients;
using asf::StreamKind;
using capture_test::TemporaryFolder;
using sink::AsfSource;
using testing::asf_file;
using testing::asf_header;
using testing::asf_object;
using testing::asf_packet;
using testing::asf_simple_index;
using testing::AsfBytes;
using testing::AsfFileProperties;
using testing::AsfPacketLayout;
using testing::AsfPayload;

namespace {

const std::vector<testing::AsfStream> two_streams{{1, StreamKind::audio, 64'000}, {2, StreamKind::video, 0}};

AsfPacketLayout layout_of(std::size_t size = 400)
{
    AsfPacketLayout layout;
    layout.size = size;
    return layout;
}

AsfBytes header_of(std::uint32_t flags = 2)
{
    AsfFileProperties properties;
    properties.flags = flags;
    return asf_header(properties, two_streams);
}

/// Ten packets of 100 ms: audio every 50 ms, video every 100 ms; send times from 0, presentation from 3000.
std::vector<AsfBytes> one_second()
{
    std::vector<AsfBytes> packets;
    for (std::uint32_t i = 0; i < 10; ++i) {
        packets.push_back(asf_packet(layout_of(), i * 100, 100,
                                     {asf_object(1, 2 * i, 3000 + i * 100, 50),
                                      asf_object(1, 2 * i + 1, 3050 + i * 100, 50),
                                      asf_object(2, i, 3000 + i * 100, 100)}));
    }
    return packets;
}

/// A part of a media object.
AsfPayload part(std::uint8_t stream, std::uint32_t number, std::uint32_t time, std::uint32_t offset,
                std::size_t size, std::uint32_t object_size)
{
    AsfPayload payload = asf_object(stream, number, time, size);
    payload.offset = offset;
    payload.object_size = object_size;
    return payload;
}

std::unique_ptr<AsfSource> opened(const TemporaryFolder& folder, const AsfBytes& file, bool loop)
{
    auto source = AsfSource::open(folder.write("a.wmv", std::string{as_text(file)}), {loop});
    REQUIRE_MESSAGE(source.has_value(), (source ? std::string{} : source.error().message));
    return std::move(*source);
}

std::string why_not(const TemporaryFolder& folder, const AsfBytes& file)
{
    const auto source = AsfSource::open(folder.write("a.wmv", std::string{as_text(file)}), {});
    return source ? "it was opened" : source.error().message;
}

/// "send time: stream#number@time …" of the next packet; "end"; or the error.
std::string next(AsfSource& source)
{
    const auto packet = source.next();
    if (!packet) {
        return packet.error().message;
    }
    if (!*packet) {
        return "end";
    }
    std::string text = std::to_string((*packet)->send_time) + ":";
    for (const asf::Payload& payload : (*packet)->parsed.payloads) {
        text += " " + std::to_string(payload.stream) + "#" + std::to_string(payload.object_number) + "@"
                + std::to_string(payload.presentation_time);
    }
    return text;
}

std::vector<std::string> next(AsfSource& source, std::size_t count)
{
    std::vector<std::string> texts;
    while (texts.size() < count) {
        texts.push_back(next(source));
    }
    return texts;
}

} // namespace

TEST_CASE("sink/asf_source: gives a live header and packets without padding, and ends")
{
    const TemporaryFolder folder;
    const std::vector<AsfBytes> packets = one_second();
    const AsfBytes file = asf_file(header_of(), packets, 0, asf_simple_index(5));
    const auto source = opened(folder, file, false);
    CHECK(source->header() == *asf::live_header(file));
    CHECK(source->info().broadcast);
    CHECK(source->info().streams.size() == 2);
    CHECK(source->info().max_packet_size == 400);

    for (std::uint32_t i = 0; i < 10; ++i) {
        const auto packet = source->next();
        REQUIRE(packet);
        REQUIRE(packet->has_value());
        const AsfPacketLayout layout = layout_of(0);
        const AsfBytes expected =
            asf_packet(layout, i * 100, 100,
                       {asf_object(1, 2 * i, 3000 + i * 100, 50),
                        asf_object(1, 2 * i + 1, 3050 + i * 100, 50), asf_object(2, i, 3000 + i * 100, 100)});
        CHECK(AsfBytes((*packet)->bytes.begin(), (*packet)->bytes.end()) == expected);
        CHECK((*packet)->send_time == i * 100);
        CHECK((*packet)->parsed.size == expected.size());
        CHECK((*packet)->parsed.media_end == expected.size());
        CHECK((*packet)->parsed.payloads.size() == 3);
    }
    CHECK(next(*source) == "end");
    CHECK(next(*source) == "end");
    CHECK(source->loops() == 0);
    CHECK(source->bad_packets() == 0);
}

TEST_CASE("sink/asf_source: a loop goes on with times and object numbers where the last one ended")
{
    const TemporaryFolder folder;
    const auto source = opened(folder, asf_file(header_of(), one_second(), 0, asf_simple_index(5)), true);
    for (std::uint32_t i = 0; i < 300; ++i) {
        const auto packet = source->next();
        REQUIRE(packet);
        REQUIRE(packet->has_value());
        CHECK(source->loops() == i / 10);
        // As if the file were 30 seconds long: numbers are modulo 256, as wide as their field.
        const AsfBytes expected = asf_packet(layout_of(0), i * 100, 100,
                                             {asf_object(1, 2 * i % 256, 3000 + i * 100, 50),
                                              asf_object(1, (2 * i + 1) % 256, 3050 + i * 100, 50),
                                              asf_object(2, i % 256, 3000 + i * 100, 100)});
        REQUIRE(AsfBytes((*packet)->bytes.begin(), (*packet)->bytes.end()) == expected);
        CHECK((*packet)->parsed.payloads[2].presentation_time == 3000 + i * 100);
    }
    source->stop();
    CHECK(next(*source) == "end");
}

TEST_CASE("sink/asf_source: after stop() only objects that have begun are finished")
{
    const TemporaryFolder folder;
    // An object of stream 2 goes over three packets; others begin meanwhile.
    const auto file = asf_file(
        header_of(),
        {asf_packet(layout_of(), 0, 10, {asf_object(1, 0, 3000, 10), part(2, 0, 3000, 0, 100, 250)}),
         asf_packet(layout_of(), 10, 10, {part(2, 0, 3000, 100, 100, 250), asf_object(1, 1, 3010, 10)}),
         asf_packet(layout_of(), 20, 10, {part(2, 0, 3000, 200, 50, 250), part(2, 1, 3040, 0, 50, 90)}),
         asf_packet(layout_of(), 30, 10, {part(2, 1, 3040, 50, 40, 90), asf_object(1, 2, 3020, 10)})});
    for (const bool loop : {false, true}) {
        const auto source = opened(folder, file, loop);
        CHECK(next(*source) == "0: 1#0@3000 2#0@3000");
        source->stop();
        CHECK(next(*source, 3) == std::vector<std::string>{"10: 2#0@3000", "20: 2#0@3000", "end"});
    }
    const auto source = opened(folder, file, false);
    next(*source, 4);
    source->stop();
    CHECK(next(*source) == "end");
}

TEST_CASE("sink/asf_source: the longest stream, or the send times, say how long a loop is")
{
    const TemporaryFolder folder;
    SUBCASE("a stream that ends late")
    {
        const auto source = opened(
            folder,
            asf_file(header_of(), {asf_packet(layout_of(), 0, 10, {asf_object(1, 5, 3010, 10)}),
                                   asf_packet(layout_of(), 10, 10,
                                              {asf_object(2, 0, 3000, 10), asf_object(1, 6, 3060, 10)}),
                                   asf_packet(layout_of(), 20, 10, {asf_object(2, 1, 3400, 10)})}),
            true);
        // Stream 2: 3400 + 400; the first of all is 3000.
        CHECK(next(*source, 4)
              == std::vector<std::string>{"0: 1#5@3010", "10: 2#0@3000 1#6@3060", "20: 2#1@3400",
                                          "800: 1#7@3810"});
    }
    SUBCASE("sound goes on where it ends, though the last picture is shown for a shorter time")
    {
        // Sound: 0 to 120; pictures: 20 to 100, which would take until 140.
        const auto source =
            opened(folder,
                   asf_file(header_of(), {asf_packet(layout_of(), 0, 10,
                                                     {asf_object(1, 0, 3000, 10), asf_object(1, 1, 3040, 10),
                                                      asf_object(1, 2, 3080, 10), asf_object(2, 0, 3020, 10),
                                                      asf_object(2, 1, 3100, 10)})}),
                   true);
        CHECK(next(*source, 2)[1] == "120: 1#3@3120 1#4@3160 1#5@3200 2#2@3140 2#3@3220");
    }
    SUBCASE("what is rounded does not add up")
    {
        // Three objects in 67 ms: 100.5 ms a pass.
        const auto source = opened(
            folder,
            asf_file(header_of(), {asf_packet(layout_of(), 0, 10,
                                              {asf_object(1, 0, 3000, 10), asf_object(1, 1, 3033, 10)}),
                                   asf_packet(layout_of(), 50, 10, {asf_object(1, 2, 3067, 10)})}),
            true);
        for (std::uint32_t loop = 0; loop < 1000; ++loop) {
            const auto packet = source->next();
            REQUIRE(packet);
            REQUIRE((*packet)->send_time == (loop * 201 + 1) / 2);
            REQUIRE(source->next());
        }
    }
    SUBCASE("send times further apart than presentation times")
    {
        const auto source =
            opened(folder,
                   asf_file(header_of(), {asf_packet(layout_of(), 50, 10, {asf_object(1, 0, 3000, 10)}),
                                          asf_packet(layout_of(), 1050, 10, {asf_object(1, 1, 3020, 10)})}),
                   true);
        CHECK(next(*source, 3)
              == std::vector<std::string>{"50: 1#0@3000", "1050: 1#1@3020", "2050: 1#2@5000"});
    }
    SUBCASE("the parts of a compressed payload")
    {
        AsfPayload compressed = asf_object(1, 0, 3000, 0);
        compressed.replicated = 1;
        compressed.parts = {5, 5, 5, 5};
        compressed.time_delta = 40;
        const auto source =
            opened(folder, asf_file(header_of(), {asf_packet(layout_of(), 0, 1, {compressed})}), true);
        CHECK(next(*source, 3) == std::vector<std::string>{"0: 1#0@3000", "160: 1#4@3160", "320: 1#8@3320"});
    }
    SUBCASE("one packet: its duration")
    {
        const auto source = opened(
            folder, asf_file(header_of(), {asf_packet(layout_of(), 7, 33, {asf_object(1, 0, 3000, 10)})}),
            true);
        CHECK(next(*source, 3) == std::vector<std::string>{"7: 1#0@3000", "40: 1#1@3033", "73: 1#2@3066"});
    }
    SUBCASE("one packet without a duration: 1 ms")
    {
        const auto source = opened(
            folder, asf_file(header_of(), {asf_packet(layout_of(), 7, 0, {asf_object(1, 0, 3000, 10)})}),
            true);
        CHECK(next(*source, 2) == std::vector<std::string>{"7: 1#0@3000", "8: 1#1@3001"});
    }
}

TEST_CASE("sink/asf_source: parts of objects that cannot become whole at a seam are left out")
{
    const TemporaryFolder folder;
    const std::vector<AsfBytes> packets{
        // The rest of an object that began before the file.
        asf_packet(layout_of(), 0, 10, {part(2, 9, 3000, 100, 100, 200), asf_object(1, 0, 3000, 10)}),
        asf_packet(layout_of(), 10, 10, {part(2, 10, 3010, 0, 100, 200), asf_object(1, 1, 3010, 10)}),
        asf_packet(layout_of(), 20, 10, {part(2, 10, 3010, 100, 100, 200), part(2, 11, 3020, 0, 100, 300)}),
        // An object with no end, alone in this packet.
        asf_packet(layout_of(), 30, 10, {part(2, 11, 3020, 100, 100, 300)}),
        asf_packet(layout_of(), 40, 10, {asf_object(1, 2, 3020, 10)}),
    };
    const std::vector<std::string> used{"0: 1#0@3000", "10: 2#10@3010 1#1@3010", "20: 2#10@3010"};
    for (const bool broadcast : {false, true}) {
        CAPTURE(broadcast);
        const AsfBytes file = asf_file(header_of(broadcast ? 1 : 2), packets, 0, asf_simple_index(1));
        const auto looped = opened(folder, file, true);
        CHECK(next(*looped, 3) == used);
        CHECK(next(*looped, 2) == std::vector<std::string>{"40: 1#2@3020", "53: 1#3@3053"});
        CHECK(looped->bad_packets() == 0);
        // Without a loop nothing comes after it.
        const auto once = opened(folder, file, false);
        CHECK(next(*once, 5)
              == std::vector<std::string>{used[0], used[1], "20: 2#10@3010 2#11@3020", "30: 2#11@3020",
                                          "40: 1#2@3020"});
    }
}

TEST_CASE("sink/asf_source: data of unknown size end at an index, or with the file")
{
    const TemporaryFolder folder;
    for (const std::uint32_t entries : {0U, 1000U}) {
        CAPTURE(entries);
        const auto source =
            opened(folder, asf_file(header_of(1), one_second(), 50, asf_simple_index(entries)), false);
        next(*source, 10);
        CHECK(next(*source) == "end");
        CHECK(source->bad_packets() == 0);
    }
    const auto source = opened(folder, asf_file(header_of(1), one_second(), 50), true);
    next(*source, 10);
    CHECK(next(*source) == "1000: 1#20@4000 1#21@4050 2#10@4000");
    CHECK(source->bad_packets() == 0);
}

TEST_CASE("sink/asf_source: what comes after a Data Object of known size is not read, whatever it is")
{
    const TemporaryFolder folder;
    const std::vector<AsfBytes> packets = one_second();
    for (const bool loop : {false, true}) {
        const auto source = opened(folder, asf_file(header_of(), packets, 0, packets[5]), loop);
        next(*source, 10);
        CHECK(next(*source) == (loop ? "1000: 1#20@4000 1#21@4050 2#10@4000" : "end"));
        CHECK(source->bad_packets() == 0);
    }
}

TEST_CASE("sink/asf_source: damaged packets and a cut one are skipped and counted")
{
    const TemporaryFolder folder;
    std::vector<AsfBytes> packets = one_second();
    packets[3][0] = 0xFF;
    packets[7][13] = 0;
    AsfBytes file = asf_file(header_of(), packets);
    file.pop_back();
    const auto source = opened(folder, file, true);
    CHECK(next(*source, 4)[3].starts_with("400:"));
    CHECK(source->bad_packets() == 1);
    next(*source, 3);
    // Sound: 3000 to 3850 in 13 steps of 65.4 ms.
    CHECK(next(*source).starts_with("915:"));
    CHECK(source->bad_packets() == 3);
    CHECK(source->loops() == 1);
}

TEST_CASE("sink/asf_source: a file without any good packet is an error, not an endless loop")
{
    const TemporaryFolder folder;
    for (const std::vector<AsfBytes>& packets :
         {std::vector<AsfBytes>{}, std::vector<AsfBytes>{AsfBytes(400, 0xFF)},
          std::vector<AsfBytes>{AsfBytes(399)}}) {
        const auto source = opened(folder, asf_file(header_of(), packets, 0), true);
        CHECK(next(*source).find("has no data packet that can be sent") != std::string::npos);
        CHECK(next(*source) == "end");
    }
}

TEST_CASE("sink/asf_source: what cannot be sent is refused at once, and why is said")
{
    const TemporaryFolder folder;
    const AsfBytes good = asf_file(header_of(), one_second());
    CHECK(why_not(folder, good) == "it was opened");
    CHECK(why_not(folder, {}).find("is no ASF file (it is empty)") != std::string::npos);
    CHECK(
        why_not(folder, {'R', 'I', 'F', 'F', 1, 2, 3, 4, 'A', 'V', 'I', ' '}).find("it looks like AVI or WAV")
        != std::string::npos);
    CHECK(why_not(folder, AsfBytes(100, 0xAB)).find("it begins with ab ab") != std::string::npos);
    const std::size_t header_size = header_of().size();
    for (const std::size_t size :
         {std::size_t{16}, std::size_t{29}, std::size_t{30}, header_size, header_size + 49}) {
        CAPTURE(size);
        const std::string why =
            why_not(folder, AsfBytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
        CHECK(why.starts_with(folder.path("a.wmv")));
        CHECK(why.find("ASF header") != std::string::npos);
    }
    AsfBytes huge = good;
    huge[22] = 1;
    CHECK(why_not(folder, huge).find("its ASF header claims") != std::string::npos);
    AsfBytes no_data = good;
    no_data[header_size] ^= 1;
    CHECK(why_not(folder, no_data).find("no Data Object") != std::string::npos);
    CHECK(why_not(folder, asf_file(asf_header({}, {}), {})).find("no stream") != std::string::npos);
    AsfFileProperties properties;
    properties.max_packet_size = 800;
    CHECK(
        why_not(folder, asf_file(asf_header(properties, two_streams), {})).find("packets of 400 to 800 bytes")
        != std::string::npos);
    properties = {};
    properties.packet_size = 65'528;
    CHECK(why_not(folder, asf_file(asf_header(properties, two_streams), {})).find("packets of 65528 bytes")
          != std::string::npos);
    const auto missing = AsfSource::open(folder.path("none"), {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("cannot be opened") != std::string::npos);
}

TEST_CASE("sink/asf_source: a file larger than the buffer, with large packets and a large header")
{
    const TemporaryFolder folder;
    AsfFileProperties properties;
    properties.packet_size = 60'000;
    AsfBytes header = asf_header(properties, two_streams);
    // A Padding Object of 1 MiB at the header's end (section 3.16).
    const asf::Guid padding = *asf::parse_guid("1806D474-CADF-4509-A4BA-9AABCB96AAE8");
    const std::size_t size = std::size_t{1} << 20;
    header.insert(header.end(), padding.bytes.begin(), padding.bytes.end());
    for (std::size_t i = 0; i < 8; ++i) {
        header.push_back(static_cast<std::uint8_t>(size >> (8 * i)));
    }
    header.resize(header.size() + size - 24);
    for (std::size_t i = 0; i < 8; ++i) {
        header[16 + i] = static_cast<std::uint8_t>(header.size() >> (8 * i));
    }
    ++header[24];
    std::vector<AsfBytes> packets;
    for (std::uint32_t i = 0; i < 40; ++i) {
        packets.push_back(
            asf_packet(layout_of(60'000), i * 10, 10, {asf_object(1, i, 3000 + i * 10, 50'000)}));
    }
    const auto source = opened(folder, asf_file(header, packets), true);
    CHECK(source->header().size() == header.size() + 50);
    CHECK(source->info().complete);
    for (std::uint32_t i = 0; i < 100; ++i) {
        CHECK(next(*source)
              == std::to_string(i * 10) + ": 1#" + std::to_string(i) + "@" + std::to_string(3000 + i * 10));
    }
}

TEST_CASE("sink/asf_source: a file that has become another one is not mixed into the stream")
{
    const TemporaryFolder folder;
    const auto source = opened(folder, asf_file(header_of(), one_second()), true);
    AsfFileProperties other;
    other.preroll_ms = 1000;
    folder.write("a.wmv", std::string{as_text(asf_file(asf_header(other, two_streams), one_second()))});
    std::string last;
    for (int i = 0; i < 30 && last.find("another ASF header") == std::string::npos; ++i) {
        last = next(*source);
    }
    CHECK(last.find("a.wmv: has another ASF header") != std::string::npos);
}

TEST_CASE("sink/asf_source: a FIFO is read as it comes, and ends")
{
    const TemporaryFolder folder;
    const std::string path = folder.path("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int writer = ::open(path.c_str(), O_RDWR);
    REQUIRE(writer >= 0);
    const std::vector<AsfBytes> packets = one_second();
    const AsfBytes file = asf_file(header_of(1), {packets[0], packets[1]}, 50);
    const std::size_t first = file.size() - 400;
    CHECK(::write(writer, file.data(), first) == static_cast<ssize_t>(first));
    const auto source = AsfSource::open(path, {true});
    REQUIRE(source);
    // The second packet is not there yet, the first does not wait for it.
    CHECK(next(**source).starts_with("0:"));
    CHECK(::write(writer, file.data() + first, 400) == 400);
    CHECK(::close(writer) == 0);
    CHECK(next(**source).starts_with("100:"));
    CHECK(next(**source) == "end");
    CHECK((*source)->loops() == 0);
}

} // namespace test_sink_asf_source
