#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/sink/account.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <set>
#include <string>

namespace wmclients::sink {

/// Asks the system for the names of clients as they attach, one after the other and on a thread of the
/// resolver's; what it answers goes into the account. A name that is known is not asked for again. Everything
/// is called on the thread that runs `io`.
class NameLookup final : public timeline::ClientObserver {
  public:
    NameLookup(asio::io_context& io, Account& account) : resolver_(io), account_(account) {}

    void connected(const timeline::Client& client, Timestamp at) override;

    /// What has been asked for is not learnt any more.
    void cancel() { resolver_.cancel(); }

  private:
    void learn(const IpAddress& address, const std::string& name);

    asio::ip::tcp::resolver resolver_;
    Account& account_;
    std::set<IpAddress> asked_; ///< and not answered yet
};

} // namespace wmclients::sink
