#include <doctest/doctest.h>
#include <support/dialogue.hpp>

#include <string>

namespace test_check_http_responses {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

const std::string get = "\n> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0.7601.17514\n";
const std::string rex = "< Server: Rex/12.0.7600.16385\n";
const std::string ok = "< HTTP/1.0 200 OK\n" + rex;

std::string verdict(std::string_view rule, const std::string& dialogue, Role role = Role::unknown)
{
    return std::string{to_string(check_dialogue(rule, dialogue, role).verdict())};
}

std::string actual(std::string_view rule, const std::string& dialogue)
{
    const Result result = check_dialogue(rule, dialogue);
    return result.evidence.empty() ? std::string{} : result.evidence.front().actual;
}

std::string with_server(std::string_view server)
{
    // The packets tell that MS-WMSP is spoken, whatever the server calls itself.
    return get + "< HTTP/1.0 200 OK\n< Server: " + std::string{server} + "\n<< $H(asf)\n";
}

} // namespace

TEST_CASE("check/http responses: products, slashes, versions and build numbers")
{
    constexpr std::string_view token = "http.response.server-token";
    for (const char* server : {"Rex/12.0.7600.16385", "Rex/9.0", "Cougar/9.00.00.3372",
                               "Rex/12.0.7600.16385 (Flumotion Streaming Server)"}) {
        CAPTURE(server);
        CHECK(verdict(token, with_server(server)) == "pass");
        CHECK(verdict("http.response.server-version", with_server(server)) == "pass");
    }
    for (const char* server : {"Cougar 4.1.0.3921", "Rex", "Rex/9", "Rex/9.0.2980", "Rex/9.0.0.2980.1",
                               "Apache/2.4", "Rex/9.0x"}) {
        CAPTURE(server);
        CHECK(verdict(token, with_server(server)) == "fail");
        CHECK(verdict("http.response.server-version", with_server(server)) == "not-applicable");
    }
    CHECK(verdict("http.response.server-version", with_server("Rex/9.6.0.1")) == "fail");
    CHECK(verdict("http.response.server-version", with_server("Cougar/12.0.0.1")) == "fail");
}

TEST_CASE("check/http responses: what the server is, is the user's word")
{
    constexpr std::string_view rule = "http.response.server-role";
    CHECK(verdict(rule, get + ok) == "not-applicable");
    CHECK(verdict(rule, get + ok, Role::encoder) == "pass");
    CHECK(verdict(rule, get + ok, Role::server) == "fail");
}

TEST_CASE("check/http responses: Cache-Control and Content-Type beside the 200 to Describe and Play")
{
    constexpr std::string_view cache = "http.response.cache-control";
    constexpr std::string_view type = "http.response.content-type";
    const std::string play = get + "> Pragma: xPlayStrm=1\n";
    for (const std::string& request : {get, play}) {
        CHECK(verdict(cache, request + ok + "<< $H(asf)\n") == "not-applicable");
        CHECK(verdict(type, request + ok + "<< $H(asf)\n") == "not-applicable");
        CHECK(verdict(cache, request + "< HTTP/1.0 503 Busy\n" + rex) == "fail");
    }
    const std::string keep_alive =
        "\n> OPTIONS * HTTP/1.1\n> User-Agent: NSPlayer/9.0.0.1234\n> Pragma: client-id=77\n";
    CHECK(verdict(cache, keep_alive + ok + "< Content-Length: 0\n") == "fail");
    // Nobody knows what this one answers.
    CHECK(verdict(cache, "! only <" + get + ok) == "inconclusive");
    CHECK(verdict(cache, "! only <" + get + ok + "< Cache-Control: no-cache\n") == "pass");
    CHECK(verdict(type, get + "< HTTP/1.0 400 Bad\n" + rex + "< Content-Length: 0\n") == "not-applicable");
    CHECK(verdict(type, keep_alive + ok + "<< \"text\" fin\n") == "not-applicable"); // no GET
    CHECK(verdict("http.response.cache-control-first", get + ok + "< Cache-Control: No-Cache , private\n")
          == "pass");
    CHECK(verdict("http.response.cache-control-first", get + ok + "< Cache-Control: no-cachex\n") == "fail");
}

