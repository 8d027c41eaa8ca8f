#include "contract_client.hpp"

#include <wmclients/base/text.hpp>

#include <fmt/format.h>
#include <ws2tcpip.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace probe {

using wmclients::Json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds patience{3};
constexpr std::size_t longest_head = 16U << 10;

/// One address of this machine with a port, for bind and connect.
struct Address {
    sockaddr_storage storage{};
    int size = 0;
    int family = AF_INET;
};

Address address_of(From from, std::uint16_t port)
{
    Address address;
    if (from == From::ipv6_loopback) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        v6.sin6_addr.s6_addr[15] = 1;
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.size = sizeof v6;
        address.family = AF_INET6;
        return address;
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(from == From::loopback ? 0x7F000001 : 0x7F010203);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
    return address;
}

const sockaddr* pointer(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address.storage);
}

/// Whether the socket can be read or written within the time.
bool ready(SOCKET socket, bool to_write, Clock::duration time)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(socket, &set);
    fd_set errors = set;
    const auto micros =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(time).count());
    timeval limit{};
    limit.tv_sec = static_cast<long>(micros / 1'000'000);
    limit.tv_usec = static_cast<long>(micros % 1'000'000);
    return select(0, to_write ? nullptr : &set, to_write ? &set : nullptr, &errors, &limit) > 0;
}

} // namespace

bool has_ipv6()
{
    const Address own = address_of(From::ipv6_loopback, 0);
    const SOCKET probe = socket(AF_INET6, SOCK_STREAM, 0);
    const bool has = probe != INVALID_SOCKET && bind(probe, pointer(own), own.size) == 0;
    closesocket(probe);
    return has;
}

std::optional<Client> Client::connect(std::uint32_t port, From from)
{
    const From to = from == From::ipv6_loopback ? from : From::loopback;
    const Address own = address_of(from, 0);
    const Address sink = address_of(to, static_cast<std::uint16_t>(port));
    Client client{socket(own.family, SOCK_STREAM, 0)};
    u_long nonblocking = 1;
    if (client.socket_ == INVALID_SOCKET || bind(client.socket_, pointer(own), own.size) != 0
        || ioctlsocket(client.socket_, static_cast<long>(FIONBIO), &nonblocking) != 0) {
        return {};
    }
    if (::connect(client.socket_, pointer(sink), sink.size) != 0
        && (WSAGetLastError() != WSAEWOULDBLOCK || !ready(client.socket_, true, patience))) {
        return {};
    }
    int error = 0;
    int size = sizeof error;
    if (getsockopt(client.socket_, SOL_SOCKET, SO_ERROR, reinterpret_cast<char*>(&error), &size) != 0
        || error != 0) {
        return {};
    }
    return client;
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, INVALID_SOCKET)), head_(std::move(other.head_)),
      input_(std::move(other.input_))
{
}

Client& Client::operator=(Client&& other) noexcept
{
    std::swap(socket_, other.socket_);
    head_.swap(other.head_);
    input_.swap(other.input_);
    return *this;
}

void Client::send(std::string_view text) const
{
    ::send(socket_, text.data(), static_cast<int>(text.size()), 0);
}

Client::Got Client::receive(Clock::time_point until)
{
    std::array<char, 4096> bytes{};
    if (!ready(socket_, false, until - Clock::now())) {
        return Got::nothing;
    }
    const int got = recv(socket_, bytes.data(), static_cast<int>(bytes.size()), 0);
    if (got == 0) {
        return Got::closed;
    }
    if (got < 0) {
        return WSAGetLastError() == WSAEWOULDBLOCK ? Got::nothing : Got::reset;
    }
    input_.append(bytes.data(), static_cast<std::size_t>(got));
    return Got::bytes;
}

Json Client::status()
{
    const auto until = Clock::now() + patience;
    for (;;) {
        const std::size_t end = input_.find("\r\n\r\n");
        if (end != std::string::npos || input_.size() > longest_head) {
            head_ = input_.substr(0, end);
            input_.erase(0, end == std::string::npos ? end : end + 4);
            const std::size_t space = head_.find(' ');
            return space == std::string::npos ? Json("no HTTP") : Json(std::atoi(head_.c_str() + space));
        }
        switch (receive(until)) {
        case Got::bytes:
            break;
        case Got::nothing:
            return "nothing";
        case Got::closed:
            return "closed";
        case Got::reset:
            return "reset";
        }
    }
}

std::string Client::pragma(std::string_view name) const
{
    const std::string token = fmt::format("{}=", name);
    const std::size_t at = wmclients::ifind(head_, token);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + token.size();
    return head_.substr(begin, head_.find_first_of(",\r\n", begin) - begin);
}

std::string Client::packets_until(char letter)
{
    const auto until = Clock::now() + patience;
    std::string letters;
    for (;;) {
        while (input_.size() >= 4) {
            const auto size = static_cast<std::size_t>(static_cast<unsigned char>(input_[2]))
                              | static_cast<std::size_t>(static_cast<unsigned char>(input_[3])) << 8;
            if (input_.size() < size + 4) {
                break;
            }
            if (letters.empty() || letters.back() != input_[1]) {
                letters += input_[1];
            }
            input_.erase(0, size + 4);
            if (letters.back() == letter) {
                return letters;
            }
        }
        if (receive(until) != Got::bytes) {
            return letters;
        }
    }
}

void Client::close()
{
    if (socket_ != INVALID_SOCKET) {
        closesocket(std::exchange(socket_, INVALID_SOCKET));
    }
}

void Client::reset()
{
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&at_once), sizeof at_once);
    close();
}

void Client::half_close() const
{
    shutdown(socket_, SD_SEND);
}

std::uint16_t Client::port() const
{
    sockaddr_in6 own{};
    int size = sizeof own;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.sin6_port); // at the same place in both families
}

std::string client_id_pragma(std::string_view id)
{
    return fmt::format("Pragma: client-id={}\r\n", id);
}

std::string play_request(std::string_view pragmas)
{
    return fmt::format(
        "GET / HTTP/1.0\r\nAccept: */*\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: localhost\r\n"
        "Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=4294967295:4294967295,"
        "packet-num=4294967295,max-duration=0\r\n"
        "Pragma: xPlayStrm=1\r\nPragma: xClientGUID={{3300AD50-2C39-46c0-AE0A-39E48EB3C868}}\r\n"
        "{}Pragma: stream-switch-count=1\r\nPragma: stream-switch-entry=ffff:1:0\r\n\r\n",
        pragmas);
}

std::string describe_request()
{
    return "GET / HTTP/1.0\r\nAccept: */*\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: localhost\r\n"
           "Connection: Keep-Alive\r\n"
           "Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,max-duration=0\r\n"
           "Pragma: xClientGUID={3300AD50-2C39-46c0-AE0A-39E48EB3C868}\r\n\r\n";
}

std::string browser_request()
{
    return "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)\r\n"
           "Accept: text/html\r\nConnection: close\r\n\r\n";
}

std::string log_request(std::string_view pragmas)
{
    constexpr std::string_view body =
        "<XML><Summary>0.0.0.0 2026-01-01 00:00:00 - / 0 1 200 -</Summary></XML>";
    return fmt::format("POST / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: localhost\r\n"
                       "Content-Type: application/x-wms-Logstats\r\n{}Content-Length: {}\r\n\r\n{}",
                       pragmas, body.size(), body);
}

} // namespace probe
