#pragma once

#include <wmclients/timeline/client_list.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wmclients::output {

/// One value of a row: nothing is "unknown". Text is raw bytes and lives as long as the timeline.
using Value = std::variant<std::monostate, bool, std::uint64_t, Timestamp, std::string_view, std::string>;

/// A value for people: text made printable, times as RFC 3339, empty for unknown.
std::string plain_text(const Value& value);

/// A column of the client list: its name in JSON, CSV and `--fields`, and where its value comes from.
struct Field {
    std::string_view name;
    Value (*value)(const struct ClientRecord&);
};

/// One row as every format shows it.
struct ClientRecord {
    const timeline::ClientTimeline& timeline;
    const timeline::Client& client;
    std::uint64_t index = 0;
    std::optional<timeline::Instant> at;
    timeline::Detach detach;
    timeline::Name name;
    timeline::LiveState state;
    bool counters_known = true; ///< false: the source has none for the instant

    ClientRecord(const timeline::ClientTimeline& of, const timeline::Client& row, std::uint64_t position,
                 const std::optional<timeline::Instant>& instant);

    [[nodiscard]] bool attached() const { return detach.reason == timeline::EndReason::none; }

    /// Whether its times mean anything.
    [[nodiscard]] bool timed() const { return client.server_side_captured; }

    /// Whether its counters do.
    [[nodiscard]] bool counted() const { return client.server_side_captured && counters_known; }
};

/// All columns, in the order in which JSON and CSV have them.
const std::vector<Field>& client_fields();

/// Those of a client of which the system's socket table was asked; unknown for all others. In JSON they are
/// the object "socket".
const std::vector<Field>& socket_fields();

/// The column of that name among both, or null.
const Field* find_client_field(std::string_view name);

} // namespace wmclients::output
