#include "output.hpp"

#include "exit_code.hpp"
#include "platform.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>

#include <cstdlib>

namespace cli {
namespace {

constexpr std::size_t buffer_size = 64U << 10;

bool wants_colour()
{
    const char* const no_color = std::getenv("NO_COLOR");
    return is_terminal(Stream::output) && (no_color == nullptr || *no_color == '\0');
}

} // namespace

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
    return coloured_ ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string{text};
}

std::string Output::dim(std::string_view text) const
{
    return coloured_ ? fmt::format("\x1b[2m{}\x1b[0m", text) : std::string{text};
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
