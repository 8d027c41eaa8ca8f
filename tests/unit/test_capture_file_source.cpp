#include "test_capture_support.hpp"

#include <wmclients/capture/file_source.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>

namespace test_capture_file_source {

using namespace capture_test;

TEST_CASE("capture/file_source: reads a file and knows its size")
{
    const TemporaryFolder folder;
    const auto file = FileSource::open(folder.write("a", "hello"));
    REQUIRE(file);
    CHECK((*file)->size() == 5);
    std::array<std::uint8_t, 3> into{};
    CHECK((*file)->read(into) == std::size_t{3});
    CHECK(as_text(into) == "hel");
    CHECK((*file)->read(into) == std::size_t{2});
    CHECK((*file)->read(into) == std::size_t{0});
    CHECK((*file)->bytes_read() == 5);
}

TEST_CASE("capture/file_source: errors name the file and why")
{
    const TemporaryFolder folder;
    const auto missing = FileSource::open(folder.path("none.pcap"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == Error::Kind::damaged);
    CHECK(missing.error().message
          == folder.path("none.pcap") + ": cannot be opened: No such file or directory");

    const auto directory = FileSource::open(folder.path());
    std::array<std::uint8_t, 3> into{};
    const auto got =
        directory ? (*directory)->read(into) : Expected<std::size_t>(tl::unexpected(directory.error()));
    REQUIRE_FALSE(got);
    CHECK(got.error().message.find(folder.path()) == 0);
    CHECK(got.error().message.find("Is a directory") != std::string::npos);
}

TEST_CASE("capture/file_source: what a FIFO holds is delivered while its writer is still there")
{
    const TemporaryFolder folder;
    const std::string path = folder.path("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    // Opened for both, so that neither side waits for the other.
    const int writer = ::open(path.c_str(), O_RDWR);
    REQUIRE(writer >= 0);
    auto file = FileSource::open(path);
    REQUIRE(file);
    CHECK((*file)->size() == 0);
    std::array<std::uint8_t, 100> into{};
    CHECK(::write(writer, "abc", 3) == 3);
    // fread() would wait for 100 bytes here.
    auto reading = std::async(std::launch::async, [&] { return (*file)->read(into); });
    const bool at_once = reading.wait_for(std::chrono::seconds{5}) == std::future_status::ready;
    CHECK(at_once);
    ::close(writer);
    CHECK(reading.get() == std::size_t{3});
    CHECK((*file)->read(into) == std::size_t{0});
}

TEST_CASE("capture/file_source: a signal that does not restart system calls ends the waiting")
{
    const TemporaryFolder folder;
    const std::string path = folder.path("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int writer = ::open(path.c_str(), O_RDWR);
    auto file = FileSource::open(path);
    REQUIRE(file);

    struct sigaction interrupt {};

    struct sigaction before {};

    interrupt.sa_handler = [](int) {};
    REQUIRE(::sigaction(SIGALRM, &interrupt, &before) == 0);
    ::ualarm(10'000, 10'000);
    std::array<std::uint8_t, 10> into{};
    const auto got = (*file)->read(into);
    ::ualarm(0, 0);
    ::sigaction(SIGALRM, &before, nullptr);
    ::close(writer);
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == Error::Kind::unavailable);
    CHECK(got.error().message == path + ": reading was interrupted");
}

} // namespace test_capture_file_source
