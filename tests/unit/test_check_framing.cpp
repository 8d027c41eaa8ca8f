#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/dialogue.hpp>

namespace test_check_framing {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

/// The verdict on a Play's reply of these items.
std::string_view verdict(std::string_view rule, std::string_view items, std::string_view fields = {})
{
    const std::string dialogue = fmt::format("> GET /live HTTP/1.0\n"
                                             "> User-Agent: NSPlayer/12.0.7601.17514\n"
                                             "> Pragma: xPlayStrm=1\n"
                                             "< HTTP/1.0 200 OK\n"
                                             "< Server: Rex/12.0.7600.16385\n"
                                             "{}<< {}\n",
                                             fields, items);
    return to_string(check_dialogue(rule, dialogue).verdict());
}

/// The first evidence on it, as "EXPECTED / ACTUAL".
std::string evidence(std::string_view rule, std::string_view dialogue)
{
    const Result result = check_dialogue(rule, dialogue);
    return result.evidence.empty()
               ? std::string{}
               : result.evidence.front().expected + " / " + result.evidence.front().actual;
}

} // namespace

TEST_CASE("check/framing: bytes that begin no packet are named, and where")
{
    CHECK(evidence("framing.frame-byte", R"(
> GET /live HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
<< $H(asf) $D "XY" $D
)") == "0x24 or 0xA4 / 0x58");
    CHECK(verdict("framing.frame-byte", "$H(asf) $D \"$X\" $D") == "pass");
    CHECK(verdict("framing.packet-id", "$H(asf) $D \"$X\" $D") == "fail");
    CHECK(verdict("framing.packet-id", "$H(asf) $D \"X\" $D") == "pass");
    CHECK(verdict("framing.packet-length", "$H(asf) $D \"$X\" $D") == "fail");
    // In segments of one byte each.
    CHECK(verdict("framing.frame-byte", "$H(asf) $D \"X\"\n+1\n<< \"Y\"\n+1\n<< $D") == "fail");
    CHECK(verdict("framing.packet-id", "$H(asf) $D \"$\"\n+1\n<< \"X\"\n+1\n<< $D") == "fail");
}

TEST_CASE("check/framing: behind a gap nobody knows where a packet should begin")
{
    for (const std::string_view rule : {"framing.frame-byte", "framing.packet-id", "framing.packet-length"}) {
        CAPTURE(rule);
        CHECK(verdict(rule, "$H(asf) $D ~50 \"the rest of a packet\" 2*$D") == "pass");
        // The gap begins in a packet and goes on behind it.
        CHECK(verdict(rule, "$H(asf) $D $D(hole=100*12) ~20 \"the rest of a packet\" 2*$D") == "pass");
    }
    CHECK(verdict("framing.body-fully-framed", "$H(asf) $D ~50 \"the rest\" 2*$D fin") == "inconclusive");
    CHECK(verdict("framing.d-afflags-increment", "$H(asf) $D(af=0) $D(af=1, hole=100*12) ~20 2*$D(af=3)")
          == "fail");
    CHECK(verdict("framing.d-afflags-increment", "$H(asf) $D(af=0) $D(af=1, hole=100*12) ~20 $D(af=3)")
          == "pass");
    CHECK(verdict("framing.d-location-order", "$H(asf) $D(loc=9, hole=100*12) ~20 $D(loc=3)")
          == "not-applicable");
}

TEST_CASE("check/framing: how a body ends")
{
    const auto of = [](std::string_view items, std::string_view fields = {}) {
        return verdict("framing.body-fully-framed", items, fields);
    };
    CHECK(of("$H(data=\"1234\", af=12)", "< Content-Length: 16\n") == "pass");
    CHECK(of("$H(data=\"1234\", af=12) \"$H\"", "< Content-Length: 18\n") == "fail");
    CHECK(of("$H(data=\"1234\", length=20)", "< Content-Length: 16\n") == "fail");
    CHECK(of("$H(asf) $D", "") == "inconclusive"); // the capture ends
    CHECK(of("$H(asf) $D ~20 fin", "") == "inconclusive");
    CHECK(of("chunked($H(asf) $D $E(0)) last-chunk", "< Transfer-Encoding: chunked\n") == "pass");
    CHECK(of("\"<html>\" fin", "< Content-Type: text/html\n") == "not-applicable");
    CHECK(of("\"<html>\" fin", "< Content-Type: application/x-mms-framed\n") == "fail");
    CHECK(verdict("framing.packet-length", "$H(data=\"1234\", length=20, packet-size=20)",
                  "< Content-Length: 16\n")
          == "fail");
}

TEST_CASE("check/framing: foreign clients that get packets are a server's matter, too")
{
    const auto verdict_of_curl = [](std::string_view rule, std::string_view items) {
        return to_string(check_dialogue(rule, fmt::format("> GET /live HTTP/1.0\n"
                                                          "> User-Agent: curl/8.0\n"
                                                          "< HTTP/1.0 200 OK\n"
                                                          "< Server: Cougar 4.1.0.3921\n"
                                                          "<< {}\n",
                                                          items))
                             .verdict());
    };
    CHECK(verdict_of_curl("asf.header-complete", "$H(asf)") == "pass");
    CHECK(verdict_of_curl("framing.packet-id", "\"$100\" fin") == "not-applicable");
}

TEST_CASE("check/framing: fragments of $H and $M")
{
    CHECK(verdict("framing.hm-location-id", "$H(data=\"a\", af=4) $H(data=\"b\", loc=2, af=8)") == "fail");
    CHECK(verdict("framing.hm-location-id", "$H(data=\"a\", af=4) ~10 $H(data=\"b\", loc=2, af=8)")
          == "pass");
    CHECK(verdict("framing.hm-afflags", "$H(data=\"a\", af=0) $D") == "fail");
    CHECK(verdict("framing.hm-afflags", "$H(data=\"a\", af=4) $D") == "fail");
    CHECK(verdict("framing.hm-afflags", "$H(data=\"a\", af=4) $H(data=\"b\", af=4)") == "fail");
    CHECK(verdict("framing.hm-afflags", "$H(data=\"a\", af=4) ~10 $D") == "pass");
    CHECK(verdict("framing.metadata-then-header", "$M(af=4) $M(loc=1, af=8) $H(asf)") == "pass");
    CHECK(verdict("framing.metadata-then-header", "$M $M $H(asf)") == "fail");
    CHECK(verdict("framing.metadata-not-for-old", "$M $H(asf)") == "not-applicable");
}

TEST_CASE("check/framing: sequence numbers and order of $D")
{
    CHECK(verdict("framing.d-afflags-increment", "$H(asf) $D(af=254) $D(af=0)") == "pass");
    CHECK(verdict("framing.d-afflags-increment", "$H(asf) $D(af=253) $D(af=0)") == "fail");
    CHECK(verdict("framing.d-afflags-increment", "$H(asf) $D") == "not-applicable");
    CHECK(verdict("framing.d-location-order", "$H(asf) $D(loc=9) $H(asf) $D(loc=1)") == "not-applicable");
    CHECK(verdict("framing.d-location-order", "$H(asf) $D(loc=9) $D(loc=8)") == "fail");
    CHECK(
        to_string(check_dialogue("framing.d-location-order",
                                 ">> \"GET /live HTTP/1.0\\r\\nUser-Agent: NSPlayer/9.0\\r\\nHost: a\" ~40\n"
                                 ">> \"\\r\\n\\r\\n\"\n< HTTP/1.0 200 OK\n< Server: Rex/12.0\n"
                                 "<< $H(asf) $D(loc=8) $D(loc=9)\n")
                      .verdict())
        == "inconclusive"); // the rate may have been lost with the rest of the head
    const auto rewinding = [](std::string_view items) {
        return to_string(check_dialogue("framing.d-location-order",
                                        fmt::format("> GET /f HTTP/1.0\n> Pragma: xPlayStrm=1,rate=-5.000\n"
                                                    "< HTTP/1.0 200 OK\n< Server: Cougar/9.5\n<< {}\n",
                                                    items))
                             .verdict());
    };
    CHECK(rewinding("$H(asf) $D(loc=9) $D(loc=7)") == "pass");
    CHECK(rewinding("$H(asf) $D(loc=7) $D(loc=9)") == "fail");

    // The session began with the Describe; its second Play is another matter.
    const auto plays = [](int first, int second) {
        constexpr std::string_view play = "---\n> GET /live HTTP/1.0\n> Pragma: xPlayStrm=1,client-id=7\n"
                                          "< HTTP/1.0 200 OK\n< Server: Rex/12.0\n<< $H(asf) $D(af={})\n";
        return to_string(check_dialogue("framing.d-afflags-start",
                                        fmt::format("> GET /live HTTP/1.0\n"
                                                    "> Pragma: no-cache, request-context=1\n"
                                                    "< HTTP/1.0 200 OK\n< Server: Rex/12.0\n"
                                                    "< Pragma: client-id=7\n<< $H(asf) fin\n{}{}",
                                                    fmt::format(play, first), fmt::format(play, second)))
                             .verdict());
    };
    CHECK(plays(0, 9) == "pass");
    CHECK(plays(9, 0) == "fail");
}

TEST_CASE("check/framing: content descriptions of $M")
{
    const auto of = [](std::string_view text) {
        return verdict(
            "framing.m-cdl",
            fmt::format("$M(data=\"playlist-gen-id=1, broadcast-id=0, features=\\\"\\\"\\0{}\") $H(asf)",
                        text));
    };
    CHECK(of("") == "not-applicable");
    CHECK(of("7,language,31,0,\\r\\n") == "pass"); // K26
    CHECK(of("8,language,31,0,\\r\\n8,language,31,2,de,5,title,31,4,Neu,\\r\\n\\r\\n") == "pass");
    CHECK(of("8,language,31,0,,5,title,31,40,News\\r\\n") == "fail");
    CHECK(of("8,language,31,0,,5,title,99,4,News\\r\\n") == "fail");
    CHECK(of("8,language,31,0,,99999999999,title,31,4,News\\r\\n") == "fail");
    CHECK(verdict("framing.m-broadcast-id",
                  "$M(data=\"playlist-gen-id=1, broadcast-id=4294967296, features=\\\"live\\\"\\0\") $H(asf)")
          == "fail");
}

TEST_CASE("check/asf: what a gap in a header leaves unknown")
{
    const std::string_view whole = "$H(asf) $D(size=101)";
    CHECK(verdict("asf.one-packet", whole) == "fail"); // packets of the sample have 100 bytes
    CHECK(verdict("asf.one-packet", "$H(asf) $D $C(0) $H(asf, hole=60*20) $D(size=101)") == "fail");
    CHECK(verdict("asf.one-packet", "$H(asf, hole=60*20) $D(size=101)") == "inconclusive");
    // The header behind $C may say another size.
    CHECK(verdict("asf.one-packet", "$H(asf) $C(0) $H(asf, hole=60*20) $D(size=101)") == "inconclusive");
    CHECK(verdict("asf.header-after-change", "$H(asf) $D $C(0) ~40 $D") == "inconclusive");
    CHECK(verdict("asf.header-split", "$H(asf) $D") == "not-applicable");
}

} // namespace test_check_framing
