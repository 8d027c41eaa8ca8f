#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/dissect/visitor.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace wmclients::extract {

/// An ASF header, and where it was.
struct ArchivedHeader {
    std::vector<std::uint8_t> bytes; ///< the payload of the `$H`
    PacketRef at;                    ///< the packet that ended it
    Endpoint client;                 ///< who got it
};

/// Those of one sink, in the order of their packets. Valid as long as the archive is there and gets no
/// further ones.
using SinkHeaders = std::vector<const ArchivedHeader*>;

/// The header that was sent last up to that packet, else the first after it; null if there is none.
const ArchivedHeader* find_header(const SinkHeaders& headers, std::uint64_t packet);

/// Keeps the ASF headers that servers send, each that is another than the one before, for clients whose own
/// was not captured; up to Cap::archived_headers.
class HeaderArchive final : public dissect::Visitor {
  public:
    explicit HeaderArchive(Caps& caps) : caps_(caps) {}

    void asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef& ref) override;

    /// What the endpoints of one sink sent.
    [[nodiscard]] SinkHeaders of(std::span<const Endpoint> servers) const;

  private:
    Caps& caps_;
    Charge memory_;
    std::map<Endpoint, std::vector<ArchivedHeader>> by_server_;
};

} // namespace wmclients::extract
