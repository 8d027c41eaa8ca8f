#include <wmclients/wmsp/player_log.hpp>

#include <doctest/doctest.h>

namespace test_wmsp_player_log {

using namespace wmclients;

namespace {

std::string value(const wmsp::PlayerLog& log, std::string_view name)
{
    for (const auto& [key, text] : log) {
        if (key == name) {
            return text;
        }
    }
    return "(none)";
}

} // namespace

TEST_CASE("wmsp/player_log: the XML of Windows Media Player 9 and later")
{
    const auto log = wmsp::parse_xml_log(
        "<?xml version=\"1.0\"?>\r\n<XML>\r\n<Summary>0.0.0.0 2003-09-27 - /film</Summary>\r\n"
        "<c-ip>0.0.0.0</c-ip><c-rate> 1 </c-rate><c-status>200</c-status>"
        "<cs-User-Agent>NSPlayer/9.0 (a &lt;b&gt; &amp;amp; c)</cs-User-Agent>"
        "<empty></empty><nothing/>"
        "<ContentDescription><WMS_CONTENT_DESCRIPTION_TITLE>T</WMS_CONTENT_DESCRIPTION_TITLE>"
        "</ContentDescription></XML>");
    CHECK(value(log, "c-ip") == "0.0.0.0");
    CHECK(value(log, "c-rate") == "1");
    CHECK(value(log, "cs-User-Agent") == "NSPlayer/9.0 (a <b> &amp; c)");
    CHECK(value(log, "empty").empty());
    CHECK(value(log, "WMS_CONTENT_DESCRIPTION_TITLE") == "T");
    CHECK(value(log, "XML") == "(none)");
    CHECK(value(log, "ContentDescription") == "(none)");
    CHECK(log.size() == 7);
}

TEST_CASE("wmsp/player_log: what is no XML gives what could be read, and the number of fields is bounded")
{
    CHECK(wmsp::parse_xml_log("").empty());
    CHECK(wmsp::parse_xml_log("<<<<>>>>").empty());
    CHECK(wmsp::parse_xml_log("<a>1</b><c>2").empty());
    CHECK(wmsp::parse_xml_log("<a>1</a").empty());
    CHECK(wmsp::parse_xml_log("<a>1</a><b").size() == 1);
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += "<f>1</f>";
    }
    CHECK(wmsp::parse_xml_log(many).size() == 256);
}

TEST_CASE("wmsp/player_log: a log line has the fields of Windows Media Services 4.1, in their order")
{
    const auto log = wmsp::parse_log_line("203.0.113.7 2000-03-19 23:29:52 - mms://host/film.asf 0 31 1 200");
    REQUIRE(log.size() == 9);
    CHECK(value(log, "c-ip") == "203.0.113.7");
    CHECK(value(log, "cs-uri-stem") == "mms://host/film.asf");
    CHECK(value(log, "x-duration") == "31");
    CHECK(value(log, "c-status") == "200");
    std::string longer;
    for (int i = 1; i <= 46; ++i) {
        longer += std::to_string(i) + "  ";
    }
    const auto all = wmsp::parse_log_line(longer);
    REQUIRE(all.size() == 46);
    CHECK(value(all, "s-cpu-util") == "44");
    CHECK(value(all, "field45") == "45");
}

} // namespace test_wmsp_player_log
