#pragma once

#include "analysis.hpp"

#include <cstdint>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace cli {

/// `--index N`: a row of `list` with the same options.
CLI::Option* add_index_option(CLI::App& app, std::string& text);

/// What it says. Throws Exit with 2 if that is no index.
std::uint32_t parse_index(const std::string& text);

/// The row of that index. Throws Exit with 1 if the sink has none.
const wmclients::timeline::Client& row_or_exit(const Findings& findings,
                                               const wmclients::timeline::Sink& sink, std::uint32_t index);

} // namespace cli
