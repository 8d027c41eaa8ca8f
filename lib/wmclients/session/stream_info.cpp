#include <wmclients/session/stream_info.hpp>

#include <fmt/format.h>

namespace wmclients::session {
namespace {

std::string format_of(const asf::Stream& stream)
{
    if (stream.video) {
        return fmt::format("{}x{} {}", stream.video->width, stream.video->height, stream.video->four_cc);
    }
    if (stream.audio) {
        return fmt::format("{} Hz, {} channel{}", stream.audio->sample_rate, stream.audio->channels,
                           stream.audio->channels == 1 ? "" : "s");
    }
    return {};
}

} // namespace

timeline::StreamInfo stream_info_from(const asf::Header& header)
{
    timeline::StreamInfo info;
    if (header.has_file_properties) {
        info.file_id = asf::to_string(header.file_id);
        info.max_bitrate = header.max_bitrate;
        info.packet_size = header.max_packet_size;
        info.broadcast = header.broadcast;
    }
    info.title = header.title;
    info.author = header.author;
    info.encoder = header.encoder_version;
    for (const asf::Stream& stream : header.streams) {
        info.tracks.push_back({stream.number, std::string{to_string(stream.kind)}, stream.codec_name,
                               stream.bitrate.value_or(0), format_of(stream)});
    }
    return info;
}

} // namespace wmclients::session
