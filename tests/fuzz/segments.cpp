#include <wmclients/net/packet_decoder.hpp>
#include <wmclients/net/tcp_reassembler.hpp>

#include <fuzz/targets.hpp>
#include <support/wire_packet.hpp>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

// Segments of one direction in any order, as frames, through the decoder into reassembly; beside them a naive
// map of bytes.
//
// Input: flags (1: small limits, 2: no SYN, 4: IPv6), the initial sequence number (four bytes,
// little-endian), then six bytes a step, see step(). Claimed: what is delivered is the first copy of each
// byte, in order; a gap hides nothing that had come; every byte is delivered or missed once; what is held is
// let go.

namespace wmclients::fuzz {
namespace {

constexpr std::size_t most_offset = 1U << 12; // small, so that segments meet
constexpr std::int16_t nothing = -1;
constexpr std::int16_t cut_off = -2;

/// What each byte of the stream must be, and the consumer that compares.
class ByteMap final : public net::StreamConsumer {
  public:
    void add(std::int64_t offset, const net::Segment& segment)
    {
        for (std::size_t i = 0; i < segment.payload_length; ++i) {
            const std::int64_t at = offset + static_cast<std::int64_t>(i);
            if (at >= static_cast<std::int64_t>(next_) && at < static_cast<std::int64_t>(first_.size())
                && first_[static_cast<std::size_t>(at)] == nothing) {
                first_[static_cast<std::size_t>(at)] =
                    i < segment.payload.size() ? std::int16_t{segment.payload[i]} : cut_off;
                end_ = std::max(end_, static_cast<std::uint64_t>(at) + 1);
            }
        }
    }

    void data(std::uint64_t offset, Bytes bytes, const PacketRef&) override
    {
        require(offset == next_ && !bytes.empty(), "bytes come in order, once");
        for (const std::uint8_t byte : bytes) {
            require(first_[next_] == byte, "the first copy of a byte wins");
            ++next_;
        }
    }

    void gap(std::uint64_t offset, std::uint64_t length, net::GapReason reason, const PacketRef&) override
    {
        require(offset == next_ && length != 0, "gaps come in order, once");
        for (; length != 0 && next_ < first_.size(); --length, ++next_) {
            require(first_[next_] < 0, "a gap hides nothing that had come");
            require(first_[next_] != cut_off || reason == net::GapReason::cut, "what was cut is told as cut");
        }
        next_ += length;
    }

    [[nodiscard]] bool whole() const { return next_ >= end_; }

  private:
    std::vector<std::int16_t> first_ = std::vector<std::int16_t>(2 * most_offset, nothing);
    std::uint64_t next_ = 0;
    std::uint64_t end_ = 0;
};

struct Frame {
    std::vector<std::uint8_t> bytes;
    std::uint32_t cut = 0; ///< bytes at its end that were not captured
};

class Wire {
  public:
    Wire(Caps& caps, std::uint32_t isn, bool syn, bool v6) : decoder_(caps), context_{caps, {}, 0}, isn_(isn)
    {
        client_ = *parse_endpoint(v6 ? "[fd78::11]:50001" : "10.78.0.11:50001");
        server_ = *parse_endpoint(v6 ? "[fd78::1]:8080" : "10.78.0.1:8080");
        if (syn) {
            reassembler_.open(isn);
            base_ = isn + 1;
        }
    }

    /// Six bytes: kind and flags, length, offset (two), a value, milliseconds.
    void step(ByteCursor& input)
    {
        const std::uint8_t kind = input.u8();
        const std::size_t length = input.u8();
        const std::uint32_t offset = input.le16() % most_offset;
        const std::uint8_t value = input.u8();
        ref_.time += std::chrono::milliseconds{input.u8()};
        switch (kind & 7U) {
        case 0: // an acknowledgment of the other side
            acknowledge(offset);
            break;
        case 1: // time passes
            reassembler_.advance(ref_, map_, context_);
            break;
        case 2: // what waits arrives, the latest first
            while (!waiting_.empty()) {
                arrive(waiting_.back());
                waiting_.pop_back();
            }
            break;
        default:
            send(kind, offset, length, value);
        }
    }

    void finish()
    {
        for (const Frame& frame : waiting_) {
            arrive(frame);
        }
        reassembler_.finish(ref_, map_, context_);
        require(map_.whole(), "every byte is delivered or missed");
        require(context_.held_memory == 0, "what is held is let go");
    }

