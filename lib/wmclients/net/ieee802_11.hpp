#pragma once

#include <wmclients/net/layer.hpp>

namespace wmclients::net {

/// Peels the MAC header off an IEEE 802.11 data frame (IEEE 802.11-2020, section 9.3.2): LLC follows, or the
/// subframes of an A-MSDU (Protocol::aggregate). `addresses` become the original source and the final
/// destination (SA and DA, table 9-30); those of an A-MSDU stand in its subframes. With `padded`, the header
/// is filled up to a multiple of four bytes.
///
/// Frames that carry no data are Protocol::other, protected ones Protocol::encrypted. Frames that are a
/// fragment of an MSDU are not put together again: Protocol::malformed.
Layer peel_ieee802_11(WireBytes frame, bool padded, LinkAddresses& addresses);

/// The same after a radiotap header (https://www.radiotap.org), whose flags say whether the MAC header is
/// padded. A frame that failed its frame check is malformed: its bytes cannot be trusted.
Layer peel_radiotap(WireBytes packet, LinkAddresses& addresses);

/// The same after a Prism header, or the AVS header that some drivers put in its place.
Layer peel_prism(WireBytes packet, LinkAddresses& addresses);

/// Takes the next subframe off the front of an A-MSDU (IEEE 802.11-2020, section 9.3.2.2.2): the layer within
/// (LLC) and its addresses. False at the end; a subframe that is cut short is malformed and the last.
bool next_subframe(WireBytes& aggregate, Layer& subframe, LinkAddresses& addresses);

} // namespace wmclients::net
