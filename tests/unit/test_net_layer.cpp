#include "test_net_support.hpp"

#include <wmclients/net/layer.hpp>

#include <doctest/doctest.h>

namespace test_net_layer {

using wmclients::net::WireBytes;

TEST_CASE("net/layer: bytes taken off the front leave the wire length too")
{
    const net_packets::Buffer bytes = net_packets::text("headerpayload");
    const WireBytes whole{bytes, 40};
    CHECK(wmclients::as_text(whole.after(6).captured) == "payload");
    CHECK(whole.after(6).length == 34);
    CHECK(whole.after(13).captured.empty());
    CHECK(whole.after(13).length == 27);
}

TEST_CASE("net/layer: a stated length drops padding and counts what was not captured")
{
    const net_packets::Buffer bytes = net_packets::text("payloadpadding");
    const WireBytes whole{bytes, 14};
    CHECK(wmclients::as_text(whole.limited_to(7).captured) == "payload");
    CHECK(whole.limited_to(7).length == 7);
    CHECK(whole.limited_to(100).captured.size() == 14);
    CHECK(whole.limited_to(100).length == 100);
    CHECK(whole.has(14));
    CHECK_FALSE(whole.has(15));
}

} // namespace test_net_layer
