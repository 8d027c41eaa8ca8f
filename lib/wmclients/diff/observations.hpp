#pragma once

#include <wmclients/diff/account.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace wmclients::diff {

/// How often the log of an object's owner speaks for each way of doing what no document tells. What fits
/// several ways speaks for none.
struct Observation {
    struct Choice {
        std::string_view name; ///< "host"
        std::size_t count = 0;
    };

    std::string_view name;    ///< "address_order"
    std::string_view meaning; ///< "byte order of dwIPAddress"
    std::vector<Choice> choices;
};

/// What was told and does not come from packets:
///
/// - "address_order": dwIPAddress is the address of GetClientInfo in "host" order, or in "network" order;
/// - "index_order": where the indexes of a snapshot are after somebody has left. "attach": those behind move
///   up; "last_fills": the last takes the place; "next_fills": the next who comes takes it, and until then
///   those behind move up;
/// - "unknown_name": GetClientInfo has, of a client that never has a name, an "empty" one, or its "address".
std::vector<Observation> observe(const ToldListener& told);

} // namespace wmclients::diff
