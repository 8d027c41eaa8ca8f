#include "test_capture_support.hpp"

#include <wmclients/capture/open_sources.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

namespace test_capture_open_sources {

using namespace capture_test;

namespace {

std::string first_problem(const Expected<std::unique_ptr<PacketSource>>& source)
{
    REQUIRE(source);
    REQUIRE((*source)->problems().size() == 1);
    return (*source)->problems()[0].message;
}

} // namespace

TEST_CASE("capture/open_sources: a single file is read as it is")
{
    const TemporaryFolder folder;
    auto source = open_sources({folder.write("a.pcap", simple_pcap({1, 2}, 'a'))});
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "aa");
    CHECK((*source)->file_names() == std::vector<std::string>{folder.path("a.pcap")});
}

TEST_CASE("capture/open_sources: a name that does not exist fails alone, and is a problem among others")
{
    const TemporaryFolder folder;
    const std::string good = folder.write("a.pcap", simple_pcap({1}, 'a'));
    const auto alone = open_sources({folder.path("none")});
    REQUIRE_FALSE(alone);
    CHECK(alone.error().kind == Error::Kind::damaged);
    CHECK(alone.error().message.find(folder.path("none")) == 0);
    auto both = open_sources({folder.path("none"), good});
    REQUIRE(both);
    CHECK(marks(read_all(**both)) == "a");
    CHECK(first_problem(both) == alone.error().message);
    CHECK_FALSE(open_sources({}).has_value());
}

TEST_CASE("capture/open_sources: a folder stands for the captures in it")
{
    const TemporaryFolder folder;
    folder.write("README.md", "# not a capture\n");
    folder.write("empty.pcap", "");
    folder.write("noise.bin", std::string("\x01\x02\x03\x04", 4));
    folder.write("b.pcap", simple_pcap({1000, 90'000}, 'b'));
    folder.write("a.unknown", simple_pcap({100'000, 120'000}, 'a'));
    folder.write("ng", ng_section() + ng_interface(1, 0) + ng_packet(0, 50'000'000, "n"));
    std::filesystem::create_directory(folder.path("deeper"));
    folder.write("deeper/c.pcap", simple_pcap({1}, 'c'));
    REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
    auto source = open_sources({folder.path()});
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "bnbaa");
    CHECK((*source)->problems().empty());
}

TEST_CASE("capture/open_sources: a folder without captures says so")
{
    const TemporaryFolder folder;
    folder.write("README.md", "# not a capture\n");
    const auto source = open_sources({folder.path()});
    REQUIRE_FALSE(source);
    CHECK(source.error().message == folder.path() + ": the folder holds no pcap or pcapng capture");
    CHECK(source.error().kind == Error::Kind::damaged);
}

TEST_CASE("capture/open_sources: filter and window select, and numbers stay")
{
    const TemporaryFolder folder;
    std::string file = pcap_header();
    for (unsigned i = 0; i < 6; ++i) {
        file += pcap_record(10 + i, 0, std::string(i % 2 == 0 ? 20 : 60, 'x'));
    }
    OpenOptions options;
    options.filter = "greater 50";
    options.from = std::chrono::seconds{2};
    options.to = Timestamp{std::chrono::seconds{14}};
    auto source = open_sources({folder.write("a", file)}, options);
    REQUIRE(source);
    const auto packets = read_all(**source);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].number == 4);

    options.filter = "((";
    const auto bad = open_sources({folder.path("a")}, options);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == Error::Kind::usage);
}

TEST_CASE("capture/open_sources: a FIFO is followed while it is written, also among files")
{
    const TemporaryFolder folder;
    const std::string fifo = folder.path("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::thread writer([&] {
        const int out = ::open(fifo.c_str(), O_WRONLY);
        const std::string bytes = simple_pcap({1000, 3000}, 'f');
        for (const char byte : bytes) {
            if (::write(out, &byte, 1) != 1) {
                break;
            }
        }
        ::close(out);
    });
    auto source = open_sources({folder.write("a", simple_pcap({2000, 4000}, 'a')), fifo});
    REQUIRE(source);
    CHECK(marks(read_all(**source)) == "fafa");
    CHECK((*source)->problems().empty());
    CHECK((*source)->size() == 0);
    writer.join();
}

TEST_CASE("capture/open_sources: standard input can be named once")
{
    const auto source = open_sources({"-", "-"});
    REQUIRE_FALSE(source);
    CHECK(source.error().kind == Error::Kind::usage);
}

TEST_CASE("capture/open_sources: captures in the repository read to their end")
{
    const char* folder = std::getenv("WMCLIENTS_CAPTURES");
#ifdef WMCLIENTS_CAPTURES
    folder = folder == nullptr ? WMCLIENTS_CAPTURES : folder;
#endif
    if (folder == nullptr || !std::filesystem::is_directory(folder)) {
        return;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".pcap" || entry.path().string().find("/bad") != std::string::npos) {
            continue;
        }
        CAPTURE(entry.path());
        auto source = open_sources({entry.path().string()});
        REQUIRE(source);
        const auto packets = read_all(**source);
        CHECK_FALSE(packets.empty());
        CHECK(std::ranges::is_sorted(packets, {}, &Kept::time));
    }
}

TEST_CASE("capture/open_sources: without the platform's parts, what needs them is refused with a reason")
{
    const TemporaryFolder folder;
    const std::string plain = folder.write("a.pcap", simple_pcap({1}, 'a'));
    OpenOptions filtered;
    filtered.filter = "tcp";
    const auto refused = open_sources({plain}, filtered, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Error::Kind::usage);
    CHECK(refused.error().message.find("no libpcap") != std::string::npos);

    folder.write("b.pcap.gz", std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03\x03\0", 12));
    folder.write("README.md", "# not a capture\n");
    auto source = open_sources({folder.path()}, {}, {});
    CHECK(first_problem(source).find("gzip-compressed data (decompress it first)") != std::string::npos);
    CHECK(marks(read_all(**source)) == "a");
}

TEST_CASE("capture/open_sources: reading ends when it is interrupted, also where there are no packets")
{
    const TemporaryFolder folder;
    std::string blocks = ng_section() + ng_interface(1, 0) + ng_packet(0, 50'000'000, "n");
    for (int i = 0; i < 400'000; ++i) {
        blocks += std::string("\x77\x77\x77\x77\x0C\0\0\0\x0C\0\0\0", 12);
    }
    bool stop = false;
    OpenOptions options;
    options.interrupted = [&] { return stop; };
    auto source = open_sources({folder.write("blocks", blocks)}, options);
    REQUIRE(source);
    Packet packet;
    CHECK((*source)->next(packet));
    stop = true;
    CHECK_FALSE((*source)->next(packet));
    CHECK((*source)->bytes_read() < blocks.size());
    CHECK(first_problem(source).find("reading was interrupted") != std::string::npos);
}

} // namespace test_capture_open_sources
