#include "extract_files.hpp"

#include "file_beside.hpp"

#include <wmclients/capture/file_name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace cli {

using namespace wmclients;

namespace fs = std::filesystem;

namespace {

/// In the name of a file: not every system takes a colon for part of one.
std::string name_part(const IpAddress& address)
{
    std::string text = to_string(address);
    std::replace(text.begin(), text.end(), ':', '_');
    return text;
}

} // namespace

std::vector<std::string> names_in(const std::string& folder, std::string_view extension,
                                  const Findings& findings, const std::vector<timeline::Sink>& sinks,
                                  const std::vector<Chosen>& chosen)
{
    std::error_code error;
    fs::create_directories(capture::path_of(folder), error);
    if (error) {
        throw Exit{ExitCode::unavailable, fmt::format("{}: cannot be made: {}", folder, error.message())};
    }
    const auto first_of = [&](const timeline::Sink& sink) {
        return findings.timeline.endpoints()[sink.endpoints.front()].endpoint;
    };
    std::map<std::uint16_t, std::size_t> sinks_of_port;
    for (const timeline::Sink& sink : sinks) {
        ++sinks_of_port[first_of(sink).port];
    }
    std::vector<std::string> names;
    for (const Chosen& one : chosen) {
        const Endpoint server = first_of(*one.sink);
        const Endpoint& client = one.client().endpoint;
        const std::string name = fmt::format(
            "{}{}-{}-{}-{}{}", sinks_of_port[server.port] > 1 ? name_part(server.address) + "_" : "",
            server.port, one.index, name_part(client.address), client.port, extension);
        names.push_back(capture::name_of(capture::path_of(folder) / name));
    }
    return names;
}

Expected<std::unique_ptr<OutputFile>> ExtractedFiles::create(std::size_t row, std::size_t number)
{
    const std::string& name = names_[row];
    if (number == 0) {
        return name == "-" ? standard_output_file() : files_.create(name);
    }
    const fs::path first = capture::path_of(name);
    if (name == "-" || !is_put_in_place(first)) {
        return nullptr;
    }
    fs::path further = first.parent_path() / first.stem();
    further += fmt::format("-{}", number + 1);
    further += first.extension();
    return files_.create(capture::name_of(further));
}

} // namespace cli
