#include "commands.hpp"
#include "exit_code.hpp"

#include <CLI/CLI.hpp>

namespace cli {

const std::string_view serve_example;

void setup_serve(CLI::App& program, int& /*status*/)
{
    CLI::App* command =
        program.add_subcommand("serve", "Not in this build; wmsink.dll is the sink for Windows");
    command->set_help_flag();
    command->allow_extras();
    command->callback([] {
        throw Exit{ExitCode::usage, "serve is not in this build for Windows; wmsink.dll is the sink there"};
    });
}

} // namespace cli
