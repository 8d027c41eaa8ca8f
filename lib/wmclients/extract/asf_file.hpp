#pragma once

#include <wmclients/asf/data_packet.hpp>
#include <wmclients/asf/header_figures.hpp>
#include <wmclients/base/output_file.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// ASF files (ASF specification 01.20.05, which the section numbers here mean) made of the `$H` and `$D` of a
/// stream.
namespace wmclients::extract {

/// How long packets take: the span of their send times, and that of what they present. Times go on beyond
/// 2^32 ms; one more than 2^31 ms from the first is taken for earlier than it.
class Span {
  public:
    void note(const asf::DataPacket& packet);

    /// Milliseconds from the first packet's send time to the end of the last one's Duration.
    [[nodiscard]] std::uint64_t sent_ms() const { return static_cast<std::uint64_t>(send_end_); }

    /// Milliseconds from the earliest presentation time to the end of the latest media object. How long that
    /// one lasts is estimated by the Duration of its packet.
    [[nodiscard]] std::uint64_t played_ms() const
    {
        return static_cast<std::uint64_t>(play_end_ - play_begin_);
    }

  private:
    bool begun_ = false;
    bool presents_ = false;
    std::uint32_t first_send_ = 0;
    std::uint32_t first_presentation_ = 0;
    std::int64_t send_end_ = 0; ///< this and the next two in ms from the first
    std::int64_t play_begin_ = 0;
    std::int64_t play_end_ = 0;
};

/// What was written.
struct AsfFileSummary {
    std::string name;
    std::uint64_t bytes = 0;
    std::uint64_t data_packets = 0;
    std::uint64_t padding_packets = 0; ///< without payload, beside the data packets
    std::uint64_t unread_packets = 0;  ///< data packets that are no ASF packets as the specification has them
    std::uint64_t duration_ms = 0;     ///< what the packets present; see Span::played_ms()
    bool finished_header = false;      ///< false: the header is still that of a live stream
};

/// One file under way: first the header of a live stream, then packets of the fixed size, at last the figures
/// in the header that were not known before. It keeps nothing that grows with the stream.
class AsfFile {
  public:
    /// The most that a packet can have: more than a `$D` can carry makes no sense (MS-WMSP 2.2.3.1.1).
    static constexpr std::uint32_t largest_packet = 0xFFFF;

    /// Writes the header: the payload of the `$H`, as live_header() makes it. Error::Kind::damaged if it is
    /// none, or if it tells no packet size.
    static Expected<AsfFile> begin(Bytes header, std::unique_ptr<OutputFile> file);

    /// As in the header: every packet of the file has this size, in bytes.
    [[nodiscard]] std::uint32_t packet_size() const { return packet_size_; }

    /// Appends a packet: what a `$D` carries, which lacks its padding (MS-WMSP 2.2.3.3). That is put in
    /// again; where the packet's fields cannot say so, zeros follow it. `packet` must not be larger than
    /// packet_size(), and is changed. `parsed` is memory to work with, for all files the same.
    Expected<void> write(std::vector<std::uint8_t>& packet, asf::DataPacket& parsed);

    /// Appends a packet without payload: Multiple Payloads Present, Number of Payloads 0, and padding
    /// (sections 5.2.2, 5.2.3.3). The specification does not speak of such a packet; ffmpeg and MPlayer pass
    /// over it in silence. Its send time is that of the packet before.
    Expected<void> write_padding();

    /// Puts the figures into the header: File Size, Data Packets Count, Play and Send Duration, and the sizes
    /// of the Data Object. Broadcast is cleared; Seekable is set where section 3.2 wants it without an
    /// index: for a single audio stream. A file that cannot be changed keeps its live header.
    Expected<void> finish();

    [[nodiscard]] AsfFileSummary summary() const;

  private:
    AsfFile() = default;

    std::unique_ptr<OutputFile> file_;
    std::array<std::uint8_t, asf::file_properties_size> file_properties_{};
    std::array<std::uint8_t, asf::data_prefix> data_object_{};
    asf::HeaderPlaces places_;
    std::uint32_t packet_size_ = 0;
    std::uint64_t preroll_ms_ = 0;
    bool seekable_ = false;
    bool finished_header_ = false;
    std::uint32_t send_time_ = 0; ///< of the last packet, ms
    std::uint64_t data_packets_ = 0;
    std::uint64_t padding_packets_ = 0;
    std::uint64_t unread_packets_ = 0;
    Span span_;
};

} // namespace wmclients::extract
