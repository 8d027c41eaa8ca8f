#include <doctest/doctest.h>
#include <support/dialogue.hpp>

#include <string>

namespace test_check_pipeline {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

const std::string agent = "> User-Agent: NSPlayer/12.0.7601.17514\n";
const std::string describe = "\n> GET /live HTTP/1.1\n" + agent
                             + "< HTTP/1.1 200 OK\n< Server: Cougar/9.5.6001.18281\n"
                               "< Pragma: client-id=77, pipeline-experiment=1\n< Content-Length: 0\n";
const std::string ask =
    "> GET /live HTTP/1.1\n" + agent + "> Pragma: no-cache, pipeline-request=1, client-id=77\n>\n";
const std::string first =
    "< HTTP/1.1 200 OK\n< Server: Cougar/9.5.6001.18281\n< Transfer-Encoding: chunked\n";
const std::string play = "> GET /live HTTP/1.1\n" + agent + "> Pragma: xPlayStrm=1, client-id=77\n";

std::string second(const std::string& version, const std::string& pragma)
{
    return "< " + version + " 204 No Content\n< Server: Cougar/9.5.6001.18281\n< Pragma: " + pragma
           + "\n< Content-Length: 0\n";
}

const std::string yes = second("HTTP/1.1", "no-cache, client-id=77, pipeline-result=1");
const std::string no = second("HTTP/1.0", "no-cache, client-id=77, pipeline-result=0");

Result judge(std::string_view rule, const std::string& dialogue)
{
    return check_dialogue(rule, dialogue);
}

std::string verdict(std::string_view rule, const std::string& dialogue)
{
    return std::string{to_string(judge(rule, dialogue).verdict())};
}

} // namespace

TEST_CASE("check/pipeline: the parts of the request")
{
    constexpr std::string_view rule = "pipeline.request.parts";
    const auto with = [](const char* line, const char* pragma) {
        return "\n> " + std::string{line} + "\n" + agent + "> Pragma: " + pragma + "\n";
    };
    CHECK(verdict(rule, with("GET / HTTP/1.1", "pipeline-request=1,no-cache,client-id=1")) == "pass");
    CHECK(verdict(rule, with("POST / HTTP/1.1", "pipeline-request=1,no-cache,client-id=1")) == "fail");
    CHECK(verdict(rule, with("GET / HTTP/1.1", "pipeline-request=0,no-cache,client-id=1")) == "fail");
    CHECK(verdict(rule, with("GET / HTTP/1.1", "pipeline-request=1,client-id=1")) == "fail");
    CHECK(verdict(rule, with("GET / HTTP/1.1", "pipeline-request=1,no-cache")) == "fail");
    CHECK(verdict(rule, with("GET / HTTP/1.1", "pipeline-request=1,no-cache,client-id=1,xPlayStrm=0"))
          == "fail");
    CHECK(verdict(rule, with("GET / HTTP/1.1", "no-cache,client-id=1")) == "not-applicable");
}

TEST_CASE("check/pipeline: two requests, one behind the other")
{
    constexpr std::string_view rule = "pipeline.request.pair";
    // The reply has begun but is not over.
    CHECK(verdict(rule, describe + ask + first + "<< chunk($T)\n" + ask) == "pass");
    CHECK(verdict(rule, describe + ask + ask) == "pass");
    // Four in a row are two pairs.
    const Result pairs =
        judge(rule, describe + ask + ask + first + "<< chunk($T) last-chunk\n" + yes + ask + ask + first);
    CHECK(pairs.count(Verdict::pass) == 2);
    CHECK(pairs.count(Verdict::fail) == 0);
    CHECK(verdict(rule, describe + ask + first + "<< chunk($T)\n" + play) == "fail");
    CHECK(verdict(rule, describe + ask + first + "<< chunk($T) fin\n>> fin\n") == "fail");
    // The second on another connection: both are alone.
    const Result apart = judge(rule, describe + ask + first + "<< chunk($T)\n>> fin\n<< fin\n---\n" + ask
                                         + first + "<< fin\n>> fin\n");
    CHECK(apart.count(Verdict::fail) == 2);
    // Something of the client is missing, or the beginning is.
    CHECK(verdict(rule, describe + ask + ">> ~100\n" + first + "<< chunk($T)\n<< fin\n>> fin\n")
          == "inconclusive");
    CHECK(verdict(rule, "! drop-before 0.015\n" + ask + first + "<< chunk($T)\n<< fin\n>> fin\n")
          == "inconclusive");
    CHECK(verdict(rule, "! only >\n" + ask + ask) == "inconclusive"); // nobody knows what the server said
}

TEST_CASE("check/pipeline: the first request lies between Describe and Play")
{
    constexpr std::string_view rule = "pipeline.request.place";
    const Result result =
        judge(rule, describe + ask + ask + first + "<< chunk($T) last-chunk\n" + yes + play);
    CHECK(result.count(Verdict::pass) == 1);
    CHECK(result.count(Verdict::not_applicable) == 3);
    // Another test later is not the first.
    CHECK(verdict(rule, describe + ask + first + "<< chunk($T) last-chunk\n" + play + first
                            + "<< last-chunk\n" + ask)
          == "pass");
    CHECK(verdict(rule, "! drop-before 0.015\n" + describe.substr(1) + ask) == "inconclusive");
}

