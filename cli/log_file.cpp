#include "log_file.hpp"

#include "exit_code.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cli {
namespace {

constexpr mode_t permissions = 0666; // less what the umask takes

/// 0, or as errno.
int write_all(int file, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

} // namespace

LogFile::LogFile(const std::string& name)
    : name_(name),
      file_(name == "-" ? STDOUT_FILENO
                        : open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, permissions))
{
    if (file_ < 0) {
        throw Exit{ExitCode::unavailable,
                   fmt::format("{}: cannot be written: {}", name, std::strerror(errno))};
    }
}

LogFile::~LogFile()
{
    if (file_ != STDOUT_FILENO) {
        close(file_);
    }
}

void LogFile::line(std::string_view text)
{
    if (error_ != 0) {
        return;
    }
    const bool own = file_ != STDOUT_FILENO;
    if (!begun_) {
        begun_ = true;
        static_cast<void>(own && ftruncate(file_, 0) == 0); // not possible, and not needed, for a pipe
    }
    line_.assign(text).push_back('\n');
    error_ = write_all(file_, line_);
    if (error_ == 0) {
        whole_ += static_cast<std::int64_t>(line_.size());
    } else {
        static_cast<void>(own && ftruncate(file_, whole_) == 0);
    }
}

bool LogFile::reader_gone() const
{
    return error_ == EPIPE && file_ == STDOUT_FILENO;
}

std::string LogFile::problem() const
{
    const int error = error_;
    return error == 0 ? std::string{}
                      : fmt::format("{}: {}", name_ == "-" ? "standard output" : name_, std::strerror(error));
}

} // namespace cli
