#pragma once

#include <wmclients/base/json.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace probe {

/// How a process ended.
struct Ended {
    bool hung = false; ///< it was ended, because it said nothing for too long
    unsigned long exit_code = 0;
};

/// Runs this program once more, hidden, with these arguments, and gives every line of JSON that it writes to
/// `line`. @param silence how long it may say nothing. Empty: it cannot be started.
std::optional<Ended> run_again(const std::vector<std::string>& arguments, std::chrono::seconds silence,
                               const std::function<void(const wmclients::Json&)>& line);

} // namespace probe
