#include <wmclients/timeline/client_timeline.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace test_timeline_client_timeline {

using namespace wmclients;
using namespace wmclients::timeline;

namespace {

const Endpoint server = *parse_endpoint("10.78.0.1:8080");
const Endpoint client = *parse_endpoint("10.78.0.11:50001");

Moment moment(std::int64_t second)
{
    return {timestamp_from(second, 0), static_cast<std::uint64_t>(second)};
}

PacketRef seen(std::int64_t second)
{
    return {static_cast<std::uint64_t>(second), timestamp_from(second, 0), 0};
}

struct Fixture {
    explicit Fixture(Policies policies = {}) : timeline(policies, caps)
    {
        SinkOpen open;
        open.endpoint = server;
        timeline.on(open);
    }

    void play(std::uint64_t connection, std::int64_t at, std::uint32_t ordinal = 0, Endpoint who = client)
    {
        PlayStarted event;
        event.connection = connection;
        event.ordinal = ordinal;
        event.client = who;
        event.server = server;
        if (at != 0) {
            event.attached = moment(at);
        }
        event.facts.user_agent = "NSPlayer";
        event.seen = seen(at);
        timeline.on(event);
    }

    void stream_ended(std::uint64_t connection, std::int64_t at, EndReason reason, std::uint32_t ordinal = 0)
    {
        StreamEnded event;
        event.connection = connection;
        event.ordinal = ordinal;
        event.when = moment(at);
        event.reason = reason;
        event.seen = seen(at);
        timeline.on(event);
    }

    void ended(std::uint64_t connection, std::int64_t at, EndReason reason)
    {
        ConnectionEnded event;
        event.connection = connection;
        event.when = moment(at);
        event.reason = reason;
        event.seen = seen(at);
        timeline.on(event);
    }

    void closed(std::uint64_t connection, TrackingEnd end)
    {
        ConnectionClosed event;
        event.connection = connection;
        event.tracking_end = end;
        timeline.on(event);
    }

    [[nodiscard]] Detach detach(std::size_t row) const
    {
        return timeline.detach_of(timeline.clients().at(row));
    }

    Caps caps;
    ClientTimeline timeline;
};

struct Observer final : ClientObserver {
    std::string text;

    void connected(const Client& row, Timestamp) override
    {
        text += "+" + std::to_string(row.endpoint.port) + " ";
    }

    void properties_changed(const Client& row, const Moment&) override
    {
        text += "~" + std::to_string(row.endpoint.port) + " ";
    }

    void disconnected(const Client& row, const Detach& detach, const LiveState&, Timestamp) override
    {
        text += "-" + std::to_string(row.endpoint.port) + "(" + std::string{to_string(detach.reason)} + ") ";
    }

    void refused(const Refusal& refusal, Timestamp) override
    {
        text += "!" + std::to_string(refusal.status) + " ";
    }
};

} // namespace

TEST_CASE("timeline/client_timeline: the first end counts, by time and not by order of arrival")
{
    Fixture fixture;
    fixture.play(1, 10);
    CHECK(fixture.detach(0).reason == EndReason::none);
    fixture.ended(1, 30, EndReason::client_fin);
    CHECK(fixture.detach(0).reason == EndReason::client_fin);
    fixture.stream_ended(1, 20, EndReason::eos);
    CHECK(fixture.detach(0).reason == EndReason::eos);
    CHECK(fixture.detach(0).when.time == timestamp_from(20, 0));
    fixture.ended(1, 40, EndReason::server_rst);
    fixture.stream_ended(1, 15, EndReason::body_end);
    CHECK(fixture.detach(0).reason == EndReason::eos);
}

TEST_CASE("timeline/client_timeline: by connection, the end of the stream does not detach")
{
    Fixture fixture{{AttachOn::play, DetachOn::connection}};
    fixture.play(1, 10);
    fixture.stream_ended(1, 20, EndReason::eos);
    CHECK(fixture.detach(0).reason == EndReason::none);
    fixture.ended(1, 30, EndReason::server_fin);
    CHECK(fixture.detach(0).reason == EndReason::server_fin);
}

