#include <wmclients/capture/kernel_filter.hpp>

#include <fmt/format.h>

namespace wmclients::capture {
namespace {

/// RFC 1035, RFC 6762 and RFC 4795.
constexpr std::string_view names = "port 53 or port 5353 or port 5355";

/// RFC 791, section 3.1: more fragments to come, or not the first one.
/// RFC 8200, section 4: hop-by-hop options, routing, fragment, authentication and destination options.
constexpr std::string_view without_ports =
    "ip[6:2] & 0x3fff != 0 or ip proto 51 or ip6[6] == 0 or ip6[6] == 43 or ip6[6] == 44 or ip6[6] == 51 or "
    "ip6[6] == 60";

/// 802.1Q, 802.1ad and the older QinQ; PPPoE; MPLS.
constexpr std::string_view shims = "ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100 or ether "
                                   "proto 0x8864 or ether proto 0x8847 "
                                   "or ether proto 0x8848";

/// IP in IP, IPv6 in IPv4, GRE, MPLS in IP; VXLAN and Geneve.
constexpr std::string_view tunnels = "proto 4 or proto 41 or proto 47 or proto 137 or udp dst port 4789 or "
                                     "udp dst port 8472 or udp dst port 6081";

} // namespace

std::string kernel_filter(const KernelFilterOptions& options)
{
    const std::string tcp = !options.port     ? "tcp"
                            : options.address ? fmt::format("(tcp port {} and host {})", *options.port,
                                                            to_string(*options.address))
                                              : fmt::format("tcp port {}", *options.port);
    const std::string made =
        fmt::format("{} or {} or {} or {} or {}", tcp, names, without_ports, shims, tunnels);
    // The user's comes first: a `vlan` in it moves the offsets of what follows, as its writer expects.
    return options.also.empty() ? made : fmt::format("({}) and ({})", options.also, made);
}

} // namespace wmclients::capture
