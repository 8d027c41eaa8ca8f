#include "output.hpp"

#include "exit_code.hpp"
#include "platform.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>

#include <cstdlib>

namespace cli {
namespace {

constexpr std::size_t buffer_size = 64U << 10;

constexpr std::string_view begin_bold = "\x1b[1m";
constexpr std::string_view begin_trouble = "\x1b[31m"; // red is legible on black and on white
constexpr std::string_view end_style = "\x1b[0m";

std::string_view environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
}

bool wants_colour()
{
    return chosen_color() == Color::automatic ? is_terminal(Stream::output) && environment("NO_COLOR").empty()
                                                    && environment("TERM") != "dumb"
                                              : chosen_color() == Color::always;
}

} // namespace

Color& chosen_color()
{
    static Color color = Color::automatic;
    return color;
}

Output::Output() : coloured_(wants_colour()) {}

Output::~Output()
{
    static_cast<void>(write_all(Stream::output, buffer_));
}

void Output::write(std::string_view text)
{
    buffer_ += text;
    if (buffer_.size() >= buffer_size) {
        flush();
    }
}

void Output::flush()
{
    const std::error_code error = write_all(Stream::output, buffer_);
    buffer_.clear();
    if (error == std::errc::broken_pipe) {
        throw Exit{ExitCode::closed_output, {}};
    }
    if (error) {
        throw Exit{ExitCode::unavailable, fmt::format("cannot write the output: {}", error.message())};
    }
}

std::string Output::bold(std::string_view text) const
{
    return coloured_ ? fmt::format("{}{}{}", begin_bold, text, end_style) : std::string{text};
}

void Output::titles(std::string_view line)
{
    line.remove_suffix(1);
    write(bold(line));
    write("\n");
}

std::optional<wmclients::output::Table::Mark> Output::mark(bool trouble, std::size_t column) const
{
    if (!trouble || !coloured_) {
        return {};
    }
    return wmclients::output::Table::Mark{column, begin_trouble, end_style};
}

void complain(std::string_view text, const std::vector<std::string>& more)
{
    std::string lines = "wmclients: " + wmclients::printable(text) + "\n";
    for (const std::string& line : more) {
        lines += "  " + wmclients::printable(line) + "\n";
    }
    // Nothing can be done if stderr is gone, too.
    static_cast<void>(write_all(Stream::error, lines));
}

} // namespace cli
