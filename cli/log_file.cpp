#include "log_file.hpp"

#include "exit_code.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cli {

void LogFile::Close::operator()(std::FILE* file) const
{
    if (file != stdout) {
        static_cast<void>(std::fclose(file));
    }
}

LogFile::LogFile(const std::string& name)
    : name_(name), file_(name == "-" ? stdout : std::fopen(name.c_str(), "ab"))
{
    if (!file_) {
        throw Exit{ExitCode::unavailable,
                   fmt::format("{}: cannot be written: {}", name, std::strerror(errno))};
    }
}

void LogFile::line(std::string_view text)
{
    if (error_ != 0) {
        return;
    }
    if (!begun_) {
        begun_ = true;
        if (file_.get() != stdout) {
            // Not possible, and not needed, for a pipe.
            [[maybe_unused]] const int result = ftruncate(fileno(file_.get()), 0);
        }
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size()
                         && std::fputc('\n', file_.get()) != EOF && std::fflush(file_.get()) == 0;
    if (!written) {
        error_ = errno == 0 ? EIO : errno;
    }
}

std::string LogFile::problem() const
{
    const int error = error_;
    return error == 0 ? std::string{}
                      : fmt::format("{}: {}", name_ == "-" ? "standard output" : name_, std::strerror(error));
}

} // namespace cli
