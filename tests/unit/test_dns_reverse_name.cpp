#include <wmclients/dns/reverse_name.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_dns_reverse_name {

using wmclients::parse_address;
using wmclients::dns::parse_reverse_name;

TEST_CASE("dns/reverse_name: IPv4 octets stand last first")
{
    CHECK(parse_reverse_name("11.0.78.10.in-addr.arpa") == parse_address("10.78.0.11"));
    CHECK(parse_reverse_name("11.0.78.10.IN-ADDR.Arpa.") == parse_address("10.78.0.11"));
    CHECK(parse_reverse_name("255.255.255.255.in-addr.arpa") == parse_address("255.255.255.255"));
}

TEST_CASE("dns/reverse_name: IPv6 digits stand last first")
{
    const std::string name = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4";
    CHECK(parse_reverse_name(name + ".ip6.arpa")
          == parse_address("4321:0:1:2:3:4:567:89ab")); // RFC 3596, 2.5
    CHECK(parse_reverse_name("B" + name.substr(1) + ".IP6.ARPA.")
          == parse_address("4321:0:1:2:3:4:567:89ab"));
}

TEST_CASE("dns/reverse_name: other names are no addresses")
{
    const std::string digits = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4";
    for (const std::string& name : {std::string{},
                                    std::string{"."},
                                    std::string{"in-addr.arpa"},
                                    std::string{".in-addr.arpa"},
                                    std::string{"0.78.10.in-addr.arpa"},
                                    std::string{"1.11.0.78.10.in-addr.arpa"},
                                    std::string{"256.0.78.10.in-addr.arpa"},
                                    std::string{"011.0.78.10.in-addr.arpa"},
                                    std::string{"-1.0.78.10.in-addr.arpa"},
                                    std::string{"+1.0.78.10.in-addr.arpa"},
                                    std::string{"0x1.0.78.10.in-addr.arpa"},
                                    std::string{".0.78.10.in-addr.arpa"},
                                    std::string{"1..78.10.in-addr.arpa"},
                                    std::string{"1.0.78..in-addr.arpa"},
                                    std::string{"0-63.2.0.192.in-addr.arpa"},
                                    std::string{"11.0.78.10.in-addr.arpa.example"},
                                    std::string{"11.0.78.10.in-addr.arpa.."},
                                    std::string{"11.0.78.10"},
                                    std::string{"11.0.78.10in-addr.arpa"},
                                    digits,
                                    digits + "ip6.arpa",
                                    digits.substr(2) + ".ip6.arpa",
                                    "1." + digits + ".ip6.arpa",
                                    "g" + digits.substr(1) + ".ip6.arpa",
                                    "bb" + digits.substr(2) + ".ip6.arpa",
                                    digits + ".ip6.int",
                                    "-" + digits.substr(1) + ".ip6.arpa"}) {
        CAPTURE(name);
        CHECK_FALSE(parse_reverse_name(name));
    }
}

} // namespace test_dns_reverse_name
