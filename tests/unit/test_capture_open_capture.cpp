#include "test_capture_support.hpp"

#include <doctest/doctest.h>

namespace test_capture_open_capture {

using namespace capture_test;
using namespace std::literals;

namespace {

std::string refusal(std::string_view content)
{
    const auto source = open_bytes(std::string(content), "in");
    REQUIRE_FALSE(source);
    CHECK(source.error().kind == Error::Kind::damaged);
    return source.error().message;
}

} // namespace

TEST_CASE("capture/open_capture: the content decides, not the name")
{
    CHECK(open_bytes(simple_pcap({1}), "x.pcapng").has_value());
    CHECK(open_bytes(ng_section(), "x.pcap").has_value());
}

TEST_CASE("capture/open_capture: what is no capture is named")
{
    CHECK(refusal("") == "in: no pcap or pcapng capture, but an empty file");
    CHECK(refusal("hello world\n") == "in: no pcap or pcapng capture, but text");
    CHECK(refusal("\x1F\x8B\x08\0\0\0\0"sv)
          == "in: no pcap or pcapng capture, but gzip-compressed data (decompress it first)");
    CHECK(refusal("snoop\0\0\0\0\0\0\2\0\0\0\4"sv).find("but a snoop capture") != std::string::npos);
    CHECK(refusal(pcap_header().substr(0, 20))
          == "in: cut in the file header (needs 24 bytes, 20 are there)");
}

TEST_CASE("capture/open_capture: a source that fails at once says why")
{
    const Error broken{Error::Kind::damaged, "in: cannot be read at offset 0: Input/output error"};
    const auto source = open_capture(std::make_unique<MemorySource>("", 1, broken), "in");
    REQUIRE_FALSE(source);
    CHECK(source.error().message == broken.message);
}

TEST_CASE("capture/open_capture: a packet is delivered as soon as it is whole")
{
    auto bytes = std::make_unique<MemorySource>(simple_pcap({1, 2, 3}), 24 + 17);
    MemorySource* raw = bytes.get();
    auto source = open_capture(std::move(bytes), "pipe");
    REQUIRE(source);
    Packet packet;
    REQUIRE((*source)->next(packet));
    CHECK(packet.data.size() == 1);
    CHECK(raw->reads == 1);
}

} // namespace test_capture_open_capture
