#include <wmclients/check/baseline.hpp>

#include <doctest/doctest.h>

namespace test_check_baseline {

using namespace wmclients;
using namespace wmclients::check;

TEST_CASE("check/baseline: what was written is read back, raw bytes and all")
{
    const std::set<Finding> findings{{"a.rule", "NSPlayer/9.0"}, {"a.rule", ""}, {"b.rule", "\xFF\x1b[31m"}};
    const auto again = parse_baseline(dump(baseline_to_json(findings), 1));
    REQUIRE(again);
    CHECK(*again == findings);
}

TEST_CASE("check/baseline: what is no baseline is refused")
{
    for (const char* const text :
         {"", "[]", "{}", R"({"schema_version":2,"findings":[]})", R"({"schema_version":1,"findings":{}})",
          R"({"schema_version":1,"findings":["a.rule"]})",
          R"({"schema_version":1,"findings":[{"party":"x"}]})"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_baseline(text));
    }
    CHECK(parse_baseline(R"({"schema_version":1,"findings":[{"rule":"x"}]})"));
}

} // namespace test_check_baseline
