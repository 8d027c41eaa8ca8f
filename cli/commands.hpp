#pragma once

#include <string_view>

namespace CLI {
class App; // see source_options.hpp
}

namespace cli {

// Each sub-command is a file of its own: setup_x() adds it to the program; its callback runs it. A command
// returns its exit status through `status`, or throws Exit.

void setup_list(CLI::App& program, int& status);
void setup_info(CLI::App& program, int& status);
void setup_events(CLI::App& program, int& status);
void setup_query(CLI::App& program, int& status);
void setup_connections(CLI::App& program, int& status);
void setup_check(CLI::App& program, int& status);
void setup_extract(CLI::App& program, int& status);
void setup_diff(CLI::App& program, int& status);
void setup_interfaces(CLI::App& program, int& status); ///< adds nothing where there is no live capture
void setup_watch(CLI::App& program, int& status);      ///< likewise
void setup_serve(CLI::App& program, int& status);

/// The line of serve among the program's examples; empty if it is not in this program (serve_absent.cpp).
extern const std::string_view serve_example;

} // namespace cli
