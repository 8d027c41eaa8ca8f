#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/output/client_record.hpp>

#include <string>
#include <string_view>

namespace wmclients::output {

/// Puts a value under `name`: times as RFC 3339 with nine digits, unknown as null.
void put(Json& object, std::string_view name, const Value& value);

/// One row with all its columns; with an object "socket" if the system's socket table was asked of it.
Json client_object(const ClientRecord& record);

/// A sink without its clients: port, endpoints, url, server, stream.
Json sink_object(const timeline::ClientTimeline& timeline, const timeline::Sink& sink);

} // namespace wmclients::output
