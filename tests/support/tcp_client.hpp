#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients::testing {

/// A TCP client on loopback that waits no longer than it is told to. Linux only, as the tests are.
class TcpClient {
  public:
    /// Connects. @param host "127.0.0.1" or "::1"
    /// @param receive_buffer SO_RCVBUF in bytes; 0: the system's
    explicit TcpClient(std::uint16_t port, const std::string& host = "127.0.0.1", int receive_buffer = 0);
    ~TcpClient();

    TcpClient(const TcpClient&) = delete;
    TcpClient& operator=(const TcpClient&) = delete;

    [[nodiscard]] bool connected() const { return socket_ >= 0; }

    /// This side's port.
    [[nodiscard]] std::uint16_t port() const;

    void send(std::string_view text) const;

    /// Reads until `size` bytes are there, the connection has ended, or the time is over. @returns all that
    /// was read
    std::string read(std::size_t size, std::chrono::milliseconds time = std::chrono::seconds{5});

    /// Reads until `what` is among it, as above.
    std::string read_until(std::string_view what, std::chrono::milliseconds time = std::chrono::seconds{5});

    /// Reads until the connection has ended, as above.
    std::string read_all(std::chrono::milliseconds time = std::chrono::seconds{5});

    /// The other side has closed, or reset, the connection.
    [[nodiscard]] bool ended() const { return ended_; }

    void close_output() const;

    /// Closes the connection, by a reset if `abort`.
    void close(bool abort = false);

  private:
    template <typename Enough>
    std::string read_while(std::chrono::milliseconds time, Enough enough);

    int socket_ = -1;
    bool ended_ = false;
    std::string left_; ///< read, but not asked for yet
};

} // namespace wmclients::testing
