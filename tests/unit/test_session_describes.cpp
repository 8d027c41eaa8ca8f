#include <wmclients/session/describes.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_session_describes {

using namespace wmclients;
using session::Describes;
using timeline::LinkCertainty;

namespace {

const Endpoint server = *parse_endpoint("10.78.0.1:8080");
constexpr const char* guid = "{11111111-2222-3333-4444-555555555555}";
constexpr const char* constant = "{c77e7400-738a-11d2-9add-0020af0a3278}";

struct Fixture {
    Caps caps;
    Describes describes{caps};

    void remember(std::uint64_t connection, const char* client, std::int64_t at, const char* id,
                  const char* client_guid, const char* agent = "NSPlayer/4.1")
    {
        describes.remember(
            {connection, *parse_endpoint(client), server, timestamp_from(at, 0), id, client_guid, agent});
    }

    Describes::Link link(const char* client, std::int64_t at, const char* id, const char* client_guid,
                         const char* agent = "NSPlayer/4.1")
    {
        return describes.link(*parse_endpoint(client), server, timestamp_from(at, 0), id, client_guid, agent);
    }
};

} // namespace

TEST_CASE("session/describes: a GUID identifies unless whole families of clients send it")
{
    CHECK(session::identifies(guid));
    CHECK_FALSE(session::identifies(constant));
    CHECK_FALSE(session::identifies("{C77E7400-738A-11D2-9ADD-0020AF0A3278}"));
    CHECK_FALSE(session::identifies("{00000000-0000-0000-0000-000000000000}"));
    CHECK_FALSE(session::identifies("{3300AD50-2C39-46C0-AE0A-123456789012}"));
    for (const std::string text :
         {"", "{}", "11111111-2222-3333-4444-555555555555", "{11111111-2222-3333-4444-55555555555}",
          "{11111111-2222-3333-4444-55555555555g}", "{11111111x2222-3333-4444-555555555555}"}) {
        CAPTURE(text);
        CHECK_FALSE(session::identifies(text));
    }
}

TEST_CASE("session/describes: client-id before GUID before user agent and time")
{
    Fixture fixture;
    fixture.remember(1, "10.78.0.11:1001", 100, "77", "");
    fixture.remember(2, "10.78.0.11:1002", 101, "", guid);
    fixture.remember(3, "10.78.0.11:1003", 102, "", "");
    const auto by_id = fixture.link("10.78.0.11:2000", 103, "77", guid);
    CHECK(by_id.connection == 1);
    CHECK(by_id.port == 1001);
    CHECK(by_id.certainty == LinkCertainty::client_id);
    CHECK(fixture.link("10.78.0.11:2000", 103, "77", guid).connection == 1); // a client-id may be used again
    CHECK(fixture.link("10.78.0.11:2001", 103, "", guid).connection == 2);
    const auto weak = fixture.link("10.78.0.11:2002", 103, "", guid);
    CHECK(weak.connection == 3);
    CHECK(weak.certainty == LinkCertainty::weak);
}

TEST_CASE("session/describes: nothing is linked to another client, server, agent, or after too long")
{
    Fixture fixture;
    fixture.remember(1, "10.78.0.11:1001", 100, "", constant);
    CHECK(fixture.link("10.78.0.12:2000", 101, "", constant).certainty == LinkCertainty::none);
    CHECK(fixture.link("10.78.0.11:2000", 101, "", constant, "other").certainty == LinkCertainty::none);
    CHECK(fixture.link("10.78.0.11:2000", 111, "", constant).certainty == LinkCertainty::none);
    CHECK(fixture.link("10.78.0.11:2000", 99, "", constant).certainty == LinkCertainty::none);
    CHECK(fixture.describes
              .link(*parse_endpoint("10.78.0.11:2000"), *parse_endpoint("10.78.0.2:8080"),
                    timestamp_from(101, 0), "", constant, "NSPlayer/4.1")
              .certainty
          == LinkCertainty::none);
    CHECK(fixture.link("10.78.0.11:2000", 110, "", constant).certainty == LinkCertainty::weak);
    CHECK(fixture.link("10.78.0.11:2001", 101, "", constant).certainty == LinkCertainty::none); // taken
}

TEST_CASE("session/describes: the oldest is forgotten at the cap, which counts only a loss")
{
    Fixture fixture;
    fixture.caps.set_limit(Cap::describes, 2);
    fixture.remember(1, "10.78.0.11:1001", 100, "1", "");
    fixture.remember(2, "10.78.0.11:1002", 101, "2", "");
    fixture.remember(3, "10.78.0.11:1003", 102, "3", "");
    CHECK(fixture.caps.times_reached(Cap::describes) == 1);
    CHECK(fixture.link("10.78.0.11:2000", 103, "1", "").certainty != LinkCertainty::client_id);
    fixture.remember(4, "10.78.0.11:1004", 500, "4", "");
    CHECK(fixture.caps.times_reached(Cap::describes) == 1);
}

} // namespace test_session_describes
