#pragma once

#include <string>

namespace CLI {
class App;
}

namespace cli {

/// Commands, options and arguments of a program as one JSON document: what the man pages and the shells'
/// completions are made from (doc/), so that nobody writes an option down twice. What `--help` hides is left
/// out.
///
/// A command has `name`, `description`, `footer`, `options`, `positionals` and `commands`; an option `names`,
/// its `argument` as
/// `--help` has it (empty for a flag), the `words` that it may be, `default`, `description`, `group`,
/// `needs`, and whether it is `required` and `repeats`.
std::string option_table(CLI::App& program);

} // namespace cli
