#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace wmclients::live {

struct ResolverOptions {
    /// After so long a lookup has failed.
    std::chrono::milliseconds deadline{5'000};
    /// An address that was answered is not asked for again so soon, nor one that has no name, or got no
    /// answer.
    std::chrono::seconds keep_name{3'600};
    std::chrono::seconds keep_failure{300};
    /// Addresses remembered; when it is reached, all that were answered are forgotten. If none was, an
    /// address is not asked for.
    std::size_t remembered = 65'536;
    /// Lookups under way at a time; the others wait.
    std::size_t at_once = 64;
};

/// Asks the system's name servers (and its hosts file) for the names of addresses, with c-ares. Nothing here
/// waits: answers are taken by poll(), on the thread that calls it. For one thread.
class Resolver {
  public:
    using Clock = std::chrono::steady_clock;
    /// Is told the name of an address, raw as it came from the network. It may call ask().
    using Answer = std::function<void(const IpAddress&, std::string_view name)>;

    /// Counts of addresses; `asked` is the sum of the next three and of those under way or waiting.
    struct Statistics {
        std::uint64_t asked = 0;
        std::uint64_t named = 0;
        std::uint64_t nameless = 0;  ///< there is no name
        std::uint64_t failed = 0;    ///< no answer within the deadline, or an error
        std::uint64_t forgotten = 0; ///< beyond ResolverOptions::remembered
    };

    /// Fails if the system's configuration of names cannot be read.
    static Expected<std::unique_ptr<Resolver>> create(Answer answer, ResolverOptions options = {});

    virtual ~Resolver() = default;

    /// Asks for the name, unless it was asked for recently.
    virtual void ask(const IpAddress& address, Clock::time_point now) = 0;

    /// Sends and receives what can be without waiting, and gives up what took too long. To be called several
    /// times a second while busy().
    virtual void poll(Clock::time_point now) = 0;

    /// Whether lookups are under way or waiting.
    [[nodiscard]] virtual bool busy() const = 0;

    [[nodiscard]] virtual Statistics statistics() const = 0;
};

} // namespace wmclients::live
