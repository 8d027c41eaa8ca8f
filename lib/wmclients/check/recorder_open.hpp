#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/check/recorder.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <string>

namespace wmclients::check {

/// An open connection, and what its current body needs.
struct Recorder::Open {
    Connection* connection = nullptr;
    Exchange* current = nullptr; ///< whose response is being read; null before the first, or not recorded
    bool gap = false;            ///< bytes are missing since the last packet
    bool junk = false;           ///< captured bytes since the last packet were none
    bool header_known = false;   ///< the latest `$H` is in the body's headers
    /// Of the bytes missing since the last head of a direction, some were cut by the snap length.
    std::array<bool, 2> cut{};
    std::string payload;       ///< of the current `$D` or `$M`
    bool payload_lost = false; ///< there was no memory for it
    Charge memory;             ///< for it and the next
    std::string metadata;      ///< of the `$M` so far
    Charge metadata_memory;
    bool metadata_whole = true;
    wmsp::Frame before; ///< the last packet; id 0: none, or not right before
    wmsp::Frame data_before;
    wmsp::Frame header_since;
    PacketRef before_end;
    std::bitset<128> streams;      ///< that the current body has shown
    bool could_begin = false;      ///< the current packet (Packet::could_begin)
    std::uint32_t window = 0;      ///< the client's latest, in bytes; at least so much
    PacketRef idle_segment;        ///< the latest segment of the server with all before it acknowledged
    std::uint32_t idle_window = 0; ///< the client's window then

    bool& cut_of(dissect::Direction direction) { return cut[static_cast<std::size_t>(direction)]; }

    /// What lies before a gap is not right before what follows it.
    void forget_packets()
    {
        before = {};
        data_before = {};
        header_since = {};
    }
};

} // namespace wmclients::check
