#include "test_extract_support.hpp"

#include <wmclients/asf/header.hpp>
#include <wmclients/extract/asf_file.hpp>

#include <doctest/doctest.h>
#include <support/asf_builder.hpp>

namespace test_extract_asf_file {

using namespace wmclients;
using asf::StreamKind;
using extract::AsfFile;
using testing::AsfBytes;
using testing::MemoryFiles;

namespace {

AsfBytes header_of(const testing::AsfFileProperties& properties,
                   const std::vector<testing::AsfStream>& streams)
{
    return testing::asf_file(testing::asf_header(properties, streams), {});
}

const std::vector<testing::AsfStream> audio_alone{{1, StreamKind::audio, 64'000}};

testing::AsfFileProperties live_properties()
{
    testing::AsfFileProperties properties;
    properties.flags = 1;
    properties.packets = 0xFFFF'FFFF;
    return properties;
}

AsfFile begin(const AsfBytes& header, MemoryFiles& files)
{
    auto begun = AsfFile::begin(header, std::move(*files.create(0, 0)));
    REQUIRE(begun);
    return std::move(*begun);
}

Expected<void> write(AsfFile& file, AsfBytes& packet)
{
    asf::DataPacket parsed;
    return file.write(packet, parsed);
}

/// A padded packet of 400 bytes, and the same as a sink sends it.
AsfBytes packet(std::uint32_t send_time, std::uint32_t presentation_time,
                const testing::AsfPacketLayout& layout)
{
    return testing::asf_packet(layout, send_time, 40,
                               {testing::asf_object(1, send_time, presentation_time, 100)});
}

AsfBytes without_padding(AsfBytes bytes)
{
    asf::DataPacket parsed;
    REQUIRE(asf::parse_data_packet(bytes, parsed));
    REQUIRE(asf::remove_padding(bytes, parsed));
    return bytes;
}

testing::AsfPacketLayout padded()
{
    testing::AsfPacketLayout layout;
    layout.size = 400;
    return layout;
}

} // namespace

TEST_CASE("extract/asf_file: packets get their padding back, and the header the figures of a whole file")
{
    MemoryFiles files;
    const AsfBytes header = header_of(live_properties(), audio_alone);
    AsfFile file = begin(header, files);
    CHECK(file.packet_size() == 400);
    const AsfBytes first = packet(5000, 8000, padded());
    const AsfBytes second = packet(5500, 8600, padded());
    for (const AsfBytes& whole : {first, second}) {
        AsfBytes sent = without_padding(whole);
        REQUIRE(sent.size() < 400);
        REQUIRE(write(file, sent));
    }
    REQUIRE(file.finish());

    const MemoryFiles::File& made = files.files.at({0, 0});
    CHECK(made.finished);
    REQUIRE(made.bytes.size() == header.size() + 800);
    CHECK(std::equal(first.begin(), first.end(), made.bytes.end() - 800));
    CHECK(std::equal(second.begin(), second.end(), made.bytes.end() - 400));

    const auto read = asf::parse_header(made.bytes);
    REQUIRE(read);
    CHECK(read->complete);
    CHECK_FALSE(read->broadcast);
    CHECK(read->seekable); // a single audio stream
    CHECK(read->data_packet_count == 2);
    const std::uint8_t* const properties = made.bytes.data() + 30;
    CHECK(load_le64(properties + 40) == made.bytes.size());
    CHECK(load_le64(properties + 64) == (3000 + 640) * 10'000ULL); // preroll, 8000 to 8640
    CHECK(load_le64(properties + 72) == 540 * 10'000ULL);          // 5000 to 5540
    const std::uint8_t* const data = made.bytes.data() + read->header_size;
    CHECK(load_le64(data + 16) == 50 + 800);
    CHECK(load_le64(data + 40) == 2);

    const auto summary = file.summary();
    CHECK(summary.bytes == made.bytes.size());
    CHECK(summary.data_packets == 2);
    CHECK(summary.duration_ms == 640);
    CHECK(summary.finished_header);
}

TEST_CASE("extract/asf_file: with a second stream a file is not seekable without an index")
{
    MemoryFiles files;
    AsfFile file =
        begin(header_of(live_properties(), {{1, StreamKind::audio, 0}, {2, StreamKind::video, 0}}), files);
    REQUIRE(file.finish());
    const auto read = asf::parse_header(files.files.at({0, 0}).bytes);
    REQUIRE(read);
    CHECK_FALSE(read->seekable);
    CHECK_FALSE(read->broadcast);
    CHECK(read->data_packet_count == 0);
}

TEST_CASE("extract/asf_file: what cannot be changed any more keeps a live header")
{
    MemoryFiles files;
    files.seekable = false;
    testing::AsfFileProperties recorded; // a file's header, with figures that would be wrong
    recorded.packets = 7;
    AsfFile file = begin(header_of(recorded, audio_alone), files);
    AsfBytes sent = packet(0, 3000, padded());
    REQUIRE(write(file, sent));
    REQUIRE(file.finish());
    const auto read = asf::parse_header(files.files.at({0, 0}).bytes);
    REQUIRE(read);
    CHECK(read->broadcast);
    CHECK(read->data_packet_count == 0xFFFF'FFFF);
    CHECK_FALSE(file.summary().finished_header);
    CHECK(files.files.at({0, 0}).finished);
}

TEST_CASE("extract/asf_file: packets whose fields cannot tell their padding are followed by zeros")
{
    MemoryFiles files;
    AsfFile file = begin(header_of(live_properties(), audio_alone), files);
    testing::AsfPacketLayout layout;
    layout.padding_size = 0;
    AsfBytes no_field = packet(0, 3000, layout);
    const AsfBytes as_sent = no_field;
    REQUIRE(write(file, no_field));
    AsfBytes junk(20, 0xFF);
    REQUIRE(write(file, junk));
    REQUIRE(file.finish());
    const AsfBytes& made = files.files.at({0, 0}).bytes;
    const AsfBytes one{made.end() - 800, made.end() - 400};
    CHECK(std::equal(as_sent.begin(), as_sent.end(), one.begin()));
    CHECK(std::all_of(one.begin() + static_cast<std::ptrdiff_t>(as_sent.size()), one.end(),
                      [](std::uint8_t byte) { return byte == 0; }));
    CHECK(file.summary().data_packets == 2);
    CHECK(file.summary().unread_packets == 1);
}

TEST_CASE("extract/asf_file: a packet without payload is one of the file, at the time of the one before")
{
    MemoryFiles files;
    AsfFile file = begin(header_of(live_properties(), audio_alone), files);
    AsfBytes sent = packet(0x01020304, 3000, padded());
    REQUIRE(write(file, sent));
    REQUIRE(file.write_padding());
    REQUIRE(file.finish());
    const AsfBytes& made = files.files.at({0, 0}).bytes;
    const AsfBytes last{made.end() - 400, made.end()};
    CHECK(last[3] == 0x11);                 // multiple payloads, Padding Length of two bytes
    CHECK(load_le16(&last[5]) == 400 - 14); // all that follows
    CHECK(load_le32(&last[7]) == 0x01020304);
    CHECK((last[13] & 0x3F) == 0); // payloads
    CHECK(asf::parse_header(made)->data_packet_count == 2);
    CHECK(file.summary().padding_packets == 1);
}

TEST_CASE("extract/asf_file: times go on beyond 2^32 ms, and earlier ones make no span")
{
    MemoryFiles files;
    AsfFile file = begin(header_of(live_properties(), audio_alone), files);
    for (const std::uint32_t time : {0xFFFF'FF00U, 0x100U, 0xF000'0000U}) {
        AsfBytes sent = packet(time, time + 3000, padded());
        REQUIRE(write(file, sent));
    }
    REQUIRE(file.finish());
    const std::uint8_t* const properties = files.files.at({0, 0}).bytes.data() + 30;
    CHECK(load_le64(properties + 72) == (0x200 + 40) * 10'000ULL);
    // That presents something from long before is another thing: it is there to be played.
    CHECK(load_le64(properties + 64) == (3000 + 0x0FFF'FF00ULL + 0x200 + 40) * 10'000ULL);
}

TEST_CASE("extract/asf_file: no header, no file")
{
    MemoryFiles files;
    const auto refused = [&](const AsfBytes& header) {
        const auto begun = AsfFile::begin(header, std::move(*files.create(0, 0)));
        REQUIRE_FALSE(begun);
        CHECK(begun.error().kind == Error::Kind::damaged);
        CHECK(files.files.at({0, 0}).bytes.empty());
        return begun.error().message;
    };
    CHECK(refused({}).find("no ASF header") != std::string::npos);
    testing::AsfFileProperties properties = live_properties();
    for (const std::uint32_t size : {0U, 13U, 65'536U, 0xFFFF'FFFFU}) {
        properties.packet_size = size;
        CHECK(refused(header_of(properties, audio_alone)).find("packet size") != std::string::npos);
    }
}

TEST_CASE("extract/asf_file: a full disk is told")
{
    MemoryFiles files;
    const AsfBytes header = header_of(live_properties(), audio_alone);
    files.room = header.size() + 500;
    AsfFile file = begin(header, files);
    AsfBytes sent = packet(0, 3000, padded());
    CHECK(write(file, sent));
    const auto full = write(file, sent);
    REQUIRE_FALSE(full);
    CHECK(full.error().kind == Error::Kind::unavailable);
}

} // namespace test_extract_asf_file
