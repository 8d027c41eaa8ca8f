#include <wmclients/sink/access_lists.hpp>

#include <doctest/doctest.h>

namespace test_sink_access_lists {

using namespace wmclients;
using namespace wmclients::sink;

namespace {

AccessLists lists(const std::vector<const char*>& allow, const std::vector<const char*>& deny)
{
    AccessLists made;
    for (const char* text : allow) {
        made.add(AccessKind::include, *parse_cidr(text));
    }
    for (const char* text : deny) {
        made.add(AccessKind::exclude, *parse_cidr(text));
    }
    return made;
}

bool allows(const AccessLists& lists, const char* address)
{
    return lists.allows(*parse_address(address));
}

} // namespace

TEST_CASE("sink/access_lists: who gets in, as the help of Windows Media Encoder 9 has it")
{
    struct Case {
        std::vector<const char*> allow;
        std::vector<const char*> deny;
        bool one;
        bool two;
        bool three;
    };

    const std::vector<Case> table{
        {{}, {}, true, true, true},
        {{}, {"10.0.0.1"}, false, true, true},
        {{"10.0.0.1"}, {}, true, false, false},
        {{"10.0.0.1"}, {"10.0.0.2"}, true, false, false},
        {{"10.0.0.1"}, {"10.0.0.1"}, false, false, false},
        {{"10.0.0.1", "10.0.0.2"}, {"10.0.0.1"}, false, true, false},
    };
    for (const Case& row : table) {
        const AccessLists made = lists(row.allow, row.deny);
        CHECK(allows(made, "10.0.0.1") == row.one);
        CHECK(allows(made, "10.0.0.2") == row.two);
        CHECK(allows(made, "10.0.0.3") == row.three);
    }
}

TEST_CASE("sink/access_lists: prefixes of both families, which do not touch one another")
{
    const AccessLists made = lists({}, {"192.168.0.0/16", "fd00::/8", "::1"});
    CHECK_FALSE(allows(made, "192.168.255.255"));
    CHECK(allows(made, "192.169.0.0"));
    CHECK_FALSE(allows(made, "fdff::1"));
    CHECK(allows(made, "fe80::1"));
    CHECK_FALSE(allows(made, "::1"));
    CHECK(allows(made, "::2"));
    CHECK_FALSE(allows(lists({"0.0.0.0/0"}, {}), "fd00::1")); // every IPv4 address, and no IPv6 one
    CHECK(allows(lists({"0.0.0.0/0"}, {}), "203.0.113.9"));
    CHECK(allows(lists({"::/0"}, {}), "fd00::1"));
}

TEST_CASE("sink/access_lists: a mask need not be a prefix")
{
    AccessLists made;
    made.add(AccessKind::exclude, {*parse_address("0.0.0.7"), *parse_address("0.0.0.255")});
    CHECK_FALSE(allows(made, "10.1.2.7"));
    CHECK(allows(made, "10.1.2.8"));
}

TEST_CASE("sink/access_lists: what is no address or prefix is refused")
{
    for (const char* text :
         {"", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "::1/129", "host", "10.0.0.1/8x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_cidr(text));
    }
    CHECK(parse_cidr("10.0.0.1") == parse_cidr("10.0.0.1/32"));
}

TEST_CASE("sink/access_lists: entries are removed by their zero-based index")
{
    AccessLists made = lists({"10.0.0.1", "10.0.0.2"}, {});
    CHECK(made.remove(AccessKind::include, 2) == Hresult::ns_e_invalid_index);
    CHECK(made.remove(AccessKind::exclude, 0) == Hresult::ns_e_invalid_index);
    CHECK(made.remove(AccessKind::include, 0) == Hresult::s_ok);
    REQUIRE(made.entries(AccessKind::include).size() == 1);
    CHECK(allows(made, "10.0.0.2"));
    CHECK_FALSE(allows(made, "10.0.0.1"));
}

} // namespace test_sink_access_lists
