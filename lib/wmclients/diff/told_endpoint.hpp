#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/timeline/told.hpp>

#include <optional>

namespace wmclients::diff {

/// Whom an answer of the query methods is about: by GetClientInfo, else by GetClientProperties; empty if both
/// failed.
std::optional<Endpoint> endpoint_of(const timeline::ClientAnswer& answer);

} // namespace wmclients::diff
