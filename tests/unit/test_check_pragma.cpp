#include <doctest/doctest.h>
#include <support/dialogue.hpp>

#include <string>

namespace test_check_pragma {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

Result judge_request(std::string_view rule, const std::string& lines)
{
    return check_dialogue(
        rule, "\n> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0.7601.17514\n> Pragma: " + lines + "\n");
}

std::string request(std::string_view rule, const std::string& lines)
{
    return std::string{to_string(judge_request(rule, lines).verdict())};
}

Result judge_response(std::string_view rule, const std::string& lines,
                      const char* agent = "NSPlayer/12.0.7601.17514")
{
    return check_dialogue(rule, "\n> GET /live HTTP/1.0\n> User-Agent: " + std::string{agent}
                                    + "\n< HTTP/1.0 200 OK\n< Server: Cougar/9.5.6001.18281\n< Pragma: "
                                    + lines + "\n< Content-Length: 0\n");
}

std::string response(std::string_view rule, const std::string& lines,
                     const char* agent = "NSPlayer/12.0.7601.17514")
{
    return std::string{to_string(judge_response(rule, lines, agent).verdict())};
}

} // namespace

TEST_CASE("check/pragma: decimal numbers")
{
    constexpr std::string_view id = "pragma.client-id.range";
    CHECK(request(id, "client-id=4294967295") == "pass");
    CHECK(request(id, "client-id=0000000077") == "pass");
    for (const char* bad : {"client-id=4294967296", "client-id=00000000077", "client-id=+1", "client-id=0x1F",
                            "client-id", "client-id=", "client-id=\"77\"", "client-id=77x"}) {
        CAPTURE(bad);
        CHECK(request(id, bad) == "fail");
        CHECK(response(id, bad) == "fail");
    }
    // The second of two, on another line, as ffmpeg sends it.
    CHECK(request("pragma.uint32.range", "stream-time=0\n> Pragma: STREAM-TIME=0Connection: Close")
          == "fail");
    CHECK(request("pragma.uint32-nonzero.range", "stream-switch-count=00") == "fail");
    CHECK(response("pragma.timeout.range", "timeout=999") == "fail");
    CHECK(response("pragma.timeout.range", "timeout=4294967296") == "fail");
    CHECK(request("pragma.timeout.range", "timeout=1") == "not-applicable"); // binds the server
    CHECK(request("pragma.stream-offset.range", "stream-offset=0:4294967296") == "fail");
    CHECK(request("pragma.stream-offset.range", "stream-offset=0:1:2") == "fail");
}

TEST_CASE("check/pragma: a rule for both sides shows the message that it judges")
{
    const Result bad_request = check_dialogue("pragma.flag.values", R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=2
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: expect-new-header=1
< Content-Length: 0
)");
    REQUIRE(bad_request.evidence.size() == 1);
    CHECK(bad_request.evidence[0].actual == "xPlayStrm=2");
    CHECK(bad_request.evidence[0].place.first.number == 4); // behind the handshake
    const Result bad_response = judge_response("pragma.one.values", "xResetStrm=yes");
    REQUIRE(bad_response.evidence.size() == 1);
    CHECK(bad_response.evidence[0].place.first.number > 4);
}

TEST_CASE("check/pragma: rate and Speed")
{
    constexpr std::string_view range = "pragma.rate.range";
    constexpr std::string_view syntax = "pragma.rate.syntax";
    for (const char* good : {"rate=1.000", "rate=5", "rate=-5.0"}) {
        CAPTURE(good);
        CHECK(request(range, good) == "pass");
        CHECK(request(syntax, good) == "pass");
    }
    for (const char* bad :
         {"rate=6", "rate=0", "rate=-0.000", "rate=nan", "rate=inf", "rate=", "rate=--1", "rate=1e0"}) {
        CAPTURE(bad);
        CHECK(request(range, bad) == "fail");
        CHECK(request(syntax, bad) == "fail");
    }
    CHECK(request(range, "rate=1.000000") == "pass");
    CHECK(request(range, "rate=0.500") == "pass"); // K16
    CHECK(request(syntax, "rate=0.500") == "fail");
    CHECK(request(range, "rate=5.001") == "fail"); // K16
    CHECK(request(syntax, "rate=5.001") == "pass");
    CHECK(request(syntax, "rate=1.") == "fail");
    constexpr std::string_view speed = "pragma.speed.range";
    CHECK(request(speed, "Speed=1") == "pass");
    CHECK(response(speed, "Speed=4294967295.000") == "pass");
    for (const char* bad :
         {"Speed=4294967295.001", "Speed=0.999", "Speed=5.0000", "Speed=.5", "Speed=5.", "Speed=-5"}) {
        CAPTURE(bad);
        CHECK(request(speed, bad) == "fail");
    }
}

