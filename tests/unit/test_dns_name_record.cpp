#include <wmclients/dns/name_record.hpp>

#include <doctest/doctest.h>

namespace test_dns_name_record {

using wmclients::dns::NameSource;

TEST_CASE("dns/name_record: sources order by rising precedence")
{
    CHECK(NameSource::none < NameSource::address_record);
    CHECK(NameSource::address_record < NameSource::multicast);
    CHECK(NameSource::multicast < NameSource::captured_ptr);
    CHECK(NameSource::captured_ptr < NameSource::live_ptr);
    CHECK(NameSource::live_ptr < NameSource::hosts_file);
}

TEST_CASE("dns/name_record: every source has a term that reads back")
{
    CHECK(wmclients::dns::to_string(NameSource::none) == "none");
    CHECK(wmclients::dns::to_string(NameSource::address_record) == "address");
    CHECK(wmclients::dns::to_string(NameSource::multicast) == "multicast");
    CHECK(wmclients::dns::to_string(NameSource::captured_ptr) == "ptr");
    CHECK(wmclients::dns::to_string(NameSource::live_ptr) == "live_ptr");
    CHECK(wmclients::dns::to_string(NameSource::hosts_file) == "hosts");
    for (const auto source : {NameSource::none, NameSource::address_record, NameSource::multicast,
                              NameSource::captured_ptr, NameSource::live_ptr, NameSource::hosts_file}) {
        CHECK(wmclients::dns::parse_name_source(wmclients::dns::to_string(source)) == source);
    }
    CHECK_FALSE(wmclients::dns::parse_name_source("PTR"));
    CHECK_FALSE(wmclients::dns::parse_name_source(""));
}

} // namespace test_dns_name_record
