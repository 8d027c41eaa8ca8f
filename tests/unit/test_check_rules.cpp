#include <wmclients/check/rule.hpp>

#include <doctest/doctest.h>
#include <support/dialogue.hpp>

#include <set>

namespace test_check_rules {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_script;
using wmclients::testing::script_of_dialogue;

namespace {

std::string_view verdict_of(const Rule& rule, std::string_view example)
{
    // http.response.server-role wants to know what the server is.
    return to_string(check_script(rule, script_of_dialogue(example), Role::encoder).verdict());
}

} // namespace

TEST_CASE("check/rule: every rule says what it wants, and its examples show it")
{
    std::set<std::string_view> ids;
    for (const Rule* const rule : all_rules()) {
        CAPTURE(rule->id);
        CHECK(ids.insert(rule->id).second);
        CHECK_FALSE(rule->section.empty());
        CHECK_FALSE(rule->requirement.empty());
        CHECK_FALSE(rule->why.empty());
        if (std::holds_alternative<Undecidable>(rule->decide)) {
            continue;
        }
        CHECK(verdict_of(*rule, rule->passes) == "pass");
        if (rule->level == Level::may) {
            CHECK(rule->fails.empty());
        } else {
            CHECK(verdict_of(*rule, rule->fails) == "fail");
        }
        if (!rule->inconclusive.empty()) {
            CHECK(verdict_of(*rule, rule->inconclusive) == "inconclusive");
        }
    }
}

} // namespace test_check_rules
