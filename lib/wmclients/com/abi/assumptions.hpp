#pragma once

#include <wmclients/base/hresult.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

#include <string_view>

/// What the COM object does where no document says what the writer network sink does, beyond
/// com/assumptions.hpp. Each choice is one name here, so that a record made on Windows can overturn it in one
/// place.
///
/// Documented and not here: every E_INVALIDARG for a NULL pointer of GetMaximumClients, GetNetworkProtocol,
/// GetHostURL, Open, GetAccessEntry, GetClientCount and GetClientProperties. Not a constant: a refused client
/// causes no event; Disconnect and Close cause the disconnect events of everyone attached; after the last
/// Release nothing is called any more.
namespace wmclients::com::abi::assumptions {

/// A NULL pointer where "S_OK or an HRESULT error" is all that is documented: WMCreateWriterNetworkSink, the
/// methods of IWMWriterSink and IWMRegisterCallback, GetAccessEntryCount, AddAccessEntry and the two …Ex. It
/// is what its neighbours are documented with.
inline constexpr Hresult null_pointer = Hresult::e_invalidarg;

/// A WM_AETYPE that is neither list, an address or a mask that cannot be read, or one of them IPv4 and the
/// other IPv6.
inline constexpr Hresult bad_access_entry = Hresult::e_invalidarg;

/// GetAccessEntry of an IPv6 entry, which WM_ADDRESS_ACCESSENTRY cannot hold. Both interfaces count the same
/// entries; this is the only documented failure that fits.
inline constexpr Hresult access_entry_of_ipv6 = Hresult::ns_e_invalid_index;

/// Open with a port above 65 535. The SDK's sample WMVNetWrite checks that itself.
inline constexpr Hresult bad_port = Hresult::e_invalidarg;

/// GetHostURL with a buffer that is too small (ASF_E_BUFFERTOOSMALL is documented) gives the needed length.
inline constexpr bool short_url_gives_length = true;

/// IWMWriterSink::IsRealTime. Not documented for the network sink, which serves a live stream.
inline constexpr BOOL is_real_time = TRUE;

/// INSSBuffer::SetLength beyond the maximum.
inline constexpr Hresult length_too_large = Hresult::e_invalidarg;

/// The data type of the events 37, 38 and 42. WMT_TYPE_BINARY is documented for 32 and 33.
inline constexpr WMT_ATTR_DATATYPE type_of_ex_events = WMT_TYPE_BINARY;

/// The result in all events.
inline constexpr Hresult result_of_events = Hresult::s_ok;

/// Of a pair (32 and 37, 33 and 38) the legacy event comes first; both come.
inline constexpr bool legacy_event_first = true;

/// Whether an IPv6 client, whose address WM_CLIENT_PROPERTIES cannot hold, causes the legacy events as well.
inline constexpr bool legacy_events_of_ipv6 = false;

/// Unadvise knows a callback by its pointer alone: a program that ran against the real object passes another
/// context than to Advise, and sees no failure. One registration ends; that there is none is no failure.
inline constexpr Hresult unadvise_unknown = Hresult::s_ok;

} // namespace wmclients::com::abi::assumptions
