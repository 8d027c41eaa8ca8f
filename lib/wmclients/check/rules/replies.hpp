#pragma once

#include <wmclients/check/judgement.hpp>
#include <wmclients/check/model.hpp>

#include <memory>
#include <optional>
#include <string_view>

/// What the replies to Describe, Play and PlayNextEntry have in common.
namespace wmclients::check::rules {

/// A successful reply to a Describe.
bool describes(const Exchange& exchange);

/// A successful reply that is the stream: to a Play, to a GET that was answered as one, to a PlayNextEntry.
bool streams(const Exchange& exchange);

/// Why a rule on such a reply's head or body is not asked: it is none, or its head was not captured. Empty if
/// it is one.
std::optional<Judgement> no_stream(const Exchange& exchange);

/// The type `wanted`; application/octet-stream passes with a note.
Judgement needs_media_type(const Exchange& exchange, std::string_view wanted);

/// Records application/octet-stream; not applicable to another type.
Judgement notes_octet_stream(const Exchange& exchange);

/// The token is in the reply only if the request had it with value 1.
Judgement only_if_asked(const Exchange& exchange, std::string_view name);

/// A reply with another client-id than the request's says xResetStrm=1 (3.2.5.4, 3.2.5.6).
Judgement needs_reset(const Exchange& exchange);

/// Why the reply needs no `$M`, or it cannot be told: only a Cougar from 9.0 on must send it, to clients
/// from 9.0 on (3.2.4.2). Empty if it must.
std::optional<Judgement> no_metadata_due(const Exchange& exchange);

/// The command makes the player go to the URL that is its name.
bool is_file_name(const asf::ScriptCommand& command);

/// The header has the one script command by which a server redirects clients older than 7.0 (3.2.5.4):
/// FILENAME, at the time of the Preroll.
bool redirects_by_script(const HeaderSeen& seen);

/// The run is the last fragment of a `$H`, whole (2.2.3.1.2).
bool ends_header(const Run& run);

} // namespace wmclients::check::rules
