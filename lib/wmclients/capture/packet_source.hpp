#pragma once

#include <wmclients/base/error.hpp>
#include <wmclients/capture/packet.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace wmclients::capture {

/// What a source knows of its own quality once it has been read.
struct CaptureQuality {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;            ///< captured bytes of all packets
    std::uint64_t cut_packets = 0;      ///< packets cut by a snaplen
    std::uint64_t clock_steps_back = 0; ///< timestamps that went backwards and were clamped
    std::uint64_t dropped = 0; ///< packets that the recorder says it lost (pcapng isb_ifdrop, epb_dropcount)
    std::uint64_t unknown_blocks = 0;    ///< pcapng blocks skipped
    std::uint64_t kernel_dropped = 0;    ///< live: packets for which the kernel's buffer had no room
    std::uint64_t interface_dropped = 0; ///< live: packets that the network interface or its driver lost
};

/// Where packets come from, in time order.
class PacketSource {
  public:
    virtual ~PacketSource() = default;

    /// Puts the next packet into `out`; false at the end or where a damaged input can be read no further.
    /// `out.data` is valid until the next call.
    virtual bool next(Packet& out) = 0;

    /// What could not be read: a cut or damaged file (with its name and offset). Empty if all was well. To be
    /// asked after next() has returned false.
    [[nodiscard]] virtual std::vector<Error> problems() const = 0;

    [[nodiscard]] virtual CaptureQuality quality() const = 0;

    /// The names that PacketRef::file counts through, of the files opened so far; empty for a source without
    /// files.
    [[nodiscard]] virtual std::vector<std::string> file_names() const { return {}; }

    /// Bytes of input consumed and in all (0 if unknown), for progress.
    [[nodiscard]] virtual std::uint64_t bytes_read() const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
};

} // namespace wmclients::capture
