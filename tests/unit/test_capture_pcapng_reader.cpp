#include "test_capture_support.hpp"

#include <doctest/doctest.h>

namespace test_capture_pcapng_reader {

using namespace capture_test;

namespace {

constexpr std::uint64_t a_time = 1'700'000'000'123'456; // microseconds

std::string tsresol(int value)
{
    return ng_option(9, std::string(1, static_cast<char>(value)));
}

std::string number_option(std::uint16_t code, std::uint64_t value, bool big = false)
{
    return ng_option(code, Writer{big, {}}.u64(value).bytes, big) + ng_option(0, {}, big);
}

std::string statistics(std::uint32_t interface_id, std::uint64_t dropped)
{
    return ng_block(5, Writer{}.u32(interface_id).u64(0).raw(number_option(5, dropped)).bytes);
}

/// The one problem of a file that opens.
std::string problem_of(const std::string& bytes, std::size_t packets_before)
{
    auto source = open_bytes(bytes, "x.pcapng");
    REQUIRE(source);
    CHECK(read_all(**source).size() == packets_before);
    REQUIRE((*source)->problems().size() == 1);
    CHECK((*source)->problems()[0].kind == Error::Kind::damaged);
    Packet packet;
    CHECK_FALSE((*source)->next(packet));
    CHECK((*source)->problems().size() == 1);
    return (*source)->problems()[0].message;
}

} // namespace

TEST_CASE("capture/pcapng_reader: enhanced packets in both byte orders")
{
    for (const bool big : {false, true}) {
        const auto packets =
            read_all(ng_section(big) + ng_interface(1, 65535, {}, big)
                     + ng_packet(0, a_time, "abcde", 60, {}, big) + ng_packet(0, a_time + 1, "", 0, {}, big));
        REQUIRE(packets.size() == 2);
        CHECK(packets[0] == Kept{"abcde", 60, 1, 1, 1'700'000'000'123'456'000, 0});
        CHECK(packets[1] == Kept{"", 0, 1, 2, 1'700'000'000'123'457'000, 0});
    }
}

TEST_CASE("capture/pcapng_reader: interfaces differ in link type, snaplen and clock")
{
    auto source = open_bytes(ng_section() + ng_interface(1, 65535) + ng_interface(276, 4, tsresol(9))
                             + ng_packet(0, 5'000'000, "eth") + ng_packet(1, 6'000'000'001, "cook", 99)
                             + ng_interface(101, 0, tsresol(0x80 | 1) + number_option(14, 7))
                             + ng_packet(2, 1, "raw") + ng_packet(0, 9'000'000, "eth2"));
    REQUIRE(source);
    const auto packets = read_all(**source);
    REQUIRE(packets.size() == 4);
    CHECK(packets[0] == Kept{"eth", 3, 1, 1, 5'000'000'000, 0});
    CHECK(packets[1] == Kept{"cook", 99, 276, 2, 6'000'000'001, 0});
    CHECK(packets[2] == Kept{"raw", 3, 101, 3, 7'500'000'000, 0});
    CHECK(packets[3] == Kept{"eth2", 4, 1, 4, 9'000'000'000, 0});
    CHECK((*source)->quality().cut_packets == 1);
    CHECK((*source)->problems().empty());
}

TEST_CASE("capture/pcapng_reader: each section has its own byte order and interfaces")
{
    const std::string little =
        ng_section() + ng_interface(1, 0) + ng_interface(113, 0) + ng_packet(1, 1'000'000, "a");
    const std::string big =
        ng_section(true) + ng_interface(101, 0, {}, true) + ng_packet(0, 2'000'000, "b", 0, {}, true);
    const auto packets = read_all(little + big + little);
    CHECK(marks(packets) == "aba");
    CHECK(packets.at(0).link == 113);
    CHECK(packets.at(1).link == 101);
    CHECK(packets.at(2).link == 113);
    // The second section has no interface 1.
    CHECK(problem_of(little + ng_section() + ng_interface(1, 0) + ng_packet(1, 0, "x"), 1).find("interface 1")
          != std::string::npos);
}

TEST_CASE("capture/pcapng_reader: simple packets are cut at the snaplen and take the time of the one before")
{
    const auto simple = [](std::uint32_t original, const std::string& data) {
        return ng_block(3, Writer{}.u32(original).raw(data).bytes);
    };
    const auto packets = read_all(ng_section() + ng_interface(1, 5) + simple(3, "abc")
                                  + ng_packet(0, a_time, "x") + simple(100, "defgh"));
    REQUIRE(packets.size() == 3);
    CHECK(packets[0] == Kept{"abc", 3, 1, 1, 0, 0});
    CHECK(packets[2] == Kept{"defgh", 100, 1, 3, 1'700'000'000'123'456'000, 0});
    CHECK(problem_of(ng_section() + ng_interface(1, 0) + simple(100, "defgh"), 0).find("claims 100")
          != std::string::npos);
    CHECK(problem_of(ng_section() + simple(1, "d"), 0).find("interface 0") != std::string::npos);
}

TEST_CASE("capture/pcapng_reader: obsolete packet blocks")
{
    const auto obsolete = [](std::uint16_t interface_id, std::uint16_t drops, const std::string& data) {
        return ng_block(2, Writer{}
                               .u16(interface_id)
                               .u16(drops)
                               .u32(0)
                               .u32(2'000'000)
                               .u32(data.size())
                               .u32(data.size() + 1)
                               .raw(data)
                               .bytes);
    };
    auto source = open_bytes(ng_section() + ng_interface(1, 0) + ng_interface(9, 0)
                             + obsolete(1, 0xFFFF, "abc") + obsolete(0, 3, "de"));
    REQUIRE(source);
    const auto packets = read_all(**source);
    REQUIRE(packets.size() == 2);
    CHECK(packets[0] == Kept{"abc", 4, 9, 1, 2'000'000'000, 0});
    CHECK(packets[1].link == 1);
    CHECK((*source)->quality().dropped == 3);
}

TEST_CASE("capture/pcapng_reader: drops are counted once, from statistics or from packets")
{
    const auto dropped = [](const std::string& blocks) {
        auto source = open_bytes(ng_section() + ng_interface(1, 0) + ng_interface(1, 0) + blocks);
        REQUIRE(source);
        read_all(**source);
        CHECK((*source)->problems().empty());
        return (*source)->quality().dropped;
    };
    const std::string two = ng_packet(0, 1, "abc", 0, ng_option(2, "wxyz") + number_option(4, 2));
    CHECK(dropped(two + two) == 4);
    // Statistics are totals.
    CHECK(dropped(statistics(0, 5) + statistics(0, 7) + statistics(1, 10)) == 17);
    CHECK(dropped(two + two + statistics(0, 4)) == 4);
    CHECK(dropped(two + two + statistics(0, 6)) == 6);
    CHECK(dropped(statistics(0, ~std::uint64_t{0}) + statistics(1, 5)) == ~std::uint64_t{0});
    // An interface that is not described, and options that do not fit, are passed over.
    CHECK(dropped(statistics(9, 5)) == 0);
    CHECK(dropped(ng_packet(0, 1, "abc", 0, Writer{}.u16(4).u16(200).u32(1).bytes)) == 0);
}

TEST_CASE("capture/pcapng_reader: other blocks are passed over and counted, however large")
{
    auto source =
        open_bytes(ng_section() + ng_block(4, "names") + ng_interface(1, 0) + ng_block(0x0BAD, "custom")
                   + ng_packet(0, 1, "a") + ng_block(0x80000001, std::string(std::size_t{20} << 20, 'z'))
                   + ng_packet(0, 2, "b"));
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "ab");
    CHECK((*source)->quality().unknown_blocks == 3);
    CHECK((*source)->problems().empty());
}

TEST_CASE("capture/pcapng_reader: lengths that contradict each other are damage")
{
    const std::string start = ng_section() + ng_interface(1, 0) + ng_packet(0, 1, "abc");
    CHECK(start.size() == 28 + 20 + 36);
    std::string bad = start + ng_packet(0, 2, "def");
    bad[bad.size() - 4] = 40;
    CHECK(problem_of(bad, 1)
          == "x.pcapng: packet 2 at offset 84 is damaged: its length is 36 in front and 40 at the end; what "
             "comes before "
             "was read");
    bad = start + ng_block(0x0BAD, "custom");
    bad[bad.size() - 4] = 40;
    CHECK(problem_of(bad, 1).find("the block after packet 1 at offset 84 is damaged") != std::string::npos);
    CHECK(problem_of(start + Writer{}.u32(6).u32(8).u32(0).bytes, 1).find("cannot be 8 bytes")
          != std::string::npos);
    CHECK(problem_of(start + Writer{}.u32(6).u32(37).u32(0).bytes, 1).find("cannot be 37 bytes")
          != std::string::npos);
    CHECK(problem_of(start + Writer{}.u32(6).u32(0xFFFFFFFC).bytes, 1).find("packet 2 at offset 84")
          != std::string::npos);
    CHECK(problem_of(start + ng_block(6, "short"), 1).find("needs 32 bytes") != std::string::npos);
    CHECK(problem_of(start + ng_block(1, "abc"), 1).find("needs 20 bytes") != std::string::npos);
    // More captured bytes than the block has.
    std::string claims = ng_packet(0, 2, "def");
    claims[20] = 5;
    CHECK(problem_of(start + claims, 1).find("claims 5 captured bytes, its block holds 4")
          != std::string::npos);
    CHECK(problem_of(start + ng_section(false, 2), 1).find("version is 2") != std::string::npos);
}

TEST_CASE("capture/pcapng_reader: interfaces are bounded")
{
    std::string file = ng_section();
    const std::string description = ng_interface(1, 0);
    for (int i = 0; i < 65'536; ++i) {
        file += description;
    }
    CHECK(read_all(file + ng_packet(65'535, 1, "a")).size() == 1);
    CHECK(problem_of(file + description, 0).find("65536 interfaces") != std::string::npos);
}

TEST_CASE("capture/pcapng_reader: clocks of interfaces that disagree are held to the file's maximum")
{
    auto source = open_bytes(ng_section() + ng_interface(1, 0) + ng_interface(1, 0, number_option(14, 5))
                             + ng_packet(1, 1'000'000, "a") + ng_packet(0, 2'000'000, "b")
                             + ng_packet(1, 2'000'000, "c"));
    REQUIRE(source);
    const auto packets = read_all(**source);
    REQUIRE(packets.size() == 3);
    CHECK(packets[0].time == 6'000'000'000);
    CHECK(packets[1].time == 6'000'000'000);
    CHECK(packets[2].time == 7'000'000'000);
    CHECK((*source)->quality().clock_steps_back == 1);
}

TEST_CASE("capture/pcapng_reader: the clock may begin before 1970")
{
    auto source =
        open_bytes(ng_section() + ng_interface(1, 0, number_option(14, static_cast<std::uint64_t>(-5)))
                   + ng_packet(0, 1'000'000, "a"));
    REQUIRE(source);
    CHECK(read_all(**source).at(0).time == -4'000'000'000);
    CHECK((*source)->quality().clock_steps_back == 0);
}

TEST_CASE("capture/pcapng_reader: every cut of a file delivers what is before it and is told exactly once")
{
    std::string whole;
    std::vector<std::size_t> block_ends;
    std::vector<std::size_t> packet_ends;
    const auto append = [&](const std::string& block, bool packet) {
        whole += block;
        block_ends.push_back(whole.size());
        if (packet) {
            packet_ends.push_back(whole.size());
        }
    };
    append(ng_section(), false);
    append(ng_interface(1, 0, number_option(14, 1)), false);
    append(ng_packet(0, 1, "abc"), true);
    append(ng_block(0x0BAD, "custom"), false);
    append(statistics(0, 1), false);
    append(ng_section(true), false);
    append(ng_interface(101, 0, {}, true), false);
    append(ng_packet(0, 2, "de", 0, number_option(4, 1, true), true), true);
    append(ng_packet(0, 3, "", 0, {}, true), true);
    const auto all = read_all(whole);
    REQUIRE(all.size() == 3);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
            auto source = open_bytes(whole.substr(0, size), "cut.pcapng", piece);
            REQUIRE(source.has_value() == (size >= block_ends.front()));
            if (!source) {
                CHECK(source.error().kind == Error::Kind::damaged);
                CHECK(source.error().message.find("cut.pcapng: ") == 0);
                continue;
            }
            const auto before =
                std::ranges::count_if(packet_ends, [&](std::size_t end) { return end <= size; });
            CHECK(read_all(**source) == std::vector<Kept>(all.begin(), all.begin() + before));
            const bool clean = std::ranges::find(block_ends, size) != block_ends.end();
            CHECK((*source)->problems().size() == (clean ? 0 : 1));
        }
    }
}

TEST_CASE("capture/pcapng_reader: no byte of a file makes it crash")
{
    const std::string whole = ng_section() + ng_interface(1, 0, number_option(14, 1))
                              + ng_packet(0, 1, "abc", 0, number_option(4, 1)) + statistics(0, 1)
                              + ng_block(3, Writer{}.u32(3).raw("abc").bytes);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x10, 0x7F, 0x80, 0xFC, 0xFF}) {
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

} // namespace test_capture_pcapng_reader
