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

} // namespace wmclients::check::rules
