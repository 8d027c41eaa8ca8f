#include <wmclients/asf/guid.hpp>
#include <wmclients/asf/object_ids.hpp>

#include <doctest/doctest.h>

namespace test_asf_guid {

using wmclients::asf::Guid;
using wmclients::asf::parse_guid;
using wmclients::asf::to_string;

TEST_CASE("asf/guid: the first three groups are little-endian on the wire")
{
    // MS-WMSP and the ASF specification give both forms of the Header Object's GUID.
    constexpr Guid header{
        {0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C}};
    CHECK(to_string(header) == "75b22630-668e-11cf-a6d9-00aa0062ce6c");
    CHECK(wmclients::asf::ids::header == header);
}

TEST_CASE("asf/guid: either case and braces are read, and the text comes back in lower case")
{
    const auto guid = parse_guid("{3300AD50-2C39-46C0-AE0A-70B64F321A80}");
    REQUIRE(guid);
    CHECK(to_string(*guid) == "3300ad50-2c39-46c0-ae0a-70b64f321a80");
    CHECK(parse_guid(to_string(*guid)) == guid);
}

TEST_CASE("asf/guid: what is not a GUID is refused")
{
    for (const char* text :
         {"", "{}", "75b22630-668e-11cf-a6d9-00aa0062ce6", "75b22630-668e-11cf-a6d9-00aa0062ce6c0",
          "{75b22630-668e-11cf-a6d9-00aa0062ce6c", "75b22630+668e-11cf-a6d9-00aa0062ce6c",
          "75b22630-668e-11cf-a6d900-aa0062ce6c", "g5b22630-668e-11cf-a6d9-00aa0062ce6c",
          "75b22630668e11cfa6d900aa0062ce6c0000", "{75b22630-668e-11cf-a6d9-00aa0062ce6c)"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_guid(text));
    }
}

TEST_CASE("asf/guid: only the zero GUID is nil")
{
    CHECK(Guid{}.is_nil());
    CHECK(parse_guid("00000000-0000-0000-0000-000000000000")->is_nil());
    CHECK_FALSE(parse_guid("00000000-0000-0000-0000-000000000001")->is_nil());
}

} // namespace test_asf_guid
