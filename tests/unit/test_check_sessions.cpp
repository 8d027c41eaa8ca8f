#include <doctest/doctest.h>
#include <support/dialogue.hpp>

namespace test_check_sessions {

using namespace wmclients;
using namespace wmclients::check;
using wmclients::testing::check_dialogue;

// Corner cases of the rules on exchanges beside the stream, on sessions and on times; what each rule is
// about is shown by its examples.

namespace {

std::string_view verdict(std::string_view rule, const std::string& dialogue)
{
    return to_string(check_dialogue(rule, dialogue).verdict());
}

const std::string agent = "> User-Agent: NSPlayer/12.0.7601.17514\n";
const std::string rex = "< Server: Rex/12.0.7600.16385\n";
const std::string play = "> GET /live HTTP/1.0\n" + agent + "> Pragma: xPlayStrm=1\n";
const std::string play_again = "> GET /live HTTP/1.0\n" + agent + "> Pragma: xPlayStrm=1, client-id=77\n";
const std::string stream = "< HTTP/1.0 200 OK\n" + rex + "< Pragma: client-id=77\n";
const std::string log = "> POST /live HTTP/1.0\n" + agent
                        + "> Content-Type: application/x-wms-LogStats\n> Pragma: no-cache, client-id=77\n";
const std::string empty = "< HTTP/1.0 200 OK\n" + rex + "< Pragma: client-id=77\n< Content-Length: 0\n";
const std::string play11 = "> GET /vod HTTP/1.1\n" + agent
                           + "> Pragma: xPlayStrm=1, version11-enabled=1\n< HTTP/1.1 200 OK\n"
                             "< Server: Cougar/9.5.6001.18281\n< Pragma: client-id=77\n"
                             "< Transfer-Encoding: chunked\n";
const std::string log11 = "> POST /vod HTTP/1.1\n" + agent
                          + "> Content-Type: application/x-wms-LogStats\n> Pragma: no-cache, client-id=77\n";
const std::string empty11 = "< HTTP/1.1 200 OK\n< Server: Cougar/9.5.6001.18281\n"
                            "< Pragma: client-id=77\n< Content-Length: 0\n";

} // namespace

TEST_CASE("check/log: a stream asks for a Log only if it ended in the sight of the client")
{
    CHECK(verdict("log.request.after-eos", play + stream + "<< $H(asf) $D\n>> fin\n<< $E(0)\n")
          == "not-applicable");
    CHECK(verdict("log.request.after-stop", play + stream + "<< $H(asf) $D $E(0)\n>> fin\n")
          == "not-applicable");
    CHECK(verdict("log.request.after-stop", play + stream + "<< $H(asf) $D fin\n>> fin\n")
          == "not-applicable");
    // What was announced binds only once it has passed.
    const std::string timed =
        play + "< HTTP/1.0 200 OK\n" + rex + "< Pragma: client-id=77, timeout=60000\n<< $H(asf) $D $E(0)\n";
    CHECK(verdict("log.request.after-eos", timed + "+50\n---\n") == "inconclusive");
    CHECK(verdict("log.request.after-eos", timed + "+70\n---\n") == "fail");
}

TEST_CASE("check/log: XML is recognised by its elements")
{
    const auto body = [](const std::string& text) {
        return verdict("log.request.xml-body",
                       log + "> Content-Length: " + std::to_string(text.size()) + "\n>> \"" + text + "\"\n");
    };
    CHECK(body("<XML><Summary>a</Summary><b/></XML>") == "pass");
    CHECK(body("<XML><Summary>a</XML>") == "fail");
    CHECK(body("<XML></XML><XML></XML>") == "fail");
    CHECK(body("<XML>") == "fail");
    CHECK(body("</XML>") == "fail");
    CHECK(body("<XML a='>'><!-- <b> --><![CDATA[</c>]]><d e='/'/></XML>") == "pass");
    CHECK(body("<XML><a><b></a></b></XML>") == "fail");
    CHECK(body("<XML><!-- </XML>") == "fail");
    CHECK(body("<XML></ XML>") == "fail");
    CHECK(body("text<XML/>") == "fail");
    CHECK(verdict("log.request.xml-body", log) == "fail");
    CHECK(verdict("log.request.xml-body", log + "> Content-Length: 7\n>> \"<XML/>\\0\"\n") == "pass");
}

TEST_CASE("check/log: who closes first decides whether a reply is missed")
{
    const std::string begin = play + stream + "<< $H(asf) $D\n>> fin\n---\n" + log;
    CHECK(verdict("log.response.sent", begin + "<< rst\n") == "fail");
    CHECK(verdict("log.response.sent", begin + ">> fin\n<< fin\n") == "inconclusive");
    CHECK(verdict("log.response.sent", begin) == "inconclusive");
    CHECK(verdict("log.client.close", play11 + "<< chunk($H(asf))\n" + log11) == "not-applicable");
}

TEST_CASE("check/stop: a status line where a chunk should begin is seen as the next response")
{
    const std::string begin = play11 + "<< chunk($H(asf)) chunk($D)\n> POST /vod HTTP/1.1\n" + agent
                              + "> Content-Length: 0\n> Pragma: client-id=77, xStopStrm=1\n";
    CHECK(verdict("stop.response.zero-chunk-first", begin + empty11) == "fail");
    CHECK(verdict("stop.response.zero-chunk-first", begin + "<< last-chunk\n" + empty11) == "pass");
    CHECK(verdict("stop.response.zero-chunk-first",
                  play11 + "<< chunk($H(asf)) chunk($D) chunk($E(0)) last-chunk\n> POST /vod HTTP/1.1\n"
                      + agent + "> Content-Length: 0\n> Pragma: client-id=77, xStopStrm=1\n" + empty11)
          == "not-applicable");
}

TEST_CASE("check/session: a client-id ties connections, an address does not")
{
    const std::string describe = "> GET /live HTTP/1.0\n" + agent + "> Pragma: no-cache\n";
    CHECK(verdict("session.client-id.echo-client", describe + empty + play) == "fail");
    CHECK(verdict("session.client-id.echo-client", describe + empty + "---\n" + play + stream)
          == "inconclusive");
    CHECK(verdict("session.client-id.echo-client", describe + "< HTTP/1.0 401 Unauthorized\n" + rex
                                                       + "< Pragma: client-id=5\n< Content-Length: 0\n" + play
                                                       + stream)
          == "not-applicable");
}

TEST_CASE("check/session: a client-id on another connection may be an older one, but one that was given")
{
    const std::string describe = "> GET /live HTTP/1.0\n" + agent + "> Pragma: no-cache\n";
    const auto plays = [](const std::string& id) {
        return "---\n> GET /live HTTP/1.0\n" + agent + "> Pragma: xPlayStrm=1, client-id=" + id + "\n";
    };
    const auto answer = [](const std::string& pragma) {
        return "< HTTP/1.0 200 OK\n" + rex + "< Pragma: " + pragma + "\n< Content-Length: 0\n";
    };
    const auto echo = [](const std::string& dialogue) {
        return check_dialogue("session.client-id.echo-client", dialogue);
    };
    CHECK(to_string(echo(describe + empty + plays("77")).verdict()) == "pass");
    // 77 was replaced by 5; who says 77 again need not be the client that was told so.
    const auto reset =
        echo(describe + empty + plays("77") + answer("client-id=5, xResetStrm=1") + plays("77"));
    CHECK(reset.count(Verdict::inconclusive) == 1);
    CHECK(reset.count(Verdict::fail) == 0);
    // Nobody gave 6, which the same connection had.
    const auto unknown = echo(plays("6") + answer("client-id=5, xResetStrm=1") + plays("6"));
    CHECK(unknown.count(Verdict::inconclusive) == 1);
    CHECK(unknown.count(Verdict::pass) == 0);
}

TEST_CASE("check/session: a FIN may be lost with other packets")
{
    const std::string describe = "> GET /live HTTP/1.0\n" + agent + "> Pragma: no-cache\n";
    CHECK(verdict("play.request.connection", describe + empty + "---\n" + play_again) == "fail");
    CHECK(verdict("play.request.connection", describe + empty + "<< ~20\n---\n" + play_again)
          == "inconclusive");
    CHECK(verdict("play.request.connection", describe + empty + ">> fin\n---\n" + play_again) == "pass");
}

TEST_CASE("check/session: entries told apart by playlist-gen-id are those that one Play runs through")
{
    const auto entry = [](const std::string& id) {
        return " $C(0) $M(data=\"playlist-gen-id=" + id + ",broadcast-id=0,features=\") $H(asf) $D";
    };
    const std::string begin = play + stream + "<< $H(asf) $D";
    CHECK(verdict("session.playlist-gen-id.changes", begin + entry("2") + entry("3") + "\n") == "pass");
    CHECK(verdict("session.playlist-gen-id.changes", begin + entry("2") + entry("3") + entry("2") + "\n")
          == "fail");
    CHECK(verdict("session.playlist-gen-id.changes", begin + entry("2") + " $E(0)\n>> fin\n---\n" + play_again
                                                         + stream + "<< $H(asf) $D" + entry("2") + "\n")
          == "pass");
}

TEST_CASE("check/describe: who follows redirects of HTTP gets one")
{
    const std::string describe = "> GET /old HTTP/1.0\n" + agent + "< HTTP/1.0 200 OK\n" + rex;
    CHECK(verdict("describe.response.redirect-status",
                  describe + "<< $H(filename=\"http://media/new\", at=479, preroll=479)\n")
          == "fail");
    CHECK(verdict("describe.response.redirect-status",
                  describe + "<< $H(filename=\"http://media/credits\", at=60000)\n")
          == "not-applicable");
}

TEST_CASE("check/timing: client-lag counts from the latest SelectStream, and from the end of the entry")
{
    const auto select = [](const std::string& lag) {
        return "---\n> POST /live HTTP/1.0\n" + agent + "> Pragma: no-cache, client-id=77, client-lag=" + lag
               + "\n> Pragma: stream-switch-entry=2:3:0\n" + empty;
    };
    const std::string begin = play + stream + "<< $H(asf) $D\n";
    const std::string change = "--- 1\n<< $D\n+3\n<< $M(data=\"a\") $C(0) $H(asf)\n";
    CHECK(verdict("timing.client-lag", begin + select("2000") + change) == "pass");
    CHECK(verdict("timing.client-lag", begin + select("5000") + change) == "fail");
    CHECK(verdict("timing.client-lag", begin + select("5000") + select("2000") + change) == "pass");
}

TEST_CASE("check/session: one client-id for two is right if the first has gone")
{
    const std::string first = play + stream + "<< $H(asf) $D\n";
    CHECK(verdict("session.client-id.unique", first + "---\n" + first) == "fail");
    CHECK(verdict("session.client-id.unique", first + ">> fin\n<< fin\n---\n" + first) == "pass");
}

TEST_CASE("check/session: the state of a session is known from its stream")
{
    const std::string describe = "> GET /live HTTP/1.0\n" + agent + "> Pragma: client-id=77\n" + empty;
    const std::string streaming = play + stream + "<< $H(asf) $D\n";
    CHECK(verdict("session.describe-state", streaming + ">> fin\n---\n" + describe) == "not-applicable");
    CHECK(verdict("session.describe-state", streaming + "<< $E(0)\n---\n" + describe) == "not-applicable");
    CHECK(verdict("session.describe-state", streaming + "---\n" + describe) == "inconclusive");
    CHECK(verdict("session.describe-state", streaming + "---\n" + describe + "--- 1\n<< $D\n") == "fail");
    CHECK(verdict("session.describe-state", "! drop-before 0.015\n" + describe) == "inconclusive");
}

TEST_CASE("check/session: after a change of entries, who asks first decides")
{
    const std::string asks = "---\n> POST /live HTTP/1.0\n" + agent
                             + "> Pragma: client-id=77\n> Pragma: stream-switch-entry=2:3:0\n" + empty;
    const auto begin = [](const std::string& client, const std::string& server) {
        return play + "> Supported: com.microsoft.wm." + client + "\n" + stream
               + "< Supported: com.microsoft.wm." + server + "\n<< $H(asf) $D $E(1) $C(0) $H(asf)\n";
    };
    const std::string both = begin("predstrm", "predstrm");
    const std::string one = begin("predstrm", "sswitch");
    CHECK(verdict("session.waiting-no-data", one + "<< $D\n") == "fail");
    CHECK(verdict("session.waiting-no-data", one + asks + "--- 1\n<< $D\n") == "pass");
    CHECK(verdict("session.waiting-no-data", both + "<< $D\n") == "not-applicable");
    CHECK(verdict("session.predictive-data", both + "<< $D\n" + asks) == "pass");
    CHECK(verdict("session.predictive-data", both + asks + "--- 1\n<< $D\n")
          == "inconclusive"); // they crossed
    CHECK(verdict("session.predictive-data", both + "+2\n" + asks + "--- 1\n<< $D\n") == "fail");
    CHECK(verdict("session.predictive-data", one + "<< $D\n") == "not-applicable");
}

TEST_CASE("check/timing: a streaming session is not idle")
{
    const std::string begin = play + stream + "<< $H(asf) $D\n+100\n";
    CHECK(verdict("timing.keepalive-interval", begin + "<< $D\n>> fin\n---\n" + log) == "pass");
    CHECK(verdict("timing.keepalive-interval", begin + "---\n" + log + "--- 1\n<< $D\n") == "not-applicable");
    CHECK(verdict("timing.keepalive-interval",
                  play + stream + "<< $H(asf) $D\n>> fin\n+100\n---\n" + play_again)
          == "fail");
    // Beyond what was announced a session may end.
    CHECK(verdict("timing.idle-minimum", play + stream + "<< $H(asf) $D\n>> fin\n+11\n---\n" + play_again
                                             + "< HTTP/1.0 200 OK\n" + rex
                                             + "< Pragma: client-id=5, xResetStrm=1\n")
          == "not-applicable");
}

TEST_CASE("check/timing: a pause is on purpose only if the server could send")
{
    const std::string begin = play + stream + "<< $H(asf,b)\n";
    CHECK(verdict("timing.b-flag-clear", begin + "+2\n<< $D\n") == "fail");
    CHECK(verdict("timing.b-flag-clear", begin + "! +0.001 c1 > window 0\n+2\n<< $D\n") == "inconclusive");
    CHECK(verdict("timing.b-flag-clear", begin + "! +0.001 c1 > window 8\n+2\n<< $D\n") == "inconclusive");
    CHECK(verdict("timing.b-flag-clear", begin + "! +0.001 c1 > window 4000\n+2\n<< $D\n") == "fail");
    CHECK(verdict("timing.b-flag-clear", begin + "+0.5\n<< $D\n") == "pass");
}

} // namespace test_check_sessions