TEST_CASE("timeline/client_timeline: rows of one connection end apart")
{
    Fixture fixture;
    fixture.play(1, 10, 0);
    fixture.stream_ended(1, 20, EndReason::body_end, 0);
    fixture.play(1, 30, 1);
    fixture.ended(1, 40, EndReason::client_rst);
    REQUIRE(fixture.timeline.clients().size() == 2);
    CHECK(fixture.detach(0).reason == EndReason::body_end);
    CHECK(fixture.detach(1).reason == EndReason::client_rst);
}

TEST_CASE("timeline/client_timeline: a late end detaches what is no longer followed, and nothing else")
{
    Fixture fixture;
    fixture.play(1, 10);
    fixture.closed(1, TrackingEnd::evicted);
    CHECK(fixture.timeline.is_unfollowed(client, server));
    LateEnd late;
    late.client = *parse_endpoint("10.78.0.12:50001");
    late.server = server;
    late.when = moment(50);
    fixture.timeline.on(late);
    CHECK(fixture.detach(0).reason == EndReason::none);
    late.client = client;
    late.reason = EndReason::server_rst;
    fixture.timeline.on(late);
    CHECK(fixture.detach(0).reason == EndReason::server_rst);
    CHECK(fixture.timeline.clients()[0].tracking_end == TrackingEnd::evicted);
    CHECK_FALSE(fixture.timeline.is_unfollowed(client, server));
}

TEST_CASE("timeline/client_timeline: a connection followed again goes on in its row, counters added up")
{
    Fixture fixture;
    fixture.play(1, 10);
    ClientState state;
    state.connection = 1;
    state.state.counters.data_packets = 5;
    fixture.timeline.on(state);
    fixture.closed(1, TrackingEnd::idle);
    fixture.play(2, 0);
    REQUIRE(fixture.timeline.clients().size() == 1);
    state.connection = 2;
    state.state.counters.data_packets = 7;
    fixture.timeline.on(state);
    CHECK(fixture.timeline.clients()[0].state.counters.data_packets == 12);
    CHECK_FALSE(fixture.timeline.clients()[0].state.counters.exact);
    // A Play that was seen to begin is another row.
    fixture.closed(2, TrackingEnd::idle);
    fixture.play(3, 90);
    CHECK(fixture.timeline.clients().size() == 2);
}

TEST_CASE("timeline/client_timeline: an observer is told once of each change")
{
    Fixture fixture;
    Observer observer;
    fixture.timeline.observe(observer);
    fixture.play(1, 10);
    NameLearnt name;
    name.address = client.address;
    name.name = "player.example";
    name.source = dns::NameSource::captured_ptr;
    name.when = moment(15);
    fixture.timeline.on(name);
    fixture.timeline.on(name);
    fixture.stream_ended(1, 20, EndReason::eos);
    fixture.ended(1, 30, EndReason::client_fin);
    name.name = "other.example";
    name.when = moment(40);
    fixture.timeline.on(name);
    PlayRefused refused;
    refused.client = client;
    refused.server = server;
    refused.status = 503;
    fixture.timeline.on(refused);
    CHECK(observer.text == "+50001 ~50001 -50001(eos) !503 ");
    CHECK(fixture.timeline.text(fixture.timeline.name_of(client.address, {}).text) == "other.example");
}

