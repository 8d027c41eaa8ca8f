#include <wmclients/output/csv.hpp>

#include <doctest/doctest.h>

namespace test_output_csv {

using namespace wmclients;
using output::csv_field;

TEST_CASE("output/csv: what needs quotes gets them")
{
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
}

TEST_CASE("output/csv: a spreadsheet takes nothing for a formula")
{
    for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
        CHECK(csv_field(text).front() == '\'');
    }
    CHECK(csv_field("=HYPERLINK(\"x\",\"y\")").substr(0, 3) == "\"'=");
    CHECK(csv_field("  =1+1") == "'  =1+1");
    CHECK(csv_field("\xEF\xBC\x9D"
                    "1")
          == "'\xEF\xBC\x9D"
             "1");
    CHECK(csv_field("a; =1;b;-2") == "a;' =1;b;'-2");
    CHECK(csv_field("1-2; a=b") == "1-2; a=b");
}

TEST_CASE("output/csv: controls and malformed bytes are printable")
{
    CHECK(csv_field("a\r\nb") == "a\\x0d\\x0ab");
    CHECK(csv_field("\x1b[2J") == "\\x1b[2J");
    CHECK(csv_field("\xff") == "\\xff");
}

TEST_CASE("output/csv: values of every kind")
{
    CHECK(output::csv_value({}).empty());
    CHECK(output::csv_value(true) == "true");
    CHECK(output::csv_value(std::uint64_t{17}) == "17");
    CHECK(output::csv_value(timestamp_from(0, 5)) == "1970-01-01T00:00:00.000000005Z");
    CHECK(output::csv_line({"a", "", "c"}) == "a,,c\r\n");
}

} // namespace test_output_csv
