#include <wmclients/timeline/events.hpp>

#include <doctest/doctest.h>

namespace test_timeline_events {

using namespace wmclients::timeline;

TEST_CASE("timeline/events: every name reads back as its value, and nothing else does")
{
    for (int i = 0; i <= static_cast<int>(EndReason::close); ++i) {
        const auto value = static_cast<EndReason>(i);
        CHECK(end_reason_from(to_string(value)) == value);
    }
    for (int i = 0; i <= static_cast<int>(TrackingEnd::capture_end); ++i) {
        const auto value = static_cast<TrackingEnd>(i);
        CHECK(tracking_end_from(to_string(value)) == value);
    }
    for (int i = 0; i <= static_cast<int>(ConnectionClass::foreign); ++i) {
        const auto value = static_cast<ConnectionClass>(i);
        CHECK(connection_class_from(to_string(value)) == value);
    }
    for (int i = 0; i <= static_cast<int>(LinkCertainty::client_id); ++i) {
        const auto value = static_cast<LinkCertainty>(i);
        CHECK(link_certainty_from(to_string(value)) == value);
    }
    CHECK_FALSE(end_reason_from("").has_value());
    CHECK_FALSE(end_reason_from("EOS").has_value());
    CHECK_FALSE(tracking_end_from("closed").has_value());
}

TEST_CASE("timeline/events: a fan-out passes every event on, in order")
{
    struct Counter final : EventListener {
        using EventListener::on;
        int events = 0;

        void on(const SinkOpen&) override { ++events; }

        void on(const NameLearnt&) override { ++events; }
    };

    Counter first;
    Counter second;
    EventFanOut fan_out;
    fan_out.add(first);
    fan_out.add(second);
    fan_out.on(SinkOpen{});
    fan_out.on(NameLearnt{});
    fan_out.on(PlayRefused{});
    CHECK(first.events == 2);
    CHECK(second.events == 2);
}

} // namespace test_timeline_events
