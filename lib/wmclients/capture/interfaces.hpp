#pragma once

#include <wmclients/base/error.hpp>

#include <string>
#include <vector>

namespace wmclients::capture {

/// A network interface of this system, or what libpcap offers besides ("any").
struct Interface {
    std::string name; ///< as `-i` takes it
    std::string description;
    std::vector<std::string> addresses; ///< IPv4 and IPv6
    bool up = false;
    bool running = false;
    bool loopback = false;
};

/// All that can be captured on, in libpcap's order: the likeliest first. Needs no privileges. In
/// wmclients_host.
Expected<std::vector<Interface>> list_interfaces();

} // namespace wmclients::capture
