#include <wmclients/base/caps.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace test_base_caps {

using namespace wmclients;

TEST_CASE("base/caps: the table has every cap once, in the enum's order, with a name, a limit and a meaning")
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < caps_table.size(); ++i) {
        CHECK(static_cast<std::size_t>(caps_table[i].cap) == i);
        CHECK(names.insert(caps_table[i].name).second);
        CHECK(caps_table[i].limit > 0);
        CHECK_FALSE(caps_table[i].meaning.empty());
    }
}

TEST_CASE("base/caps: limits begin as in the table, can be set, and are counted apart")
{
    Caps caps;
    CHECK(caps.limit(Cap::head_bytes) == 64U << 10);
    caps.set_limit(Cap::head_bytes, 5);
    CHECK(caps.limit(Cap::head_bytes) == 5);
    CHECK(caps.limit(Cap::names) == 65'536);
    caps.reached(Cap::names);
    caps.reached(Cap::names);
    CHECK(caps.times_reached(Cap::names) == 2);
    CHECK(caps.times_reached(Cap::head_bytes) == 0);
}

TEST_CASE("base/caps: charges under one cap add up, are refused beyond it, and go with their holders")
{
    Caps caps;
    caps.set_limit(Cap::pending_bytes, 100);
    Charge kept;
    CHECK(kept.take(caps, Cap::pending_bytes, 60));
    {
        Charge passing;
        CHECK(passing.take(caps, Cap::pending_bytes, 40));
        CHECK_FALSE(passing.take(caps, Cap::pending_bytes, 1));
        CHECK(passing.amount() == 40);
        CHECK(passing.grow_to(caps, Cap::pending_bytes, 40));
        CHECK_FALSE(passing.grow_to(caps, Cap::pending_bytes, 41));
        CHECK(caps.times_reached(Cap::pending_bytes) == 2);
        CHECK(caps.in_use(Cap::pending_bytes) == 100);
    }
    CHECK(caps.in_use(Cap::pending_bytes) == 60);
    Charge heir{std::move(kept)};
    Charge last;
    last = std::move(heir);
    CHECK(caps.in_use(Cap::pending_bytes) == 60);
    last.release();
    CHECK(caps.in_use(Cap::pending_bytes) == 0);
    caps.set_limit(Cap::pending_bytes, 0);
    CHECK_FALSE(last.take(caps, Cap::pending_bytes, 1));
}

TEST_CASE("base/caps: SECURITY.md has every limit, as it is")
{
    std::ifstream stream{WMCLIENTS_SECURITY};
    const std::string page{std::istreambuf_iterator<char>{stream}, {}};
    REQUIRE_FALSE(page.empty());
    for (const CapInfo& info : caps_table) {
        const std::string row = "| `" + std::string{info.name} + "` | " + std::to_string(info.limit) + " | "
                                + std::string{info.meaning} + " |";
        CAPTURE(row);
        CHECK(page.find(row) != std::string::npos);
    }
}

} // namespace test_base_caps
