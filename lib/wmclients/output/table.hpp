#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::output {

/// A text table: columns as wide as their widest cell, two spaces between them, no spaces at the ends of
/// lines.
///
/// Rows are not kept: each is measured first and given again to be written, so that a table of any length
/// takes no memory. Cells must be printable (base/text.hpp).
class Table {
  public:
    enum class Align : unsigned char { left, right };

    struct Column {
        std::string title;
        Align align = Align::left;
    };

    /// A cell that is to stand out: what to write before and behind its text, which takes no room (escape
    /// sequences).
    struct Mark {
        std::size_t column = 0;
        std::string_view begin;
        std::string_view end;
    };

    explicit Table(std::vector<Column> columns);

    /// Makes the columns wide enough for a row.
    void measure(const std::vector<std::string>& cells);

    /// The line with the titles, and one of a row; each with its line end and `indent` spaces in front.
    [[nodiscard]] std::string titles(std::size_t indent = 0) const;
    [[nodiscard]] std::string line(const std::vector<std::string>& cells, std::size_t indent = 0,
                                   const std::optional<Mark>& mark = {}) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
};

/// "1.2 MB", "360 kB", "17 B": decimal units, three significant digits.
std::string human_bytes(std::uint64_t bytes);

/// "338 kbit/s", "1.2 Mbit/s".
std::string human_rate(double bits_a_second);

/// "8.914 s", "2 min 05 s", "3 h 07 min", "4 d 03 h".
std::string human_duration(double seconds);

} // namespace wmclients::output
