#pragma once

#include <tl/expected.hpp>

#include <string>

namespace wmclients {

/// A failure that the caller can act on. The message says what, where (file, packet number, offset) and what
/// to do.
struct Error {
    enum class Kind {
        usage,       ///< the caller asked for something that makes no sense
        unavailable, ///< a device, a permission, an output: it could not be done
        damaged,     ///< an input is missing, unreadable, cut or not what it should be
    };
    Kind kind = Kind::damaged;
    std::string message;
};

template <typename T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error::Kind kind, std::string message)
{
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}

} // namespace wmclients
