#include <wmclients/live/metrics_server.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

namespace wmclients::live {
namespace {

using asio::ip::tcp;

/// A request's head is no longer, and a connection takes no longer.
constexpr std::size_t longest_head = 8U << 10;
constexpr std::chrono::seconds longest{10};

/// Connections at a time; a further one is closed at once.
constexpr std::size_t most_connections = 16;

std::string response(std::string_view status, std::string_view type, std::string_view body, bool with_body)
{
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                       status, type, body.size(), with_body ? body : "");
}

/// What a request is answered with, by its head.
std::string answer(std::string_view head, const MetricsServer::Text& text)
{
    constexpr std::string_view plain = "text/plain; charset=utf-8";
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t method_end = line.find(' ');
    const std::string_view method = line.substr(0, method_end);
    const bool is_get = method == "GET";
    if (method_end == std::string_view::npos || line.find(" HTTP/1.") == std::string_view::npos) {
        return response("400 Bad Request", plain, "not an HTTP request\n", true);
    }
    if (!is_get && method != "HEAD") {
        return response("405 Method Not Allowed", plain, "GET and HEAD alone\n", true);
    }
    const std::string_view rest = line.substr(method_end + 1);
    std::string_view path = rest.substr(0, rest.find_first_of(" ?"));
    if (const std::size_t scheme = path.find("://"); scheme != std::string_view::npos) {
        path = path.substr(std::min(path.find('/', scheme + 3), path.size())); // RFC 9112, section 3.2.2
    }
    if (path != "/metrics") {
        return response("404 Not Found", plain, "the metrics are at /metrics\n", is_get);
    }
    return response("200 OK", "text/plain; version=0.0.4; charset=utf-8", text(), is_get);
}

/// One connection: one request, one response.
class Scrape final : public std::enable_shared_from_this<Scrape> {
  public:
    Scrape(tcp::socket socket, const MetricsServer::Text& text, std::size_t& open)
        : socket_(std::move(socket)), deadline_(socket_.get_executor()), text_(text), open_(open)
    {
        ++open_;
    }

    Scrape(const Scrape&) = delete;
    Scrape& operator=(const Scrape&) = delete;

    ~Scrape() { --open_; }

    void start()
    {
        deadline_.expires_after(longest);
        deadline_.async_wait([self = weak_from_this()](const std::error_code& error) {
            if (const auto one = self.lock(); one && !error) {
                one->close();
            }
        });
        asio::async_read_until(socket_, head_, "\r\n\r\n",
                               [self = shared_from_this()](const std::error_code& error, std::size_t size) {
                                   if (!error) {
                                       self->reply(size);
                                   }
                               });
    }

  private:
    void reply(std::size_t size)
    {
        const std::string head(asio::buffers_begin(head_.data()),
                               asio::buffers_begin(head_.data()) + static_cast<std::ptrdiff_t>(size));
        response_ = answer(head, text_);
        asio::async_write(
            socket_, asio::buffer(response_),
            [self = shared_from_this()](const std::error_code&, std::size_t) { self->close(); });
    }

    void close()
    {
        std::error_code ignored;
        deadline_.cancel();
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
        socket_.close(ignored);
    }

    tcp::socket socket_;
    asio::steady_timer deadline_;
    const MetricsServer::Text& text_;
    std::size_t& open_;
    asio::streambuf head_{longest_head};
    std::string response_;
};

class AsioMetricsServer final : public MetricsServer {
  public:
    explicit AsioMetricsServer(Text text) : text_(std::move(text)) {}

    AsioMetricsServer(const AsioMetricsServer&) = delete;
    AsioMetricsServer& operator=(const AsioMetricsServer&) = delete;

    ~AsioMetricsServer() override
    {
        io_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    std::error_code listen(const Endpoint& where)
    {
        const tcp::endpoint endpoint{asio::ip::make_address(to_string(where.address)), where.port};
        std::error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) {
            acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        }
        if (!error) {
            acceptor_.bind(endpoint, error);
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (!error) {
            where_ = {where.address, acceptor_.local_endpoint(error).port()};
        }
        return error;
    }

    void start() override
    {
        accept();
        thread_ = std::thread{[this] { io_.run(); }};
    }

    [[nodiscard]] Endpoint endpoint() const override { return where_; }

  private:
    void accept()
    {
        acceptor_.async_accept([this](const std::error_code& error, tcp::socket socket) {
            if (!error && open_ < most_connections) {
                std::make_shared<Scrape>(std::move(socket), text_, open_)->start();
            }
            if (!error) {
                accept();
                return;
            }
            // No descriptors are left, say: not at once again.
            pause_.expires_after(std::chrono::seconds{1});
            pause_.async_wait([this](const std::error_code&) { accept(); });
        });
    }

    Text text_;
    std::size_t open_ = 0;
    Endpoint where_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_};
    asio::steady_timer pause_{io_};
    std::thread thread_;
};

} // namespace

Expected<std::unique_ptr<MetricsServer>> MetricsServer::open(const Endpoint& where, Text text)
{
    auto server = std::make_unique<AsioMetricsServer>(std::move(text));
    if (const std::error_code error = server->listen(where)) {
        return failure(Error::Kind::unavailable,
                       fmt::format("metrics cannot be served at {}: {}", to_string(where), error.message()));
    }
    return server;
}

} // namespace wmclients::live
