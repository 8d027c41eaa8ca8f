#include <wmclients/base/text.hpp>
#include <wmclients/output/csv.hpp>

#include <fmt/format.h>

namespace wmclients::output {

std::string csv_field(std::string_view raw)
{
    std::string text = printable(raw);
    // What begins so is a formula to spreadsheets (OWASP, "CSV Injection").
    if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos) {
        text.insert(text.begin(), '\'');
    }
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
