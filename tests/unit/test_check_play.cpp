#include <doctest/doctest.h>
#include <fmt/format.h>
#include <support/dialogue.hpp>

namespace test_check_play {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

namespace {

constexpr std::string_view play = "> GET /live HTTP/1.0\n> User-Agent: NSPlayer/12.0.7601.17514\n"
                                  "> Pragma: xPlayStrm=1\n> Pragma: stream-switch-entry=ffff:1:0";
constexpr std::string_view ok = "< HTTP/1.0 200 OK\n< Server: Rex/12.0.7600.16385";
constexpr std::string_view chunked =
    "< HTTP/1.1 200 OK\n< Server: Cougar/9.5.6001.18281\n< Transfer-Encoding: chunked";

/// The rule's word on a request, the head of its reply, and the items of the reply's body (lines may follow).
std::string_view verdict(std::string_view rule, std::string_view request, std::string_view reply,
                         std::string_view body)
{
    const auto dialogue = fmt::format("\n{}\n{}\n<< {}\n", request, reply, body);
    return to_string(check_dialogue(fmt::format("play.response.{}", rule), dialogue).verdict());
}

std::string_view verdict(std::string_view rule, std::string_view body)
{
    return verdict(rule, play, ok, body);
}

/// A `$D` with one payload of a stream, in hex.
std::string data_of(std::string_view stream)
{
    return fmt::format("$D(data=x\"82 00 00 08 5d 00 00 00 00 00 00 00 {} 01 00 00 00 00 00\" 82*\"m\")",
                       stream);
}

} // namespace

TEST_CASE("check/play: the header first")
{
    CHECK(verdict("header-first", "$M $H(asf) $D") == "pass");
    CHECK(verdict("header-first", "$H(asf, af=4) $D") == "fail"); // another fragment should come
    CHECK(verdict("header-first", "$E(0)") == "fail");
    CHECK(verdict("header-first", "\"plain\" fin") == "fail");
    CHECK(verdict("header-first", "$M fin") == "fail");
    CHECK(verdict("header-first", "$M") == "inconclusive");
    CHECK(verdict("header-first", "$H(asf, hole=60*9) $D") == "inconclusive");
    CHECK(verdict("header-first", play, "< HTTP/1.0 503 Busy\n< Server: Rex/9.0", "\"busy\" fin")
          == "not-applicable");
}

TEST_CASE("check/play: the order of packets goes on behind gaps")
{
    CHECK(verdict("body-order", "$H(asf) $D $E(0) $E(0)") == "pass");
    CHECK(verdict("body-order", "$H(asf) $E(1) $C(0) $H(asf) $D") == "pass"); // what old clients get
    CHECK(verdict("body-order", "$H(asf) $D $C(0) $M $H(asf, split=2) $D") == "pass");
    CHECK(verdict("body-order", "$H(asf) $D $C(0) $D") == "fail");
    CHECK(verdict("body-order", "$H(asf) $D $E(0) $D") == "fail");
    CHECK(verdict("body-order", "$H(asf) $D $P(90) $D") == "fail");
    CHECK(verdict("body-order", "$H(asf) $D\n<< ~300\n<< $D $H(asf) $D") == "fail");
    CHECK(verdict("body-order", "$H(asf) $D\n<< ~300\n<< $H(asf) $D") == "inconclusive");
}

TEST_CASE("check/play: who ended the stream")
{
    CHECK(verdict("eos", "$H(asf) $D $C(0) fin") == "pass");
    CHECK(verdict("eos", "$H(asf) $D") == "inconclusive");
    CHECK(verdict("eos", "$H(asf) $D\n<< rst") == "inconclusive");
    CHECK(verdict("eos", "$H(asf) $D(length=500, packet-size=500) fin") == "inconclusive");
    CHECK(verdict("eos", "$H(asf) $D\n<< ~300\n<< fin") == "inconclusive");
    CHECK(verdict("eos", "$H(asf) fin") == "not-applicable");
    // Of the server's side alone: a FIN of the client's would not be seen.
    CHECK(verdict("eos", "! only <\n> GET /live HTTP/1.0", ok, "$H(asf) $D fin") == "inconclusive");
    CHECK(verdict("eos", play, chunked, "chunked($H(asf) $D) last-chunk") == "fail");
    CHECK(verdict("eos", play, chunked,
                  "chunked($H(asf) $D)\n> POST /live HTTP/1.1\n> User-Agent: NSPlayer/12.0.7601.17514\n"
                  "> Pragma: xStopStrm=1, client-id=77\n> Content-Length: 0\n<< last-chunk\n"
                  "< HTTP/1.1 200 OK\n< Server: Cougar/9.5\n< Content-Length: 0")
          == "not-applicable");
}

TEST_CASE("check/play: what a reason announces")
{
    CHECK(verdict("eos-reason", "$H(asf) $D $E(1) $E(1) $C(0) $H(asf)") == "pass");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(1) $D") == "fail");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(0x000D2F09) $C(0) $H(asf)") == "pass");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(0x000D2F09) $C(0) $H(asf) $D") == "fail");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(1)\n<< ~300\n<< $D") == "inconclusive");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(0)\n<< ~300\n<< $D") == "inconclusive");
    CHECK(verdict("eos-reason", "$H(asf) $D $E(0x80004005) $D") == "not-applicable");
}

