#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace wmclients::output {
namespace {

std::string scaled(double value, const std::array<std::string_view, 5>& units)
{
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f} {}", value, digits, units[unit]);
}

} // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns))
{
    for (const Column& column : columns_) {
        widths_.push_back(display_width(column.title));
    }
}

void Table::measure(const std::vector<std::string>& cells)
{
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        widths_[i] = std::max(widths_[i], display_width(cells[i]));
    }
}

std::string Table::titles(std::size_t indent) const
{
    std::vector<std::string> cells;
    for (const Column& column : columns_) {
        cells.push_back(column.title);
    }
    return line(cells, indent);
}

std::string Table::line(const std::vector<std::string>& cells, std::size_t indent,
                        const std::optional<Mark>& mark) const
{
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        const std::size_t padding = widths_[i] - display_width(cells[i]);
        line += i == 0 ? "" : "  ";
        line.append(columns_[i].align == Align::right ? padding : 0, ' ');
        const bool marked = mark && mark->column == i;
        line += marked ? mark->begin : "";
        line += cells[i];
        line += marked ? mark->end : "";
        line.append(columns_[i].align == Align::right ? 0 : padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    line += '\n';
    return line;
}

std::string human_bytes(std::uint64_t bytes)
{
    return scaled(static_cast<double>(bytes), {"B", "kB", "MB", "GB", "TB"});
}

std::string human_rate(double bits_a_second)
{
    return scaled(bits_a_second, {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"});
}

std::string human_duration(double seconds)
{
    if (seconds < 60) {
        return fmt::format("{:.3f} s", seconds);
    }
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole < 3600) {
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    }
    if (whole < 86'400) {
        return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
    }
    return fmt::format("{} d {:02} h", whole / 86'400, whole / 3600 % 24);
}

} // namespace wmclients::output
