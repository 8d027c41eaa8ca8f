#include "test_capture_support.hpp"

#include <wmclients/capture/buffered_input.hpp>

#include <doctest/doctest.h>

namespace test_capture_buffered_input {

using namespace capture_test;

namespace {

std::string counted(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>(i * 7 + (i >> 8));
    }
    return text;
}

} // namespace

TEST_CASE("capture/buffered_input: every byte is seen once and in order, whatever the pieces and the window")
{
    const std::string bytes = counted(5000);
    for (const std::size_t piece : {1U, 3U, 100U, 10'000U}) {
        for (const std::size_t window : {64U, 1000U, 100'000U}) {
            BufferedInput input(std::make_unique<MemorySource>(bytes, piece), window);
            std::string seen;
            for (std::size_t step = 1; input.ensure(step); step = step % 90 + 1) {
                CHECK(input.offset() == seen.size());
                seen += as_text(input.view().first(step));
                input.consume(step);
            }
            seen += as_text(input.view());
            CHECK(seen == bytes);
        }
    }
}

TEST_CASE("capture/buffered_input: a file is read a window at a time, a pipe no more often than needed")
{
    auto file = std::make_unique<MemorySource>(counted(100));
    MemorySource* raw = file.get();
    BufferedInput input(std::move(file));
    CHECK(input.ensure(10));
    CHECK(raw->largest_request == large_window);
    CHECK(raw->reads == 1);

    auto pipe = std::make_unique<MemorySource>(counted(100), 10);
    raw = pipe.get();
    BufferedInput slow(std::move(pipe));
    CHECK(slow.ensure(20));
    CHECK(raw->reads == 2);
    CHECK(slow.available() == 20);
}

TEST_CASE("capture/buffered_input: grows for a large record, but not beyond the maximum")
{
    const std::string bytes = counted(300'000);
    BufferedInput input(std::make_unique<MemorySource>(bytes), 1000);
    CHECK(input.ensure(10));
    input.consume(10);
    CHECK(input.ensure(200'000));
    CHECK(as_text(input.view().first(200'000)) == bytes.substr(10, 200'000));
    CHECK_FALSE(input.ensure(max_window + 1));
    CHECK(input.ensure(200'000));
}

TEST_CASE("capture/buffered_input: skip passes over more than the window holds")
{
    const std::string bytes = counted(10'000);
    BufferedInput input(std::make_unique<MemorySource>(bytes), 100);
    CHECK(input.skip(9'000));
    CHECK(input.offset() == 9'000);
    CHECK(input.ensure(1));
    CHECK(as_text(input.view().first(1)) == bytes.substr(9'000, 1));
    CHECK_FALSE(input.skip(1'001));
    CHECK(input.offset() == 10'000);
}

TEST_CASE("capture/buffered_input: an error of the source ends the input and keeps what was read")
{
    BufferedInput input(
        std::make_unique<MemorySource>("abc", 2, Error{Error::Kind::damaged, "the disk broke"}));
    CHECK_FALSE(input.ensure(4));
    CHECK(as_text(input.view()) == "abc");
    REQUIRE(input.error());
    CHECK(input.error()->message == "the disk broke");
}

TEST_CASE("capture/buffered_input: nothing is visible after stop")
{
    BufferedInput input(std::make_unique<MemorySource>(counted(100), 10));
    CHECK(input.ensure(1));
    input.stop();
    CHECK_FALSE(input.ensure(1));
    CHECK(input.available() == 0);
}

} // namespace test_capture_buffered_input
