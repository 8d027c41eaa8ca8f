#include "row_choice.hpp"

#include <wmclients/base/hresult.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>

namespace cli {

CLI::Option* add_index_option(CLI::App& app, std::string& text)
{
    return app.add_option("--index", text, "The row of `list` with the same options, from 0")->type_name("N");
}

std::uint32_t parse_index(const std::string& text)
{
    std::uint32_t index = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || stop != text.data() + text.size()) {
        throw Exit{ExitCode::usage,
                   fmt::format("--index {}: not an index; write 0 for the first client", text)};
    }
    return index;
}

const wmclients::timeline::Client& row_or_exit(const Findings& findings,
                                               const wmclients::timeline::Sink& sink, std::uint32_t index)
{
    const std::size_t count = sink.clients.size();
    if (index >= count) {
        const std::string_view which = findings.at ? "attached then" : "in the list";
        const std::string numbers = count == 0   ? "there are none"
                                    : count == 1 ? "there is one, with index 0"
                                                 : fmt::format("there are {}, 0 to {}", count, count - 1);
        throw Exit{findings.exit_code_with_findings(),
                   fmt::format("no client with index {} {}: {}; {}", index, which, numbers,
                               to_string(wmclients::Hresult::ns_e_invalid_client))};
    }
    return *sink.clients[index];
}

} // namespace cli
