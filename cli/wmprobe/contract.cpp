#include "contract.hpp"

#include "contract_child.hpp"
#include "contract_machine.hpp"
#include "contract_scenes.hpp"
#include "sink_object.hpp"

#include <wmclients/com/contract.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <winsock2.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <vector>

namespace probe {

using wmclients::Json;
namespace com = wmclients::com;

namespace {

/// No case waits so long itself: it is the DLL that does not come back. (Close of Windows' own sink "can take
/// a loooong time", says a program that uses it.)
constexpr std::chrono::seconds silence{60};

/// What the scenes said.
struct Answers {
    std::map<std::string, Json, std::less<>> cases; ///< the lines of Report, by case
    std::vector<std::string> failures;              ///< why scenes could not go on
};

/// One scene: run again without the case at which it ended, as long as there is one.
bool run_scene(const Scene& scene, const std::string& dll, Answers& answers)
{
    std::set<std::string> skip;
    for (;;) {
        std::string current;
        Json exception;
        const auto ended = run_again({"--dll", dll, "--contract-scene", std::string{scene.name},
                                      "--contract-skip", fmt::format("{}", fmt::join(skip, ","))},
                                     silence, [&](const Json& line) {
                                         if (line.contains("begin")) {
                                             current = line["begin"].get<std::string>();
                                         } else if (line.contains("case")) {
                                             answers.cases.try_emplace(line["case"].get<std::string>(), line);
                                             current.clear();
                                         } else if (line.contains("failed")) {
                                             answers.failures.push_back(line["failed"].get<std::string>());
                                         } else if (line.contains("exception")) {
                                             exception = line;
                                         }
                                     });
        if (!ended) {
            return false;
        }
        if (!ended->hung && ended->exit_code == 0) {
            return true;
        }
        if (ended->hung) {
            exception = Json::object({{"silent_for_seconds", silence.count()}});
        } else if (exception.is_null()) {
            exception = Json::object({{"exit_code", fmt::format("0x{:08X}", ended->exit_code)}});
        }
        if (current.empty() || !skip.insert(current).second) {
            answers.failures.push_back(
                fmt::format("scene {} ended with {}", scene.name, wmclients::dump(exception)));
            return true;
        }
        answers.cases.try_emplace(current, Json{{"given", Json::object()}, {"observed", exception}});
    }
}

Json to_json(const com::ContractCase& one, const Answers& answers)
{
    Json object = Json::object();
    object["case"] = std::string{one.name};
    object["open_question"] = one.open_question == 0 ? Json(nullptr) : Json(one.open_question);
    object["question"] = std::string{one.question};
    const auto found = answers.cases.find(one.name);
    const bool answered = found != answers.cases.end() && found->second.contains("observed");
    object["answered"] = answered;
    if (answered) {
        object["given"] = found->second["given"];
        object["observed"] = found->second["observed"];
    } else if (found != answers.cases.end()) {
        object["why_not"] = found->second["why_not"];
    } else {
        object["why_not"] = answers.failures.empty()
                                ? "not reached"
                                : fmt::format("not reached: {}", fmt::join(answers.failures, "; "));
    }
    return object;
}

Json contract_of(const Json& facts, const Answers& answers)
{
    Json contract = Json::object();
    contract["schema_version"] = 1;
    contract.update(facts);
    contract["cases"] = Json::array();
    for (const com::ContractCase& one : com::contract_cases()) {
        contract["cases"].push_back(to_json(one, answers));
    }
    return contract;
}

bool write(const std::string& file, const Json& contract)
{
    std::FILE* out = std::fopen(file.c_str(), "wb");
    if (out == nullptr) {
        return false;
    }
    const bool put = std::fputs((wmclients::dump(contract, 1) + "\n").c_str(), out) >= 0;
    return std::fclose(out) == 0 && put;
}

/// This process is one that the program started for itself.
int play_scene(const ContractOptions& options, const std::string& dll)
{
    report_exceptions();
    WSADATA winsock;
    WSAStartup(MAKEWORD(2, 2), &winsock);
    std::set<std::string, std::less<>> skip;
    for (std::size_t at = 0; at < options.skip.size();) {
        const std::size_t end = std::min(options.skip.find(',', at), options.skip.size());
        skip.insert(options.skip.substr(at, end - at));
        at = end + 1;
    }
    Report report{std::move(skip)};
    const auto* const scene = std::find_if(scenes.begin(), scenes.end(),
                                           [&](const Scene& one) { return one.name == options.scene; });
    if (scene == scenes.end()) {
        return 2;
    }
    scene->run(report, dll);
    return 0;
}

} // namespace

void add_contract_options(CLI::App& program, ContractOptions& options)
{
    program
        .add_option_function<std::string>(
            "--contract",
            [&options](const std::string& file) {
                options.wanted = true;
                options.file = file.empty() ? options.file : file;
            },
            "Instead: find out by small clients of its own what the sink does where no document says it, and "
            "write it to FILE (contract.json)")
        ->expected(0, 1)
        ->type_name("[FILE]");
    program.add_option("--contract-scene", options.scene)->group("");
    program.add_option("--contract-skip", options.skip)->group("");
    program.footer(program.get_footer() + R"(

How to record what Windows' own sink does where no document says it (about two minutes; it needs no film, no
player and no administrator: its players are its own, on this machine; if Windows' firewall asks, any answer will do):
  1. Put wmprobe.exe in a folder, and open a command prompt there.
  2. Run:  wmprobe --contract contract.json
  3. Send back contract.json.
`wmclients diff --contract contract.json` says where wmclients does otherwise.)");
}

int run_contract(const ContractOptions& options, const std::string& dll)
{
    if (!options.scene.empty()) {
        return play_scene(options, dll);
    }
    const auto sink = create_sink(dll); // says at once if there is none
    if (!sink) {
        fmt::print(stderr, "wmprobe: {}\n", sink.error().message);
        return 3;
    }
    const Json facts = machine_facts(dll);
    Answers answers;
    const auto save = [&] {
        const bool written = write(options.file, contract_of(facts, answers));
        if (!written) {
            fmt::print(stderr, "wmprobe: {}: cannot be written\n", options.file);
        }
        return written;
    };
    if (!save()) {
        return 4;
    }
    for (const Scene& scene : scenes) {
        fmt::print(stderr, "wmprobe: {}...\n", scene.name);
        if (!run_scene(scene, dll, answers)) {
            fmt::print(stderr, "wmprobe: the program cannot start itself again\n");
            return 4;
        }
        if (!save()) { // what is known stands there, whatever comes
            return 4;
        }
    }
    const auto answered = std::count_if(answers.cases.begin(), answers.cases.end(),
                                        [](const auto& one) { return one.second.contains("observed"); });
    fmt::print(stderr, "wmprobe: {}: {} of {} cases answered\n", options.file, answered,
               com::contract_cases().size());
    return 0;
}

} // namespace probe
