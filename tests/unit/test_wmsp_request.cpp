#include <wmclients/wmsp/request.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_wmsp_request {

using namespace wmclients;
using wmsp::Classified;
using wmsp::LookAlike;
using wmsp::RequestKind;

namespace {

Classified classify(const std::string& start, const std::string& lines)
{
    const std::string text = start + "\r\n" + lines + "\r\n";
    const http::Head head = http::Head::parse({text.begin(), text.end()});
    return wmsp::classify(head, wmsp::Pragmas{head});
}

const std::string get = "GET /stream HTTP/1.0";
const std::string post = "POST /stream HTTP/1.0";
const std::string player = "User-Agent: NSPlayer/4.1.0.3856\r\n";

} // namespace

TEST_CASE("wmsp/request: the request types of MS-WMSP 2.2.2")
{
    CHECK(classify(get, player).kind == RequestKind::describe);
    CHECK(classify(get, player + "Pragma: no-cache,xPlayStrm=1\r\n").kind == RequestKind::play);
    CHECK(classify(post, player + "Pragma: xPlayStrm=1\r\nContent-Length: 0\r\n").kind == RequestKind::play);
    CHECK(classify(post, player + "Pragma: xPlayNextEntry=1\r\n").kind == RequestKind::play_next_entry);
    CHECK(classify(post, player + "Pragma: stream-switch-entry=ffff:1:0\r\n").kind
          == RequestKind::select_stream);
    CHECK(classify(post, player + "Pragma: xStopStrm=1\r\n").kind == RequestKind::stop);
    CHECK(classify(post, player + "Pragma: xKeepAliveInPause=1\r\n").kind == RequestKind::keep_alive);
    CHECK(classify("OPTIONS * HTTP/1.1", player + "Pragma: client-id=5\r\n").kind == RequestKind::keep_alive);
    CHECK(classify(post, player + "Pragma: log-line=a b\r\n").kind == RequestKind::log);
    CHECK(classify(post, player + "Content-Type: application/x-wms-LogStats;charset=UTF-8\r\n").kind
          == RequestKind::log);
    CHECK(classify(post, player + "Content-Type: application/x-wms-getcontentinfo\r\n").kind
          == RequestKind::get_content_info);
    CHECK(classify(post, player + "Content-Type: application/x-wms-sendevent\r\n").kind
          == RequestKind::send_event);
    CHECK(classify(get, player + "Pragma: pipeline-request=1\r\n").kind == RequestKind::pipeline);
    CHECK(classify(post, player).kind == RequestKind::other);
    CHECK(classify("DELETE / HTTP/1.1", player + "Pragma: xPlayStrm=1\r\n").kind == RequestKind::other);
}

TEST_CASE("wmsp/request: a Play with stream selection is a Play")
{
    const Classified play = classify(get, player
                                              + "Pragma: stream-switch-count=1\r\nPragma: "
                                                "stream-switch-entry=ffff:1:0\r\nPragma: xPlayStrm=1\r\n");
    CHECK(play.kind == RequestKind::play);
    CHECK(play.speaks_wmsp);
}

TEST_CASE("wmsp/request: plain HTTP is none of them, and a token alone is enough")
{
    CHECK(classify(get, "User-Agent: Mozilla/5.0\r\nPragma: no-cache\r\n").kind == RequestKind::other);
    CHECK_FALSE(classify(get, "User-Agent: Mozilla/5.0\r\n").speaks_wmsp);
    CHECK(classify(get, "User-Agent: my player\r\nPragma: xPlayStrm=1\r\n").kind == RequestKind::play);
    CHECK(classify(get, "Pragma: xClientGUID={c77e7400-738a-11d2-9add-0020af0a3278}\r\n").kind
          == RequestKind::describe);
    CHECK(classify(get, "User-Agent: NSServer/foobar\r\n").kind == RequestKind::describe);
}

TEST_CASE("wmsp/request: look-alikes are told apart, whatever their user agent")
{
    CHECK(classify("DESCRIBE rtsp://h/s RTSP/1.0", "User-Agent: WMPlayer/12\r\n").look_alike
          == LookAlike::rtsp);
    const Classified dlna =
        classify("GET /a HTTP/1.1",
                 "User-Agent: NSPlayer/12.00.26100.2314 WMFSDK/12.00\r\nGetContentFeatures.DLNA.ORG: 1\r\n"
                 "Pragma: getIfoFileURI.dlna.org\r\n");
    CHECK(dlna.look_alike == LookAlike::dlna);
    CHECK(dlna.kind == RequestKind::other);
    CHECK_FALSE(dlna.speaks_wmsp);
    CHECK(
        classify(post, "User-Agent: WMEncoder/12\r\nContent-Type: application/x-wms-pushsetup\r\n").look_alike
        == LookAlike::push);
    CHECK(
        classify(post, "User-Agent: WMEncoder/12\r\nContent-Type: application/x-wms-pushstart\r\n").look_alike
        == LookAlike::push);
}

TEST_CASE("wmsp/request: user agents")
{
    for (const std::string name : {"NSPlayer/4.1.0.3856", "NSPlayer", "nsplayer/7", "NSServer/foobar",
                                   "NSPlayer 9", "NSServer/1.0,Flumotion/0.0", "WMCacheProxy/9.0"}) {
        CAPTURE(name);
        CHECK(wmsp::is_wmsp_agent(name));
    }
    for (const std::string name : {"", "NSPlayerX/1", "Mozilla/5.0 NSPlayer/1", "WMPlayer/9", "NSPlay"}) {
        CAPTURE(name);
        CHECK_FALSE(wmsp::is_wmsp_agent(name));
    }
}

TEST_CASE("wmsp/request: servers")
{
    for (const std::string name : {"Rex/12.0.7600.16385", "Cougar/9.01.01.3814", "Rex 7.1", "rex/9"}) {
        CAPTURE(name);
        CHECK(wmsp::is_wmsp_server(name));
    }
    for (const std::string name : {"", "Rex", "Rex/", "Rex/x", "Cougars/9", "Apache/2", "WMServer/9"}) {
        CAPTURE(name);
        CHECK_FALSE(wmsp::is_wmsp_server(name));
    }
}

TEST_CASE("wmsp/request: every kind and look-alike has a name")
{
    for (int i = 0; i <= static_cast<int>(RequestKind::other); ++i) {
        CHECK_FALSE(to_string(static_cast<RequestKind>(i)).empty());
    }
    for (int i = 0; i <= static_cast<int>(LookAlike::not_framed); ++i) {
        CHECK_FALSE(to_string(static_cast<LookAlike>(i)).empty());
    }
    CHECK(to_string(RequestKind::play_next_entry) == "PlayNextEntry");
    CHECK(to_string(LookAlike::push) == "push");
}

} // namespace test_wmsp_request
