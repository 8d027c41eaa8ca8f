#pragma once

#include <wmclients/base/endpoint.hpp>

#include <optional>
#include <string_view>

namespace wmclients::dns {

/// The address that a name of the reverse zones stands for: "11.0.78.10.in-addr.arpa" (RFC 1035, section 3.5)
/// or 32 hexadecimal digits, last first, before "ip6.arpa" (RFC 3596, section 2.5). ASCII case does not
/// matter, a dot at the end may be there. Empty for other names, also for those of whole networks.
std::optional<IpAddress> parse_reverse_name(std::string_view name);

} // namespace wmclients::dns
