#include <wmclients/http/head.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace test_http_head {

using namespace wmclients;
using http::BodyFraming;
using http::Head;
using http::HeadAnomaly;

namespace {

Head parse(std::string_view text)
{
    return Head::parse({text.begin(), text.end()});
}

bool has(const Head& head, HeadAnomaly anomaly)
{
    return std::count(head.anomalies().begin(), head.anomalies().end(), anomaly) == 1;
}

BodyFraming::Kind response_kind(std::string_view text, bool to_head = false)
{
    return http::response_body(parse(text), to_head).kind;
}

} // namespace

TEST_CASE("http/head: a request")
{
    const Head head =
        parse("GET /a%20b?x=1 HTTP/1.1\r\nHost: example:8080\r\nUser-Agent:NSPlayer/4.1\r\n\r\n");
    CHECK_FALSE(head.is_response());
    CHECK(head.method() == "GET");
    CHECK(head.target() == "/a%20b?x=1");
    CHECK(head.version() == "HTTP/1.1");
    CHECK(head.is_http());
    CHECK(head.minor_version() == 1);
    CHECK(head.value("host") == "example:8080");
    CHECK(head.value("USER-AGENT") == "NSPlayer/4.1");
    CHECK_FALSE(head.field("Cookie").has_value());
    CHECK(head.value("Cookie").empty());
    CHECK(head.anomalies().empty());
    CHECK(head.complete);
}

TEST_CASE("http/head: a response")
{
    const Head head = parse("HTTP/1.0 200 All is well\r\nServer: Rex/12.0.7600.16385\r\n\r\n");
    CHECK(head.is_response());
    CHECK(head.status() == 200);
    CHECK(head.reason() == "All is well");
    CHECK(head.minor_version() == 0);
    CHECK(head.anomalies().empty());
}

TEST_CASE("http/head: repeated fields stay in order, and the first one is the value")
{
    const Head head =
        parse("GET / HTTP/1.0\r\nPragma: no-cache\r\nAccept: */*\r\npragma: xPlayStrm=1\r\n\r\n");
    REQUIRE(head.fields().size() == 3);
    CHECK(head.fields()[0].value == "no-cache");
    CHECK(head.fields()[2].name == "pragma");
    CHECK(head.fields()[2].value == "xPlayStrm=1");
    CHECK(head.value("Pragma") == "no-cache");
}

TEST_CASE("http/head: malformed heads are read as far as they go, and reported")
{
    const Head bare = parse("GET / HTTP/1.0\nHost: a\n\n");
    CHECK(has(bare, HeadAnomaly::bare_lf));
    CHECK(bare.value("Host") == "a");

    const Head folded = parse("GET / HTTP/1.0\r\nPragma: a,\r\n\tb,\r\n  c\r\nHost: h\r\n\r\n");
    CHECK(has(folded, HeadAnomaly::obs_fold));
    CHECK(folded.value("Pragma").starts_with("a,"));
    CHECK(folded.value("Pragma").ends_with("c"));
    CHECK(folded.value("Pragma").find_first_of("\r\n") == std::string_view::npos);
    CHECK(folded.value("Host") == "h");
    CHECK(folded.fields().size() == 2);

    const Head space = parse("HTTP 1.1 200 OK\r\n\r\n");
    CHECK(has(space, HeadAnomaly::version_space));
    CHECK(space.status() == 200);
    CHECK(space.is_http());

    for (const std::string text : {"HTTP/1.0 404\r\n\r\n", "HTTP/1.0 404 \r\n\r\n"}) {
        const Head reason = parse(text);
        CHECK(reason.status() == 404);
        CHECK(reason.reason().empty());
    }
    CHECK(has(parse("HTTP/1.0 404\r\n\r\n"), HeadAnomaly::missing_reason));

    const Head line = parse("GET / HTTP/1.0\r\nno colon here\r\n: no name\r\nHost : a\r\n\r\n");
    CHECK(has(line, HeadAnomaly::malformed_line));
    CHECK(line.value("Host") == "a");
    CHECK(line.fields().size() == 1);

    CHECK(has(parse("\r\nGET / HTTP/1.0\r\n\r\n"), HeadAnomaly::leading_empty_line));
    CHECK(has(parse("GET\r\n\r\n"), HeadAnomaly::malformed_start));
    CHECK(has(parse("GET /\r\n\r\n"), HeadAnomaly::malformed_start));
    CHECK(parse("GET /\r\n\r\n").target() == "/");
    CHECK(parse("GET /a b HTTP/1.0\r\n\r\n").target() == "/a b");
}

