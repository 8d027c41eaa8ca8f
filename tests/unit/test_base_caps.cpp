#include <wmclients/base/caps.hpp>

#include <doctest/doctest.h>

#include <set>

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

} // namespace test_base_caps
