#include <wmclients/net/flow_table.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
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

using Pair = std::pair<Endpoint, Endpoint>;

/// An IPv6 endpoint of two numbers, in memory order.
Endpoint endpoint6(std::uint64_t high, std::uint64_t low, std::uint16_t port)
{
    Endpoint made;
    std::memcpy(made.address.bytes.data(), &high, 8);
    std::memcpy(made.address.bytes.data() + 8, &low, 8);
    made.port = port;
    return made;
}

/// How many cells a search looks at for each of `pairs` once all are in a table, at the most and in all.
std::pair<std::size_t, std::size_t> cells_looked_at(const std::vector<Pair>& pairs, const HashKey& key)
{
    FlowTable table{key};
    for (std::uint32_t slot = 0; slot < pairs.size(); ++slot) {
        table.insert(table.hash(pairs[slot].first, pairs[slot].second), slot);
    }
    std::size_t most = 0;
    std::size_t sum = 0;
    for (std::uint32_t slot = 0; slot < pairs.size(); ++slot) {
        const std::size_t looked = table.cells_to(table.hash(pairs[slot].second, pairs[slot].first), slot);
        most = std::max(most, looked);
        sum += looked;
    }
    return {most, sum};
}

} // namespace

TEST_CASE("net/flow_table: a connection hashes alike in both directions, and unlike with other secrets")
{
    const FlowTable table{{1, 1}};
    const FlowTable other{{1, 2}};
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
    const FlowTable table{{7, 8}};
    CHECK(table.hash(endpoint(1, 80), endpoint(2, 90)) != table.hash(endpoint(1, 90), endpoint(2, 80)));
}

TEST_CASE("net/flow_table: slots with one hash are told apart by the caller")
{
    FlowTable table{{7, 8}};
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
        FlowTable table{{*rc::gen::arbitrary<std::uint64_t>(), 1}};
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

TEST_CASE("net/flow_table: no pattern of addresses and ports makes searches long")
{
    // At most half of the cells are taken: with hashes as good as chance a search looks at 1.5 of them at the
    // most, on average, and at some dozens in the worst case (Knuth, The Art of Computer Programming, volume
    // 3, section 6.4).
    constexpr std::size_t count = 60'000;
    constexpr std::uint64_t once_constant = 0xA076'1D64'78BD'642F; // of a hash that was used here before
    std::map<const char*, std::vector<Pair>> patterns;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto port = static_cast<std::uint16_t>(i);
        const std::array<std::uint8_t, 4> a{10, static_cast<std::uint8_t>(i >> 16),
                                            static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        const std::array<std::uint8_t, 4> b{
            static_cast<std::uint8_t>(~a[0]), static_cast<std::uint8_t>(~a[1]),
            static_cast<std::uint8_t>(~a[2]), static_cast<std::uint8_t>(~a[3])};
        patterns["ports in order"].emplace_back(endpoint(1, port), endpoint(2, 8080));
        patterns["addresses in order"].emplace_back(Endpoint{IpAddress::v4(a.data()), 1}, endpoint(2, 8080));
        patterns["both sides complement each other"].emplace_back(
            Endpoint{IpAddress::v4(a.data()), port},
            Endpoint{IpAddress::v4(b.data()), static_cast<std::uint16_t>(~port)});
        patterns["both sides alike"].emplace_back(Endpoint{IpAddress::v4(a.data()), port},
                                                  Endpoint{IpAddress::v4(a.data()), port});
        patterns["ports change places"].emplace_back(
            endpoint(1, static_cast<std::uint16_t>(i / 2)),
            endpoint(1, static_cast<std::uint16_t>(i % 2 == 0 ? 65'535 - i / 2 : 40'000 + i / 4)));
        patterns["IPv6, one half constant"].emplace_back(endpoint6(std::uint64_t{i} << 20, once_constant, 1),
                                                         endpoint6(1, 1, 8080));
        patterns["IPv6, a half of zeros"].emplace_back(endpoint6(0, std::uint64_t{i} << 32, 1),
                                                       endpoint6(0, 0, 0));
        patterns["IPv6, halves whose sum is the same"].emplace_back(
            endpoint6(std::uint64_t{i} << 32, ~(std::uint64_t{i} << 32), 1), endpoint6(1, 1, 8080));
    }
    for (auto& pattern : patterns) {
        CAPTURE(pattern.first);
        auto& pairs = pattern.second;
        std::sort(pairs.begin(), pairs.end());
        pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
        for (const HashKey& key : {HashKey{}, HashKey{1, 0}, HashKey::random()}) {
            const auto [most, sum] = cells_looked_at(pairs, key);
            CHECK(most < 64);
            CHECK(sum < pairs.size() * 2);
        }
    }
}

TEST_CASE("net/flow_table: what collides under one key does not under the next")
{
    const FlowTable table{{1, 2}};
    const FlowTable next{{1, 3}};
    // Searched for, as somebody could who knew the key: 200 connections whose hashes agree in 12 bits.
    std::vector<Pair> found;
    std::map<std::uint32_t, std::size_t> apart;
    for (std::uint32_t i = 0; found.size() < 200; ++i) {
        const Pair pair{endpoint(static_cast<std::uint8_t>(i >> 16), static_cast<std::uint16_t>(i)),
                        endpoint(2, 8080)};
        if ((table.hash(pair.first, pair.second) & 0xFFF) == 0) {
            found.push_back(pair);
            ++apart[next.hash(pair.first, pair.second) & 0xFFF];
        }
    }
    CHECK(cells_looked_at(found, {1, 2}).first > 100);
    CHECK(cells_looked_at(found, {1, 3}).first < 20);
    CHECK(apart.size() > 180);
}

} // namespace test_net_flow_table