TEST_CASE("check/pipeline: the last Describe decides whether a test may follow")
{
    constexpr std::string_view rule = "pipeline.request.accepted";
    const std::string refused = "\n> GET /live HTTP/1.1\n" + agent
                                + "< HTTP/1.1 200 OK\n< Server: Cougar/9.5.6001.18281\n< Content-Length: 0\n";
    CHECK(verdict(rule, refused + describe.substr(1) + ask) == "pass");
    CHECK(verdict(rule, describe + refused.substr(1) + ask) == "fail");
    CHECK(verdict(rule, "\n> GET /live HTTP/1.1\n" + agent
                            + "<< \"HTTP/1.1 200 OK\\r\\nServer: Cougar/9.5.6001.18281\\r\\nA: b\" ~40 "
                              "\"\\r\\n\\r\\n\"\n---\n"
                            + ask)
          == "inconclusive");
}

TEST_CASE("check/pipeline: the first reply")
{
    constexpr std::string_view rule = "pipeline.response.first";
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk($T) last-chunk\n" + yes) == "pass");
    CHECK(verdict(rule, describe + ask + first + "<< chunk($T)\n+1\n<< last-chunk\n") == "pass"); // the timer
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk($H(asf)) last-chunk\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk($T $T) last-chunk\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk($T(size=4)) last-chunk\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk(\"text\") last-chunk\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + first + "<< last-chunk\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + "< HTTP/1.0 200 OK\n<< $T fin\n") == "fail");
    CHECK(verdict(rule, describe + ask + ask + "< HTTP/1.1 400 Bad\n< Content-Length: 0\n")
          == "not-applicable");
    CHECK(verdict(rule, describe + ask + ask + first + "<< chunk($T(hole=1*2)) last-chunk\n")
          == "inconclusive");
    // A lone reply with a result, at the beginning of the capture, answers a second request.
    CHECK(verdict(rule, "! drop-before 0.015\n" + ask + yes) == "inconclusive");
}

TEST_CASE("check/pipeline: the second reply")
{
    constexpr std::string_view rule = "pipeline.response.second";
    const std::string test = describe + ask + ask + first + "<< chunk($T) last-chunk\n";
    CHECK(verdict(rule, test + yes) == "pass");
    CHECK(verdict(rule, test + no) == "pass");
    CHECK(verdict(rule, test + second("HTTP/1.0", "no-cache, client-id=77, pipeline-result=1")) == "fail");
    CHECK(verdict(rule, test + second("HTTP/1.1", "no-cache, client-id=77")) == "fail");
    CHECK(verdict(rule, test + second("HTTP/1.1", "client-id=77, pipeline-result=1")) == "fail");
    CHECK(verdict(rule, test + second("HTTP/1.1", "no-cache, pipeline-result=1")) == "fail");
    CHECK(verdict(rule, test + "< HTTP/1.1 200 OK\n< Pragma: no-cache, client-id=77, pipeline-result=1\n")
          == "fail");
    CHECK(verdict(rule, test + "< HTTP/1.1 204 No\n< Pragma: no-cache, client-id=77, pipeline-result=1\n")
          == "fail");
    CHECK(verdict(rule, test + "< HTTP/1.1 404 No\n< Content-Length: 0\n") == "not-applicable");
    CHECK(verdict(rule, test) == "inconclusive");
}

TEST_CASE("check/pipeline: the result is the order of the second request and the zero chunk")
{
    constexpr std::string_view rule = "pipeline.response.result";
    const std::string running = describe + ask + first + "<< chunk($T)\n";
    // The second comes long before the end of the first reply.
    CHECK(verdict(rule, running + ask + "+1\n<< last-chunk\n" + yes) == "pass");
    CHECK(verdict(rule, running + ask + "+1\n<< last-chunk\n" + no) == "fail");
    // Or after it, however shortly.
    CHECK(verdict(rule, running + "<< last-chunk\n" + ask + no) == "pass");
    CHECK(verdict(rule, running + "<< last-chunk\n" + ask + yes) == "fail");
    // Within a round trip the two may have crossed.
    CHECK(verdict(rule, running + ask + "<< last-chunk\n" + no) == "inconclusive");
    CHECK(verdict(rule, running + ask + "<< ~5\n" + yes) == "inconclusive");
}

TEST_CASE("check/pipeline: GetContentInfo")
{
    const auto post = [](const char* product, const char* body) {
        return "\n> POST /live HTTP/1.1\n> User-Agent: " + std::string{product}
               + "\n> Content-Type: application/x-wms-getcontentinfo\n> Content-Length: "
               + std::to_string(std::string_view{body}.size()) + "\n>> \"" + body + "\"\n";
    };
    CHECK(verdict("getcontentinfo.request.product", post("NSServer/9.1.0.1", "x")) == "fail");
    CHECK(verdict("getcontentinfo.request.body", post("WMCacheProxy/9.1.0.1", "xy")) == "fail");
    CHECK(verdict("getcontentinfo.request.product", describe) == "not-applicable");
    constexpr std::string_view rule = "getcontentinfo.response.no-body";
    const std::string asked = post("WMCacheProxy/9.1.0.1", "x");
    const std::string ok = "< HTTP/1.0 200 OK\n< Server: Cougar/9.1.0.1\n";
    CHECK(verdict(rule, asked + ok + "<< fin\n") == "pass");
    CHECK(verdict(rule, asked + ok + "<< \"text\" fin\n") == "fail");
    CHECK(verdict(rule, asked + ok + "<< ~9 fin\n") == "inconclusive");
    CHECK(verdict(rule, asked + "< HTTP/1.0 404 No\n< Server: Cougar/9.1.0.1\n<< \"text\" fin\n")
          == "not-applicable");
}

} // namespace test_check_pipeline
