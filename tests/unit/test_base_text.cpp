#include <wmclients/base/text.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

namespace test_base_text {

using namespace wmclients;

TEST_CASE("base/text: comparison without ASCII case")
{
    CHECK(iequals("Pragma", "pRAGMA"));
    CHECK_FALSE(iequals("Pragma", "Pragmas"));
    CHECK_FALSE(iequals("\xC4", "\xE4")); // Latin-1 letters are not ASCII
    CHECK_FALSE(iequals("@", "`"));
    CHECK_FALSE(iequals("[", "{"));
    CHECK(istarts_with("NSPlayer/9", "nsplayer"));
    CHECK_FALSE(istarts_with("NS", "NSPlayer"));
    CHECK(istarts_with("x", ""));
    CHECK(ifind("abc Keep-Alive", "keep-alive") == 4);
    CHECK(ifind("abc", "d") == std::string_view::npos);
    CHECK(ifind("abc", "") == 0);
    CHECK(ifind("", "a") == std::string_view::npos);
}

TEST_CASE("base/text: trim takes spaces and tabs at both ends")
{
    CHECK(trim(" \t a b \t") == "a b");
    CHECK(trim(" \t ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\ra\n") == "\ra\n");
}

TEST_CASE("base/text: UTF-8 well-formed and not (RFC 3629)")
{
    for (const std::string text : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                   "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(text);
        CHECK(is_utf8(text));
        CHECK(repair_utf8(text) == text);
    }
    for (const std::string text :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xE1\x80",
          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE1\x80z"}) {
        CAPTURE(text);
        CHECK_FALSE(is_utf8(text));
        CHECK(is_utf8(repair_utf8(text)));
    }
    CHECK(repair_utf8("a\x80z") == "a\xEF\xBF\xBDz");
}

TEST_CASE("base/text: UTF-16 and back")
{
    CHECK(to_utf16("a\xC3\xA4\xF0\x9F\x98\x80") == u"a\u00E4\U0001F600");
    CHECK(to_utf16("\xFF") == u"\uFFFD");
    CHECK(utf8_from_utf16le(std::string{"a\0\xE4\0\x3D\xD8\x00\xDE\0\0z\0", 12})
          == "a\xC3\xA4\xF0\x9F\x98\x80");
    CHECK(utf8_from_utf16le(std::string{"\x3D\xD8z\0", 4}) == "\xEF\xBF\xBDz");
    CHECK(utf8_from_utf16le(std::string{"\x00\xDE", 2}) == "\xEF\xBF\xBD");
    CHECK(utf8_from_utf16le(std::string{"a\0b", 3}) == "a");
}

TEST_CASE("base/text: property: repaired text is UTF-8, survives UTF-16 and stays as it is once right")
{
    CHECK(rc::check("any bytes", [](const std::string& bytes) {
        const std::string repaired = repair_utf8(bytes);
        RC_ASSERT(is_utf8(repaired));
        RC_ASSERT(repair_utf8(repaired) == repaired);
        std::string wide;
        for (const char16_t unit : to_utf16(repaired)) {
            wide += static_cast<char>(unit & 0xFF);
            wide += static_cast<char>(unit >> 8);
        }
        RC_ASSERT(utf8_from_utf16le(wide) == repaired.substr(0, repaired.find('\0')));
        const std::string shown = printable(bytes);
        RC_ASSERT(is_utf8(shown));
        for (const char c : shown) {
            RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
            RC_ASSERT(c != 0x7F);
        }
        RC_ASSERT(printable(shown) == shown);
    }));
}

TEST_CASE("base/text: what a terminal would act on is written out")
{
    CHECK(printable("plain \xC3\xA4 \xE6\x97\xA5") == "plain \xC3\xA4 \xE6\x97\xA5");
    CHECK(printable("\x1B[31m") == "\\x1b[31m");
    CHECK(printable("a\r\nb\x7F") == "a\\x0d\\x0ab\\x7f");
    CHECK(printable("\xC2\x9B") == "\\u{009b}");
    CHECK(printable("\xE2\x80\xAE"
                    "evil")
          == "\\u{202e}evil");
    CHECK(printable("\xE2\x80\xA8") == "\\u{2028}");
    CHECK(printable("\xFF\xFE") == "\\xff\\xfe");
    CHECK(printable("\xEF\xBF\xBE") == "\\u{fffe}");                // a noncharacter
    CHECK(printable("\xF0\x91\x82\xBD") == "\\u{110bd}");           // a format character of Kaithi
    CHECK(printable("a\xCC\x81 \xD7\x90") == "a\xCC\x81 \xD7\x90"); // marks and right-to-left letters
}

TEST_CASE("base/text: nothing becomes a command to a CI service")
{
    CHECK(printable("::error::x") == "\\x3a:error::x");
    CHECK(printable(" \u00A0\u3000::error::x") == " \u00A0\u3000\\x3a:error::x");
    CHECK(printable("x::error::") == "x::error::");
    CHECK(printable("::1") == "::1");
    CHECK(printable("::ffff:10.0.0.1") == "::ffff:10.0.0.1");
    CHECK(printable("a##[error]b") == "a\\x23#[error]b");
    CHECK(printable("###") == "\\x23\\x23#");
    CHECK(printable("# 1") == "# 1");
}

TEST_CASE("base/text: terminal columns")
{
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\xC3\xA4") == 1);
    CHECK(display_width("a\xCC\x88") == 1);
    CHECK(display_width("\xE6\x97\xA5\xE6\x9C\xAC") == 4);
    CHECK(display_width("\xF0\x9F\x98\x80") == 2);
    CHECK(display_width("\xD7\x90\xD6\xB0") == 1);         // a Hebrew letter and its vowel
    CHECK(display_width("\xE1\x84\x80\xE1\x85\xA1") == 2); // a syllable of two jamo
}

} // namespace test_base_text
