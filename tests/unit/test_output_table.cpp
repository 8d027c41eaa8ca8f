#include <wmclients/output/table.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace test_output_table {

using namespace wmclients::output;

namespace {

std::string text(Table table, const std::vector<std::vector<std::string>>& rows, std::size_t indent = 0)
{
    for (const auto& row : rows) {
        table.measure(row);
    }
    std::string all = table.titles(indent);
    for (const auto& row : rows) {
        all += table.line(row, indent);
    }
    return all;
}

} // namespace

TEST_CASE("a marked cell takes no more room than another")
{
    Table table{{{"NAME"}, {"N", Table::Align::right}, {"END"}}};
    const std::vector<std::string> cells{"a", "1", "reset"};
    table.measure(cells);
    table.measure({"long", "1000", "x"});
    CHECK(table.line(cells, 0, Table::Mark{0, "<", ">"}) == "<a>        1  reset\n");
    CHECK(table.line(cells, 0, Table::Mark{1, "<", ">"}) == "a        <1>  reset\n");
    CHECK(table.line({"a", "1", "x"}, 0, Table::Mark{2, "<", ">"}) == "a        1  <x>\n");
}

TEST_CASE("output/table: columns are as wide as their widest cell, lines end without spaces")
{
    const Table table{{{"#", Table::Align::right}, {"NAME"}, {"N", Table::Align::right}}};
    CHECK(text(table, {{"0", "a", "12345"}, {"10", "longer", "1"}})
          == " #  NAME        N\n"
             " 0  a       12345\n"
             "10  longer      1\n");
    CHECK(text(table, {}) == "#  NAME  N\n");
}

TEST_CASE("output/table: width counts columns of the terminal, not bytes")
{
    const Table table{{{"A"}, {"B"}}};
    // Two wide characters are as wide as four narrow ones.
    CHECK(text(table, {{"\xe6\x97\xa5\xe6\x9c\xac", "x"}, {"abcd", "y"}}, 1)
          == " A     B\n \xe6\x97\xa5\xe6\x9c\xac  x\n abcd  y\n");
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

} // namespace test_output_table
