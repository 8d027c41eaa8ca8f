#include <wmclients/timeline/client_timeline.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_timeline_forgetting {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

const Endpoint server = *parse_endpoint("10.78.0.1:8080");

PacketRef at(std::int64_t second)
{
    return {static_cast<std::uint64_t>(second), timestamp_from(second, 0), 0};
}

Moment moment(std::int64_t second)
{
    return {timestamp_from(second, 0), static_cast<std::uint64_t>(second)};
}

Endpoint client(std::uint64_t connection)
{
    return *parse_endpoint("10.78.1." + std::to_string(connection) + ":50000");
}

struct Fixture final : ClientObserver {
    Fixture()
    {
        timeline.observe(*this);
        timeline.on(SinkOpen{server, {}, "Rex/12", at(1)});
    }

    void play(std::uint64_t connection)
    {
        PlayStarted event;
        event.connection = connection;
        event.client = client(connection);
        event.server = server;
        event.attached = moment(2);
        const std::string agent = "NSPlayer/" + std::to_string(connection);
        event.facts.user_agent = agent;
        event.seen = at(2);
        timeline.on(event);
    }

    void end(std::uint64_t connection)
    {
        timeline.on(ConnectionEnded{connection, moment(3), EndReason::client_fin, {}, at(3)});
        timeline.on(ConnectionClosed{connection, ConnectionClass::data, "", TrackingEnd::none, at(3)});
    }

    void count(std::uint64_t connection, std::uint64_t bytes)
    {
        LiveState state;
        state.counters.media_bytes = bytes;
        timeline.on(ClientState{connection, 0, state, TrackingEnd::none, true, at(4)});
    }

    std::size_t forget_detached()
    {
        return timeline.forget(
            [this](const Client& one) { return timeline.detach_of(one).reason != EndReason::none; });
    }

    void properties_changed(const Client& one, const Moment&) override { renamed.push_back(one.connection); }

    void disconnected(const Client& one, const Detach&, const LiveState&, Timestamp) override
    {
        gone.push_back(one.connection);
    }

    Caps caps;
    ClientTimeline timeline{{}, caps};
    std::vector<std::uint64_t> renamed;
    std::vector<std::uint64_t> gone;
};

} // namespace

TEST_CASE("timeline/forgetting: who stays keeps name, counters and fate")
{
    Fixture fixture;
    ClientTimeline& timeline = fixture.timeline;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        fixture.play(i);
        fixture.count(i, i * 100);
        timeline.on(
            NameLearnt{client(i).address, "host" + std::to_string(i), dns::NameSource::live_ptr, moment(2)});
    }
    timeline.on(PlayRefused{9, client(9), server, moment(3), 503, "curl", at(3)});
    for (const std::uint64_t i : std::initializer_list<std::uint64_t>{1, 2, 4}) {
        fixture.end(i);
    }
    CHECK(fixture.forget_detached() == 3);
    CHECK(fixture.gone.size() == 3);
    CHECK(timeline.refusals().empty());
    REQUIRE(timeline.clients().size() == 2);
    const Client& third = timeline.clients()[0];
    CHECK(third.connection == 3);
    CHECK(third.row == 0);
    CHECK(timeline.text(third.user_agent) == "NSPlayer/3");
    CHECK(timeline.text(timeline.name_of(third.endpoint.address, {}).text) == "host3");
    CHECK(timeline.state_at_instant(third)->counters.media_bytes == 300);
    CHECK(timeline.text(timeline.endpoints()[0].server) == "Rex/12");

    // What comes later finds the rows where they are now.
    fixture.count(5, 555);
    CHECK(timeline.state_at_instant(timeline.clients()[1])->counters.media_bytes == 555);
    fixture.renamed.clear();
    timeline.on(NameLearnt{client(5).address, "other", dns::NameSource::live_ptr, moment(4)});
    CHECK(fixture.renamed == std::vector<std::uint64_t>{5});
    fixture.end(5);
    CHECK(fixture.gone.back() == 5);
    CHECK(timeline.detach_of(timeline.clients()[1]).reason == EndReason::client_fin);
    fixture.play(6);
    CHECK(timeline.clients()[2].row == 2);
}

