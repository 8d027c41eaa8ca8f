#include "whole_file.hpp"

#include "exit_code.hpp"
#include "platform.hpp"

#include <wmclients/capture/file_name.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace cli {
namespace {

namespace fs = std::filesystem;

/// Symbolic links followed, as Linux does (path_resolution(7)).
constexpr unsigned most_links = 40;

/// Names tried for the file beside; others may be there from runs that were killed.
constexpr unsigned most_names = 100;

std::error_code last_error()
{
    return {errno, std::generic_category()};
}

[[noreturn]] void complain_of(const std::string& name, std::error_code error)
{
    throw Exit{ExitCode::unavailable, fmt::format("{}: cannot be written: {}", name, error.message())};
}

/// What a symbolic link leads to, whether it is there or not; another name as it is.
fs::path followed(fs::path name)
{
    std::error_code error;
    for (unsigned i = 0; i < most_links && fs::is_symlink(name, error); ++i) {
        const fs::path next = fs::read_symlink(name, error);
        if (error) {
            break;
        }
        name = name.parent_path() / next;
    }
    return name;
}

/// Writes `text` and closes the file.
std::error_code write_and_close(std::FILE* file, std::string_view text)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const std::error_code error = last_error();
    const bool closed = std::fclose(file) == 0;
    return !written ? error : !closed ? last_error() : std::error_code{};
}

/// A new file beside `target`, whose name is put into `aside`; null, with errno set, if there can be none.
std::FILE* open_beside(const fs::path& target, fs::path& aside)
{
    std::FILE* file = nullptr;
    for (unsigned i = 0; i < most_names && file == nullptr; ++i) {
        aside = target;
        aside += i == 0 ? ".part" : fmt::format(".part{}", i);
        file = open_file(aside, FileMode::create);
        if (file == nullptr && errno != EEXIST) {
            break;
        }
    }
    return file;
}

/// A device or a FIFO has none.
bool has_no_place_beside(const fs::path& target)
{
    std::error_code ignored;
    return fs::exists(target, ignored) && !fs::is_regular_file(target, ignored);
}

} // namespace

void write_whole_file(const std::string& name, std::string_view text)
{
    std::error_code error;
    const fs::path target = followed(wmclients::capture::path_of(name));
    if (has_no_place_beside(target)) {
        std::FILE* const file = open_file(target, FileMode::overwrite);
        error = file == nullptr ? last_error() : write_and_close(file, text);
        if (error) {
            complain_of(name, error);
        }
        return;
    }
    fs::path aside;
    std::FILE* const file = open_beside(target, aside);
    if (file == nullptr) {
        complain_of(name, last_error());
    }
    error = write_and_close(file, text);
    if (!error) {
        fs::rename(aside, target, error);
    }
    if (error) {
        std::error_code ignored;
        fs::remove(aside, ignored);
        complain_of(name, error);
    }
}

void require_writable(const std::string& name)
{
    const fs::path target = followed(wmclients::capture::path_of(name));
    if (has_no_place_beside(target)) {
        return;
    }
    fs::path aside;
    std::FILE* const file = open_beside(target, aside);
    if (file == nullptr) {
        complain_of(name, last_error());
    }
    std::fclose(file);
    std::error_code ignored;
    fs::remove(aside, ignored);
}

} // namespace cli
