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

/// Whether a folder is of Linux' process file system, where links are open files (proc(5)): /dev/stdout and
/// /dev/fd lead there.
bool is_of_proc(const fs::path& folder)
{
    std::error_code error;
    const fs::path real = fs::canonical(folder.empty() ? fs::path{"."} : folder, error);
    return !error && real.generic_string().starts_with("/proc/");
}

/// What a symbolic link leads to, whether it is there or not; another name as it is.
fs::path followed(fs::path name)
{
    std::error_code error;
    for (unsigned i = 0; i < most_links && fs::is_symlink(name, error) && !is_of_proc(name.parent_path());
         ++i) {
        const fs::path next = fs::read_symlink(name, error);
        if (error) {
            break;
        }
        name = name.parent_path() / next;
    }
    return name;
}

/// Writes `text` and closes the file. @param kept whether it is to survive a crash of the system
std::error_code write_and_close(std::FILE* file, std::string_view text, bool kept)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    std::error_code error = written ? std::error_code{} : last_error();
    if (!error && kept) {
        error = sync(file);
    }
    const bool closed = std::fclose(file) == 0;
    return error || closed ? error : last_error();
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

/// A device or a FIFO has none, nor has an open file of a process.
bool has_no_place_beside(const fs::path& target)
{
    std::error_code ignored;
    return fs::exists(target, ignored)
           && (!fs::is_regular_file(target, ignored) || is_of_proc(target.parent_path()));
}

/// Writes the file beside `target`, and gives it its name.
std::error_code replace(const fs::path& target, std::string_view text)
{
    const HeldSignals until_nothing_lies_beside;
    fs::path aside;
    std::FILE* const file = open_beside(target, aside);
    if (file == nullptr) {
        return last_error();
    }
    std::error_code error = take_permissions(file, target);
    const std::error_code unwritten = write_and_close(file, error ? "" : text, !error);
    error = error ? error : unwritten;
    if (!error) {
        fs::rename(aside, target, error);
    }
    if (error) {
        std::error_code ignored;
        fs::remove(aside, ignored);
    }
    return error;
}

} // namespace

void write_whole_file(const std::string& name, std::string_view text)
{
    const fs::path path = wmclients::capture::path_of(name);
    const fs::path target = followed(path);
    std::error_code error;
    if (const auto stream = standard_stream(path)) {
        error = write_all(*stream, text);
        if (error == std::errc::broken_pipe && stream == Stream::output) {
            throw Exit{ExitCode::closed_output, {}};
        }
    } else if (has_no_place_beside(target)) {
        std::FILE* const file = open_file(target, FileMode::overwrite);
        error = file == nullptr ? last_error() : write_and_close(file, text, false);
    } else {
        error = replace(target, text);
    }
    if (error) {
        complain_of(name, error);
    }
}

void require_writable(const std::string& name)
{
    const fs::path target = followed(wmclients::capture::path_of(name));
    std::error_code ignored;
    if (fs::is_directory(target, ignored)) {
        complain_of(name, std::make_error_code(std::errc::is_a_directory));
    }
    if (has_no_place_beside(target)) {
        return;
    }
    const HeldSignals until_nothing_lies_beside;
    fs::path aside;
    std::FILE* const file = open_beside(target, aside);
    if (file == nullptr) {
        complain_of(name, last_error());
    }
    static_cast<void>(std::fclose(file));
    fs::remove(aside, ignored);
}

} // namespace cli
