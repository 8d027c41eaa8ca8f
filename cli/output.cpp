#include "output.hpp"

#include "exit_code.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace cli {
namespace {

constexpr std::size_t buffer_size = 64U << 10;

bool wants_colour()
{
    const char* const no_color = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

} // namespace

Output::Output() : coloured_(wants_colour()) {}

void Output::write(std::string_view text)
{
    buffer_ += text;
    if (buffer_.size() >= buffer_size) {
        flush();
    }
}

void Output::flush()
{
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            const int error = errno;
            buffer_.clear();
            if (error == EPIPE) {
                throw Exit{ExitCode::closed_output, {}};
            }
            throw Exit{ExitCode::unavailable,
                       fmt::format("cannot write the output: {}", std::strerror(error))};
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
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
    static_cast<void>(::write(STDERR_FILENO, lines.data(), lines.size()) == 0);
}

} // namespace cli
