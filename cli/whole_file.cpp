#include "whole_file.hpp"

#include "exit_code.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace cli {
namespace {

/// UTF-8 to the system's own form.
std::filesystem::path path_of(const std::string& name)
{
    return std::u8string{name.begin(), name.end()};
}

[[noreturn]] void give_up(const std::string& name, const std::error_code& error)
{
    throw Exit{ExitCode::unavailable, fmt::format("{}: cannot be written: {}", name, error.message())};
}

std::FILE* open_new(const std::filesystem::path& path)
{
#ifdef _WIN32
    return _wfopen(path.c_str(), L"wb");
#else
    return std::fopen(path.c_str(), "wb");
#endif
}

} // namespace

void write_whole_file(const std::string& name, std::string_view text)
{
    const std::filesystem::path target = path_of(name);
    std::error_code ignored;
    // A device or a FIFO has no place beside it.
    const bool in_place =
        std::filesystem::exists(target, ignored) && !std::filesystem::is_regular_file(target, ignored);
    std::filesystem::path aside = target;
    if (!in_place) {
        aside += ".part";
    }
    std::FILE* const file = open_new(aside);
    if (file == nullptr) {
        give_up(name, {errno, std::generic_category()});
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int write_error = errno;
    if (std::fclose(file) != 0 || !written) {
        const std::error_code error{written ? errno : write_error, std::generic_category()};
        if (!in_place) {
            std::filesystem::remove(aside, ignored);
        }
        give_up(name, error);
    }
    std::error_code error;
    if (!in_place) {
        std::filesystem::rename(aside, target, error);
    }
    if (error) {
        std::filesystem::remove(aside, ignored);
        give_up(name, error);
    }
}

} // namespace cli
