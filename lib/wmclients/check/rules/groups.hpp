#pragma once

#include <wmclients/check/rule.hpp>

#include <span>

/// The rules, a table a file: another rule joins by an entry in its table.
namespace wmclients::check::rules {

std::span<const Rule> http_requests();
std::span<const Rule> http_user_agents();
std::span<const Rule> http_server_versions();
std::span<const Rule> http_authentication();

} // namespace wmclients::check::rules
