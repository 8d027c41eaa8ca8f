#include <wmclients/capture/interfaces.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <memory>

namespace wmclients::capture {
namespace {

/// Empty for what is no IP address.
std::string address_text(const sockaddr* address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address == nullptr) {
        return {};
    }
    if (address->sa_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, address, sizeof ipv4);
        inet_ntop(AF_INET, &ipv4.sin_addr, text.data(), text.size());
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, address, sizeof ipv6);
        inet_ntop(AF_INET6, &ipv6.sin6_addr, text.data(), text.size());
    }
    return text.data();
}

} // namespace

Expected<std::vector<Interface>> list_interfaces()
{
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    pcap_if_t* first = nullptr;
    if (pcap_findalldevs(&first, why.data()) != 0) {
        return failure(Error::Kind::unavailable,
                       fmt::format("the interfaces cannot be listed: {}", why.data()));
    }
    const std::unique_ptr<pcap_if_t, decltype(&pcap_freealldevs)> all{first, pcap_freealldevs};
    std::vector<Interface> interfaces;
    for (const pcap_if_t* at = first; at != nullptr; at = at->next) {
        Interface& one = interfaces.emplace_back();
        one.name = at->name;
        one.description = at->description == nullptr ? "" : at->description;
        one.up = (at->flags & PCAP_IF_UP) != 0;
        one.running = (at->flags & PCAP_IF_RUNNING) != 0;
        one.loopback = (at->flags & PCAP_IF_LOOPBACK) != 0;
        for (const pcap_addr* address = at->addresses; address != nullptr; address = address->next) {
            if (std::string text = address_text(address->addr); !text.empty()) {
                one.addresses.push_back(std::move(text));
            }
        }
    }
    return interfaces;
}

} // namespace wmclients::capture
