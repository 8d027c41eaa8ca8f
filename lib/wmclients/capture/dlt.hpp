#pragma once

#include <wmclients/capture/packet.hpp>

#include <pcap/dlt.h>

namespace wmclients::capture {

/// Files use LINKTYPE_ values, libpcap's functions this platform's DLT_ values; those that differ are few
/// (https://www.tcpdump.org/linktypes.html).
inline int dlt_of(LinkType link)
{
    switch (link) {
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd:
    case LinkType::raw:
        return DLT_RAW;
    default:
        return static_cast<int>(link);
    }
}

inline LinkType link_of(int dlt)
{
    return dlt == DLT_RAW ? LinkType::raw : static_cast<LinkType>(dlt);
}

} // namespace wmclients::capture
