#include <wmclients/base/endpoint.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace test_base_endpoint {

using namespace wmclients;

TEST_CASE("base/endpoint: IPv4")
{
    const auto address = parse_address("10.78.0.11");
    REQUIRE(address.has_value());
    CHECK(address->is_v4());
    CHECK(address->v4_number() == 0x0A4E'000B);
    CHECK(to_string(*address) == "10.78.0.11");
    CHECK(parse_address("::ffff:10.78.0.11") == address);
    CHECK(parse_address("::ffff:a4e:b") == address);
}

TEST_CASE("base/endpoint: IPv6 as RFC 5952 writes it")
{
    for (const auto& [written, canonical] : std::initializer_list<std::pair<const char*, const char*>>{
             {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
             {"2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"},
             {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
             {"0:0:0:0:0:0:0:0", "::"},
             {"::1", "::1"},
             {"1::", "1::"},
             {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
             {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
             {"fe80::1.2.3.4", "fe80::102:304"},
             {"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"}}) {
        const std::string text{written};
        CAPTURE(text);
        const auto address = parse_address(text);
        REQUIRE(address.has_value());
        CHECK_FALSE(address->is_v4());
        CHECK(address->v4_number() == 0);
        CHECK(to_string(*address) == canonical);
    }
}

TEST_CASE("base/endpoint: what is no address")
{
    for (const std::string text : {"",
                                   "10",
                                   "10.78.0",
                                   "10.78.0.256",
                                   "10.78.0.1.2",
                                   "10.78.0.-1",
                                   "10.78.0.1 ",
                                   ":",
                                   ":::",
                                   "1:2",
                                   "1::2::3",
                                   ":1::",
                                   "1:2:3:4:5:6:7:8:9",
                                   "1:2:3:4:5:6:7:8::",
                                   "g::",
                                   "12345::",
                                   "::1%eth0",
                                   "[::1]",
                                   "1:2:3:4:5:6:7:",
                                   "::1.2.3",
                                   "1.2.3.4::",
                                   "1:2:3:4:5:6:7:1.2.3.4",
                                   "0x10.1.1.1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_address(text).has_value());
    }
}

TEST_CASE("base/endpoint: property: agrees with inet_ntop, and reads back")
{
    CHECK(rc::check("IPv6", [] {
        IpAddress address;
        for (std::size_t i = 0; i < 16; i += 2) {
            address.bytes[i] = *rc::gen::element<std::uint8_t>(0, 0, 0, 0x20, 0xFF);
            address.bytes[i + 1] = *rc::gen::element<std::uint8_t>(0, 0, 0, 1, 0xFF);
        }
        RC_PRE(address.bytes[0] != 0); // inet_ntop writes ::a.b.c.d for some
        char text[INET6_ADDRSTRLEN] = {};
        RC_ASSERT(inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text) != nullptr);
        RC_ASSERT(to_string(address) == text);
        RC_ASSERT(parse_address(text) == address);
    }));
}

TEST_CASE("base/endpoint: endpoints, with brackets around IPv6 alone")
{
    for (const std::string text : {"10.78.0.1:8080", "[fd78::1]:8080", "[::]:0", "0.0.0.0:65535"}) {
        CAPTURE(text);
        const auto endpoint = parse_endpoint(text);
        REQUIRE(endpoint.has_value());
        CHECK(to_string(*endpoint) == text);
    }
    for (const std::string text :
         {"10.78.0.1", "10.78.0.1:", "10.78.0.1:65536", "10.78.0.1:-1", "[10.78.0.1]:80", "fd78::1:80",
          "[fd78::1]", ":80", "[]:80", "10.78.0.1:080000", ""}) {
        CAPTURE(text);
        CHECK_FALSE(parse_endpoint(text).has_value());
    }
}

TEST_CASE("base/endpoint: IPv4 comes before IPv6, then by address, then by port")
{
    const auto at = [](const char* text) { return *parse_endpoint(text); };
    CHECK(at("10.0.0.1:2") < at("10.0.0.2:1"));
    CHECK(at("10.0.0.1:1") < at("10.0.0.1:2"));
    CHECK(at("255.255.255.255:1") < at("[::1]:1"));
    CHECK(at("9.0.0.0:1") < at("10.0.0.0:1"));
    CHECK(at("[::1]:1") == at("[0::1]:1"));
}

TEST_CASE("base/endpoint: link addresses")
{
    const auto address = parse_link_address("02:00:0A:4e:00:01");
    REQUIRE(address.has_value());
    CHECK(address->known());
    CHECK(to_string(*address) == "02:00:0a:4e:00:01");
    CHECK_FALSE(LinkAddress{}.known());
    for (const std::string text : {"", "02:00:0a:4e:00", "02:00:0a:4e:00:01:02", "02-00-0a-4e-00-01",
                                   "02:00:0a:4e:00:", "0g:00:00:00:00:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_link_address(text).has_value());
    }
}

} // namespace test_base_endpoint
