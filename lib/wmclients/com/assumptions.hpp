#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/hresult.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// What com::ClientConnections does where no document says what the writer network sink does. Each choice is
/// one name here, with its evidence, so that a record made on Windows can overturn it in one place.
///
/// Not here: which connections are entries, from when until when, and in which order (attach order, a detach
/// closes the gap), and when streaming has begun. Those are policies of whoever fills a com::Snapshot.
///
/// "Documented" means the Windows Media Format SDK's reference (wmsdkidl.h) of the method at hand.
namespace wmclients::com::assumptions {

/// Which check speaks when both a pointer is NULL and streaming has not begun.
enum class CheckOrder : std::uint8_t {
    pointers_state_index,
    state_pointers_index,
};

/// Both results are documented for GetClientCount and GetClientProperties, their precedence is not. Methods
/// of COM objects commonly look at their pointers first.
inline constexpr CheckOrder check_order = CheckOrder::pointers_state_index;

/// The lowest index of a client. Not documented for this interface, though IWMAddressAccess's is zero-based;
/// two independent programs that ran against the real object count from 0.
inline constexpr std::uint32_t first_index = 0;

/// An index beyond the last client. NS_E_INVALID_CLIENT is documented for GetClientProperties where the index
/// is "larger than the number of clients"; that an index equal to the number is refused as well is inference.
/// Nothing is documented for GetClientInfo, which is taken to be like its sibling.
inline constexpr Hresult no_such_client = Hresult::ns_e_invalid_client;

/// GetClientInfo before streaming. Not documented; NS_E_INVALID_REQUEST is for the other two methods.
inline constexpr Hresult info_before_streaming = Hresult::ns_e_invalid_request;

/// GetClientInfo with a NULL length. Not documented; E_INVALIDARG is for the NULL pointers of the other two
/// methods and for the NULL length of IWMWriterNetworkSink::GetHostURL.
inline constexpr Hresult info_null_length = Hresult::e_invalidarg;

/// GetClientInfo with a buffer that is too small. Not documented; ASF_E_BUFFERTOOSMALL is for GetHostURL,
/// which returns a string in the same way. The needed lengths are then given for all three strings, and no
/// string is written, not even one that would fit.
inline constexpr Hresult buffer_too_small = Hresult::asf_e_buffertoosmall;

/// GetClientInfo with some buffers NULL and some not.
enum class MixedBuffers : std::uint8_t {
    each_on_its_own,      ///< NULL ones report their length, the others are filled
    null_means_size_only, ///< one NULL buffer makes the whole call report lengths only
};

/// "If NULL, the size is returned" is documented parameter by parameter; no program is known that mixes them.
inline constexpr MixedBuffers mixed_buffers = MixedBuffers::each_on_its_own;

/// GetClientProperties of an IPv6 client, whose address WM_CLIENT_PROPERTIES cannot hold. Not documented; it
/// is the only documented result that fits ("failed to get client information for unspecified reason").
inline constexpr Hresult properties_of_ipv6 = Hresult::ns_e_invalid_client;

/// The order of the octets in WM_CLIENT_PROPERTIES.dwIPAddress.
enum class AddressOrder : std::uint8_t {
    host,    ///< the first octet is the most significant: 192.168.0.2 is 0xC0A80002
    network, ///< as inet_addr() gives it on a little-endian machine: 192.168.0.2 is 0x0200A8C0
};

/// Not documented. One program that ran against the real object shows (ip >> 24) first, in what it gets from
/// GetClientProperties and from the connect event alike. (WM_ADDRESS_ACCESSENTRY is documented as network
/// order.)
inline constexpr AddressOrder address_order = AddressOrder::host;

/// dwIPAddress of an IPv4 address.
constexpr std::uint32_t address_number(const IpAddress& address, AddressOrder order = address_order)
{
    const auto& b = address.bytes;
    return order == AddressOrder::host
               ? std::uint32_t{b[12]} << 24 | std::uint32_t{b[13]} << 16 | std::uint32_t{b[14]} << 8 | b[15]
               : std::uint32_t{b[15]} << 24 | std::uint32_t{b[14]} << 16 | std::uint32_t{b[13]} << 8 | b[12];
}

/// The IPv4 address that a dwIPAddress stands for.
constexpr IpAddress address_of_number(std::uint32_t number, AddressOrder order = address_order)
{
    IpAddress address;
    address.bytes[10] = address.bytes[11] = 0xFF;
    for (unsigned i = 0; i < 4; ++i) {
        const unsigned shift = order == AddressOrder::host ? 24 - 8 * i : 8 * i;
        address.bytes[12 + i] = static_cast<std::uint8_t>(number >> shift);
    }
    return address;
}

/// dwPort: the client's port as a number in host order. Not documented; the program above prints it as it is.
constexpr std::uint32_t port_number(std::uint16_t port)
{
    return port;
}

/// The address string: dotted IPv4 ("dot notation" is documented), for IPv6 the canonical text of RFC 5952
/// without brackets or scope; the SDK writes IPv6 addresses so at IWMAddressAccess2.
inline std::string address_text(const IpAddress& address)
{
    return to_string(address);
}

/// The port string: decimal digits without padding. Only "the port number" is documented.
inline std::string port_text(std::uint16_t port)
{
    return std::to_string(port);
}

/// The name string of a client without a known name: empty, hence of length 1. Not documented; a program that
/// ran against the real object makes a string of it whatever the length, which needs at least the NUL.
inline constexpr std::string_view unknown_name{};

} // namespace wmclients::com::assumptions
