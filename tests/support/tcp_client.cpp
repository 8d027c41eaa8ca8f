#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <support/tcp_client.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace wmclients::testing {

TcpClient::TcpClient(std::uint16_t port, const std::string& host, int receive_buffer)
{
    const bool v6 = host.find(':') != std::string::npos;
    sockaddr_in six_or_four{};
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six_or_four.sin_family = AF_INET;
    six_or_four.sin_port = htons(port);
    inet_pton(v6 ? AF_INET6 : AF_INET, host.c_str(),
              v6 ? static_cast<void*>(&six.sin6_addr) : static_cast<void*>(&six_or_four.sin_addr));
    socket_ = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer != 0) {
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const auto* address =
        v6 ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&six_or_four);
    if (connect(socket_, address, v6 ? sizeof six : sizeof six_or_four) != 0) {
        ::close(std::exchange(socket_, -1));
    }
}

TcpClient::~TcpClient()
{
    close();
}

std::uint16_t TcpClient::port() const
{
    sockaddr_in6 local{};
    socklen_t size = sizeof local;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size);
    return ntohs(local.sin6_port); // at the same place for IPv4
}

void TcpClient::send(std::string_view text) const
{
    while (!text.empty()) {
        const auto size = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (size <= 0) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

template <typename Enough>
std::string TcpClient::read_while(std::chrono::milliseconds time, Enough enough)
{
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + time;
    std::array<char, 65536> block{};
    while (!ended_ && !enough(left_)) {
        const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd wanted{socket_, POLLIN, 0};
        if (rest < 0 || poll(&wanted, 1, static_cast<int>(rest)) <= 0) {
            break;
        }
        const auto size = recv(socket_, block.data(), block.size(), 0);
        if (size <= 0) {
            ended_ = true;
        } else {
            left_.append(block.data(), static_cast<std::size_t>(size));
        }
    }
    return std::exchange(left_, {});
}

std::string TcpClient::read(std::size_t size, std::chrono::milliseconds time)
{
    std::string got = read_while(time, [&](const std::string& text) { return text.size() >= size; });
    left_ = got.substr(std::min(size, got.size()));
    got.resize(std::min(size, got.size()));
    return got;
}

std::string TcpClient::read_until(std::string_view what, std::chrono::milliseconds time)
{
    std::string got =
        read_while(time, [&](const std::string& text) { return text.find(what) != std::string::npos; });
    const std::size_t at = got.find(what);
    if (at != std::string::npos) {
        left_ = got.substr(at + what.size());
        got.resize(at + what.size());
    }
    return got;
}

std::string TcpClient::read_all(std::chrono::milliseconds time)
{
    return read_while(time, [](const std::string&) { return false; });
}

void TcpClient::close_output() const
{
    shutdown(socket_, SHUT_WR);
}

void TcpClient::close(bool abort)
{
    if (socket_ < 0) {
        return;
    }
    if (abort) {
        const linger at_once{1, 0};
        setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(std::exchange(socket_, -1));
}

} // namespace wmclients::testing