TEST_CASE("timeline/client_timeline: streaming begins at the earliest report, an unknown time being before "
          "the capture")
{
    Fixture fixture;
    CHECK_FALSE(fixture.timeline.endpoints()[0].streaming);
    SinkStreaming event;
    event.endpoint = server;
    event.since = moment(20);
    fixture.timeline.on(event);
    event.since = moment(10);
    fixture.timeline.on(event);
    event.since = moment(30);
    fixture.timeline.on(event);
    CHECK(fixture.timeline.endpoints()[0].streaming_since.time == timestamp_from(10, 0));
    event.since = {};
    fixture.timeline.on(event);
    CHECK_FALSE(fixture.timeline.endpoints()[0].streaming_since.time.has_value());
    event.since = moment(5);
    fixture.timeline.on(event);
    CHECK_FALSE(fixture.timeline.endpoints()[0].streaming_since.time.has_value());
}

TEST_CASE("timeline/client_timeline: caps on rows and on endpoints")
{
    Fixture fixture;
    fixture.caps.set_limit(Cap::clients, 1);
    fixture.caps.set_limit(Cap::sink_endpoints, 1);
    fixture.play(1, 10);
    fixture.play(2, 11);
    CHECK(fixture.timeline.clients().size() == 1);
    CHECK(fixture.caps.times_reached(Cap::clients) == 1);
    fixture.ended(2, 12, EndReason::client_fin); // of a row that was refused
    CHECK(fixture.detach(0).reason == EndReason::none);
    SinkOpen other;
    other.endpoint = *parse_endpoint("10.78.0.2:8080");
    fixture.timeline.on(other);
    CHECK(fixture.timeline.endpoints().size() == 1);
    CHECK(fixture.caps.times_reached(Cap::sink_endpoints) == 1);
}

TEST_CASE("timeline/client_timeline: events about what nobody knows are ignored")
{
    Fixture fixture;
    fixture.stream_ended(9, 1, EndReason::eos);
    fixture.ended(9, 1, EndReason::client_fin);
    fixture.closed(9, TrackingEnd::idle);
    PlayStarted play;
    play.client = client;
    play.server = *parse_endpoint("10.78.0.9:1");
    fixture.timeline.on(play);
    fixture.timeline.on(ClientState{});
    fixture.timeline.on(FactsLearnt{});
    CHECK(fixture.timeline.clients().empty());
}

TEST_CASE("timeline/client_timeline: rows of one connection are told apart by ordinal, in any order")
{
    Fixture fixture;
    for (std::uint32_t i = 0; i < 100; ++i) {
        PlayStarted play;
        play.connection = 1;
        play.ordinal = i * 37 % 100; // a log may have them in any order
        play.client = client;
        play.server = server;
        play.attached = moment(10);
        fixture.timeline.on(play);
    }
    for (std::uint32_t ordinal = 0; ordinal < 100; ++ordinal) {
        ClientState state;
        state.connection = 1;
        state.ordinal = ordinal;
        state.state.counters.media_bytes = ordinal;
        fixture.timeline.on(state);
    }
    for (const Client& row : fixture.timeline.clients()) {
        CHECK(row.state.counters.media_bytes == row.ordinal);
    }
    ClientState nobody;
    nobody.connection = 1;
    nobody.ordinal = 100;
    nobody.state.counters.media_bytes = 12'345;
    fixture.timeline.on(nobody);
    CHECK(std::none_of(fixture.timeline.clients().begin(), fixture.timeline.clients().end(),
                       [](const Client& row) { return row.state.counters.media_bytes == 12'345; }));
}

TEST_CASE("timeline/client_timeline: a row that comes after an end of its connection is told of the next one")
{
    Fixture fixture;
    fixture.play(1, 10);
    fixture.ended(1, 20, EndReason::server_fin);
    PlayStarted second;
    second.connection = 1;
    second.ordinal = 1;
    second.client = client;
    second.server = server;
    second.attached = moment(30);
    fixture.timeline.on(second);
    CHECK(fixture.detach(1).reason == EndReason::none);
    fixture.ended(1, 40, EndReason::client_fin);
    CHECK(fixture.detach(0).reason == EndReason::server_fin);
    CHECK(fixture.detach(1).reason == EndReason::client_fin);
}

} // namespace test_timeline_client_timeline
