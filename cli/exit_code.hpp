#pragma once

#include <wmclients/base/error.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cli {

/// What the program's exit status means; where several apply, the first in this order: 2, 4, 1, 3, 0.
enum class ExitCode : int {
    ok = 0,
    findings = 1,    ///< differences, violations, a failure HRESULT, no such index, nothing was checked
    usage = 2,       ///< the call makes no sense
    damaged = 3,     ///< an input is unreadable or damaged; what could be read was shown
    unavailable = 4, ///< it could not be done: device, permission, output
    interrupted = 130,
    closed_output = 141,
};

/// What a failure of the library means for the program.
inline ExitCode code_of(wmclients::Error::Kind kind)
{
    switch (kind) {
    case wmclients::Error::Kind::usage:
        return ExitCode::usage;
    case wmclients::Error::Kind::unavailable:
        return ExitCode::unavailable;
    case wmclients::Error::Kind::damaged:
        break;
    }
    return ExitCode::damaged;
}

/// Ends the program with a message on stderr (none if empty). Thrown to main() alone.
struct Exit {
    ExitCode code;
    std::string message;
    std::vector<std::string> more = {}; ///< further lines
};

/// The value; throws what went wrong otherwise.
template <typename T>
T value_or_exit(wmclients::Expected<T> result)
{
    if (!result) {
        throw Exit{code_of(result.error().kind), result.error().message};
    }
    return std::move(*result);
}

} // namespace cli
