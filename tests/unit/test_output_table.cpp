#include <wmclients/output/table.hpp>

#include <doctest/doctest.h>

using namespace wmclients::output;

TEST_CASE("output/table: columns are as wide as their widest cell, lines end without spaces")
{
    Table table{{{"#", Table::Align::right}, {"NAME"}, {"N", Table::Align::right}}};
    table.add({"0", "a", "12345"});
    table.add({"10", "longer", "1"});
    CHECK(table.text()
          == " #  NAME        N\n"
             " 0  a       12345\n"
             "10  longer      1\n");
}

TEST_CASE("output/table: width counts columns of the terminal, not bytes")
{
    Table table{{{"A"}, {"B"}}};
    table.add({"\xe6\x97\xa5\xe6\x9c\xac", "x"}); // two wide characters
    table.add({"abcd", "y"});
    CHECK(table.text(1) == " A     B\n \xe6\x97\xa5\xe6\x9c\xac  x\n abcd  y\n");
}

TEST_CASE("output/table: numbers for people")
{
    CHECK(human_bytes(0) == "0 B");
    CHECK(human_bytes(999) == "999 B");
    CHECK(human_bytes(1000) == "1.00 kB");
    CHECK(human_bytes(360'448) == "360 kB");
    CHECK(human_bytes(999'499'999) == "999 MB");
    CHECK(human_bytes(999'999'999) == "1.00 GB");
    CHECK(human_bytes(UINT64_MAX) == "18446744 TB");
    CHECK(human_rate(576'000) == "576 kbit/s");
    CHECK(human_duration(8.914) == "8.914 s");
    CHECK(human_duration(125) == "2 min 05 s");
    CHECK(human_duration(11'220) == "3 h 07 min");
    CHECK(human_duration(356'400) == "4 d 03 h");
}
