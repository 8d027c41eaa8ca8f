#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/error.hpp>
#include <wmclients/live/sink_table.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace wmclients::live {

/// Reads the payload of a SOCK_DIAG_BY_FAMILY answer: an inet_diag_msg and its attributes (sock_diag(7)). An
/// IPv4-mapped address becomes IPv4. What is missing, or too short because the kernel is an older one, stays
/// unknown. Empty if it is no whole inet_diag_msg of IPv4 or IPv6, or its attributes are not well-formed.
/// @param payload aligned to four bytes, as in a netlink message
std::optional<TcpSocket> parse_diag_message(Bytes payload);

/// The sockets of these local ports, in this process's network namespace, with their owners as far as one may
/// see them: everybody sees all sockets, but processes of others only with the capability CAP_SYS_PTRACE.
/// Errors: unavailable.
Expected<std::vector<TcpSocket>> read_socket_table(const std::set<std::uint16_t>& ports);

} // namespace wmclients::live
