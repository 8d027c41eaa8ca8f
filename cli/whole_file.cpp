#include "whole_file.hpp"

#include "exit_code.hpp"

#include <wmclients/capture/file_name.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace cli {
namespace {

/// Throws if `good` is not, after taking `aside` away.
void require(bool good, const std::string& name, const std::filesystem::path& aside, std::error_code error)
{
    if (!good) {
        std::error_code ignored;
        std::filesystem::remove(aside, ignored);
        throw Exit{ExitCode::unavailable, fmt::format("{}: cannot be written: {}", name, error.message())};
    }
}

std::error_code last_error()
{
    return {errno, std::generic_category()};
}

} // namespace

void write_whole_file(const std::string& name, std::string_view text)
{
    const std::filesystem::path target = wmclients::capture::path_of(name);
    std::error_code error;
    // A device or a FIFO has no place beside it.
    const bool in_place =
        std::filesystem::exists(target, error) && !std::filesystem::is_regular_file(target, error);
    std::filesystem::path aside = in_place ? std::filesystem::path{} : target;
    aside += in_place ? "" : ".part";
    std::ofstream file{in_place ? target : aside, std::ios::binary}; // it takes a path on every system
    require(file.is_open(), name, aside, last_error());
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    require(file.good(), name, aside, last_error());
    if (!in_place) {
        std::filesystem::rename(aside, target, error);
        require(!error, name, aside, error);
    }
}

} // namespace cli
