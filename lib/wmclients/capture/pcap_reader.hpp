#pragma once

#include <wmclients/capture/byte_order.hpp>
#include <wmclients/capture/file_reader.hpp>

#include <memory>
#include <string>

namespace wmclients::capture {

/// Reads classic pcap files (draft-ietf-opsawg-pcap): both byte orders, microseconds (magic 0xa1b2c3d4) and
/// nanoseconds (0xa1b23c4d), and the "modified" files of old patched libpcaps (0xa1b2cd34), whose record
/// headers are 8 bytes longer.
///
/// The link type is the low 16 bits of its field; what is above (FCS length) is ignored. A snaplen of 0 or
/// above 16 MiB says nothing; otherwise a record may hold what the snaplen says, or 256 KiB (libpcap's
/// MAXIMUM_SNAPLEN) if that is more. A longer one is damage and ends the file.
class PcapReader final : public FileReader {
  public:
    /// Reads the file header; `name` stands in messages. Fails if it is cut or is not pcap's.
    static Expected<std::unique_ptr<PcapReader>> open(BufferedInput input, std::string name);

    bool next(Packet& out) override;

  private:
    struct Format {
        ByteOrder order;
        std::int64_t nanoseconds_a_tick = 1'000;
        std::uint32_t record_header = 16;
        std::uint32_t max_captured = max_packet_bytes;
        LinkType link = LinkType::ethernet;
    };

    PcapReader(BufferedInput input, std::string name, const Format& format);

    Format format_;
    std::size_t delivered_ = 0; ///< size of the record delivered last, still in the window
};

} // namespace wmclients::capture
