#pragma once

#include <wmclients/check/judgement.hpp>
#include <wmclients/check/model.hpp>

#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

/// What many rules decide in the same way.
namespace wmclients::check {

/// What a rule says of a message in which the part that it speaks of was not seen: not applicable, or, if the
/// head is not whole, inconclusive.
Judgement absent(const std::unique_ptr<Message>& message);

/// Why a rule that hangs on the client's version cannot be decided, where client_version() gives none.
Judgement client_unknown(const Exchange& exchange);

/// Judges every token of these names by its value as it stands, quotes included; a bare token has an empty
/// one. `expected` is said of the first that is not good.
Judgement judge_values(const std::unique_ptr<Message>& message, std::span<const std::string_view> names,
                       std::string_view expected, bool (*good)(std::string_view));

/// Pass if the message has the field.
Judgement needs_field(const std::unique_ptr<Message>& message, std::string_view name);

/// Pass if the message has all these tokens; a fail names those that are missing.
Judgement needs_tokens(const std::unique_ptr<Message>& message,
                       std::initializer_list<std::string_view> names);

/// Pass if the message has none of these tokens.
Judgement forbids_tokens(const std::unique_ptr<Message>& message,
                         std::initializer_list<std::string_view> names);

/// Pass if the exchange's successful reply has no body.
Judgement empty_reply(const Exchange& exchange);

/// Pass if the exchange's successful reply has Pragma no-cache.
Judgement no_cache_reply(const Exchange& exchange);

/// Pass if the client closes the connection after the reply, and asks nothing more on it.
Judgement closed_by_client_after(const Exchange& exchange);

/// Pass if the request is the first of its connection, or a retry of the first after 401 or 407.
Judgement on_new_connection(const Exchange& exchange);

/// Pass if the request came over `connection`.
Judgement on_connection(const Exchange& exchange, const Connection& connection);

/// Pass if the stream's reply that was running on the connection (running_reply()) was ended with a zero
/// chunk before this exchange was answered.
Judgement zero_chunk_before(const Exchange& exchange);

} // namespace wmclients::check
