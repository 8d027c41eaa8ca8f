#include "commands.hpp"
#include "exit_code.hpp"
#include "live.hpp"
#include "option_table.hpp"
#include "output.hpp"
#include "platform.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <new>
#include <sstream>

namespace {

constexpr const char* examples = R"(
Examples:
  wmclients list capture.pcap                 who was listening
  wmclients list --at +30 capture.pcap        who was, 30 s after the first packet
  wmclients info --index 0 capture.pcap       all that is known of one client
  tcpdump -w - | wmclients list -             from another program
  wmclients extract --index 0 -o 0.asf capture.pcap   the stream as that client got it
  wmclients check capture.pcap                whether the traffic keeps to the protocol
  wmclients diff capture.pcap sink.jsonl      whether two accounts agree)";

constexpr const char* exit_status = R"(
Exit status: 0 well; 1 findings (no such client, a failure HRESULT); 2 wrong call; 3 an input was unreadable or
damaged; 4 it could not be done; 130 interrupted.)";

/// `--help` of a positional says its name; what kind of text it takes is no help.
void hide_kinds_of_positionals(CLI::App& command)
{
    for (CLI::Option* option :
         command.get_options([](const CLI::Option* one) { return one->get_positional(); })) {
        option->type_name("");
    }
    for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
        hide_kinds_of_positionals(*below);
    }
}

/// What to say where a command is missing or unknown: the words so far, and what may follow them.
std::string command_message(const CLI::App& program, const std::vector<std::string>& words)
{
    const CLI::App* at = &program;
    std::string path;
    std::string unknown;
    for (const std::string& word : words) {
        const auto known =
            at->get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
        if (!known.empty()) {
            at = known.front();
            path += word + " ";
        } else if (word.empty() || word.front() != '-') {
            unknown = word;
            break;
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

int cli::run_program(const std::vector<std::string>& words)
{
    CLI::App program{
        "Who listens to a Windows Media writer network sink: told from packets, or by being one.",
        "wmclients"};
    program.set_version_flag("--version", "wmclients " WMCLIENTS_VERSION);
    program.footer(
        std::string{examples}
            .append(cli::live_example("list -i eth0 --port 8080          who comes now, until Ctrl-C"))
            .append("\n")
            .append(cli::sockets_example)
            .append(cli::serve_example)
            .append(exit_status)
            .append(cli::missing_parts));
    program.allow_windows_style_options(false); // the same on every system
    program.require_subcommand(1);
    program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    int status = 0;
    cli::setup_list(program, status);
    cli::setup_info(program, status);
    cli::setup_events(program, status);
    cli::setup_query(program, status);
    cli::setup_connections(program, status);
    cli::setup_extract(program, status);
    cli::setup_check(program, status);
    cli::setup_diff(program, status);
    cli::setup_interfaces(program, status);
    cli::setup_watch(program, status);
    cli::setup_serve(program, status);
    hide_kinds_of_positionals(program);
    program
        .add_flag_callback("--option-table",
                           [&program] { throw CLI::CallForVersion(cli::option_table(program), 0); })
        ->group(""); // for doc/, not for people
    try {
        try {
            // The last word first.
            program.parse(std::vector<std::string>{words.rbegin(), words.rend()});
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
        cli::complain(no_command ? command_message(program, words)
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
    } catch (const std::bad_alloc&) {
        cli::complain("out of memory; read less at once, with --from and --to or --filter for instance");
        return static_cast<int>(cli::ExitCode::unavailable);
    } catch (const std::exception& error) {
        cli::complain(error.what());
        return static_cast<int>(cli::ExitCode::unavailable);
    }
}
