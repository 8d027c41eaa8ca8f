#include <wmclients/timeline/names.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_timeline_names {

using namespace wmclients;
using dns::NameSource;
using timeline::Instant;
using timeline::Name;
using timeline::Names;
using timeline::TextId;

namespace {

struct Fixture {
    /// The texts' ids are 1, 2, and so on.
    Fixture()
    {
        for (int i = 1; i < 200; ++i) {
            pool.intern("name" + std::to_string(i), caps);
        }
    }

    Caps caps;
    timeline::TextPool pool;
    Names names;
    IpAddress address = *parse_address("10.78.0.11");

    bool learn(std::uint32_t text, NameSource source, std::optional<std::int64_t> second)
    {
        timeline::NameLearnt event;
        event.address = address;
        event.source = source;
        if (second) {
            event.when = {timestamp_from(*second, 0), static_cast<std::uint64_t>(*second)};
        }
        event.name = pool.text(static_cast<TextId>(text));
        return names.learn(event, pool, caps);
    }

    [[nodiscard]] Name at(std::int64_t second) const
    {
        return names.name_of(address, Instant{timestamp_from(second, 0), 0});
    }
};

Name name(std::uint32_t text, NameSource source)
{
    return {static_cast<TextId>(text), source};
}

} // namespace

TEST_CASE("timeline/names: an address without names has none")
{
    CHECK(Fixture{}.at(10) == Name{});
}

TEST_CASE("timeline/names: the source with the highest precedence, within it the latest, at any instant")
{
    Fixture fixture;
    CHECK(fixture.learn(1, NameSource::captured_ptr, 10));
    CHECK(fixture.learn(2, NameSource::address_record, 20));
    CHECK(fixture.learn(3, NameSource::captured_ptr, 30));
    CHECK(fixture.learn(4, NameSource::multicast, 40));
    CHECK(fixture.at(9) == Name{});
    CHECK(fixture.at(10) == name(1, NameSource::captured_ptr));
    CHECK(fixture.at(25) == name(1, NameSource::captured_ptr));
    CHECK(fixture.at(45) == name(3, NameSource::captured_ptr));
    CHECK(fixture.names.name_of(fixture.address, {}) == name(3, NameSource::captured_ptr));
    CHECK(fixture.learn(5, NameSource::hosts_file, {}));
    CHECK(fixture.at(5) == name(5, NameSource::hosts_file));
    CHECK(fixture.names.name_of(*parse_address("10.78.0.12"), {}) == Name{});
}

TEST_CASE("timeline/names: a name that is repeated is no change, one that comes back is")
{
    Fixture fixture;
    CHECK(fixture.learn(1, NameSource::captured_ptr, 10));
    CHECK_FALSE(fixture.learn(1, NameSource::captured_ptr, 11));
    CHECK(fixture.learn(2, NameSource::captured_ptr, 12));
    CHECK(fixture.learn(1, NameSource::captured_ptr, 13));
    CHECK(fixture.at(14) == name(1, NameSource::captured_ptr));
}

TEST_CASE("timeline/names: caps on addresses and on changes")
{
    Fixture fixture;
    fixture.caps.set_limit(Cap::name_changes, 2);
    fixture.caps.set_limit(Cap::names, 1);
    CHECK(fixture.learn(1, NameSource::captured_ptr, 10));
    CHECK(fixture.learn(2, NameSource::captured_ptr, 11));
    CHECK_FALSE(fixture.learn(3, NameSource::captured_ptr, 12));
    CHECK(fixture.caps.times_reached(Cap::name_changes) == 1);
    CHECK(fixture.at(20) == name(2, NameSource::captured_ptr));
    fixture.address = *parse_address("10.78.0.12");
    CHECK_FALSE(fixture.learn(1, NameSource::captured_ptr, 10));
    CHECK(fixture.caps.times_reached(Cap::names) == 1);
}

} // namespace test_timeline_names
