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
  wmclients diff capture.pcap sink.jsonl      whether two accounts agree
  wmclients serve film.wmv                    be a sink: stream a file to Windows Media players

Exit status: 0 well; 1 findings (no such client, a failure HRESULT); 2 wrong call; 3 an input was unreadable or
damaged; 4 it could not be done; 130 interrupted.)";

/// What to say where a command is missing or unknown: the words so far, and what may follow them.
std::string command_message(const CLI::App& program, int argc, char** argv)
{
    const CLI::App* at = &program;
    std::string path;
    std::string unknown;
    for (int i = 1; i < argc && unknown.empty(); ++i) {
        const std::string word = argv[i];
        const auto known =
            at->get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
        if (!known.empty()) {
            at = known.front();
            path += word + " ";
        } else if (word.empty() || word.front() != '-') {
            unknown = word;
        }
    }
    std::string names;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
        names += (names.empty() ? "" : ", ") + command->get_name();
    }
    return (unknown.empty() ? path + "a command is missing" : path + unknown + ": no such command")
           + "; there are " + names + " (see wmclients " + path + "--help)";
}

} // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): what is thrown before the try block is lack of memory
int main(int argc, char** argv)
{
    CLI::App program{
        "Who listens to a Windows Media writer network sink: told from packets, or by being one.",
        "wmclients"};
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
    cli::setup_diff(program, status);
    cli::setup_serve(program, status);
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
    } catch (const CLI::RequiredError& error) {
        const bool no_command = std::string{error.what()}.find("subcommand") != std::string::npos;
        cli::complain(no_command ? command_message(program, argc, argv)
                                 : std::string{error.what()} + " (see wmclients --help)");
        return static_cast<int>(cli::ExitCode::usage);
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
