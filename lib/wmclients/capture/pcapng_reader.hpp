#pragma once

#include <wmclients/capture/byte_order.hpp>
#include <wmclients/capture/file_reader.hpp>
#include <wmclients/capture/tick_scale.hpp>

#include <memory>
#include <string>
#include <vector>

namespace wmclients::capture {

/// Reads pcapng files (draft-ietf-opsawg-pcapng): any number of sections, each with its byte order and
/// interfaces, which may differ in link type, snaplen and clock. Enhanced, Simple and obsolete Packet Blocks
/// are packets; of Interface Statistics the drops are counted; other blocks are passed over and counted.
///
/// A Simple Packet Block has no time: it gets that of the packet before it. Where the two length fields of a
/// block differ, where lengths do not fit, or where a packet names an interface that is not described, the
/// file is damaged and read no further. Malformed options are passed over.
class PcapngReader final : public FileReader {
  public:
    /// Reads the first section header; `name` stands in messages. Fails if it is cut or is not pcapng's.
    static Expected<std::unique_ptr<PcapngReader>> open(BufferedInput input, std::string name);

    bool next(Packet& out) override;

  private:
    struct Interface {
        LinkType link = LinkType::ethernet;
        std::uint32_t snaplen = 0; ///< 0: unlimited
        TickScale scale;
        std::uint64_t dropped_in_statistics = 0; ///< isb_ifdrop: since the start of the recording
        std::uint64_t dropped_at_packets = 0;    ///< sum of epb_dropcount
    };

    enum class Step { packet, other, stop };

    PcapngReader(BufferedInput input, std::string name);

    /// Makes the block at the window's start visible as a whole and checks both its lengths.
    bool load_block(std::uint32_t type, std::uint32_t length);

    Step read_block(std::uint32_t type, std::uint32_t length, Packet& out);
    bool begin_section();
    bool skip_block(std::uint32_t length);
    bool add_interface(Bytes body);
    Step read_enhanced(Bytes body, Packet& out);
    Step read_obsolete(Bytes body, Packet& out);
    Step read_simple(Bytes body, Packet& out);
    void read_statistics(Bytes body);

    /// The common end of the packet blocks: `rest` begins with the packet's bytes.
    Step finish_packet(Interface& device, std::uint64_t ticks, std::uint32_t captured, std::uint32_t original,
                       Bytes rest, Packet& out);
    Step no_such_interface(std::uint32_t index);
    Step bad_packet(const std::string& why);
    void count_drops(Interface& device, std::uint64_t in_statistics, std::uint64_t at_packet);

    /// What a block of this type is called in messages: "packet N" or "the block after packet N".
    [[nodiscard]] std::string name_of(std::uint32_t type) const;

    ByteOrder order_;
    std::vector<Interface> interfaces_;
    std::size_t block_ = 0; ///< size of the block in the window that has been dealt with
};

} // namespace wmclients::capture
