#include "whole_file.hpp"

#include "exit_code.hpp"
#include "file_beside.hpp"
#include "part_file.hpp"
#include "platform.hpp"

#include <wmclients/capture/file_name.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

namespace cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void complain_of(const std::string& name, std::error_code error)
{
    throw Exit{ExitCode::unavailable, fmt::format("{}: cannot be written: {}", name, error.message())};
}

} // namespace

void write_whole_file(const std::string& name, std::string_view text)
{
    std::optional<HeldSignals> until_nothing_lies_beside;
    if (is_put_in_place(wmclients::capture::path_of(name))) {
        until_nothing_lies_beside.emplace();
    }
    PartFiles files;
    const auto file = value_or_exit(files.create(name));
    const auto done = file->write(wmclients::as_bytes(text)).and_then([&] { return file->finish(); });
    if (!done) {
        throw Exit{code_of(done.error().kind), done.error().message};
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
        complain_of(name, last_file_error());
    }
    static_cast<void>(std::fclose(file));
    fs::remove(aside, ignored);
}

} // namespace cli