TEST_CASE("check/http responses: the parts that a client of some version may get")
{
    constexpr std::string_view rule = "http.response.client-version-gated";
    const auto reply_to = [](const char* agent, const char* line) {
        return "\n> GET /live HTTP/1.0\n> User-Agent: " + std::string{agent}
               + "\n> Pragma: request-context=1\n< HTTP/1.0 200 OK\n< Server: Cougar/9.5.6001.18281\n< "
               + line + "\n";
    };
    CHECK(verdict(rule, reply_to("NSPlayer/8.0.0.1", "Pragma: BurstBW=1")) == "fail");
    CHECK(verdict(rule, reply_to("NSPlayer/7.10.0.1", "Pragma: AccelDuration=1")) == "fail");
    CHECK(verdict(rule, reply_to("NSPlayer/8.0.0.1", "Supported: com.microsoft.wm.sswitch")) == "fail");
    CHECK(verdict(rule, reply_to("NSPlayer/8.0.0.1", "Pragma: features=\"live, skipforward\"")) == "fail");
    CHECK(verdict(rule, reply_to("NSPlayer/8.0.0.1", "Pragma: features=\"live, seekable\"")) == "pass");
    CHECK(verdict(rule, reply_to("NSPlayer/9.0.0.1", "Pragma: BurstBW=1")) == "not-applicable");
    CHECK(verdict(rule, reply_to("NSPlayer", "Pragma: BurstBW=1")) == "inconclusive");
    CHECK(verdict(rule, reply_to("NSPlayer", "Pragma: client-id=1")) == "pass");
    constexpr std::string_view supported = "http.response.supported-present";
    CHECK(verdict(supported, reply_to("NSPlayer/8.0.0.1", "Date: today")) == "not-applicable");
    CHECK(verdict(supported, reply_to("NSPlayer", "Date: today")) == "inconclusive");
    CHECK(verdict(supported, get + "< HTTP/1.0 200\n< Server: Rex 7.1.0.3055\n") == "not-applicable");
    CHECK(verdict(supported, get + "< HTTP/1.0 200 OK\n<< $H(asf)\n") == "not-applicable");
}

TEST_CASE("check/http responses: what a client without a WMSP User-Agent gets")
{
    constexpr std::string_view rule = "http.response.foreign-client";
    const std::string browser = "\n> GET /live HTTP/1.1\n> User-Agent: Firefox/128.0\n";
    CHECK(verdict(rule, browser + "< HTTP/1.1 302 Found\n" + rex) == "pass");
    CHECK(verdict(rule, browser + ok + "<< \"[Reference]\"\n") == "pass");
    CHECK(verdict(rule, browser + ok + "<< \"$Id: this is no packet, but a text $\" fin\n") == "pass");
    CHECK(verdict(rule, browser + ok + "<< fin\n") == "pass");
    CHECK(verdict(rule, browser + ok + "< Content-Length: 0\n") == "pass");
    CHECK(verdict(rule, browser + ok + "<< ~200 \"abc\"\n") == "inconclusive");
    CHECK(verdict(rule, browser + "<< fin\n---" + get + ok) == "pass");
    // A token does not make a player of it.
    CHECK(verdict(rule, browser + "> Pragma: xPlayStrm=1\n" + ok + "<< $H(asf) $D\n") == "fail");
    CHECK(verdict(rule, "! only <" + browser + ok + "<< $H(asf) $D\n") == "inconclusive");
    CHECK(verdict(rule, get + ok + "<< $H(asf) $D\n") == "not-applicable");
    CHECK(actual(rule, browser + ok + "<< $H(asf)\n")
          == "a $H packet, to a request with User-Agent: Firefox/128.0");
}

