#include <wmclients/diff/clock_offset.hpp>
#include <wmclients/diff/compare.hpp>

#include <doctest/doctest.h>

namespace test_diff_compare {

using namespace wmclients;
using namespace wmclients::diff;
using namespace std::chrono_literals;

namespace {

Timestamp at(double seconds)
{
    return timestamp_from(1000, 0) + Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

Row row(int client, double attached, double detached, const char* name = "")
{
    Row made;
    made.client = *parse_endpoint("10.0.0." + std::to_string(client) + ":5000");
    made.sink_port = 8080;
    made.attached = at(attached);
    made.ended = detached >= 0;
    made.detached = detached >= 0 ? MaybeTime{at(detached)} : MaybeTime{};
    made.dns_name = name;
    return made;
}

Account account(std::vector<Row> rows, double begin = 0, double end = 100)
{
    Account made;
    made.rows = std::move(rows);
    made.begin = at(begin);
    made.end = at(end);
    return made;
}

/// The same, told by a clock that is `seconds` ahead.
Account ahead(Account of, double seconds)
{
    const Duration by{static_cast<std::int64_t>(seconds * 1e9)};
    for (Row& row : of.rows) {
        row.attached = row.attached ? MaybeTime{*row.attached + by} : MaybeTime{};
        row.detached = row.detached ? MaybeTime{*row.detached + by} : MaybeTime{};
    }
    of.begin = *of.begin + by;
    of.end = *of.end + by;
    return of;
}

std::vector<std::string> differences(const Result& result)
{
    std::vector<std::string> texts;
    for (const Difference& difference : result.differences) {
        texts.push_back(std::string{to_string(difference.what)} + " " + difference.a + " | " + difference.b);
    }
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("diff/compare: the same account has no difference, whatever its clock")
{
    const Account a =
        account({row(1, 10, 20), row(2, 11, 30, "two.example"), row(1, 25, 35), row(3, 40, -1)});
    for (const double seconds : {0.0, 0.3, -5000.0, 86400.0}) {
        const Account b = ahead(a, seconds);
        const Result result = compare(a, b, {});
        CHECK(differences(result) == Texts{});
        CHECK(result.matched == 4);
        CHECK(std::chrono::duration<double>(result.clock_offset).count() == doctest::Approx(seconds));
        CHECK(result.offset_events == 3); // of the clients that are there once
    }
}

TEST_CASE("diff/compare: who is on one side alone is told, unless the other side does not cover that time")
{
    const Account a = account({row(1, 10, 20), row(2, 30, 40), row(3, 1, 3)});
    const Account b = account({row(1, 10, 20), row(4, 50, 60), row(5, 98, 120)}, 5, 130);
    const Result result = compare(a, b, {});
    CHECK(differences(result)
          == Texts{"only_a 10.0.0.2:5000 | ", "only_b  | 10.0.0.4:5000", "only_b  | 10.0.0.5:5000"});
    CHECK(result.outside_a == 1); // client 3, before B begins
    const Account longer = account({row(1, 10, 20), row(5, 99.5, 120)}, 5, 130);
    CHECK(compare(account({row(1, 10, 20)}), longer, {}).outside_b == 1);
}

TEST_CASE("diff/compare: times within the tolerance are the same")
{
    const Account a = account({row(1, 10, 20), row(2, 11, 21), row(3, 12, 22)});
    const Account b = account({row(1, 10.9, 20), row(2, 11, 22.5), row(3, 12, 22)});
    Options options;
    options.clock_offset = 0s;
    CHECK(differences(compare(a, b, options))
          == Texts{"detached_at " + to_rfc3339(at(21)) + " | " + to_rfc3339(at(22.5))});
    options.tolerance = 500ms;
    CHECK(compare(a, b, options).differences.size() == 2);
    options.tolerance = 2s;
    CHECK(compare(a, b, options).differences.empty());
}

TEST_CASE("diff/compare: an end that one side has not, and that it should have")
{
    const Account a = account({row(1, 10, 20), row(2, 11, 99.9)});
    const Account b = account({row(1, 10, -1), row(2, 11, -1)});
    const Result result = compare(a, b, {});
    CHECK(differences(result) == Texts{"detached_at " + to_rfc3339(at(20)) + " | attached"});
}

TEST_CASE("diff/compare: a port that is used again matches by time")
{
    const Account a = account({row(1, 10, 20), row(1, 30, 40), row(1, 50, 60)});
    const Account b = account({row(1, 50, 60), row(1, 10, 20)});
    Options options;
    options.clock_offset = 0s;
    const Result result = compare(a, b, options);
    CHECK(result.matched == 2);
    CHECK(differences(result) == Texts{"only_a 10.0.0.1:5000 | "});
    CHECK(result.differences[0].at == at(30));
}

TEST_CASE("diff/compare: one client under two addresses, if its times are like nobody else's")
{
    const Account a = account({row(1, 10, 20), row(2, 30, 40), row(3, 50, 60), row(4, 50, 60)});
    const Account b = account({row(1, 10, 20), row(7, 30.1, 40), row(8, 50, 60), row(9, 50, 60)});
    const Result result = compare(a, b, {});
    const Texts found = differences(result);
    REQUIRE(found.size() == 5);
    CHECK(found[0] == "endpoint 10.0.0.2:5000 | 10.0.0.7:5000");
    for (std::size_t i = 1; i < 5; ++i) {
        CHECK(found[i].substr(0, 5) == "only_");
    }
}

TEST_CASE("diff/compare: names differ")
{
    const Result result =
        compare(account({row(1, 10, 20, "a.example")}), account({row(1, 10, 20, "b.example")}), {});
    CHECK(differences(result) == Texts{"dns_name a.example | b.example"});
}

TEST_CASE("diff/compare: a name that one side does not know is no difference")
{
    const Account named = account({row(1, 10, 20, "a.example")});
    CHECK(differences(compare(named, account({row(1, 10, 20)}), {})) == Texts{});
    CHECK(differences(compare(account({row(1, 10, 20)}), named, {})) == Texts{});
}

TEST_CASE("diff/compare: sinks of other ports have nothing to do with each other")
{
    Account b = account({row(1, 10, 20)});
    b.rows[0].sink_port = 8081;
    const Result result = compare(account({row(1, 10, 20)}), b, {});
    CHECK(result.matched == 0);
    CHECK(result.differences.size() == 2);
}

TEST_CASE("diff/compare: nothing in common is not a success")
{
    CHECK_FALSE(compare(account({}), account({}), {}).compared());
    CHECK_FALSE(
        compare(account({row(1, 1, 2)}, 0, 10), account({row(2, 101, 102)}, 100, 110), {}).compared());
}

TEST_CASE("diff/clock_offset: the median bears those who were told at another moment")
{
    std::vector<Row> rows;
    for (int i = 1; i <= 9; ++i) {
        rows.push_back(row(i, i, 50 + i));
    }
    const Account a = account(rows);
    Account b = ahead(a, 7);
    for (int i = 0; i < 8; ++i) {
        b.rows[static_cast<std::size_t>(i)].detached = at(90);
    }
    CHECK(estimate_clock_offset(a, b).offset == 7s);
    CHECK(estimate_clock_offset(a, b).events == 18);
    CHECK(estimate_clock_offset(a, account({row(200, 1, 2)})).events == 0);
}

TEST_CASE("diff/compare: snapshots are compared with what the other side would say at that instant")
{
    // A timeline of two clients; a log took snapshots of its own object.
    Caps caps;
    timeline::ClientTimeline timeline{{}, caps};
    const Endpoint server = *parse_endpoint("10.0.0.9:8080");
    timeline.on(timeline::SinkOpen{server, {}, "Rex/9", {}});
    timeline.on(timeline::SinkStreaming{server, {at(5), 0}, {}});
    for (std::uint64_t i = 1; i <= 2; ++i) {
        timeline::PlayStarted started;
        started.connection = i;
        started.client = *parse_endpoint("192.168.0." + std::to_string(i) + ":5000");
        started.server = server;
        started.attached = {at(10.0 * static_cast<double>(i)), 0};
        timeline.on(started);
    }
    timeline.on(timeline::ConnectionEnded{1, {at(30), 0}, timeline::EndReason::client_fin, {}, {}});
    const Account a = account_of(timeline, at(0), at(100));
    Account b = account(a.rows);

    const auto snapshot = [](double when, std::vector<int> clients) {
        timeline::SnapshotTaken taken;
        taken.port = 8080;
        taken.when = {at(when), 0};
        taken.count = static_cast<std::uint32_t>(clients.size());
        for (const int client : clients) {
            timeline::ClientAnswer answer;
            answer.address = "192.168.0." + std::to_string(client);
            answer.ip_address = 0xC0A80000U + static_cast<std::uint32_t>(client);
            answer.port = 5000;
            answer.port_text = "5000";
            taken.clients.push_back(answer);
        }
        return taken;
    };
    timeline::SnapshotTaken early = snapshot(2, {});
    early.count_result = Hresult::ns_e_invalid_request;
    // At 20.4 s the second client is there on one side and not yet on the other: within the tolerance.
    b.snapshots = {early,
                   snapshot(7, {}),
                   snapshot(15, {1}),
                   snapshot(20.4, {1}),
                   snapshot(25, {1, 2}),
                   snapshot(40, {2})};
    const Result good = compare(a, b, {});
    CHECK(differences(good) == Texts{});
    CHECK(good.snapshots == 6);

    b.snapshots = {snapshot(15, {}), snapshot(25, {2, 1})};
    b.snapshots[0].count = 0;
    const Texts found = differences(compare(a, b, {}));
    REQUIRE(found.size() == 5);
    CHECK(found[0] == "snapshot 1 | 0");
    CHECK(found[1] == "snapshot 0xC0A80001, 5000 | 0xC0A80002, 5000");
    CHECK(found[2] == "snapshot 192.168.0.1, 5000, \"\" | 192.168.0.2, 5000, \"\"");
    CHECK(compare(b, a, {}).differences.front().a == "0"); // whoever told it
}

TEST_CASE("diff/account: the rows of what a log says that the owner was told")
{
    ToldListener told;
    const Endpoint client = *parse_endpoint("10.0.0.1:5000");
    using Kind = timeline::ClientTold::Kind;
    told.on(timeline::ClientTold{Kind::connect, client, 8080, {at(1), 0}, "", {}});
    told.on(timeline::ClientTold{Kind::properties, client, 8080, {at(2), 0}, "one.example", {}});
    told.on(timeline::ClientTold{Kind::disconnect, client, 8080, {at(3), 0}, "", {}});
    told.on(timeline::ClientTold{Kind::connect, client, 8080, {at(4), 0}, "", {}});
    told.on(timeline::ClientTold{Kind::disconnect, *parse_endpoint("10.0.0.2:1"), 8080, {at(5), 0}, "", {}});
    REQUIRE(told.rows.size() == 3);
    CHECK(told.rows[0].dns_name == "one.example");
    CHECK(told.rows[0].detached == at(3));
    CHECK_FALSE(told.rows[1].ended);
    CHECK_FALSE(told.rows[2].attached); // it came before the log
    CHECK(told.rows[2].ended);
}

TEST_CASE("diff/account: what was told twice of one attachment is one row")
{
    ToldListener told;
    const Endpoint client = *parse_endpoint("10.0.0.1:5000");
    using Kind = timeline::ClientTold::Kind;
    told.on(timeline::ClientTold{Kind::connect, client, 8080, {at(1), 0}, "", {}, 1});
    told.on(timeline::ClientTold{Kind::connect, client, 8080, {at(1.1), 0}, "one.example", {}, 1});
    told.on(timeline::ClientTold{Kind::disconnect, client, 8080, {at(3), 0}, "", {}, 1});
    told.on(timeline::ClientTold{Kind::disconnect, client, 8080, {at(3.1), 0}, "", {}, 1});
    told.on(timeline::ClientTold{Kind::connect, client, 8080, {at(4), 0}, "", {}, 2});
    REQUIRE(told.rows.size() == 2);
    CHECK(told.rows[0].attached == at(1));
    CHECK(told.rows[0].detached == at(3));
    CHECK(told.rows[0].dns_name == "one.example");
    CHECK_FALSE(told.rows[1].ended);
}

} // namespace test_diff_compare
