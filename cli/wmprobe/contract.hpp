#pragma once

#include <string>

namespace CLI {
class App;
}

namespace probe {

/// The options of `wmprobe --contract`.
struct ContractOptions {
    bool wanted = false;
    std::string file = "contract.json";
    std::string scene; ///< of the processes that the program starts for itself
    std::string skip;  ///< cases, with commas between them
};

/// Adds them, and a way to use them below the program's other footer.
void add_contract_options(CLI::App& program, ContractOptions& options);

/// Puts the cases of com::contract_cases() to the sink of `dll`, scene by scene in processes of their own,
/// and writes what is known to the file before the first and after each. @returns the program's exit code: 0;
/// 3 (no such sink), 4 (the file cannot be written)
int run_contract(const ContractOptions& options, const std::string& dll);

} // namespace probe
