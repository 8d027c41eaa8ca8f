#include <wmclients/asf/header.hpp>
#include <wmclients/asf/live_header.hpp>
#include <wmclients/extract/asf_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace wmclients::extract {
namespace {

constexpr std::uint64_t units_a_ms = 10'000; // durations count 100 ns (section 3.2)

/// How much later `time` is than `first`, in ms, modulo 2^32.
std::int64_t since(std::uint32_t first, std::uint32_t time)
{
    return static_cast<std::int32_t>(time - first);
}

/// Section 3.2: always for a single audio stream with packets of one size; otherwise only with an index.
bool is_seekable(const asf::Header& header)
{
    return header.streams.size() == 1 && header.streams.front().kind == asf::StreamKind::audio
           && header.min_packet_size == header.max_packet_size;
}

constexpr std::size_t empty_packet_header = 14;

/// A packet without payload, of `size` bytes, at least empty_packet_header.
std::vector<std::uint8_t> empty_packet(std::uint32_t size, std::uint32_t send_time)
{
    const std::uint32_t padding = size - static_cast<std::uint32_t>(empty_packet_header);
    const auto byte = [](std::uint32_t value, unsigned shift) {
        return static_cast<std::uint8_t>(value >> shift);
    };
    const std::array<std::uint8_t, empty_packet_header> head{
        0x82,
        0,
        0,    // error correction data of two bytes (section 5.2.1)
        0x11, // Length Type Flags: multiple payloads, Padding Length of two bytes
        0x5D, // Property Flags: as all encoders write them
        byte(padding, 0),
        byte(padding, 8),
        byte(send_time, 0),
        byte(send_time, 8),
        byte(send_time, 16),
        byte(send_time, 24),
        0,
        0,    // Duration
        0x80, // no payloads; payload lengths would have two bytes
    };
    std::vector<std::uint8_t> packet(std::max<std::size_t>(size, empty_packet_header));
    std::copy(head.begin(), head.end(), packet.begin());
    return packet;
}

} // namespace

void Span::note(const asf::DataPacket& packet)
{
    if (!begun_) {
        begun_ = true;
        first_send_ = packet.send_time;
    }
    send_end_ = std::max(send_end_, since(first_send_, packet.send_time) + packet.duration);
    for (const asf::Payload& payload : packet.payloads) {
        if (!presents_) {
            presents_ = true;
            first_presentation_ = payload.presentation_time;
        }
        const std::int64_t begin = since(first_presentation_, payload.presentation_time);
        const std::int64_t parts = payload.compressed ? payload.sub_payloads : 1;
        const std::int64_t end = begin + (parts - 1) * payload.time_delta + packet.duration;
        play_begin_ = std::min(play_begin_, begin);
        play_end_ = std::max(play_end_, end);
    }
}

Expected<AsfFile> AsfFile::begin(Bytes header, std::unique_ptr<OutputFile> file)
{
    const Expected<asf::HeaderPlaces> places = asf::find_header_places(header);
    if (!places) {
        return tl::unexpected(places.error());
    }
    const Expected<asf::Header> read = asf::parse_header(header);
    if (!read) {
        return tl::unexpected(read.error());
    }
    if (read->max_packet_size < empty_packet_header || read->max_packet_size > largest_packet) {
        return failure(Error::Kind::damaged,
                       fmt::format("ASF header: a packet size of {} bytes; {} to {} would make sense",
                                   read->max_packet_size, empty_packet_header, largest_packet));
    }
    AsfFile made;
    made.file_ = std::move(file);
    made.places_ = *places;
    made.packet_size_ = read->max_packet_size;
    made.preroll_ms_ = read->preroll_ms;
    made.seekable_ = is_seekable(*read);
    std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(places->file_properties_at),
                made.file_properties_.size(), made.file_properties_.begin());
    std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(places->data_at), made.data_object_.size(),
                made.data_object_.begin());
    return asf::live_header(header)
        .and_then([&](const std::vector<std::uint8_t>& live) { return made.file_->write(live); })
        .map([&] { return std::move(made); });
}

Expected<void> AsfFile::write(std::vector<std::uint8_t>& packet, asf::DataPacket& parsed)
{
    if (asf::parse_data_packet(packet, parsed)) {
        span_.note(parsed);
        send_time_ = parsed.send_time;
        asf::add_padding(packet, parsed, packet_size_);
    } else {
        ++unread_packets_;
    }
    packet.resize(packet_size_);
    ++data_packets_;
    return file_->write(packet);
}

Expected<void> AsfFile::write_padding()
{
    ++padding_packets_;
    return file_->write(empty_packet(packet_size_, send_time_));
}

Expected<void> AsfFile::finish()
{
    if (file_->can_overwrite()) {
        const AsfFileSummary written = summary();
        asf::HeaderFigures figures;
        figures.file_size = written.bytes;
        figures.packets = figures.data_packets = data_packets_ + padding_packets_;
        const std::uint64_t most_ms = std::numeric_limits<std::uint64_t>::max() / units_a_ms;
        figures.play_duration =
            (std::min(preroll_ms_, most_ms - span_.played_ms()) + span_.played_ms()) * units_a_ms;
        figures.send_duration = span_.sent_ms() * units_a_ms;
        figures.seekable = seekable_;
        figures.data_size = written.bytes - places_.data_at;
        asf::store_figures(file_properties_, data_object_, figures);
        Expected<void> done = file_->overwrite(places_.file_properties_at, file_properties_).and_then([&] {
            return file_->overwrite(places_.data_at, data_object_);
        });
        if (!done) {
            return done;
        }
        finished_header_ = true;
    }
    return file_->finish();
}

AsfFileSummary AsfFile::summary() const
{
    AsfFileSummary summary;
    summary.name = file_->name();
    summary.data_packets = data_packets_;
    summary.padding_packets = padding_packets_;
    summary.unread_packets = unread_packets_;
    summary.bytes = places_.size() + (data_packets_ + padding_packets_) * packet_size_;
    summary.duration_ms = span_.played_ms();
    summary.finished_header = finished_header_;
    return summary;
}

} // namespace wmclients::extract
