#pragma once

#include <wmclients/base/json.hpp>

#include <winsock2.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// Where a small client connects from, on this machine.
enum class From { loopback, other_loopback, ipv6_loopback }; ///< 127.0.0.1, 127.1.2.3, ::1

/// Whether ::1 can be bound.
bool has_ipv6();

/// A player, or something else that connects: one TCP connection to a sink on this machine. Every wait is
/// bounded.
class Client {
  public:
    /// Empty if the connection is not taken within 3 s, or there is no such address here.
    static std::optional<Client> connect(std::uint32_t port, From from = From::loopback);

    Client(Client&& other) noexcept;
    Client& operator=(Client&& other) noexcept;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    ~Client() { close(); }

    void send(std::string_view text) const;

    /// Waits for the head of a reply. @returns its status as a number; "closed", "reset" or "nothing" (in 3
    /// s)
    wmclients::Json status();

    /// The head that status() read.
    [[nodiscard]] const std::string& head() const { return head_; }

    /// The value of that Pragma token of the head; empty without it.
    [[nodiscard]] std::string pragma(std::string_view name) const;

    /// Waits for a packet of the stream with that letter (MS-WMSP 2.2.3), for 3 s at most; the letters of all
    /// packets that came, repeated ones once.
    std::string packets_until(char letter);

    void close();
    void reset();            ///< a RST instead of a FIN
    void half_close() const; ///< a FIN; the other direction stays

    /// The client's own end.
    [[nodiscard]] std::uint16_t port() const;

  private:
    explicit Client(SOCKET socket) : socket_(socket) {}

    enum class Got { bytes, nothing, closed, reset };
    Got receive(std::chrono::steady_clock::time_point until);

    SOCKET socket_ = INVALID_SOCKET;
    std::string head_;
    std::string input_; ///< what has not been looked at
};

/// Requests of MS-WMSP 2.2.2, as Windows Media Player sends them, and a browser's. `pragmas` are lines of
/// their own: "Pragma: client-id=7\r\n".
std::string play_request(std::string_view pragmas = {});
std::string describe_request();
std::string browser_request();
std::string log_request(std::string_view pragmas = {});
std::string client_id_pragma(std::string_view id);

} // namespace probe