TEST_CASE("check/play: the last $E of a stream")
{
    CHECK(verdict("eos-zero-chunk", play, chunked, "chunked($H(asf) $D $E(0) $C(0))") == "fail");
    CHECK(verdict("eos-zero-chunk", play, chunked, "chunked($H(asf) $D $E(0))\n<< rst") == "inconclusive");
    CHECK(verdict("eos-zero-chunk", "$H(asf) $D $E(0) fin") == "not-applicable");
    CHECK(verdict("eos-repeat", "$H(asf) $D $E(0) fin") == "not-applicable");
    CHECK(verdict("eos-repeat", "$H(asf) $D 511*$E(0)\n+2\n<< fin") == "fail");
    CHECK(verdict("eos-repeat", "$H(asf) $D $E(0)") == "inconclusive");
    CHECK(verdict("eos-repeat", play, chunked, "chunked($H(asf) $D $E(0)) last-chunk") == "not-applicable");
}

TEST_CASE("check/play: $M before each header")
{
    constexpr std::string_view cougar = "< HTTP/1.0 200 OK\n< Server: Cougar/9.5.6001.18281";
    CHECK(verdict("metadata", play, cougar, "$H(asf) $D") == "fail");
    CHECK(verdict("metadata", "$H(asf) $D") == "not-applicable"); // Rex
    CHECK(verdict("metadata", play, cougar, "$M $H(asf) $D\n<< ~300\n<< $H(asf)") == "inconclusive");
}

TEST_CASE("check/play: payloads of streams that were selected")
{
    CHECK(verdict("selected-streams", "$H(asf) " + data_of("01")) == "pass");
    CHECK(verdict("selected-streams", "$H(asf) " + data_of("82")) == "fail"); // with its key frame bit
    CHECK(verdict("selected-streams", "$H(asf) $D(data=\"no ASF packet\")") == "inconclusive");
    CHECK(verdict("selected-streams", "$H(asf) $D(hole=40*20)") == "inconclusive");
    constexpr std::string_view none = "> GET /live HTTP/1.0\n> User-Agent: {}\n> Pragma: xPlayStrm=1";
    const auto from = [&](std::string_view agent) { return fmt::format(fmt::runtime(none), agent); };
    CHECK(verdict("selected-streams", from("NSServer/4.1.0.3930"), ok, data_of("02")) == "pass");
    CHECK(verdict("selected-streams", from("NSPlayer/9.0.0.2980"), ok, data_of("02")) == "fail");
    // The server chooses the next entry's streams, and a SelectStream changes the selection.
    CHECK(verdict("selected-streams", play, ok, "$H(asf) $C(0) $H(asf) " + data_of("02"))
          == "not-applicable");
    CHECK(verdict("selected-streams", play, fmt::format("{}\n< Pragma: client-id=77", ok),
                  "$H(asf)\n---\n> POST /live HTTP/1.0\n> User-Agent: NSPlayer/12.0.7601.17514\n"
                  "> Pragma: client-id=77, stream-switch-entry=1:2:0\n> Content-Length: 0\n--- 1\n<< "
                      + data_of("02"))
          == "not-applicable");
    CHECK(verdict("selected-streams", "> GET /live HTTP/1.0\n> User-Agent: curl/7.88", ok, data_of("02"))
          == "not-applicable");
}

TEST_CASE("check/play: start-up profiles")
{
    const auto profile = [](std::string_view text) {
        return verdict("startupprofile-syntax", play, fmt::format("{}\n< X-StartupProfile: {}", ok, text),
                       "$H(asf)");
    };
    constexpr std::string_view rest = "StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=8;";
    CHECK(profile(fmt::format("Rate=10;MaxBytes=9;Time=3;{}", rest)) == "pass");
    CHECK(profile(fmt::format("MaxBytes=9;Rate=10;Time=3;{}", rest)) == "fail");
    CHECK(profile(fmt::format("Rate=;MaxBytes=9;Time=3;{}", rest)) == "fail");
    CHECK(profile(fmt::format("Rate=10,x;MaxBytes=9,9;Time=3,3;{}", rest)) == "fail");
    CHECK(profile("Rate=10;MaxBytes=9;Time=3") == "fail");
}

TEST_CASE("check/play: Speed, and the connection before")
{
    const auto rule = [](std::string_view id, std::string_view dialogue) {
        return to_string(check_dialogue(id, dialogue).verdict());
    };
    CHECK(rule("play.request.speed-gated",
               "\n> GET / HTTP/1.0\n> User-Agent: NSPlayer/9.0\n> Pragma: xPlayStrm=1, Speed=2.000\n")
          == "fail"); // nothing lies before the capture
    CHECK(rule("play.request.connection",
               "\n> GET / HTTP/1.0\n> User-Agent: NSPlayer/9.0\n> Pragma: xPlayStrm=1\n")
          == "not-applicable");
    CHECK(rule("play.request.stream-switch-complete",
               "\n> GET / HTTP/1.0\n> User-Agent: NSPlayer/9.0\n> Pragma: xPlayStrm=1\n"
               "> Pragma: stream-switch-entry=ffff:1:1\n")
          == "fail"); // thinning 1, whatever streams there are
}

} // namespace test_check_play