TEST_CASE("http/head: a status that is not three digits is none")
{
    for (const std::string text :
         {"HTTP/1.0 20 OK\r\n\r\n", "HTTP/1.0 abc\r\n\r\n", "HTTP/1.0 -20 OK\r\n\r\n", "HTTP/1.0\r\n\r\n",
          "HTTP/1.0 +20 OK\r\n\r\n"}) {
        CAPTURE(text);
        const Head head = parse(text);
        CHECK(head.status() == 0);
        CHECK(has(head, HeadAnomaly::malformed_start));
    }
}

TEST_CASE("http/head: a status of more than three digits is none")
{
    CHECK(parse("HTTP/1.0 2000 OK\r\n\r\n").status() == 0);
}

TEST_CASE("http/head: other protocols with the same form are told apart")
{
    CHECK_FALSE(parse("DESCRIBE rtsp://a/b RTSP/1.0\r\n\r\n").is_http());
    CHECK(parse("RTSP/1.0 200 OK\r\n\r\n").is_response());
    CHECK_FALSE(parse("RTSP/1.0 200 OK\r\n\r\n").is_http());
    CHECK(parse("ICY 200 OK\r\n\r\n").status() == 200);
    CHECK_FALSE(parse("GET / HTTP/2.0\r\n\r\n").is_http());
}

TEST_CASE("http/head: empty and garbage input gives an empty head")
{
    CHECK(parse("").fields().empty());
    CHECK(parse("\r\n\r\n\r\n").fields().empty());
    CHECK(parse(std::string_view{"\0\xFF\n\0:\n\n", 7}).method().size() <= 2);
}

TEST_CASE("http/head: views survive a move of the head")
{
    Head first = parse("GET /x HTTP/1.0\r\nA: b\r\n\r\n");
    const Head second = std::move(first);
    CHECK(second.method() == "GET");
    CHECK(second.value("A") == "b");
    const char* const begin = second.text().data();
    CHECK(second.value("A").data() > begin);
    CHECK(second.value("A").data() < begin + second.text().size());
}

TEST_CASE("http/head: how a response's body ends")
{
    using Kind = BodyFraming::Kind;
    CHECK(response_kind("HTTP/1.0 200 OK\r\n\r\n") == Kind::until_close);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n") == Kind::length);
    CHECK(http::response_body(parse("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"), false).length == 10);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == Kind::none);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: 10, 10\r\n\r\n") == Kind::length);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n") == Kind::until_close);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n") == Kind::until_close);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")
          == Kind::until_close);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n")
          == Kind::chunked);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n") == Kind::chunked);
    CHECK(response_kind("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n") == Kind::none);
    CHECK(response_kind("HTTP/1.1 204 No Content\r\n\r\n") == Kind::none);
    CHECK(response_kind("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == Kind::none);
    CHECK(response_kind("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true) == Kind::none);
}

TEST_CASE("http/head: how a request's body ends")
{
    using Kind = BodyFraming::Kind;
    CHECK(http::request_body(parse("GET / HTTP/1.0\r\n\r\n")).kind == Kind::none);
    CHECK(http::request_body(parse("POST / HTTP/1.0\r\nContent-Length: 7\r\n\r\n")).length == 7);
    CHECK(http::request_body(parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")).kind
          == Kind::chunked);
}

TEST_CASE("http/head: every anomaly has a name")
{
    for (int i = 0; i <= static_cast<int>(HeadAnomaly::leading_empty_line); ++i) {
        CHECK_FALSE(to_string(static_cast<HeadAnomaly>(i)).empty());
    }
}

TEST_CASE("http/head: fields beyond the most that are wanted are left out, also of a copy")
{
    const std::string text = "GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n";
    const Head all = Head::parse({text.begin(), text.end()}, 3);
    CHECK(all.fields().size() == 3);
    CHECK_FALSE(all.fields_left_out());
    const Head some = Head::parse({text.begin(), text.end()}, 2);
    CHECK(some.fields_left_out());
    CHECK(some.value("B") == "2");
    CHECK_FALSE(some.field("C"));
    CHECK(some.clone().fields().size() == 2);
    CHECK(some.memory() > text.size() + 2 * sizeof(http::Field));
}

} // namespace test_http_head
