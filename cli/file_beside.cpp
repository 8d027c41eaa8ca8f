#include "file_beside.hpp"

#include "platform.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace cli {

namespace fs = std::filesystem;

namespace {

/// Symbolic links followed, as Linux does (path_resolution(7)).
constexpr unsigned most_links = 40;

/// Names tried for the file beside; others may be there from runs that were killed.
constexpr unsigned most_names = 100;

/// Whether a folder is of Linux' process file system, where links are open files (proc(5)): /dev/stdout and
/// /dev/fd lead there.
bool is_of_proc(const fs::path& folder)
{
    std::error_code error;
    const fs::path real = fs::canonical(folder.empty() ? fs::path{"."} : folder, error);
    return !error && real.generic_string().starts_with("/proc/");
}

} // namespace

std::error_code last_file_error()
{
    return {errno, std::generic_category()};
}

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

bool is_put_in_place(const fs::path& name)
{
    return !standard_stream(name) && !has_no_place_beside(followed(name));
}

bool has_no_place_beside(const fs::path& target)
{
    std::error_code ignored;
    return fs::exists(target, ignored)
           && (!fs::is_regular_file(target, ignored) || is_of_proc(target.parent_path()));
}

} // namespace cli
