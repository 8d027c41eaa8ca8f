#include <wmclients/base/text.hpp>
#include <wmclients/output/csv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::output {

namespace {

/// Whether a spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"); the wide forms
/// where Japanese or Chinese is written. Blanks and quotes in front may not count.
bool begins_formula(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \""), text.size()));
    for (const std::string_view blank : {"\u00A0", "\u3000"}) {
        if (text.starts_with(blank)) {
            return begins_formula(text.substr(blank.size()));
        }
    }
    constexpr std::array<std::string_view, 8> beginnings{"=",      "+",      "-",      "@",
                                                         "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// With an apostrophe in front of every formula. Where numbers have a decimal comma, cells end at semicolons.
std::string without_formulas(std::string_view text)
{
    std::string out;
    for (;;) {
        out += begins_formula(text) ? "'" : "";
        const std::size_t cell = std::min(text.find(';'), text.size());
        out += text.substr(0, cell);
        if (cell == text.size()) {
            return out;
        }
        out += ';';
        text.remove_prefix(cell + 1);
    }
}

} // namespace

std::string csv_field(std::string_view raw)
{
    std::string text = without_formulas(printable(raw));
    if (text.find_first_of("\",\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

std::string csv_value(const Value& value)
{
    if (const auto* view = std::get_if<std::string_view>(&value)) {
        return csv_field(*view);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        return csv_field(*text);
    }
    return plain_text(value);
}

std::string csv_line(const std::vector<std::string>& fields)
{
    return fmt::format("{}\r\n", fmt::join(fields, ","));
}

} // namespace wmclients::output
