#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::output {

/// A text table: columns as wide as their widest cell, two spaces between them, no spaces at the ends of
/// lines.
class Table {
  public:
    enum class Align : unsigned char { left, right };

    struct Column {
        std::string title;
        Align align = Align::left;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// A row; its cells must be printable (base/text.hpp).
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

    /// The lines, the titles first, each with a line end. `indent` spaces stand before each.
    [[nodiscard]] std::string text(std::size_t indent = 0) const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "1.2 MB", "360 kB", "17 B": decimal units, three significant digits.
std::string human_bytes(std::uint64_t bytes);

/// "338 kbit/s", "1.2 Mbit/s".
std::string human_rate(double bits_a_second);

/// "8.914 s", "2 min 05 s", "3 h 07 min", "4 d 03 h".
std::string human_duration(double seconds);

} // namespace wmclients::output
