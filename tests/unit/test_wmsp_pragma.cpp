#include <wmclients/wmsp/pragma.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_wmsp_pragma {

using namespace wmclients;
using wmsp::Pragmas;

namespace {

http::Head head(const std::string& lines)
{
    const std::string text = "GET / HTTP/1.0\r\n" + lines + "\r\n";
    return http::Head::parse({text.begin(), text.end()});
}

} // namespace

TEST_CASE("wmsp/pragma: tokens of all Pragma fields, split at commas and trimmed")
{
    const http::Head parsed =
        head("Pragma: no-cache,rate=1.000, stream-time=0 ,,\r\nHost: h\r\npragma: xPlayStrm=1\r\n");
    const Pragmas pragmas{parsed};
    REQUIRE(pragmas.tokens().size() == 4);
    CHECK(pragmas.tokens()[0].name == "no-cache");
    CHECK(pragmas.tokens()[0].value.empty());
    CHECK(pragmas.value("RATE") == "1.000");
    CHECK(pragmas.value("stream-time") == "0");
    CHECK(pragmas.has("xplaystrm"));
    CHECK_FALSE(pragmas.has("Host"));
    CHECK_FALSE(pragmas.value("client-id").has_value());
}

TEST_CASE("wmsp/pragma: quotes protect commas and are taken off")
{
    const http::Head parsed =
        head("Pragma: no-cache,client-id=3,features=\"broadcast, playlist\", a = \"\"\r\n");
    const Pragmas pragmas{parsed};
    CHECK(pragmas.value("features") == "broadcast, playlist");
    CHECK(pragmas.value("client-id") == "3");
    CHECK(pragmas.value("a") == "");
    const http::Head open = head("Pragma: features=\"broadcast, playlist\r\nPragma: client-id=4\r\n");
    CHECK(Pragmas{open}.value("client-id") == "4");
}

TEST_CASE("wmsp/pragma: the first token of a name counts")
{
    const http::Head parsed = head("Pragma: client-id=1\r\nPragma: client-id=2,client-id=3\r\n");
    CHECK(Pragmas{parsed}.value("client-id") == "1");
}

TEST_CASE("wmsp/pragma: log-line keeps its commas")
{
    const http::Head parsed = head("Pragma: log-line=10.0.0.1, 2026-01-01 a,b\r\nPragma: xPlayStrm=1\r\n");
    const Pragmas pragmas{parsed};
    CHECK(pragmas.value("log-line") == "10.0.0.1, 2026-01-01 a,b");
    CHECK(pragmas.is_one("xPlayStrm"));
}

TEST_CASE("wmsp/pragma: is_one looks at the number, not at what is run on to it")
{
    const http::Head parsed = head("Pragma: a=1,b=10,c=0,d=1Connection: Close,e=,f=\"1\",g=01, h=1 \r\n");
    const Pragmas pragmas{parsed};
    CHECK(pragmas.is_one("a"));
    CHECK_FALSE(pragmas.is_one("b"));
    CHECK_FALSE(pragmas.is_one("c"));
    CHECK(pragmas.is_one("d"));
    CHECK_FALSE(pragmas.is_one("e"));
    CHECK(pragmas.is_one("f"));
    CHECK_FALSE(pragmas.is_one("nothing"));
    CHECK(pragmas.is_one("h"));
}

TEST_CASE("wmsp/pragma: a line that was run on keeps the tokens before it")
{
    const http::Head parsed =
        head("Pragma: no-cache,rate=1.000000,request-context=2,stream-time=0Connection: Close\r\n"
             "Pragma: xPlayStrm=1\r\n");
    const Pragmas pragmas{parsed};
    CHECK(pragmas.value("request-context") == "2");
    CHECK(pragmas.value("stream-time") == "0Connection: Close");
    CHECK(pragmas.is_one("xPlayStrm"));
}

TEST_CASE("wmsp/pragma: folded fields and hostile bytes")
{
    const http::Head parsed = head("Pragma: no-cache,\r\n\txPlayStrm=1\r\nPragma: =,\"=\x01\xFF,x==y\r\n");
    const Pragmas pragmas{parsed};
    CHECK(pragmas.is_one("xPlayStrm"));
    CHECK_FALSE(pragmas.has("Pragma"));
}

TEST_CASE("wmsp/pragma: tokens beyond the most fields of the head are left out")
{
    const std::string text = "GET / HTTP/1.0\r\nPragma: a,b\r\nPragma: c\r\nPragma: log-line=d\r\n\r\n";
    const auto tokens = [&](std::size_t most) {
        const http::Head head = http::Head::parse({text.begin(), text.end()}, most);
        const Pragmas pragmas{head};
        return std::pair{pragmas.tokens().size(), pragmas.tokens_left_out()};
    };
    CHECK(tokens(4) == std::pair{std::size_t{4}, false});
    CHECK(tokens(3) == std::pair{std::size_t{3}, true});
    CHECK(tokens(1) == std::pair{std::size_t{1}, true});
}

} // namespace test_wmsp_pragma
