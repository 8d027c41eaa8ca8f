#pragma once

#include <wmclients/check/rule.hpp>

#include <span>

/// The rules, a table a file: another rule joins by an entry in its table.
namespace wmclients::check::rules {

std::span<const Rule> http_requests();
std::span<const Rule> http_user_agents();
std::span<const Rule> http_server_versions();
std::span<const Rule> http_authentication();
std::span<const Rule> http_response_heads();
std::span<const Rule> http_response_parts();
std::span<const Rule> http_refusals();
std::span<const Rule> pipeline_requests();
std::span<const Rule> pipeline_responses();
std::span<const Rule> getcontentinfo();
std::span<const Rule> pragma_values();
std::span<const Rule> pragma_responses();
std::span<const Rule> pragma_requests();
std::span<const Rule> describe_heads();
std::span<const Rule> describe_bodies();
std::span<const Rule> describe_sessions();
std::span<const Rule> play_requests();
std::span<const Rule> play_heads();
std::span<const Rule> play_bodies();
std::span<const Rule> play_ends();
std::span<const Rule> play_rates();
std::span<const Rule> play_sessions();
std::span<const Rule> play_next();
std::span<const Rule> log_requests();
std::span<const Rule> log_order();
std::span<const Rule> log_responses();
std::span<const Rule> send_event();
std::span<const Rule> keep_alive_requests();
std::span<const Rule> keep_alive_responses();
std::span<const Rule> select_requests();
std::span<const Rule> select_responses();
std::span<const Rule> stop();
std::span<const Rule> framing_packets();
std::span<const Rule> framing_notices();
std::span<const Rule> framing_fields();
std::span<const Rule> framing_metadata();
std::span<const Rule> framing_metadata_text();
std::span<const Rule> asf_headers();
std::span<const Rule> asf_packets();
std::span<const Rule> asf_redirects();
std::span<const Rule> session_ids();
std::span<const Rule> session_refusals();
std::span<const Rule> session_states();
std::span<const Rule> session_replies();
std::span<const Rule> session_entries();
std::span<const Rule> session_entry_ids();
std::span<const Rule> timing_sessions();
std::span<const Rule> timing_packets();

} // namespace wmclients::check::rules
