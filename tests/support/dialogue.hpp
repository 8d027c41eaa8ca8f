#pragma once

#include <wmclients/check/checker.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wmclients::testing {

/// The script (capture_builder.hpp) of a dialogue: the form of the examples of check::Rule; README.md of this
/// folder describes it.
std::string script_of_dialogue(std::string_view dialogue);

/// What one rule says of a script's packets. @throws std::runtime_error if the script is none
check::Result check_script(const check::Rule& rule, std::string_view script, check::Role role, Caps& caps,
                           check::Side side = check::Side::both);
check::Result check_script(const check::Rule& rule, std::string_view script,
                           check::Role role = check::Role::unknown);

/// What the rule of that name says of a dialogue.
check::Result check_dialogue(std::string_view rule, std::string_view dialogue,
                             check::Role role = check::Role::unknown);

} // namespace wmclients::testing
