#include <wmclients/net/segment.hpp>

#include <support/conversation.hpp>

#include <algorithm>

namespace wmclients::testing {
namespace {

namespace flag = net::tcp_flag;

/// The packets of one line follow each other at this distance.
constexpr Duration step{10'000};

constexpr From peer_of(From from)
{
    return from == From::client ? From::server : From::client;
}

} // namespace

void Conversation::write(Timestamp time, From from, std::uint8_t flags, std::uint64_t offset,
                         std::string_view bytes, PacketSink& sink,
                         std::optional<std::uint64_t> acknowledgment)
{
    const Side& self = side(from);
    const Side& peer = other(from);
    if (options_.only && *options_.only != from) {
        return;
    }
    TcpHeader header;
    header.source = self.endpoint;
    header.destination = peer.endpoint;
    header.sequence = self.isn + 1 + static_cast<std::uint32_t>(offset);
    if ((flags & flag::syn) != 0) {
        --header.sequence;
        header.mss = options_.mss;
    }
    if ((flags & flag::ack) != 0) {
        header.acknowledgment =
            peer.isn + 1 + static_cast<std::uint32_t>(acknowledgment.value_or(self.received_to));
    }
    header.window = self.window;
    header.flags = flags;
    sink.packet(time, self.link, peer.link, tcp_packet(header, bytes, identification_++));
}

void Conversation::syn(Timestamp time, PacketSink& sink)
{
    write(time, From::client, flag::syn, 0, {}, sink);
}

void Conversation::syn_ack(Timestamp time, PacketSink& sink)
{
    write(time, From::server, flag::syn | flag::ack, 0, {}, sink);
}

void Conversation::bare(Timestamp time, From from, std::uint8_t flags, PacketSink& sink,
                        std::optional<std::uint64_t> acknowledgment)
{
    write(time, from, flags, side(from).sent, {}, sink, acknowledgment);
    if ((flags & flag::fin) != 0) {
        side(from).stream += '\0'; // the FIN takes a number
        receive(from, side(from).sent++, 1);
        acknowledge(time, from, 1, sink);
    }
}

void Conversation::send(Timestamp time, From from, const Payload& payload, std::uint8_t flags,
                        PacketSink& sink)
{
    Side& self = side(from);
    const std::uint64_t begin = self.sent;
    self.stream += payload.bytes;
    std::uint64_t segments = 0;
    std::uint64_t unacknowledged = 0;
    std::size_t at = 0;
    auto hole = payload.holes.begin();
    while (at < payload.bytes.size()) {
        while (hole != payload.holes.end() && hole->offset + hole->length <= at) {
            ++hole;
        }
        const bool lost = hole != payload.holes.end() && hole->offset <= at;
        std::size_t stop = std::min(payload.bytes.size(), at + options_.mss);
        if (lost) {
            stop = std::min(stop, hole->offset + hole->length);
        } else if (hole != payload.holes.end()) {
            stop = std::min(stop, hole->offset);
        }
        const bool last = stop == payload.bytes.size();
        if (!lost) {
            const auto own_flags = static_cast<std::uint8_t>(flag::ack | (last ? flag::psh | flags : 0));
            write(time + step * segments, from, own_flags, begin + at,
                  std::string_view{payload.bytes}.substr(at, stop - at), sink);
        }
        ++segments;
        receive(from, begin + at, stop - at);
        self.sent = begin + stop;
        // One ACK for every second segment (RFC 9293, section 3.8.6.3), and one at the end.
        if (++unacknowledged == 2 && !last) {
            acknowledge(time, from, segments, sink);
            unacknowledged = 0;
        }
        at = stop;
    }
    if ((flags & flag::fin) != 0) {
        self.stream += '\0';
        receive(from, self.sent++, 1);
    }
    if (unacknowledged != 0 && (flags & flag::rst) == 0) {
        acknowledge(time, from, segments, sink);
    }
}

void Conversation::segment_at(Timestamp time, From from, std::uint64_t offset, std::string_view bytes,
                              bool arrives, PacketSink& sink)
{
    Side& self = side(from);
    std::uint64_t segments = 0;
    for (std::size_t at = 0; at < bytes.size(); at += options_.mss) {
        const std::string_view part = bytes.substr(at, options_.mss);
        write(time + step * segments++, from, flag::ack, offset + at, part, sink);
    }
    const std::uint64_t end = offset + bytes.size();
    if (end > self.sent) {
        self.stream.resize(static_cast<std::size_t>(end), '?');
        self.sent = end;
    }
    std::copy(bytes.begin(), bytes.end(), self.stream.begin() + static_cast<std::ptrdiff_t>(offset));
    if (arrives && segments != 0) {
        receive(from, offset, bytes.size());
        acknowledge(time, from, segments, sink);
    }
}

void Conversation::receive(From from, std::uint64_t offset, std::uint64_t length)
{
    Side& peer = other(from);
    std::uint64_t& end = peer.received[offset];
    end = std::max(end, offset + length);
    while (!peer.received.empty() && peer.received.begin()->first <= peer.received_to) {
        peer.received_to = std::max(peer.received_to, peer.received.begin()->second);
        peer.received.erase(peer.received.begin());
    }
}

Timestamp Conversation::acknowledge(Timestamp time, From from, std::uint64_t segments, PacketSink& sink)
{
    const Timestamp when = time + step * segments;
    if (options_.acks) {
        write(when, peer_of(from), flag::ack, other(from).sent, {}, sink);
    }
    return when;
}

} // namespace wmclients::testing
