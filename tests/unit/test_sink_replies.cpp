#include <wmclients/sink/replies.hpp>

#include <doctest/doctest.h>

namespace test_sink_replies {

using namespace wmclients::sink;

TEST_CASE("sink/replies: the head of a Play has the fields and the order of a real Rex 9, and its timeout")
{
    ReplyHead head;
    head.client_id = 1355421304;
    head.timeout = std::chrono::minutes{1};
    head.features = true;
    head.content_type = "application/x-mms-framed";
    CHECK(to_text(head, "9.0.0.3265")
          == "HTTP/1.0 200 OK\r\n"
             "Server: Rex/9.0.0.3265\r\n"
             "Cache-Control: no-cache\r\n"
             "Pragma: no-cache\r\n"
             "Pragma: client-id=1355421304\r\n"
             "Pragma: timeout=60000\r\n"
             "Pragma: features=\"broadcast\"\r\n"
             "Content-Type: application/x-mms-framed\r\n\r\n");
}

TEST_CASE("sink/replies: a Describe says its length and whether the connection stays")
{
    ReplyHead head;
    head.client_id = 7;
    head.content_type = "application/vnd.ms.wms-hdr.asfv1";
    head.content_length = 2680;
    head.keep_alive = true;
    const std::string text = to_text(head, "9.0.0.2837");
    CHECK(text.find("\r\nContent-Length: 2680\r\nConnection: Keep-Alive\r\n\r\n") != std::string::npos);
}

TEST_CASE("sink/replies: a client of version 9 is told what the sink supports")
{
    ReplyHead head;
    CHECK(to_text(head, "9.0").find("Supported") == std::string::npos);
    head.supported = true;
    CHECK(to_text(head, "9.0").find("\r\nSupported: com.microsoft.wm.sswitch, com.microsoft.wm.predstrm\r\n")
          != std::string::npos);
}

TEST_CASE("sink/replies: refusals have their own status")
{
    CHECK(status_of(Refusal::not_wmsp) == 400);
    CHECK(status_of(Refusal::denied) == 403);
    CHECK(status_of(Refusal::wrong_path) == 404);
    CHECK(status_of(Refusal::full) == 503);
    ReplyHead head;
    head.status = 503;
    CHECK(to_text(head, "1").substr(0, 34) == "HTTP/1.0 503 Service Unavailable\r\n");
}

} // namespace test_sink_replies
