#pragma once

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/asf/header.hpp>
#include <wmclients/wmsp/stream_switch.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

namespace wmclients::sink {

/// The stream numbers of a header.
struct StreamSet {
    std::bitset<128> all;
    std::bitset<128> timed; ///< audio and video: a client must get them from the beginning of an object on
    std::bitset<128> video; ///< from the beginning of a key frame on
};

StreamSet streams_of(const asf::Header& header);

/// Which payloads one client gets: the streams that it selected, thinned as it asked, each from an object on
/// that can be decoded (MS-WMSP 3.2.5.6, 3.2.5.7).
class StreamFilter {
  public:
    /// Begins a Play. Without `entries` all streams are selected: MS-WMSP says none, but a real sink
    /// (Expression Encoder 4) streams to players that select nothing, and so must we, for them to play at
    /// all.
    void begin(const std::vector<wmsp::StreamSwitch>& entries, const StreamSet& streams);

    /// A SelectStream. A stream that is replaced goes on until a key frame of the new one.
    void change(const std::vector<wmsp::StreamSwitch>& entries, const StreamSet& streams);

    /// After a new header: every stream begins anew, the selection stays.
    void restart(const StreamSet& streams);

    /// Every packet may be sent as it is: keep() would be true for all its payloads, now and from now on.
    [[nodiscard]] bool transparent() const { return transparent_; }

    /// Whether the client gets a payload; to be asked once for each, in the order of the stream.
    bool keep(const asf::Payload& payload, const StreamSet& streams);

  private:
    struct Replacement {
        std::uint8_t source = 0;
        std::uint8_t destination = 0;
    };

    void apply(const wmsp::StreamSwitch& entry, const StreamSet& streams);
    void settle(const StreamSet& streams);

    std::array<wmsp::Thinning, 128> thinning_{};
    std::bitset<128> waiting_; ///< selected, but nothing of it was sent yet
    std::vector<Replacement> replacements_;
    bool transparent_ = false;
};

} // namespace wmclients::sink
