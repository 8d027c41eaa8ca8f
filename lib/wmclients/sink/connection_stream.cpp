#include <wmclients/sink/play.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>

// What a connection sends.

namespace wmclients::sink {

using timeline::EndReason;

namespace {

/// More than what a connection's output may hold at once: the system's buffer (it doubles what is asked for),
/// and a write.
std::uint64_t most_unsent(const SinkOptions& options)
{
    return 2 * static_cast<std::uint64_t>(options.send_buffer) + 2 * Hub::Gather::enough_bytes;
}

} // namespace

void Connection::queue(Bytes bytes)
{
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
}

/// Sends what is pending. False if the client does not take all of it now, or has gone.
bool Connection::flush()
{
    while (pending_at_ < pending_.size()) {
        std::error_code error;
        const std::size_t size = socket_.write_some(
            asio::buffer(pending_.data() + pending_at_, pending_.size() - pending_at_), error);
        if (error == asio::error::would_block) {
            wait_writable();
            return false;
        }
        if (error) {
            lost();
            return false;
        }
        pending_at_ += size;
        written_ += size;
        hub_.statistics.bytes_sent += size;
        progress_ = Hub::Clock::now();
    }
    if (pending_at_ != 0) {
        std::vector<std::uint8_t>{}.swap(pending_); // most clients never need it again
        pending_at_ = 0;
    }
    return true;
}

/// Sends the next frames of the stream. False if there is nothing more to send now.
bool Connection::send_frames()
{
    std::size_t bytes = 0;
    const std::size_t frames = gather(bytes);
    if (frames == 0) {
        return false;
    }
    return write(bytes);
}

/// The client is too far behind: what it did not take in time is dropped for it, up to a key frame. A header
/// that it missed is sent after all. @returns the frames that were put together by that
std::size_t Connection::skip_to_entry(std::size_t& bytes)
{
    Play& play = *play_;
    const MediaRing& ring = hub_.ring;
    std::uint64_t to = std::max(ring.entry_point(), ring.begin());
    if (ring[ring.end() - 1].kind == MediaItem::Kind::end) {
        to = ring.end() - 1;
    }
    const bool missed_header = play.cursor <= hub_.header_item && hub_.header_item < to;
    const std::uint64_t dropped = to - play.cursor - (missed_header ? 1 : 0);
    play.counters.lost_packets += dropped;
    hub_.statistics.packets_dropped += dropped;
    play.location_id += static_cast<std::uint32_t>(dropped);
    play.cursor = to;
    if (missed_header) {
        append_header_change(hub_.header_change, bytes);
        return 1;
    }
    play.needs_entry = true;
    play.filter.restart(hub_.streams);
    return 0;
}

/// `$C` and the new `$H`: a new stream begins with them.
void Connection::append_header_change(Bytes packets, std::size_t& bytes)
{
    Play& play = *play_;
    play.counters.header_packets += wmsp::header_packets_in(packets);
    play.location_id = 0;
    play.begun = false;
    play.needs_entry = true;
    play.filter.restart(hub_.streams);
    hub_.gather.buffers.emplace_back(packets.data(), packets.size());
    bytes += packets.size();
}

std::size_t Connection::gather(std::size_t& bytes)
{
    Play& play = *play_;
    Hub::Gather& out = hub_.gather;
    out.buffers.clear();
    if (play.chunked) {
        out.buffers.emplace_back(); // the chunk's size, once it is known
    }
    std::size_t frames = play.cursor < hub_.ring.begin() ? skip_to_entry(bytes) : 0;
    while (play.cursor < hub_.ring.end() && frames < Hub::Gather::most_frames
           && bytes < Hub::Gather::enough_bytes && !play.ended) {
        const MediaItem& item = hub_.ring[play.cursor++];
        Bytes payload{item.bytes};
        if (item.kind == MediaItem::Kind::data) {
            if (play.needs_entry && !item.entry) {
                if (play.begun) {
                    ++play.location_id;
                    ++play.counters.lost_packets;
                    ++hub_.statistics.packets_dropped;
                }
                continue;
            }
            play.needs_entry = false;
            if (!play.filter.transparent() && asf::parse_data_packet(payload, hub_.parsed)) {
                auto& filtered = out.filtered[frames];
                filtered.clear();
                if (!asf::filter_packet(
                        payload, hub_.parsed,
                        [&](const asf::Payload& candidate) {
                            return play.filter.keep(candidate, hub_.streams);
                        },
                        filtered)) {
                    continue;
                }
                payload = filtered;
            }
            out.headers[frames] = wmsp::data_header(play.location_id++, play.af_flags++, payload.size());
            out.buffers.emplace_back(out.headers[frames].data(), out.headers[frames].size());
            bytes += out.headers[frames].size();
            play.begun = true;
            ++play.counters.data_packets;
            play.counters.media_bytes += payload.size();
            ++hub_.statistics.packets_sent;
            play.recent.push_back({static_cast<std::uint32_t>(out.headers[frames].size() + payload.size()),
                                   static_cast<std::uint32_t>(payload.size())});
            play.recent_bytes += play.recent.back().bytes;
        } else if (item.kind == MediaItem::Kind::header) {
            append_header_change(payload, bytes);
            ++frames;
            continue;
        } else {
            play.ended = true;
        }
        out.buffers.emplace_back(payload.data(), payload.size());
        bytes += payload.size();
        ++frames;
    }
    while (play.recent_bytes > most_unsent(hub_.options) && play.recent.size() > 1) {
        play.recent_bytes -= play.recent.front().bytes;
        play.recent.pop_front();
    }
    return frames;
}

/// Hands over what gather() put together; what the client does not take now becomes pending.
bool Connection::write(std::size_t bytes)
{
    Hub::Gather& out = hub_.gather;
    // cppcheck-suppress variableScope ; out.buffers refers to it
    std::array<char, 16> chunk_size{};
    if (play_->chunked) {
        auto* const end = std::to_chars(chunk_size.data(), chunk_size.data() + 8, bytes, 16).ptr;
        end[0] = '\r';
        end[1] = '\n';
        out.buffers.front() =
            asio::const_buffer{chunk_size.data(), static_cast<std::size_t>(end + 2 - chunk_size.data())};
        out.buffers.emplace_back("\r\n", 2);
        if (!play_->recent.empty()) {
            play_->recent.back().bytes += static_cast<std::uint32_t>(out.buffers.front().size() + 2);
        }
    }
    std::error_code error;
    std::size_t size = socket_.write_some(out.buffers, error);
    if (error) {
        size = 0;
    } else {
        written_ += size;
        hub_.statistics.bytes_sent += size;
        progress_ = Hub::Clock::now();
    }
    for (const asio::const_buffer& buffer : out.buffers) {
        const std::size_t taken = std::min(size, buffer.size());
        size -= taken;
        const auto* rest = static_cast<const std::uint8_t*>(buffer.data()) + taken;
        pending_.insert(pending_.end(), rest, rest + (buffer.size() - taken));
    }
    if (error && error != asio::error::would_block) {
        lost(); // after what was not sent is known
        return false;
    }
    return true;
}

/// The body of a chunked reply ends; what waited for that follows (MS-WMSP 3.2.4.1).
void Connection::end_body()
{
    if (play_->chunked) {
        queue(as_bytes("0\r\n\r\n"));
        queue(as_bytes(deferred_));
        deferred_.clear();
    }
}

/// The Play is over, by `$E` or a Stop; the connection is not. What the system still holds is sent
/// nevertheless, so nothing is taken off the counters here.
void Connection::end_stream(EndReason reason)
{
    const PacketRef now = Hub::now();
    timeline::LiveState state;
    state.counters = play_->counters;
    hub_.events.on(timeline::StreamEnded{id_, play_->ordinal, {now.time, 0}, reason, state, now});
    leave_stream();
    since_ = Hub::Clock::now();
    if (!play_->chunked) {
        play_->over = true; // its last counters come with the connection's end
        ends_when_sent_ = true;
        return;
    }
    end_body();
    hub_.events.on(
        timeline::ClientState{id_, play_->ordinal, state, timeline::TrackingEnd::none, false, now});
    play_.reset();
}

/// The client is no longer one of those that are streamed to.
void Connection::leave_stream()
{
    if (Session* session = hub_.sessions.find(play_->client_id);
        session != nullptr && session->data_connection == id_) {
        session->data_connection = 0;
        session->last_used = Hub::Clock::now();
    }
    std::erase(hub_.streaming, this);
}

} // namespace wmclients::sink
