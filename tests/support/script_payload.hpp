#pragma once

#include <support/script_cursor.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::testing {

/// Bytes to be sent, and which of them the recorder misses although they arrive.
struct Payload {
    struct Hole {
        std::size_t offset;
        std::size_t length;
    };

    std::string bytes;
    std::vector<Hole> holes; ///< by offset

    void append(const Payload& more);
};

/// What items of a payload refer to.
struct PayloadContext {
    std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> names; ///< `let`: text positions
    std::uint32_t next_location = 1;  ///< LocationId of a `$D` that names none
    std::uint32_t packet_size = 1024; ///< of the ASF header, and of a `$D` that names none
};

/// Reads items up to the end of the statement, a closing parenthesis or a word that is no item.
Payload parse_payload(ScriptCursor& cursor, PayloadContext& context, int depth = 0);

} // namespace wmclients::testing
