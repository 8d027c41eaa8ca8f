#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/dialogue.hpp>

namespace test_check_describe {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

/// The rule's word on a Describe of that User-Agent and that reply: lines of its head, and items of its body.
std::string_view verdict(std::string_view rule, std::string_view reply, std::string_view body,
                         std::string_view agent = "NSPlayer/12.0.7601.17514")
{
    const auto dialogue = fmt::format(
        "\n> GET /live HTTP/1.0\n> User-Agent: {}\n> Pragma: no-cache\n{}\n<< {}\n", agent, reply, body);
    return to_string(check_dialogue(fmt::format("describe.response.{}", rule), dialogue).verdict());
}

constexpr std::string_view rex = "< HTTP/1.0 200 OK\n< Server: Rex/12.0.7600.16385";
constexpr std::string_view cougar = "< HTTP/1.0 200 OK\n< Server: Cougar/9.5.6001.18281";

} // namespace

TEST_CASE("check/describe: the order of packets, and what gaps leave open")
{
    CHECK(verdict("body-packets", cougar, "$P(120) $M $H(asf, split=3) fin") == "pass");
    CHECK(verdict("body-packets", cougar, "$M $P(120) $H(asf) fin") == "fail");
    CHECK(verdict("body-packets", rex, "$H(asf) $E(0) fin") == "fail");
    CHECK(verdict("body-packets", rex, "$H(asf) $D fin") == "not-applicable"); // a Play's reply
    CHECK(verdict("body-packets", rex, "\"no packets\" fin") == "fail");
    CHECK(verdict("body-packets", rex, "$H(asf) \"a text of more than twelve bytes\" fin") == "fail");
    CHECK(verdict("body-packets", cougar, "$M fin") == "fail"); // no $H
    CHECK(verdict("body-packets", rex, "$H(asf)") == "inconclusive");
    CHECK(verdict("body-packets", rex, "$M(hole=12*4) $H(asf) $M fin")
          == "fail"); // whatever is missing elsewhere
    CHECK(verdict("body-packets", "< HTTP/1.0 404 Not Found\n< Server: Rex/9.0", "\"gone\" fin")
          == "not-applicable");
}

TEST_CASE("check/describe: the whole header at the end of the body")
{
    CHECK(verdict("ends-with-header", rex, "$H(asf) fin") == "pass");
    CHECK(verdict("ends-with-header", rex, "$H(asf, af=4) fin") == "fail"); // another fragment should follow
    CHECK(verdict("ends-with-header", rex, "$H(asf) \"a text of more than twelve bytes\" fin") == "fail");
    CHECK(verdict("ends-with-header", rex, "$H(data=\"no ASF header\") fin") == "fail");
    CHECK(verdict("ends-with-header", rex, "$H(asf, hole=50*9) fin") == "inconclusive");
    CHECK(verdict("ends-with-header", rex, "$H(asf, length=999, packet-size=999) fin") == "fail");
    CHECK(verdict("ends-with-header", rex, "$H(asf, length=999, packet-size=999)\n>> fin\n<< fin")
          == "inconclusive");
}

TEST_CASE("check/describe: packet pairs")
{
    constexpr std::string_view pair =
        "< HTTP/1.0 200 OK\n< Server: Cougar/9.5\n< Pragma: packet-pair-experiment=1";
    CHECK(verdict("packet-pair", pair, "$P(90) $P(90) $M $H(asf) fin") == "fail");
    CHECK(verdict("packet-pair", pair, "$P(90)") == "inconclusive"); // a fourth may come
    CHECK(verdict("packet-pair", cougar, "$M $H(asf) fin") == "not-applicable");
    CHECK(verdict("no-packet-pair", pair, "$P(90) $M $H(asf) fin") == "not-applicable");
    CHECK(verdict("no-packet-pair", cougar, "$M ~40 $H(asf) fin") == "inconclusive");
    CHECK(verdict("packet-pair-segments", cougar, "$M $H(asf) fin") == "not-applicable");
    CHECK(verdict("packet-pair-segments", pair, "$P(90, hole=500*20) $M $H(asf) fin") == "inconclusive");
}

TEST_CASE("check/describe: $M from a Cougar to a client, both from 9.0 on")
{
    CHECK(verdict("metadata", rex, "$H(asf) fin") == "not-applicable");
    CHECK(verdict("metadata", cougar, "$H(asf) fin", "NSPlayer/8.0.0.4477") == "not-applicable");
    CHECK(verdict("metadata", "< HTTP/1.0 200 OK\n< Server: Cougar/4.1.0.3930", "$H(asf) fin")
          == "not-applicable");
    CHECK(verdict("metadata", cougar, "$H(asf) fin", "NSServer/foobar") == "inconclusive");
    CHECK(verdict("metadata", cougar, "$H(asf)") == "inconclusive");
}

TEST_CASE("check/describe: types of the body")
{
    constexpr std::string_view octets =
        "< HTTP/1.0 200 OK\n< Server: Rex/7.1\n< Content-type: application/octet-stream";
    const auto result = check_dialogue(
        "describe.response.content-type",
        fmt::format("\n> GET / HTTP/1.0\n> User-Agent: NSPlayer/7.1\n{}\n<< $H(asf) fin\n", octets));
    CHECK(result.verdict() == Verdict::pass);
    REQUIRE(result.evidence.size() == 1);
    CHECK(result.evidence[0].actual == "application/octet-stream");
    CHECK(verdict("octet-stream", rex, "$H(asf) fin") == "not-applicable");
    CHECK(verdict("content-type", rex, "$H(asf) fin") == "fail"); // none
}

TEST_CASE("check/describe: where a redirected client goes")
{
    const auto redirected = [](std::string_view then) {
        return to_string(
            check_dialogue("describe.client.redirect",
                           fmt::format("\n> GET /live HTTP/1.0\n> User-Agent: NSPlayer/9.0.0.2980\n"
                                       "> Host: media\n< HTTP/1.0 302 Found\n< Server: Cougar/9.5\n"
                                       "< Location: http://media/backup\n< Pragma: client-id=77\n"
                                       "< Content-Length: 0\n{}",
                                       then))
                .verdict());
    };
    // Over a new connection with the client-id, which is a strong link.
    CHECK(redirected("<< fin\n---\n> GET /live HTTP/1.0\n> User-Agent: NSPlayer/9.0.0.2980\n> Host: media\n"
                     "> Pragma: client-id=77\n")
          == "fail");
    // Without it the request may be somebody else's.
    CHECK(redirected("<< fin\n---\n> GET /live HTTP/1.0\n> User-Agent: NSPlayer/9.0.0.2980\n> Host: media\n")
          == "inconclusive");
    CHECK(redirected("---\n> GET /backup HTTP/1.0\n> User-Agent: NSPlayer/9.0.0.2980\n> Host: media\n")
          == "inconclusive");
    CHECK(redirected("<< fin\n---\n> GET http://media/backup HTTP/1.0\n> User-Agent: NSPlayer/9.0.0.2980\n")
          == "pass");
}

TEST_CASE("check/describe: pipeline-experiment is asked for at the first Pipeline request alone")
{
    const auto result = check_dialogue("describe.request.pipeline-experiment", R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Content-Length: 0
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, pipeline-request=1
>
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77, pipeline-request=1
)");
    CHECK(result.count(Verdict::fail) == 1);
    CHECK(result.count(Verdict::not_applicable) == 2);
    REQUIRE(result.evidence.size() == 1);
    CHECK(result.evidence[0].place.first.number == 4); // the Describe
}

} // namespace test_check_describe