  private:
    /// `kind`: 8: its fragments (IPv4) swapped, 16: later (case 2 above), 32: twice, 64: cut, 128: in a VLAN.
    void send(std::uint8_t kind, std::uint32_t offset, std::size_t length, std::uint8_t value)
    {
        std::string payload(length, '\0');
        for (std::size_t i = 0; i < length; ++i) {
            payload[i] = static_cast<char>(value + (offset + i) * 7);
        }
        testing::TcpHeader header{client_, server_, isn_ + 1 + offset, 1, 65535, net::tcp_flag::ack, 0};
        const std::string packet = testing::tcp_packet(header, payload, ++identification_);
        testing::LinkHeader link;
        if ((kind & 128U) != 0) {
            link.vlans.push_back(7);
        }
        const bool fragmented = (kind & 8U) != 0 && client_.address.is_v4() && packet.size() > 44;
        std::vector<Frame> frames;
        if (fragmented) {
            for (const std::string& fragment : fragments(packet)) {
                frames.push_back({testing::wrap(capture::LinkType::ethernet, link, fragment), 0});
            }
        } else {
            const auto cut = (kind & 64U) != 0 ? static_cast<std::uint32_t>(length / 2) : 0;
            frames.push_back({testing::wrap(capture::LinkType::ethernet, link, packet), cut});
        }
        for (const Frame& frame : frames) {
            if ((kind & 16U) != 0 && waiting_.size() < 64) {
                waiting_.push_back(frame);
                continue;
            }
            arrive(frame);
            if ((kind & 32U) != 0) {
                arrive(frame);
            }
        }
    }

    /// Two fragments of an IPv4 packet without options, the second one first (RFC 791, section 3.2).
    static std::array<std::string, 2> fragments(const std::string& packet)
    {
        constexpr std::size_t header = 20;
        constexpr std::size_t first = 24; // a TCP header and four bytes
        std::string front = packet.substr(0, header + first);
        std::string back = packet.substr(0, header) + packet.substr(header + first);
        set16(front, 2, front.size());
        set16(front, 6, 0x2000);
        set16(back, 2, back.size());
        set16(back, 6, first / 8);
        return {back, front};
    }

    static void set16(std::string& packet, std::size_t at, std::size_t value)
    {
        packet[at] = static_cast<char>(value >> 8U);
        packet[at + 1] = static_cast<char>(value & 0xFFU);
    }

    void arrive(const Frame& frame)
    {
        capture::Packet packet;
        packet.data = Bytes{frame.bytes}.first(frame.bytes.size() - frame.cut);
        packet.original_length = static_cast<std::uint32_t>(frame.bytes.size());
        ++ref_.number;
        packet.ref = ref_;
        net::Segment segment;
        net::Datagram datagram;
        if (decoder_.decode(packet, segment, datagram) != net::PacketDecoder::Result::segment) {
            return;
        }
        require(segment.source == client_ && segment.destination == server_, "endpoints are read as written");
        if (segment.payload_length != 0 && !base_) {
            base_ = segment.sequence;
        }
        if (base_) {
            map_.add(static_cast<std::int32_t>(segment.sequence - *base_), segment);
        }
        reassembler_.segment(segment, map_, context_);
    }

    void acknowledge(std::uint32_t offset)
    {
        ++ref_.number;
        reassembler_.acknowledge(isn_ + 1 + offset, ref_, map_, context_);
    }

    net::PacketDecoder decoder_;
    net::ReassemblyContext context_;
    net::TcpReassembler reassembler_;
    ByteMap map_;
    std::deque<Frame> waiting_;
    Endpoint client_;
    Endpoint server_;
    std::uint32_t isn_;
    std::optional<std::uint32_t> base_; ///< the sequence number of offset 0, once there is one
    std::uint16_t identification_ = 0;
    PacketRef ref_{0, timestamp_from(1'000'000'000, 0), 0};
};

} // namespace

void segments(Bytes input)
{
    ByteCursor cursor{input};
    const std::uint8_t flags = cursor.u8();
    Caps caps;
    if ((flags & 1U) != 0) {
        caps.set_limit(Cap::out_of_order_bytes, 256);
        caps.set_limit(Cap::out_of_order_segments, 4);
        caps.set_limit(Cap::fragments, 2);
    }
    const std::uint32_t isn = cursor.le32();
    Wire wire{caps, isn, (flags & 2U) == 0, (flags & 4U) != 0};
    while (cursor.remaining() != 0) {
        wire.step(cursor);
    }
    wire.finish();
}

} // namespace wmclients::fuzz
