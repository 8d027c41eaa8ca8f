#pragma once

#include <wmclients/base/hresult.hpp>

#include <array>
#include <cstdint>

/// What the COM object (com/abi, `wmsink.dll`) does where no document says what the writer network sink does,
/// beyond com/assumptions.hpp. Each choice is one name here, so that a record made on Windows can overturn it
/// in one place; com/contract.hpp puts them beside such a record.
///
/// Documented and not here: every E_INVALIDARG for a NULL pointer of GetMaximumClients, GetNetworkProtocol,
/// GetHostURL, Open, GetAccessEntry, GetClientCount and GetClientProperties. Not a constant: after the last
/// Release nothing is called any more.
namespace wmclients::com::assumptions {

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
inline constexpr bool is_real_time = true;

/// INSSBuffer::SetLength beyond the maximum.
inline constexpr Hresult length_too_large = Hresult::e_invalidarg;

/// WMT_STATUS of a client that comes or goes: the event of WM_CLIENT_PROPERTIES, and that of …_EX.
struct EventPair {
    int legacy;
    int extended;
};

inline constexpr EventPair connect_events{32, 37};
inline constexpr EventPair disconnect_events{33, 38};
inline constexpr int properties_event = 42;

/// The data type (WMT_ATTR_DATATYPE) of the events 37, 38 and 42: WMT_TYPE_BINARY, which is documented for 32
/// and 33.
inline constexpr int type_of_ex_events = 2;

/// The result in all events.
inline constexpr Hresult result_of_events = Hresult::s_ok;

/// Of a pair (32 and 37, 33 and 38) the legacy event comes first; both come.
inline constexpr bool legacy_event_first = true;

/// A pair in the order in which it comes.
constexpr std::array<int, 2> in_order(EventPair pair)
{
    return legacy_event_first ? std::array{pair.legacy, pair.extended}
                              : std::array{pair.extended, pair.legacy};
}

/// Whether an IPv6 client, whose address WM_CLIENT_PROPERTIES cannot hold, causes the legacy events as well.
inline constexpr bool legacy_events_of_ipv6 = false;

/// Unadvise knows a callback by its pointer alone: a program that ran against the real object passes another
/// context than to Advise, and sees no failure. One registration ends; that there is none is no failure.
inline constexpr Hresult unadvise_unknown = Hresult::s_ok;

/// Where a sink is in its life.
enum class Stage : std::uint8_t {
    fresh,        ///< created
    open,         ///< Open
    header,       ///< the first OnHeader
    data,         ///< the first OnDataUnit
    ended,        ///< OnEndWriting
    disconnected, ///< Disconnect
    closed,       ///< Close
};

/// Whether streaming has begun, for the three query methods. What "begun" means is not documented; programs
/// that ran against the real object ask after BeginWriting only, which a sink sees as its first OnHeader.
/// Begun stays begun.
constexpr bool has_begun(Stage stage)
{
    return stage >= Stage::header;
}

} // namespace wmclients::com::assumptions
