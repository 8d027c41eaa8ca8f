#include <wmclients/live/resolver.hpp>

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace wmclients::live {
namespace {

/// Tries of one lookup, of which each has its share of the deadline: c-ares doubles the time of each after
/// the first.
constexpr int tries = 2;
constexpr int shares = 3;

/// c-ares asks for the library to be prepared once, before threads are made that use it
/// (ares_library_init(3)).
Expected<void> prepare_library()
{
    static const int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) {
        return failure(Error::Kind::unavailable,
                       fmt::format("names cannot be looked up: {}", ares_strerror(status)));
    }
    return {};
}

class AresResolver final : public Resolver {
  public:
    AresResolver(Answer answer, ResolverOptions options) : answer_(std::move(answer)), options_(options) {}

    AresResolver(const AresResolver&) = delete;
    AresResolver& operator=(const AresResolver&) = delete;

    ~AresResolver() override
    {
        closing_ = true;
        if (channel_ != nullptr) {
            ares_destroy(channel_); // answers all that is under way
        }
    }

    Expected<void> open()
    {
        if (auto prepared = prepare_library(); !prepared) {
            return prepared;
        }
        // Each try goes through all name servers; how many there are is known once a channel was made.
        int status = make_channel(1);
        if (const int servers = count_servers(); status == ARES_SUCCESS && servers > 1) {
            ares_destroy(std::exchange(channel_, nullptr));
            status = make_channel(servers);
        }
        if (status != ARES_SUCCESS) {
            return failure(Error::Kind::unavailable,
                           fmt::format("names cannot be looked up: {}", ares_strerror(status)));
        }
        return {};
    }

    void ask(const IpAddress& address, Clock::time_point now) override
    {
        const auto known = entries_.find(address);
        if (known != entries_.end() && (!known->second.done || now < known->second.again)) {
            return;
        }
        if (entries_.size() >= options_.remembered) {
            statistics_.forgotten += std::erase_if(entries_, [](const auto& one) { return one.second.done; });
        }
        if (entries_.size() >= options_.remembered) {
            return;
        }
        entries_[address] = {};
        waiting_.push_back(address);
        ++statistics_.asked;
        send();
    }

    void poll(Clock::time_point now) override
    {
        now_ = now;
        std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
        const auto wanted =
            static_cast<unsigned>(ares_getsock(channel_, sockets.data(), static_cast<int>(sockets.size())));
        std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
        nfds_t count = 0;
        for (unsigned i = 0; i < sockets.size(); ++i) {
            const bool reads = ARES_GETSOCK_READABLE(wanted, i) != 0;
            const bool writes = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
            if (reads || writes) {
                const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
                polled[count++] = {sockets[i], static_cast<short>(events), 0};
            }
        }
        if (count != 0 && ::poll(polled.data(), count, 0) > 0) {
            for (nfds_t i = 0; i < count; ++i) {
                constexpr short any_error = POLLERR | POLLHUP;
                const short ready = polled[i].revents;
                ares_process_fd(channel_,
                                (ready & (POLLIN | any_error)) != 0 ? polled[i].fd : ARES_SOCKET_BAD,
                                (ready & POLLOUT) != 0 ? polled[i].fd : ARES_SOCKET_BAD);
            }
        }
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD); // what took too long
        send();
    }

    [[nodiscard]] bool busy() const override { return under_way_ != 0 || !waiting_.empty(); }

    [[nodiscard]] Statistics statistics() const override { return statistics_; }

  private:
    struct Entry {
        bool done = false;
        Clock::time_point again{}; ///< when it may be asked for anew
    };

    /// What c-ares gives back with an answer.
    struct Lookup {
        AresResolver* resolver = nullptr;
        IpAddress address;
    };

    int make_channel(int servers)
    {
        ares_options options{};
        options.timeout = std::max(1, static_cast<int>(options_.deadline.count() / shares / servers));
        options.tries = tries;
        return ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    }

    [[nodiscard]] int count_servers() const
    {
        ares_addr_port_node* first = nullptr;
        int count = 0;
        if (channel_ != nullptr && ares_get_servers_ports(channel_, &first) == ARES_SUCCESS) {
            for (const ares_addr_port_node* at = first; at != nullptr; at = at->next) {
                ++count;
            }
            ares_free_data(first);
        }
        return count;
    }

    void send()
    {
        while (!waiting_.empty() && under_way_ < options_.at_once) {
            const IpAddress address = waiting_.front();
            waiting_.pop_front();
            ++under_way_;
            const std::size_t skipped = address.is_v4() ? 12 : 0; // of the mapped form
            // It is freed by answered(), which c-ares calls exactly once, maybe at once.
            auto* const lookup = new Lookup{this, address};
            ares_gethostbyaddr(channel_, address.bytes.data() + skipped,
                               static_cast<int>(address.bytes.size() - skipped),
                               address.is_v4() ? AF_INET : AF_INET6, answered, lookup);
        }
    }

    static void answered(void* argument, int status, int, hostent* host)
    {
        const std::unique_ptr<Lookup> lookup{static_cast<Lookup*>(argument)};
        lookup->resolver->take(lookup->address, status, host);
    }

    void take(const IpAddress& address, int status, const hostent* host)
    {
        --under_way_;
        if (closing_) {
            return;
        }
        const std::string_view name = status == ARES_SUCCESS && host != nullptr && host->h_name != nullptr
                                          ? std::string_view{host->h_name}
                                          : std::string_view{};
        const bool nameless = status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA;
        ++(!name.empty() ? statistics_.named : nameless ? statistics_.nameless : statistics_.failed);
        if (const auto entry = entries_.find(address); entry != entries_.end()) {
            entry->second = {true, now_ + (name.empty() ? options_.keep_failure : options_.keep_name)};
        }
        if (!name.empty()) {
            answer_(address, name);
        }
    }

    Answer answer_;
    ResolverOptions options_;
    ares_channel channel_ = nullptr;
    bool closing_ = false;
    std::size_t under_way_ = 0;
    Clock::time_point now_ = Clock::now();
    std::map<IpAddress, Entry> entries_;
    std::deque<IpAddress> waiting_; ///< in the order in which they were asked for
    Statistics statistics_;
};

} // namespace

Expected<std::unique_ptr<Resolver>> Resolver::create(Answer answer, ResolverOptions options)
{
    auto made = std::make_unique<AresResolver>(std::move(answer), options);
    if (auto opened = made->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return made;
}

} // namespace wmclients::live
