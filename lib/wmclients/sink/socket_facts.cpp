#include <wmclients/sink/socket_facts.hpp>

#ifdef __linux__
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#endif

namespace wmclients::sink {

#ifdef __linux__
std::optional<SocketFacts> facts_of(std::uintptr_t socket)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    constexpr std::size_t needed = offsetof(tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans;
    if (getsockopt(static_cast<int>(socket), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < needed) {
        return {};
    }
    return SocketFacts{info.tcpi_bytes_sent - info.tcpi_bytes_retrans, info.tcpi_bytes_acked};
}
#else
std::optional<SocketFacts> facts_of(std::uintptr_t)
{
    return {};
}
#endif

} // namespace wmclients::sink
