#include "test_capture_support.hpp"

#include <doctest/doctest.h>

namespace test_capture_pcap_reader {

using namespace capture_test;

namespace {

constexpr std::uint32_t microseconds = 0xA1B2C3D4;
constexpr std::uint32_t nanoseconds = 0xA1B23C4D;
constexpr std::uint32_t modified = 0xA1B2CD34;

} // namespace

TEST_CASE("capture/pcap_reader: both byte orders and resolutions")
{
    for (const bool big : {false, true}) {
        const std::string records = pcap_record(1'700'000'000, 123'456, "abc", 60, big)
                                    + pcap_record(4'294'967'295, 999'999, "", 0, big);
        const auto micro = read_all(pcap_header(big, microseconds) + records);
        REQUIRE(micro.size() == 2);
        CHECK(micro[0] == Kept{"abc", 60, 1, 1, 1'700'000'000'123'456'000, 0});
        CHECK(micro[1] == Kept{"", 0, 1, 2, 4'294'967'295'999'999'000, 0});
        const auto nano = read_all(pcap_header(big, nanoseconds) + records);
        REQUIRE(nano.size() == 2);
        CHECK(nano[0].time == 1'700'000'000'000'123'456);
    }
}

TEST_CASE("capture/pcap_reader: the modified format has longer record headers")
{
    std::string file = pcap_header(false, modified);
    for (const std::string data : {"abcd", "efg"}) {
        file += Writer{}
                    .u32(7)
                    .u32(8)
                    .u32(data.size())
                    .u32(data.size())
                    .u32(2)
                    .u16(0x0800)
                    .u16(0)
                    .raw(data)
                    .bytes;
    }
    const auto packets = read_all(file);
    REQUIRE(packets.size() == 2);
    CHECK(packets[0].data == "abcd");
    CHECK(packets[1] == Kept{"efg", 3, 1, 2, 7'000'008'000, 0});
}

TEST_CASE("capture/pcap_reader: the link type is the low 16 bits of its field")
{
    const std::string record = pcap_record(1, 0, "a");
    CHECK(read_all(pcap_header(false, microseconds, 65535, 0xF4FF0071) + record).at(0).link == 0x71);
    CHECK(read_all(pcap_header(true, microseconds, 65535, 276) + pcap_record(1, 0, "a", 0, true)).at(0).link
          == 276);
}

TEST_CASE("capture/pcap_reader: a snaplen of zero or beyond reason says nothing, another bounds the records")
{
    const std::string large(400'000, 'L');
    const std::string after = pcap_record(1, 0, large) + pcap_record(2, 0, "z");
    for (const std::uint32_t snaplen : {0U, 0x7FFFFFFFU, 0xFFFFFFFFU, 400'000U}) {
        CHECK(marks(read_all(pcap_header(false, microseconds, snaplen) + after)) == "Lz");
    }
    auto source = open_bytes(pcap_header(false, microseconds, 65535) + pcap_record(0, 0, "ok") + after);
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "o");
    REQUIRE((*source)->problems().size() == 1);
    CHECK((*source)->problems()[0].message
          == "test.pcap: packet 2 at offset 42 is damaged: its header claims 400000 captured bytes, at most "
             "262144 can be; "
             "what comes before was read");
    // Small snaplens are exceeded by real writers.
    CHECK(read_all(pcap_header(false, microseconds, 96) + pcap_record(1, 0, std::string(2000, 'x'))).size()
          == 1);
}

TEST_CASE("capture/pcap_reader: packets up to 16 MiB, and none beyond")
{
    const std::string huge(std::size_t{16} << 20, 'h');
    const std::string header = pcap_header(false, microseconds, 0);
    const auto packets =
        read_all(header + pcap_record(1, 0, "a") + pcap_record(1, 0, huge) + pcap_record(1, 0, "b"));
    REQUIRE(packets.size() == 3);
    CHECK(packets[1].data == huge);
    auto source = open_bytes(header + pcap_record(1, 0, huge + "h") + pcap_record(1, 0, "b"));
    REQUIRE(source);
    CHECK(read_all(**source).empty());
    CHECK((*source)->problems().size() == 1);
}

TEST_CASE("capture/pcap_reader: counts packets, bytes and cut packets")
{
    auto source = open_bytes(pcap_header() + pcap_record(1, 0, "abc", 1500) + pcap_record(1, 0, "de"));
    REQUIRE(source);
    read_all(**source);
    CHECK((*source)->quality().packets == 2);
    CHECK((*source)->quality().bytes == 5);
    CHECK((*source)->quality().cut_packets == 1);
    CHECK((*source)->quality().clock_steps_back == 0);
    CHECK((*source)->problems().empty());
    CHECK((*source)->file_names() == std::vector<std::string>{"test.pcap"});
    CHECK((*source)->bytes_read() == (*source)->size());
}

TEST_CASE("capture/pcap_reader: a captured length above the original one is the length on the wire")
{
    std::string file = pcap_header() + Writer{}.u32(1).u32(0).u32(4).u32(2).raw("abcd").bytes;
    CHECK(read_all(file).at(0).original == 4);
}

TEST_CASE("capture/pcap_reader: a clock that goes backwards is held and counted")
{
    auto source = open_bytes(simple_pcap({2000, 5000, 3000, 4000, 5000, 6000}));
    REQUIRE(source);
    std::vector<std::int64_t> milliseconds;
    for (const Kept& packet : read_all(**source)) {
        milliseconds.push_back(packet.time / 1'000'000);
    }
    CHECK(milliseconds == std::vector<std::int64_t>{2000, 5000, 5000, 5000, 5000, 6000});
    CHECK((*source)->quality().clock_steps_back == 2);
}

TEST_CASE("capture/pcap_reader: a file cut in a packet says where")
{
    const std::string whole =
        pcap_header() + pcap_record(1, 0, std::string(100, 'a')) + pcap_record(2, 0, "bcdefgh");
    auto source = open_bytes(whole.substr(0, whole.size() - 3), "vlc.pcap");
    REQUIRE(source);
    CHECK(read_all(**source).size() == 1);
    const auto problems = (*source)->problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].kind == Error::Kind::damaged);
    CHECK(problems[0].message
          == "vlc.pcap: cut in the middle of packet 2 at offset 140 (needs 7 bytes, 4 are there)");
    // It stays at its end.
    Packet packet;
    CHECK_FALSE((*source)->next(packet));
    CHECK((*source)->problems().size() == 1);
}

TEST_CASE("capture/pcap_reader: every cut of a file delivers what is before it and is told exactly once")
{
    std::vector<std::size_t> ends{24};
    std::string whole = pcap_header();
    for (const std::string data : {"one", "", "three", "fo"}) {
        whole += pcap_record(5, 0, data);
        ends.push_back(whole.size());
    }
    const auto all = read_all(whole);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
            auto source = open_bytes(whole.substr(0, size), "cut.pcap", piece);
            REQUIRE(source.has_value() == (size >= 24));
            if (!source) {
                CHECK(source.error().kind == Error::Kind::damaged);
                CHECK(source.error().message.find("cut.pcap: ") == 0);
                continue;
            }
            const auto packets = read_all(**source);
            const auto before = static_cast<std::size_t>(
                std::ranges::count_if(ends, [&](std::size_t end) { return end <= size; }) - 1);
            CHECK(packets
                  == std::vector<Kept>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before)));
            const bool clean = std::ranges::find(ends, size) != ends.end();
            CHECK((*source)->problems().size() == (clean ? 0 : 1));
        }
    }
}

TEST_CASE("capture/pcap_reader: no byte of a file makes it crash")
{
    const std::string whole = pcap_header() + pcap_record(1, 0, "abcdef") + pcap_record(2, 0, "ghi");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int value : {0x00, 0x7F, 0x80, 0xFF}) {
            std::string bad = whole;
            bad[at] = static_cast<char>(value);
            auto source = open_bytes(bad);
            if (source) {
                CHECK(read_all(**source).size() <= 2);
                CHECK((*source)->problems().size() <= 1);
            }
        }
    }
}

TEST_CASE("capture/pcap_reader: a failing source is the one problem, after what was read")
{
    const Error broken{Error::Kind::unavailable, "test.pcap: reading was interrupted"};
    auto source =
        open_capture(std::make_unique<MemorySource>(simple_pcap({1, 2}), SIZE_MAX, broken), "test.pcap");
    REQUIRE(source);
    CHECK(read_all(**source).size() == 2);
    REQUIRE((*source)->problems().size() == 1);
    CHECK((*source)->problems()[0].kind == Error::Kind::unavailable);
    CHECK((*source)->problems()[0].message.find("test.pcap: reading was interrupted") == 0);
}

} // namespace test_capture_pcap_reader
