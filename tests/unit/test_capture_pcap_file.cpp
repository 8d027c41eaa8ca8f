#include "test_extract_support.hpp"

#include <wmclients/capture/pcap_file.hpp>

#include <doctest/doctest.h>
#include <support/capture_builder.hpp>

namespace test_capture_pcap_file {

using namespace wmclients;
using testing::MemoryFiles;

TEST_CASE("capture/pcap_file: the bytes of a pcap file, packet for packet")
{
    const auto built = testing::build_capture(R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0.000000001 a handshake
0.010 a > "GET / HTTP/1.0\r\n\r\n"
1.999999999 a close
)");
    REQUIRE(built);
    MemoryFiles files;
    auto file = capture::PcapFile::begin(built->link, std::move(*files.create(0, 0)));
    REQUIRE(file);
    const auto views = built->views();
    for (const capture::Packet& packet : views) {
        CHECK(file->write(packet));
    }
    CHECK(file->packets() == built->packets.size());
    CHECK(file->bytes() == built->pcap().size());
    CHECK_FALSE(files.files.at({0, 0}).finished);
    CHECK(file->finish());
    CHECK(files.files.at({0, 0}).finished);
    CHECK(files.files.at({0, 0}).bytes == built->pcap());
}

TEST_CASE("capture/pcap_file: of a packet larger than libpcap reads, what it reads; a full disk is told")
{
    const std::vector<std::uint8_t> large(300'000, 7);
    capture::Packet packet;
    packet.data = large;
    packet.original_length = 300'000;
    MemoryFiles files;
    files.room = 24 + 16 + 262'144;
    auto file = capture::PcapFile::begin(capture::LinkType::ethernet, std::move(*files.create(0, 0)));
    REQUIRE(file);
    CHECK(file->write(packet));
    const auto& bytes = files.files.at({0, 0}).bytes;
    CHECK(bytes.size() == files.room);
    CHECK(load_le32(&bytes[24 + 8]) == 262'144);
    CHECK(load_le32(&bytes[24 + 12]) == 300'000);
    const auto refused = file->write(packet);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "0-0: full");
}

} // namespace test_capture_pcap_file
