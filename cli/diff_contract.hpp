#pragma once

#include <string>

namespace cli {

enum class DiffFormat { table, json, junit };

/// `wmclients diff --contract FILE`. @returns the exit status
int run_diff_contract(const std::string& file, DiffFormat format);

} // namespace cli
