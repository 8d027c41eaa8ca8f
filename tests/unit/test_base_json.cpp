#include <wmclients/base/json.hpp>

#include <doctest/doctest.h>

#include <string>

namespace test_base_json {

using namespace wmclients;

TEST_CASE("base/json: text is read back byte for byte, well-formed or not")
{
    for (const std::string& raw : {std::string{"NSPlayer/4.1"}, std::string{"\xff\xfe\x00x", 4},
                                   std::string{"\x1b[31m"}, std::string{"\xe2\x80\xae"}}) {
        Json object = Json::object();
        put_text(object, "name", raw);
        CHECK(get_text(Json::parse(dump(object)), "name") == raw);
    }
}

TEST_CASE("base/json: malformed UTF-8 becomes U+FFFD with the bytes beside it")
{
    Json object = Json::object();
    put_text(object, "name", "a\xff");
    CHECK(dump(object) == R"({"name":"a\ufffd","name_raw":"Yf8="})");
}

TEST_CASE("base/json: unknown is null")
{
    Json object = Json::object();
    put_text(object, "name", "");
    object["time"] = time_or_null({});
    CHECK(dump(object) == R"({"name":null,"time":null})");
    CHECK(get_text(object, "name").empty());
    CHECK_FALSE(get_time(object, "time").has_value());
}

TEST_CASE("base/json: values of another kind, or absent, are as if unknown")
{
    const Json object =
        Json::parse(R"({"text":5,"time":"yesterday","number":-1,"flag":"yes","text_raw":"!!!"})");
    CHECK(get_text(object, "text").empty());
    CHECK_FALSE(get_time(object, "time").has_value());
    CHECK(get_number(object, "number", 7) == 7);
    CHECK(get_number(object, "absent", 8) == 8);
    CHECK(get_flag(object, "flag", true));
    CHECK(get_text(Json::array(), "text").empty());
}

TEST_CASE("base/json: what could act on a terminal is escaped")
{
    Json object = Json::object();
    put_text(object, "name", "\x1b[31m\x7f\xc2\x9b\xe2\x80\xae");
    CHECK(dump(object) == R"({"name":"\u001b[31m\u007f\u009b\u202e"})");
}

TEST_CASE("base/json: nothing becomes a command to a CI service, and nothing is lost")
{
    const Json object = {{"##[a]", "x##[error]y###"}};
    const std::string text = dump(object);
    CHECK(text.find("##") == std::string::npos);
    CHECK(Json::parse(text) == object);
    CHECK(dump(Json("#")) == "\"#\"");
}

} // namespace test_base_json
