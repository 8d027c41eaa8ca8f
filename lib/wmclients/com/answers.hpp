#pragma once

#include <wmclients/com/client_connections.hpp>
#include <wmclients/timeline/told.hpp>

#include <cstdint>
#include <vector>

namespace wmclients::com {

/// All that the three query methods say of a snapshot: GetClientCount, and GetClientProperties and
/// GetClientInfo of every index. What a probe records on Windows, and what `wmclients diff` compares it with.
struct Answers {
    Hresult count_result = Hresult::s_ok;
    std::uint32_t count = 0;
    std::vector<timeline::ClientAnswer> clients;
};

Answers answers_of(const Snapshot& snapshot);

} // namespace wmclients::com
