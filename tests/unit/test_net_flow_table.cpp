#include <wmclients/net/flow_table.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>
#include <vector>

namespace test_net_flow_table {

using namespace wmclients;
using net::FlowTable;

namespace {

Endpoint endpoint(std::uint8_t last, std::uint16_t port)
{
    const std::array<std::uint8_t, 4> bytes{10, 0, 0, last};
    return {IpAddress::v4(bytes.data()), port};
}

} // namespace

TEST_CASE("net/flow_table: a connection hashes alike in both directions, and unlike with other secrets")
{
    const FlowTable table{1};
    const FlowTable other{2};
    std::size_t same = 0;
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        const Endpoint a = endpoint(1, port);
        const Endpoint b = endpoint(2, 8080);
        CHECK(table.hash(a, b) == table.hash(b, a));
        same += table.hash(a, b) == other.hash(a, b) ? 1U : 0U;
    }
    CHECK(same < 3);
}

TEST_CASE("net/flow_table: swapping ports between the sides gives another hash")
{
    const FlowTable table{7};
    CHECK(table.hash(endpoint(1, 80), endpoint(2, 90)) != table.hash(endpoint(1, 90), endpoint(2, 80)));
}

TEST_CASE("net/flow_table: slots with one hash are told apart by the caller")
{
    FlowTable table{7};
    for (std::uint32_t slot = 0; slot < 5; ++slot) {
        table.insert(42, slot);
    }
    for (std::uint32_t slot = 0; slot < 5; ++slot) {
        CHECK(table.find(42, [&](std::uint32_t candidate) { return candidate == slot; }) == slot);
    }
    CHECK(table.find(43, [](std::uint32_t) { return true; }) == FlowTable::none);
    table.erase(42, 2);
    CHECK(table.find(42, [](std::uint32_t candidate) { return candidate == 2; }) == FlowTable::none);
    CHECK(table.find(42, [](std::uint32_t candidate) { return candidate == 4; }) == 4);
    table.erase(42, 2); // not there
    CHECK(table.size() == 4);
}

TEST_CASE("net/flow_table: property: behaves as a map, through growth, collisions and erasure")
{
    CHECK(rc::check("as std::map", [] {
        FlowTable table{*rc::gen::arbitrary<std::uint64_t>()};
        std::map<std::uint32_t, std::uint32_t> expected; // slot to hash
        // Hashes crowd at the end of the table, so that searches go around it.
        const auto steps = *rc::gen::inRange(1, 3000);
        std::uint32_t next = 0;
        for (int i = 0; i < steps; ++i) {
            if (expected.empty() || *rc::gen::inRange(0, 3) != 0) {
                const auto hash = static_cast<std::uint32_t>(1020 + *rc::gen::inRange(0, 8));
                expected[next] = hash;
                table.insert(hash, next++);
            } else {
                auto victim = expected.lower_bound(*rc::gen::inRange<std::uint32_t>(0, next));
                victim = victim == expected.end() ? expected.begin() : victim;
                table.erase(victim->second, victim->first);
                expected.erase(victim);
            }
        }
        RC_ASSERT(table.size() == expected.size());
        for (std::uint32_t slot = 0; slot < next; slot += 7) {
            const auto found = expected.find(slot);
            const std::uint32_t hash = found == expected.end() ? 1023 : found->second;
            const auto answer = table.find(hash, [&](std::uint32_t candidate) { return candidate == slot; });
            RC_ASSERT(answer == (found == expected.end() ? FlowTable::none : slot));
        }
    }));
}

} // namespace test_net_flow_table
