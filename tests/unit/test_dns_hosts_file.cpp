#include <wmclients/dns/hosts_file.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_dns_hosts_file {

using namespace wmclients;
using dns::parse_hosts_file;

namespace {

std::string error_of(std::string_view text)
{
    Caps caps;
    const auto records = parse_hosts_file(text, "my-hosts", caps);
    REQUIRE_FALSE(records);
    CHECK(records.error().kind == Error::Kind::usage);
    return records.error().message;
}

} // namespace

TEST_CASE("dns/hosts_file: addresses get the first name of their line")
{
    Caps caps;
    const auto records = parse_hosts_file("# a comment\n"
                                          "10.78.0.11 alice.example alice\n"
                                          "\n"
                                          "  \tfd78::40\t bob.example.\t# trailing\n"
                                          "fe80::1%eth0 carol\n"
                                          "   # indented comment\n"
                                          "10.78.0.12 d\xC3\xBC#attached",
                                          "hosts", caps);
    REQUIRE(records);
    REQUIRE(records->size() == 4);
    CHECK((*records)[0]
          == dns::NameRecord{*parse_address("10.78.0.11"), "alice.example", dns::NameSource::hosts_file});
    CHECK((*records)[1]
          == dns::NameRecord{*parse_address("fd78::40"), "bob.example", dns::NameSource::hosts_file});
    CHECK((*records)[2] == dns::NameRecord{*parse_address("fe80::1"), "carol", dns::NameSource::hosts_file});
    CHECK((*records)[3].name == "d\xC3\xBC");
}

TEST_CASE("dns/hosts_file: Windows' line ends and byte order mark are taken")
{
    Caps caps;
    const auto records = parse_hosts_file("\xEF\xBB\xBF"
                                          "10.0.0.1 a\r\n\r\n10.0.0.2\tb c\r\n",
                                          "hosts", caps);
    REQUIRE(records);
    REQUIRE(records->size() == 2);
    CHECK((*records)[0].name == "a");
    CHECK((*records)[1].name == "b");
}

TEST_CASE("dns/hosts_file: the first line of an address counts")
{
    Caps caps;
    const auto records =
        parse_hosts_file("10.0.0.1 first\n::ffff:10.0.0.1 second\n10.0.0.1 third\n", "hosts", caps);
    REQUIRE(records);
    REQUIRE(records->size() == 1);
    CHECK((*records)[0].name == "first");
}

TEST_CASE("dns/hosts_file: an empty file has no names")
{
    Caps caps;
    CHECK(parse_hosts_file("", "hosts", caps)->empty());
    CHECK(parse_hosts_file("\n\n# only this", "hosts", caps)->empty());
}

TEST_CASE("dns/hosts_file: a wrong line is named with file and number")
{
    CHECK(error_of("# x\n\n10.0.0.1 a\n10.0.0 b\n")
          == "my-hosts, line 4: \"10.0.0\" is not an IP address; write ADDRESS NAME, or # before it");
    CHECK(error_of("alice 10.0.0.1\n").find("line 1: \"alice\"") != std::string::npos);
    CHECK(error_of("10.0.0.1\n")
          == "my-hosts, line 1: no name after 10.0.0.1; write ADDRESS NAME, or # before it");
    CHECK(error_of("10.0.0.1 a\n10.0.0.2 # b\n").find("line 2: no name") != std::string::npos);
    CHECK(error_of("10.0.0.1 .\n").find("line 1: no name") != std::string::npos);
}

TEST_CASE("dns/hosts_file: messages show hostile words harmlessly and in part")
{
    CHECK(error_of("\x1B[31m x\n").find("\\x1b[31m") != std::string::npos);
    CHECK(error_of(std::string(100'000, 'z') + " x\n").size() < 200);
}

TEST_CASE("dns/hosts_file: addresses beyond the cap are refused and counted")
{
    Caps caps;
    caps.set_limit(Cap::names, 2);
    const auto records =
        parse_hosts_file("10.0.0.1 a\n10.0.0.2 b\n10.0.0.3 c\n10.0.0.1 d\n10.0.0.4 e\n", "hosts", caps);
    REQUIRE(records);
    CHECK(records->size() == 2);
    CHECK(caps.times_reached(Cap::names) == 2);
}

} // namespace test_dns_hosts_file
