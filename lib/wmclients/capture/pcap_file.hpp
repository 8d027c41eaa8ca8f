#pragma once

#include <wmclients/base/output_file.hpp>
#include <wmclients/capture/packet.hpp>

#include <cstdint>
#include <memory>

namespace wmclients::capture {

/// A pcap file under way: little-endian, nanoseconds, packets of one link type
/// (draft-ietf-opsawg-pcap, sections 4 and 5).
class PcapFile {
  public:
    /// Writes the file's header.
    static Expected<PcapFile> begin(LinkType link, std::unique_ptr<OutputFile> file);

    [[nodiscard]] LinkType link() const { return link_; }

    /// Appends a packet, which must have the file's link type; of one that is larger than libpcap takes, the
    /// first 256 KiB.
    Expected<void> write(const Packet& packet);

    Expected<void> finish() { return file_->finish(); }

    [[nodiscard]] const std::string& name() const { return file_->name(); }

    [[nodiscard]] std::uint64_t packets() const { return packets_; }

    /// Of the whole file.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    PcapFile(LinkType link, std::unique_ptr<OutputFile> file) : link_(link), file_(std::move(file)) {}

    Expected<void> append(Bytes bytes);

    LinkType link_;
    std::unique_ptr<OutputFile> file_;
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace wmclients::capture
