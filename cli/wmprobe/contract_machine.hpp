#pragma once

#include <wmclients/base/json.hpp>

#include <string>

namespace probe {

/// What the contract was recorded on: "dll" as it was given, "dll_version" (of its version resource, null
/// without one), "windows" (RtlGetVersion), "wine" (its version, or null) and "bits" of this program.
wmclients::Json machine_facts(const std::string& dll);

} // namespace probe
