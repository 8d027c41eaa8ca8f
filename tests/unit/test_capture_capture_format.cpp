#include "test_capture_support.hpp"

#include <wmclients/capture/capture_format.hpp>

#include <doctest/doctest.h>

namespace test_capture_capture_format {

using namespace capture_test;
using namespace std::literals;
using wmclients::as_bytes;

TEST_CASE("capture/capture_format: captures are known by their magic in both byte orders")
{
    for (const bool big : {false, true}) {
        for (const std::uint32_t magic : {0xA1B2C3D4U, 0xA1B23C4DU, 0xA1B2CD34U}) {
            CHECK(recognise_capture(as_bytes(pcap_header(big, magic))) == CaptureFormat::pcap);
        }
        CHECK(recognise_capture(as_bytes(ng_section(big))) == CaptureFormat::pcapng);
    }
    CHECK(recognise_capture(as_bytes("\n\r\r\n text text")) == CaptureFormat::none);
    CHECK(recognise_capture(as_bytes("\xD4\xC3\xB2"sv)) == CaptureFormat::none);
    CHECK(recognise_capture({}) == CaptureFormat::none);
}

TEST_CASE("capture/capture_format: other content is named")
{
    const auto describe = [](std::string_view head) { return describe_content(as_bytes(head)); };
    CHECK(describe("") == "an empty file");
    CHECK(describe("# Recordings\n") == "text");
    CHECK(describe("\x1F\x8B\x08\0\0"sv) == "gzip-compressed data (decompress it first)");
    CHECK(describe("snoop\0\0\0\0\0\0\2"sv).find("a snoop capture") == 0);
    CHECK(describe("{\"type\":\"log\"}").find("--events") != std::string::npos);
    CHECK(describe("\x01\x02\x03\xFF\x05"sv) == "unknown data that begins with the bytes 01 02 03 ff");
    CHECK(describe("\x7F") == "unknown data that begins with the bytes 7f");
}

} // namespace test_capture_capture_format
