#include "commands.hpp"
#include "exit_code.hpp"
#include "output.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <sstream>

namespace {

constexpr const char* examples = R"(
Examples:
  wmclients list capture.pcap                 who was listening
  wmclients list --at +30 capture.pcap        who was, 30 s after the first packet
  wmclients info --index 0 capture.pcap       all that is known of one client
  tcpdump -w - | wmclients list -             from another program

Exit status: 0 well; 1 findings (no such client, a failure HRESULT); 2 wrong call; 3 an input was unreadable or
damaged; 4 it could not be done; 130 interrupted.)";

} // namespace

int main(int argc, char** argv)
{
    CLI::App program{"Who listens to a Windows Media writer network sink, told from packets.", "wmclients"};
    program.set_version_flag("--version", "wmclients " WMCLIENTS_VERSION);
    program.footer(examples);
    program.require_subcommand(1);
    program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    int status = 0;
    cli::setup_list(program, status);
    cli::setup_info(program, status);
    cli::setup_events(program, status);
    cli::setup_query(program, status);
    cli::setup_connections(program, status);
    try {
        try {
            program.parse(argc, argv);
        } catch (const CLI::Success& text) { // --help, --version
            std::ostringstream shown;
            program.exit(text, shown, shown);
            cli::Output out;
            out.write(shown.str());
            out.flush();
        }
        return status;
    } catch (const CLI::ParseError& error) {
        cli::complain(std::string{error.what()} + " (see wmclients --help)");
        return static_cast<int>(cli::ExitCode::usage);
    } catch (const cli::Exit& exit) {
        if (!exit.message.empty()) {
            cli::complain(exit.message, exit.more);
        }
        return static_cast<int>(exit.code);
    } catch (const std::exception& error) {
        cli::complain(error.what());
        return static_cast<int>(cli::ExitCode::unavailable);
    }
}
