#include "test_capture_support.hpp"

#include <wmclients/capture/bpf_filter.hpp>

#include <doctest/doctest.h>

namespace test_capture_bpf_filter {

using namespace capture_test;

namespace {

/// An IPv4 TCP packet to a port, without the link layer.
std::string ip_packet(std::uint16_t port)
{
    return Writer{true, {}}
        .u16(0x4500)
        .u16(40)
        .u32(0)
        .u16(0x4006)
        .u16(0)
        .u32(0x0A000001)
        .u32(0x0A000002)
        .u16(1000)
        .u16(port)
        .u32(1)
        .u32(1)
        .u16(0x5010)
        .u16(100)
        .u32(0)
        .bytes;
}

std::string ethernet(std::uint16_t port)
{
    return std::string(12, '\x02') + "\x08" + std::string(1, '\0') + ip_packet(port);
}

std::vector<std::uint64_t> matching(const std::string& file, const std::string& expression)
{
    auto source = filter_packets(std::move(*open_bytes(file)), expression);
    REQUIRE(source);
    std::vector<std::uint64_t> numbers;
    for (const Kept& packet : read_all(**source)) {
        numbers.push_back(packet.number);
    }
    return numbers;
}

using Numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("capture/bpf_filter: only matching packets pass, with their numbers")
{
    std::string file = pcap_header();
    for (const std::uint16_t port : std::vector<std::uint16_t>{80, 8080, 80, 8080, 8081}) {
        file += pcap_record(1, 0, ethernet(port));
    }
    CHECK(matching(file, "tcp dst port 8080") == Numbers{2, 4});
    CHECK(matching(file, "host 10.0.0.1 and not port 80") == Numbers{2, 4, 5});
    CHECK(matching(file, "udp").empty());
    CHECK(matching(file, "") == Numbers{1, 2, 3, 4, 5});
}

TEST_CASE("capture/bpf_filter: the expression is compiled for each link type")
{
    std::string sll = std::string(14, '\0') + "\x08" + std::string(1, '\0');
    const std::string file = ng_section() + ng_interface(1, 0) + ng_interface(101, 0) + ng_interface(113, 0)
                             + ng_packet(0, 1, ethernet(8080)) + ng_packet(1, 2, ip_packet(8080))
                             + ng_packet(1, 3, ip_packet(80)) + ng_packet(2, 4, sll + ip_packet(8080))
                             + ng_packet(0, 5, ethernet(80)) + ng_packet(0, 6, ethernet(8080));
    CHECK(matching(file, "tcp port 8080") == Numbers{1, 2, 4, 6});
}

TEST_CASE("capture/bpf_filter: the length on the wire is what 'less' and 'greater' see")
{
    const std::string file =
        pcap_header() + pcap_record(1, 0, ethernet(80), 1500) + pcap_record(1, 0, ethernet(80));
    CHECK(matching(file, "greater 1000") == Numbers{1});
}

TEST_CASE("capture/bpf_filter: a bad expression is a usage error with libpcap's words")
{
    const auto source = filter_packets(std::move(*open_bytes(pcap_header())), "tcp prot 80");
    REQUIRE_FALSE(source);
    CHECK(source.error().kind == Error::Kind::usage);
    CHECK(source.error().message.find("\"tcp prot 80\"") != std::string::npos);
    CHECK(source.error().message.find("syntax error") != std::string::npos);
}

TEST_CASE("capture/bpf_filter: a link type on which the expression means nothing is told once and left out")
{
    const std::string file = ng_section() + ng_interface(1, 0) + ng_interface(40'000, 0)
                             + ng_packet(0, 1, ethernet(80)) + ng_packet(1, 2, "what")
                             + ng_packet(1, 3, "what") + ng_packet(0, 4, ethernet(80));
    auto source = filter_packets(std::move(*open_bytes(file)), "tcp port 80");
    REQUIRE(source);
    CHECK(read_all(**source).size() == 2);
    const auto problems = (*source)->problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].kind == Error::Kind::usage);
    CHECK(problems[0].message.find("link type 40000") != std::string::npos);
}

TEST_CASE("capture/bpf_filter: an expression for wireless captures is accepted")
{
    CHECK(filter_packets(std::move(*open_bytes(pcap_header())), "type mgt subtype beacon").has_value());
}

TEST_CASE("capture/bpf_filter: any number of link types is survived")
{
    std::string file = ng_section();
    for (std::uint16_t link = 0; link < 200; ++link) {
        file += ng_interface(link, 0);
    }
    for (std::uint16_t link = 0; link < 200; ++link) {
        file += ng_packet(link, link, ethernet(80));
    }
    auto source = filter_packets(std::move(*open_bytes(file)), "tcp port 80");
    REQUIRE(source);
    CHECK(marks(read_all(**source)).size() >= 1);
    CHECK((*source)->problems().size() <= 65);
}

} // namespace test_capture_bpf_filter
