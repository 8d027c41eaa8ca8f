#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/error.hpp>

#include <functional>
#include <memory>
#include <string>

namespace wmclients::live {

/// Answers `GET /metrics` with a text, on a thread of its own.
class MetricsServer {
  public:
    /// Makes the text; called on the server's thread.
    using Text = std::function<std::string()>;

    /// Listens, and answers nobody before start(). Port 0: one is chosen. Fails if it cannot listen there
    /// (Error::Kind::unavailable).
    static Expected<std::unique_ptr<MetricsServer>> open(const Endpoint& where, Text text);

    virtual ~MetricsServer() = default;

    /// Begins to answer. A thread has the privileges that its program has when it is made: call this when
    /// they were given up.
    virtual void start() = 0;

    /// Where it listens.
    [[nodiscard]] virtual Endpoint endpoint() const = 0;
};

} // namespace wmclients::live