TEST_CASE("check/pragma: features")
{
    constexpr std::string_view names = "pragma.features.names";
    CHECK(response(names, "features=\"\"") == "pass"); // that is for the rule on empty ones
    CHECK(response(names, "features=\"live,  last\"") == "pass");
    for (const char* bad : {"features=\"live last\"", "features=\"live,\"", "features=\",live\"",
                            "features=\"lives\"", "features", "features=\"", "features=\" live\""}) {
        CAPTURE(bad);
        CHECK(response(names, bad) == "fail");
    }
    constexpr std::string_view empty = "pragma.features.not-empty";
    CHECK(response(empty, "features") == "fail");
    CHECK(response(empty, "features=\" , \"") == "fail");
    CHECK(response(empty, "client-id=1") == "not-applicable");
    constexpr std::string_view broadcast = "pragma.features.broadcast-for-old";
    constexpr std::string_view seekable = "pragma.features.no-seekable-for-old";
    CHECK(response(broadcast, "features=\"playlist\"") == "not-applicable");
    CHECK(response(broadcast, "features=\"seekable\"", "NSPlayer/7.1.0.1") == "not-applicable");
    CHECK(response(seekable, "features=\"seekable\"", "NSPlayer/7.1.0.1") == "not-applicable");
    CHECK(response(broadcast, "features=\"broadcast,playlist\"", "NSPlayer")
          == "pass"); // good for any version
}

TEST_CASE("check/pragma: xClientGUID")
{
    constexpr std::string_view syntax = "pragma.xclientguid.syntax";
    CHECK(request(syntax, "xClientGuid={c77e7400-738a-11d2-9add-0020af0a3278}") == "pass");
    for (const char* bad : {"xClientGUID=\"{c77e7400-738a-11d2-9add-0020af0a3278}\"",
                            "xClientGUID=c77e7400-738a-11d2-9add-0020af0a3278",
                            "xClientGUID={c77e7400-738a-11d2-9add-0020af0a32780}",
                            "xClientGUID={c77e7400-738a-11d2-9add-0020af0a327g}",
                            "xClientGUID={c77e7400x738a-11d2-9add-0020af0a3278}", "xClientGUID"}) {
        CAPTURE(bad);
        CHECK(request(syntax, bad) == "fail");
    }
    // Without a client-id nothing but the constant links the connections.
    const std::string get =
        "> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0.7601.17514\n> Pragma: xClientGUID=";
    const std::string ok = "\n< HTTP/1.0 200 OK\n< Server: Rex/12.0.7600.16385\n< Content-Length: 0\n";
    constexpr std::string_view stable = "pragma.xclientguid.stable";
    CHECK(check_dialogue(stable, "\n" + get + "{1}" + ok + "---\n" + get + "{2}" + ok).verdict()
          == Verdict::inconclusive);
    const Result kept = check_dialogue(stable, "\n" + get + "{a}" + ok + get + "{A}" + ok + get + "{b}" + ok);
    CHECK(kept.count(Verdict::pass) == 1);
    CHECK(kept.count(Verdict::fail) == 1);
    CHECK(kept.evidence.front().expected == "{A}");
    CHECK(kept.evidence.front().actual == "{b}");
}

TEST_CASE("check/pragma: tokens that stand alone, and stream switches")
{
    constexpr std::string_view alone = "pragma.stream-switch-entry.alone";
    CHECK(request(alone, "stream-switch-entry=ffff:1:0, no-cache") == "fail");
    CHECK(request(alone, "stream-switch-entry=ffff:1:0\n> Pragma: stream-switch-count=1") == "pass");
    CHECK(request("pragma.log-line.alone", "log-line=a, b, c") == "pass");
    constexpr std::string_view syntax = "pragma.stream-switch-entry.syntax";
    CHECK(request(syntax, "stream-switch-entry=ffff:1:0 ffff:2:0 ") == "pass"); // as ffmpeg does
    for (const char* bad : {"", "ffff:1", "ffff:1:0:0", "10000:1:0", ":1:0", "ffff:1:3", "ffff:1:00",
                            "ffff:1:0  ffff:2:0", "ffff:g:0"}) {
        CAPTURE(bad);
        CHECK(request(syntax, "stream-switch-entry=" + std::string{bad}) == "fail");
    }
    constexpr std::string_view count = "pragma.stream-switch-count.matches";
    CHECK(request(count, "stream-switch-entry=ffff:1:0 ffff:2:0 \n> Pragma: stream-switch-count=2")
          == "pass");
    CHECK(request(count, "stream-switch-count=1") == "fail");
    CHECK(request(count, "stream-switch-count=0") == "fail");
    CHECK(request(count, "stream-switch-count=two\n> Pragma: stream-switch-entry=ffff:1:0 ffff:2:0")
          == "fail");
    CHECK(request(count, "stream-switch-entry=ffff:1:0") == "not-applicable");
}

TEST_CASE("check/pragma: what is only recorded")
{
    const Result result = judge_request("pragma.request-context.observed", "request-context=2, xPlayStrm=1");
    REQUIRE(result.evidence.size() == 1);
    CHECK(result.evidence[0].actual == "request-context=2 in a Play");
    CHECK(result.verdict() == Verdict::pass);
    CHECK(judge_request("pragma.request-context.observed", "no-cache").verdict() == Verdict::not_applicable);
}

} // namespace test_check_pragma
