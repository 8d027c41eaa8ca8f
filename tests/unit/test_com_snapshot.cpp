#include <wmclients/com/snapshot.hpp>

#include <doctest/doctest.h>

namespace test_com_snapshot {

using namespace wmclients;
using namespace wmclients::timeline;

TEST_CASE("com/snapshot: the clients attached at the instant, with the names known then")
{
    Caps caps;
    ClientTimeline timeline{Policies{}, caps};
    const Endpoint server = *parse_endpoint("10.0.0.1:8080");
    const auto at = [](int second) {
        return Moment{timestamp_from(second, 0), static_cast<std::uint64_t>(second)};
    };
    timeline.on(SinkOpen{server, {}, {}, {}});
    timeline.on(SinkStreaming{server, at(5), {}});
    for (std::uint16_t i = 1; i <= 2; ++i) {
        PlayStarted started;
        started.connection = i;
        started.client = *parse_endpoint("10.0.0.5:" + std::to_string(5000 + i));
        started.server = server;
        started.attached = at(10 * i);
        timeline.on(started);
    }
    timeline.on(
        NameLearnt{*parse_address("10.0.0.5"), "early.example", dns::NameSource::captured_ptr, at(12)});
    timeline.on(
        NameLearnt{*parse_address("10.0.0.5"), "late.example", dns::NameSource::captured_ptr, at(25)});

    const auto snapshot = [&](int second) {
        const Instant instant{timestamp_from(second, 0), 0};
        return com::snapshot_of(timeline, list_sinks(timeline, instant, {}).front(), instant);
    };
    CHECK_FALSE(snapshot(1).streaming);
    CHECK(snapshot(5).streaming);
    CHECK(snapshot(5).clients.empty());
    REQUIRE(snapshot(11).clients.size() == 1);
    CHECK(snapshot(11).clients[0].dns_name.empty());
    REQUIRE(snapshot(20).clients.size() == 2);
    CHECK(snapshot(20).clients[0].endpoint.port == 5001);
    CHECK(snapshot(20).clients[1].dns_name == "early.example");
    CHECK(snapshot(25).clients[0].dns_name == "late.example");
    CHECK(com::snapshot_of(timeline, timeline.clients()[0], {}).clients[0].dns_name == "late.example");
}

} // namespace test_com_snapshot
