#include <wmclients/check/checker.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/dialogue.hpp>

namespace test_check_checker {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;
using wmclients::testing::check_script;
using wmclients::testing::script_of_dialogue;

namespace {

/// What it was shown last, and how often it was asked.
struct Seen {
    std::size_t exchanges = 0;
    std::size_t any = 0;
    std::size_t packets = 0;
    std::size_t servers = 0;
    std::size_t sessions = 0;
    std::string text;
};

Seen seen;

Judgement see_exchange(const Exchange& exchange)
{
    ++seen.exchanges;
    seen.text += fmt::format("{} {} {}; ", to_string(exchange.type.kind), exchange.status(),
                             exchange.session->exchanges.size());
    return pass();
}

Judgement see_any(const Exchange&)
{
    ++seen.any;
    return pass();
}

Judgement see_packet(const Packet& packet)
{
    ++seen.packets;
    seen.text += '$';
    seen.text += packet.frame.id;
    if (packet.before != nullptr) {
        seen.text += '<';
        seen.text += packet.before->id;
    }
    seen.text += packet.data_before == nullptr ? "" : "<D";
    seen.text += packet.header == nullptr ? "" : " with header";
    seen.text += packet.parsed == nullptr ? "" : " parsed";
    seen.text += "; ";
    return pass();
}

Judgement see_server(const Server& server)
{
    ++seen.servers;
    seen.sessions += server.sessions.size();
    return pass();
}

Seen look(std::string_view dialogue)
{
    seen = {};
    const Rule of_exchange{.id = "x", .decide = OfExchange{see_exchange}};
    const Rule of_any{.id = "x", .decide = OfAnyExchange{see_any}};
    const Rule of_packet{.id = "x", .decide = OfPacket{see_packet}};
    const Rule of_server{.id = "x", .decide = OfServer{see_server}};
    for (const Rule* const rule : {&of_exchange, &of_any, &of_packet, &of_server}) {
        check_script(*rule, script_of_dialogue(dialogue));
    }
    return seen;
}

} // namespace

TEST_CASE("check/checker: exchanges, those of foreign clients, packets and servers, each to its rules")
{
    const Seen all = look(R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0
< HTTP/1.0 200 OK
< Server: Rex/12.0
< Content-Length: 0
---
> GET / HTTP/1.0
> User-Agent: curl
< HTTP/1.0 200 OK
< Server: Rex/12.0
<< $H(asf) 2*$D $E(0)
)");
    CHECK(all.exchanges == 1);
    CHECK(all.any == 2);
    CHECK(all.packets == 4);
    CHECK(all.servers == 1);
    CHECK(all.sessions == 2);
    CHECK(all.text == "Describe 200 1; $H; $D<H with header; $D<D<D with header; $E<D<D with header; ");
}

TEST_CASE("check/checker: nobody is asked of a server that is none of MS-WMSP")
{
    const Seen none = look(R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0
< HTTP/1.0 200 OK
< Server: Apache
< Content-Length: 0
)");
    CHECK(none.exchanges + none.any + none.packets + none.servers == 0);
}

TEST_CASE("check/checker: a gap takes away what lies before")
{
    CHECK(
        look("> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0\n< HTTP/1.0 200 OK\n< Server: Rex/12.0\n"
             "<< $H(asf) $D $D(hole=20*50) $D(hole=0*100) $D $D")
            .text.starts_with("Describe 200 1; $H; $D<H with header; $D<D<D with header; $D with header; "));
}

TEST_CASE("check/checker: a session is a connection, or a client-id that the client sent")
{
    constexpr std::string_view describe = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0
< HTTP/1.0 200 OK
< Server: Rex/12.0
< Pragma: client-id=77
< Content-Length: 0
---
)";
    const auto sessions = [&](std::string_view rest) {
        return look(fmt::format("{}{}", describe, rest)).sessions;
    };
    CHECK(sessions(describe) == 2); // a server may give one number to everybody
    CHECK(sessions("> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0\n> Pragma: client-id=77\n") == 1);
    CHECK(sessions("> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0\n> Pragma: client-id=78\n") == 2);
}

TEST_CASE("check/checker: fails on a connection are folded, with their first place")
{
    std::string dialogue;
    for (int i = 0; i < 3; ++i) {
        dialogue += "> PUT /live HTTP/1.1\n> User-Agent: NSPlayer/12.0\n< HTTP/1.1 400 Bad "
                    "Request\n< Server: "
                    "Rex/12.0\n< Content-Length: 0\n";
    }
    const Result result = check_dialogue("http.request.method", fmt::format("{0}---\n{0}", dialogue));
    CHECK(result.count(Verdict::fail) == 6);
    REQUIRE(result.evidence.size() == 2);
    CHECK(result.evidence[0].count == 3);
    CHECK(result.evidence[0].actual == "PUT");
    CHECK(result.evidence[0].party == "NSPlayer/12.0");
    CHECK(result.evidence[0].place.first.number == 4);
    CHECK(result.evidence[0].client.port == 50001);
    CHECK(result.evidence[1].client.port == 50002);
}

TEST_CASE("check/checker: what both sides may send is judged message by message, of one side alone if that "
          "is wanted")
{
    const std::string script = script_of_dialogue(R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0
> Pragma: client-id=x
< HTTP/1.0 200 OK
< Server: Rex/12.0
< Pragma: client-id=77
< Content-Length: 0
)");
    const Rule* const rule = find_rule("pragma.client-id.range");
    REQUIRE(rule != nullptr);
    const auto counts = [&](Side side) {
        Caps caps;
        const Result result = check_script(*rule, script, Role::unknown, caps, side);
        return std::pair{result.count(Verdict::fail), result.count(Verdict::pass)};
    };
    CHECK(counts(Side::both) == std::pair<std::uint64_t, std::uint64_t>{1, 1});
    CHECK(counts(Side::client) == std::pair<std::uint64_t, std::uint64_t>{1, 0});
    CHECK(counts(Side::server) == std::pair<std::uint64_t, std::uint64_t>{0, 1});
    CHECK(check_script(*rule, script).evidence.at(0).party == "NSPlayer/12.0");
}

TEST_CASE("check/checker: what is kept is bounded, and what is beyond is counted")
{
    std::string dialogue;
    for (int i = 0; i < 100; ++i) {
        dialogue += "> GET /live HTTP/1.1\n> User-Agent: NSPlayer/12.0\n< HTTP/1.1 200 OK\n< Server: "
                    "Rex/12.0\n< Content-Length: 0\n";
    }
    Caps caps;
    caps.set_limit(Cap::checked_bytes, 20'000);
    const Result result =
        check_script(*find_rule("http.request.method"), script_of_dialogue(dialogue), Role::unknown, caps);
    CHECK(result.count(Verdict::pass) > 0);
    CHECK(result.count(Verdict::pass) < 100);
    CHECK(caps.times_reached(Cap::checked_bytes) > 0);
}

TEST_CASE("check/checker: of a session only so many exchanges are looked at")
{
    std::string dialogue;
    for (int i = 0; i < 20; ++i) {
        dialogue += "> GET /live HTTP/1.1\n> User-Agent: NSPlayer/12.0\n< HTTP/1.1 200 OK\n< Server: "
                    "Rex/12.0\n< Content-Length: 0\n";
    }
    Caps caps;
    caps.set_limit(Cap::checked_session, 15);
    const Result result =
        check_script(*find_rule("http.request.method"), script_of_dialogue(dialogue), Role::unknown, caps);
    CHECK(result.count(Verdict::pass) == 15);
    CHECK(caps.times_reached(Cap::checked_session) == 5);
}

} // namespace test_check_checker
