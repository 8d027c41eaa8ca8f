#include <wmclients/diff/observations.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_diff_observations {

using namespace wmclients;
using namespace wmclients::diff;

namespace {

Timestamp at(int second)
{
    return timestamp_from(1000 + second, 0);
}

/// What an owner is told of clients 10.0.0.NUMBER:5000 of a sink on port 8080.
struct Told {
    ToldListener listener;

    void client(int number, int came, int went)
    {
        Row row;
        row.client = *parse_endpoint("10.0.0." + std::to_string(number) + ":5000");
        row.sink_port = 8080;
        row.attached = at(came);
        row.ended = true;
        row.detached = at(went);
        listener.rows.push_back(row);
    }

    timeline::SnapshotTaken& snapshot(int when, const std::vector<unsigned>& numbers)
    {
        timeline::SnapshotTaken& taken = listener.snapshots.emplace_back();
        taken.port = 8080;
        taken.when = {at(when), 0};
        taken.count = static_cast<std::uint32_t>(numbers.size());
        for (const unsigned number : numbers) {
            timeline::ClientAnswer& answer = taken.clients.emplace_back();
            answer.ip_address = 0x0A000000U + number;
            answer.port = 5000;
            answer.address = "10.0.0." + std::to_string(number);
            answer.port_text = "5000";
        }
        return taken;
    }

    [[nodiscard]] std::string text(std::string_view name) const
    {
        std::string text;
        for (const Observation& one : observe(listener)) {
            for (const Observation::Choice& choice : one.choices) {
                text += one.name == name
                            ? std::string{choice.name} + " " + std::to_string(choice.count) + "; "
                            : std::string{};
            }
        }
        return text;
    }
};

/// Four come; the second goes; a fifth comes.
Told five()
{
    Told told;
    told.client(1, 1, 90);
    told.client(2, 2, 10);
    told.client(3, 3, 90);
    told.client(4, 4, 90);
    told.client(5, 20, 90);
    return told;
}

} // namespace

TEST_CASE("diff/observations: where the others go when somebody has left")
{
    Told told = five();
    told.snapshot(5, {1, 2, 3, 4}); // nobody has left: it tells nothing
    CHECK(told.text("index_order") == "attach 0; last_fills 0; next_fills 0; ");
    told.snapshot(15, {1, 3, 4});
    told.snapshot(25, {1, 3, 4, 5});
    CHECK(told.text("index_order") == "attach 2; last_fills 0; next_fills 1; ");

    told = five();
    told.snapshot(15, {1, 4, 3});
    told.snapshot(25, {1, 4, 3, 5});
    CHECK(told.text("index_order") == "attach 0; last_fills 2; next_fills 0; ");

    told = five();
    told.snapshot(15, {1, 3, 4});
    told.snapshot(25, {1, 5, 3, 4});
    CHECK(told.text("index_order") == "attach 1; last_fills 0; next_fills 2; ");
}

TEST_CASE(
    "diff/observations: a snapshot of others, or one that was not consistent, tells nothing of the order")
{
    Told told = five();
    told.snapshot(15, {1, 3});
    told.snapshot(15, {1, 4, 3}).consistent = false;
    CHECK(told.text("index_order") == "attach 0; last_fills 0; next_fills 0; ");
}

TEST_CASE("diff/observations: the byte order of an address, where it can be told")
{
    Told told;
    auto& taken = told.snapshot(1, {1, 2});
    taken.clients[1].ip_address = 0x0200000A;
    told.snapshot(2, {3}).clients[0].address = "::1";
    CHECK(told.text("address_order") == "host 1; network 1; ");
}

TEST_CASE("diff/observations: what stands for a name that is not known")
{
    Told told;
    auto& taken = told.snapshot(1, {1, 2, 3});
    taken.clients[1].dns_name = taken.clients[1].address;
    told.snapshot(2, {3}).clients[0].dns_name =
        "late.example"; // it got one: its empty one before tells nothing
    CHECK(told.text("unknown_name") == "empty 1; address 1; ");
}

} // namespace test_diff_observations