TEST_CASE("check/http responses: requests of no type, or with the method of another")
{
    constexpr std::string_view rule = "http.response.bad-request-error";
    const auto reply_to = [](const char* method, const char* pragma, const char* status) {
        return "\n> " + std::string{method}
               + " /live HTTP/1.1\n> User-Agent: NSPlayer/12.0.7601.17514\n> Pragma: " + pragma
               + "\n< HTTP/1.1 " + status + "\n" + rex + "< Content-Length: 0\n";
    };
    CHECK(verdict(rule, reply_to("GET", "no-cache", "200 OK")) == "not-applicable");
    CHECK(verdict(rule, reply_to("POST", "xPlayStrm=1", "200 OK")) == "fail");
    CHECK(verdict(rule, reply_to("GET", "xStopStrm=1", "302 Found")) == "fail");
    CHECK(verdict(rule, reply_to("GET", "xStopStrm=1", "400 Bad")) == "pass");
    CHECK(verdict(rule, reply_to("PUT", "no-cache", "501 No")) == "pass");
    CHECK(verdict(rule, reply_to("OPTIONS", "no-cache", "200 OK")) == "fail");
    CHECK(verdict(rule, reply_to("GET", "stream-switch-entry=ffff:1:0", "200 OK")) == "not-applicable");
    CHECK(actual(rule, reply_to("POST", "xPlayStrm=1", "200 OK")) == "200 to a POST that is a Play");
}

TEST_CASE("check/http responses: challenges and their statuses, schemes and connections")
{
    const std::string accepts = get + "> X-Accept-Authentication: Negotiate, NTLM\n";
    const auto reply = [](const char* status, const char* lines) {
        return "< HTTP/1.0 " + std::string{status} + "\n" + rex + "< " + lines + "\n< Content-Length: 0\n";
    };
    constexpr std::string_view challenge = "http.response.challenge";
    CHECK(verdict(challenge, get + ok) == "not-applicable");
    CHECK(verdict(challenge, get + reply("407 Proxy", "Proxy-Authenticate: NTLM")) == "pass");
    CHECK(verdict(challenge, get + reply("407 Proxy", "WWW-Authenticate: NTLM")) == "fail");
    CHECK(verdict(challenge, get + reply("401 No", "Proxy-Authenticate: NTLM")) == "fail");
    CHECK(verdict(challenge, get + reply("200 OK", "WWW-Authenticate: NTLM")) == "fail");

    constexpr std::string_view scheme = "http.response.challenge-scheme";
    CHECK(verdict(scheme, accepts + reply("401 No", "WWW-Authenticate: ntlm")) == "pass");
    CHECK(verdict(scheme, accepts + reply("401 No", "WWW-Authenticate: Digest realm=\"x\"")) == "fail");
    CHECK(verdict(scheme,
                  accepts + reply("401 No", "WWW-Authenticate: Digest realm=\"x\"\n< WWW-Authenticate: NTLM"))
          == "pass");
    CHECK(verdict(scheme, get + reply("401 No", "WWW-Authenticate: NTLM")) == "not-applicable");
    const std::string proxied = accepts + "> X-Accept-Proxy-Authentication: Basic\n";
    CHECK(verdict(scheme, proxied + reply("407 Proxy", "Proxy-Authenticate: NTLM")) == "fail");
    CHECK(verdict(scheme, proxied + reply("407 Proxy", "Proxy-Authenticate: Basic")) == "pass");
    CHECK(verdict(scheme, accepts + reply("407 Proxy", "Proxy-Authenticate: NTLM")) == "pass");
    CHECK(verdict(scheme, "! only <" + accepts + reply("401 No", "WWW-Authenticate: NTLM"))
          == "inconclusive");

    constexpr std::string_view open = "http.response.ntlm-open";
    const std::string ntlm = get + reply("401 No", "WWW-Authenticate: NTLM");
    CHECK(verdict(open, ntlm + ">> fin\n<< fin\n") == "pass");
    CHECK(verdict(open, ntlm + "<< rst\n") == "fail");
    CHECK(verdict(open, get + reply("401 No", "WWW-Authenticate: Basic") + "<< fin\n") == "not-applicable");
    constexpr std::string_view keep = "http.response.ntlm-keepalive";
    CHECK(verdict(keep, ntlm + "<< fin\n") == "not-applicable");
    CHECK(verdict(keep, ntlm + get.substr(1)) == "fail");
    CHECK(verdict(keep, get + "< HTTP/1.1 401 No\n" + rex + "< WWW-Authenticate: NTLM\n< Content-Length: 0\n"
                            + get.substr(1))
          == "not-applicable");
}

} // namespace test_check_http_responses
