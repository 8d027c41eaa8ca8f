#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/hresult.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wmclients::com {

/// Who a client is, as far as the COM object tells.
struct ClientIdentity {
    Endpoint endpoint;
    std::string
        dns_name; ///< UTF-8 (what is malformed becomes U+FFFD; it ends at the first NUL), empty if unknown
};

/// A sink at one instant.
struct Snapshot {
    bool streaming = false;              ///< streaming has begun
    std::vector<ClientIdentity> clients; ///< the attached ones, in attach order
};

/// WM_CLIENT_PROPERTIES: two DWORDs. Byte orders: assumptions::address_number() and
/// assumptions::port_number().
struct ClientProperties {
    std::uint32_t ip_address = 0;
    std::uint32_t port = 0;
};

/// IWMClientConnections and IWMClientConnections2 over a snapshot, with their parameters, results and
/// lengths.
///
/// Checks come in the order of assumptions::check_order: pointers, state, index. A call that fails leaves
/// everything that its pointers point to untouched, but for the lengths of a buffer that is too small. What
/// Microsoft's documents leave open is in com/assumptions.hpp.
class ClientConnections {
  public:
    explicit ClientConnections(Snapshot snapshot) : snapshot_(std::move(snapshot)) {}

    /// IWMClientConnections::GetClientCount.
    /// @returns S_OK, E_INVALIDARG (`count` is null), NS_E_INVALID_REQUEST (streaming has not begun).
    Hresult get_client_count(std::uint32_t* count) const;

    /// IWMClientConnections::GetClientProperties of the client with the zero-based `index`.
    /// @returns S_OK, E_INVALIDARG (`properties` is null), NS_E_INVALID_REQUEST (streaming has not begun),
    /// NS_E_INVALID_CLIENT (no such client, or an IPv6 client).
    Hresult get_client_properties(std::uint32_t index, ClientProperties* properties) const;

    /// IWMClientConnections2::GetClientInfo of the client with the zero-based `index`, IPv4 or IPv6.
    ///
    /// Strings are UTF-16 with a NUL at the end; lengths count 16-bit units and the NUL, in and out. A null
    /// buffer asks for the length only, whatever its length says. All three strings are checked before one is
    /// written: if a buffer is too small, all three lengths become what is needed and no string is written.
    /// On S_OK each length is that of its string, and nothing is written beyond the NUL.
    /// @returns S_OK, E_INVALIDARG (a length is null), NS_E_INVALID_REQUEST (streaming has not begun),
    /// NS_E_INVALID_CLIENT (no such client), ASF_E_BUFFERTOOSMALL.
    Hresult get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                            char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                            std::uint32_t* cch_dns_name) const;

  private:
    /// The checks that all calls begin with: S_OK, or the failure to return.
    [[nodiscard]] Hresult check(bool pointers_ok, Hresult bad_pointer, Hresult bad_state) const;

    [[nodiscard]] const ClientIdentity* find(std::uint32_t index) const;

    Snapshot snapshot_;
};

} // namespace wmclients::com