TEST_CASE("timeline/forgetting: of an attached client that is forgotten nothing is heard any more")
{
    Fixture fixture;
    fixture.play(1);
    fixture.play(2);
    CHECK(fixture.timeline.forget([](const Client& one) { return one.connection == 1; }) == 1);
    fixture.count(1, 5);
    fixture.end(1);
    CHECK(fixture.gone.empty());
    fixture.end(2);
    CHECK(fixture.gone == std::vector<std::uint64_t>{2});
}

TEST_CASE("timeline/forgetting: one who was given up while silent may be found again")
{
    Fixture fixture;
    ClientTimeline& timeline = fixture.timeline;
    fixture.play(1);
    fixture.end(1);
    fixture.play(2);
    timeline.on(ConnectionClosed{2, ConnectionClass::data, "", TrackingEnd::idle, at(600)});
    CHECK(timeline.is_unfollowed(client(2), server));
    CHECK(fixture.forget_detached() == 1);
    CHECK(timeline.is_unfollowed(client(2), server));
    timeline.on(LateEnd{client(2), server, moment(700), EndReason::client_rst, at(700)});
    CHECK(timeline.detach_of(timeline.clients()[0]).reason == EndReason::client_rst);
    CHECK(fixture.forget_detached() == 1);
    CHECK_FALSE(timeline.is_unfollowed(client(2), server));
}

TEST_CASE("timeline/forgetting: a row that waited for its connection ends with it, once")
{
    Fixture fixture;
    ClientTimeline& timeline = fixture.timeline;
    SocketFacts socket;
    socket.local_address = server.address;
    timeline.on(SocketSeen{1000, client(1), server, socket, at(4)});
    REQUIRE(timeline.clients().size() == 1);
    // Its connection is seen from the middle on, and ends without a Play.
    timeline.on(ConnectionOpen{1, client(1), server, at(5), {}, at(5)});
    timeline.on(ConnectionEnded{1, moment(6), EndReason::client_fin, {}, at(6)});
    timeline.on(ConnectionClosed{1, ConnectionClass::foreign, "", TrackingEnd::none, at(6)});
    CHECK(timeline.detach_of(timeline.clients()[0]).reason == EndReason::client_fin);
    CHECK(fixture.gone.size() == 1);
    CHECK_FALSE(timeline.is_unfollowed(client(1), server));
    // Another one from there, whose beginning was lost, is not the same.
    PlayStarted play;
    play.connection = 2;
    play.client = client(1);
    play.server = server;
    timeline.on(play);
    CHECK(timeline.clients().size() == 2);
}

TEST_CASE("timeline/forgetting: names go only when they are many and nobody has them")
{
    Fixture fixture;
    ClientTimeline& timeline = fixture.timeline;
    fixture.caps.set_limit(Cap::names, 10);
    fixture.play(1);
    for (std::uint64_t i = 1; i <= 4; ++i) {
        timeline.on(
            NameLearnt{client(i).address, "host" + std::to_string(i), dns::NameSource::live_ptr, moment(2)});
    }
    const auto name = [&](std::uint64_t i) {
        return timeline.text(timeline.name_of(client(i).address, {}).text);
    };
    fixture.forget_detached();
    CHECK(name(4) == "host4");
    for (std::uint64_t i = 5; i <= 8; ++i) {
        timeline.on(
            NameLearnt{client(i).address, "host" + std::to_string(i), dns::NameSource::live_ptr, moment(2)});
    }
    // Of one that changes all the time the latest is left.
    for (int i = 0; i < 20; ++i) {
        timeline.on(
            NameLearnt{client(1).address, "name" + std::to_string(i), dns::NameSource::live_ptr, moment(3)});
    }
    fixture.forget_detached();
    CHECK(name(1) == "name19");
    CHECK(name(4).empty());
    CHECK(name(8).empty());
}

} // namespace test_timeline_forgetting
