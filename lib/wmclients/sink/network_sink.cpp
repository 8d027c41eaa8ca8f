#include <wmclients/sink/network_sink.hpp>
#include <wmclients/sink/server.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/host_name.hpp>
#include <asio/post.hpp>

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace wmclients::sink {

/// The thread of the sockets, and the way to it.
class NetworkSink::Worker {
  public:
    Worker(SinkOptions options, LogLine log)
        : options_(std::move(options)), server_(io_, options_, std::move(log)), work_(io_.get_executor()),
          thread_([this] { io_.run(); })
    {
    }

    // NOLINTNEXTLINE(bugprone-exception-escape): a LogLine throws nothing, which leaves lack of memory
    ~Worker()
    {
        call([&] {
            static_cast<void>(server_.close());
            server_.account.end_log();
        });
        work_.reset();
        io_.stop();
        thread_.join();
    }

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    [[nodiscard]] const SinkOptions& options() const { return options_; }

    /// Runs `use` on the thread of the sockets and waits for it; at once if this is that thread.
    template <typename Use>
    auto call(Use use) -> decltype(use())
    {
        if (std::this_thread::get_id() == thread_.get_id()) {
            return use();
        }
        // The task is at work for a moment still when its result can be had: the other thread keeps it.
        const auto task = std::make_shared<std::packaged_task<decltype(use())()>>(std::move(use));
        auto result = task->get_future();
        asio::post(io_, [task] { (*task)(); });
        return result.get();
    }

    Server& server() { return server_; }

    /// Hands a packet over without waiting for the other thread, unless it has fallen behind.
    void hand_over(Bytes packet)
    {
        if (std::this_thread::get_id() == thread_.get_id()) {
            static_cast<void>(server_.data_unit({packet.begin(), packet.end()}));
            return;
        }
        std::unique_lock lock{mutex_};
        taken_.wait(lock, [&] { return inbox_bytes_ <= options_.queue_bytes; });
        inbox_.emplace_back(packet.begin(), packet.end());
        inbox_bytes_ += packet.size();
        if (inbox_.size() == 1) {
            asio::post(io_, [this] { take_inbox(); });
        }
    }

  private:
    void take_inbox()
    {
        std::vector<std::vector<std::uint8_t>> packets;
        {
            const std::lock_guard lock{mutex_};
            packets.swap(inbox_);
            inbox_bytes_ = 0;
        }
        taken_.notify_all();
        for (auto& packet : packets) {
            static_cast<void>(server_.data_unit(std::move(packet)));
            if (server_.owes_data()) {
                server_.pump_all(); // or the next ones would push out what nobody was offered
            }
        }
    }

    SinkOptions options_;
    asio::io_context io_{1};
    Server server_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::mutex mutex_;
    std::condition_variable taken_;
    std::vector<std::vector<std::uint8_t>> inbox_;
    std::size_t inbox_bytes_ = 0;
    std::thread thread_; ///< last: everything that it uses is there before it
};

NetworkSink::NetworkSink(SinkOptions options, LogLine log)
    : worker_(std::make_unique<Worker>(std::move(options), std::move(log)))
{
}

NetworkSink::~NetworkSink() = default;

Hresult NetworkSink::open(std::uint16_t& port)
{
    return worker_->call([&] { return worker_->server().open(port); });
}

Hresult NetworkSink::host_url(std::string& url) const
{
    return worker_->call([&] {
        const Server& server = worker_->server();
        if (!server.is_open()) {
            return Hresult::ns_e_invalid_request;
        }
        const SinkOptions& options = worker_->options();
        std::string host = options.host;
        if (host.empty() && options.bind) {
            const std::string address = to_string(*options.bind);
            const bool any = address == "0.0.0.0" || address == "::";
            host = any ? "" : options.bind->is_v4() ? address : "[" + address + "]";
        }
        if (host.empty()) {
            std::error_code error;
            host = asio::ip::host_name(error);
            host = host.empty() ? "localhost" : host;
        }
        url = "http://" + host + ":" + std::to_string(server.port());
        return Hresult::s_ok;
    });
}

Hresult NetworkSink::set_maximum_clients(std::uint32_t count)
{
    return worker_->call([&] { return worker_->server().set_maximum_clients(count); });
}

std::uint32_t NetworkSink::maximum_clients() const
{
    return worker_->call([&] { return worker_->server().hub().maximum_clients; });
}

Hresult NetworkSink::disconnect()
{
    return worker_->call([&] { return worker_->server().disconnect(); });
}

Hresult NetworkSink::close()
{
    return worker_->call([&] { return worker_->server().close(); });
}

Hresult NetworkSink::on_header(Bytes header)
{
    return worker_->call([&] { return worker_->server().header(header); });
}

Hresult NetworkSink::on_data_unit(Bytes packet)
{
    if (packet.empty() || packet.size() > wmsp::longest_payload) {
        return Hresult::ns_e_invalid_data;
    }
    if (!worker_->server().takes_data()) {
        return Hresult::ns_e_invalid_request;
    }
    worker_->hand_over(packet);
    return Hresult::s_ok;
}

Hresult NetworkSink::on_end_writing()
{
    return worker_->call([&] { return worker_->server().end_writing(); });
}

bool NetworkSink::wait_drained(std::chrono::milliseconds time)
{
    constexpr std::chrono::milliseconds step{10};
    const auto until = std::chrono::steady_clock::now() + time;
    while (!worker_->call([&] { return worker_->server().drained(); })) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        std::this_thread::sleep_for(step);
    }
    return true;
}

std::vector<AccessEntry> NetworkSink::access_entries(AccessKind kind) const
{
    return worker_->call([&] { return worker_->server().hub().access.entries(kind); });
}

void NetworkSink::add_access_entry(AccessKind kind, const AccessEntry& entry)
{
    worker_->call([&] { worker_->server().hub().access.add(kind, entry); });
}

Hresult NetworkSink::remove_access_entry(AccessKind kind, std::uint32_t index)
{
    return worker_->call([&] { return worker_->server().hub().access.remove(kind, index); });
}

void NetworkSink::advise(timeline::ClientObserver& observer)
{
    worker_->call([&] { worker_->server().account.observers.add(observer); });
}

void NetworkSink::unadvise(timeline::ClientObserver& observer)
{
    worker_->call([&] { worker_->server().account.observers.remove(observer); });
}

void NetworkSink::inspect(const std::function<void(const timeline::ClientTimeline&, bool)>& use) const
{
    worker_->call([&] { use(worker_->server().account.timeline(), worker_->server().streaming_begun()); });
}

void NetworkSink::tell(
    const std::function<void(timeline::EventListener&, std::uint16_t, const PacketRef&)>& say)
{
    worker_->call([&] { say(worker_->server().account.events(), worker_->server().port(), Hub::now()); });
}

Statistics NetworkSink::statistics() const
{
    return worker_->call([&] { return worker_->server().hub().statistics; });
}

std::vector<ClientStatus> NetworkSink::clients() const
{
    return worker_->call([&] { return worker_->server().clients(); });
}

} // namespace wmclients::sink
