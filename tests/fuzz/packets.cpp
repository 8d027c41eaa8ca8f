#include <wmclients/dissect/dissector.hpp>

#include <fuzz/targets.hpp>

#include <array>
#include <map>

// Packets of any link type, as they come from a capture, through the whole dissector.
//
// Input: a byte of flags (1: small limits), then for each packet a link type (an index), milliseconds since
// the one before, its length (two bytes, little-endian), by how much it was cut, and its bytes. Claimed: a
// visitor hears of a connection between its opening and its end alone, and of every end.

namespace wmclients::fuzz {
namespace {

constexpr std::array link_types{
    capture::LinkType::ethernet,    capture::LinkType::null,
    capture::LinkType::ppp,         capture::LinkType::ppp_hdlc,
    capture::LinkType::pppoe,       capture::LinkType::raw_bsd,
    capture::LinkType::raw_openbsd, capture::LinkType::raw,
    capture::LinkType::ieee802_11,  capture::LinkType::loop,
    capture::LinkType::linux_sll,   capture::LinkType::ieee802_11_prism,
    capture::LinkType::ipv4,        capture::LinkType::ieee802_11_radiotap,
    capture::LinkType::ipv6,        capture::LinkType::linux_sll2,
};

/// Watches that every connection begins once and ends once.
class Lifetimes final : public dissect::Visitor {
  public:
    [[nodiscard]] dissect::Wants wants() const override { return {true, true, true}; }

    void connection_open(const dissect::Connection& connection) override
    {
        require(by_slot_.emplace(connection.slot, connection.id).second,
                "a slot has one connection at a time");
    }

    void connection_established(const dissect::Connection& connection, const PacketRef&) override
    {
        known(connection);
    }

    void request(const dissect::Connection& connection, const dissect::Request&) override
    {
        known(connection);
    }

    void response(const dissect::Connection& connection, const dissect::Response&) override
    {
        known(connection);
    }

    void frame_begin(const dissect::Connection& connection, const wmsp::Frame&) override
    {
        known(connection);
    }

    void frame_end(const dissect::Connection& connection, const wmsp::Frame& frame, const PacketRef&) override
    {
        known(connection);
        require(!frame.complete || frame.payload_length() <= 0xFFFF,
                "a packet is no longer than its length field");
    }

    void media(const dissect::Connection& connection, const wmsp::Frame&, Bytes bytes,
               const PacketRef&) override
    {
        known(connection);
        touch(bytes);
    }

    void body(const dissect::Connection& connection, dissect::Direction, std::uint32_t, Bytes bytes,
              const PacketRef&) override
    {
        known(connection);
        touch(bytes);
    }

    void segment(const dissect::Connection& connection, dissect::Direction,
                 const net::Segment& segment) override
    {
        known(connection);
        require(segment.payload.size() <= segment.payload_length, "no more was captured than was sent");
        touch(segment.payload);
    }

    void asf_header(const dissect::Connection& connection, Bytes bytes, const PacketRef&) override
    {
        known(connection);
        touch(bytes);
    }

    void gap(const dissect::Connection& connection, dissect::Direction, std::uint64_t, std::uint64_t length,
             net::GapReason, bool, const PacketRef&) override
    {
        known(connection);
        require(length != 0, "a gap has a length");
    }

    void message_end(const dissect::Connection& connection, dissect::Direction, std::uint32_t,
                     http::MessageEnd, const PacketRef&) override
    {
        known(connection);
    }

    void connection_end(const dissect::Connection& connection, dissect::ConnectionEnd,
                        const PacketRef&) override
    {
        known(connection);
        by_slot_.erase(connection.slot);
    }

    void datagram(const net::Datagram& datagram) override { touch(datagram.payload); }

    [[nodiscard]] bool all_ended() const { return by_slot_.empty(); }

  private:
    void known(const dissect::Connection& connection) const
    {
        const auto found = by_slot_.find(connection.slot);
        require(found != by_slot_.end() && found->second == connection.id,
                "nothing is heard of a connection before its opening or after its end");
        require(connection.to_client != nullptr, "a connection has a stream");
    }

    /// Reads every byte, so that AddressSanitizer sees views of what is gone.
    static void touch(Bytes bytes)
    {
        std::uint8_t all = 0;
        for (const std::uint8_t byte : bytes) {
            all |= byte;
        }
        volatile std::uint8_t kept = all;
        static_cast<void>(kept);
    }

    std::map<std::uint32_t, std::uint64_t> by_slot_;
};

void limit(Caps& caps)
{
    caps.set_limit(Cap::connections, 4);
    caps.set_limit(Cap::out_of_order_bytes, 512);
    caps.set_limit(Cap::out_of_order_total_bytes, 1024);
    caps.set_limit(Cap::out_of_order_segments, 4);
    caps.set_limit(Cap::head_bytes, 256);
    caps.set_limit(Cap::pending_requests, 2);
    caps.set_limit(Cap::asf_header_bytes, 128);
    caps.set_limit(Cap::fragments, 3);
    caps.set_limit(Cap::fragment_bytes, 512);
    caps.set_limit(Cap::tunnel_depth, 3);
}

} // namespace

void packets(Bytes input)
{
    ByteCursor cursor{input};
    Caps caps;
    if ((cursor.u8() & 1U) != 0) {
        limit(caps);
    }
    Lifetimes visitor;
    dissect::Dissector dissector{visitor, caps};
    capture::Packet packet;
    packet.ref.time = timestamp_from(1'000'000'000, 0);
    while (cursor.remaining() != 0) {
        packet.link = link_types[cursor.u8() % link_types.size()];
        packet.ref.time += std::chrono::milliseconds{cursor.u8()};
        ++packet.ref.number;
        const std::size_t length = cursor.le16();
        const std::uint32_t cut = cursor.u8();
        packet.data = cursor.take(std::min(length, cursor.remaining()));
        packet.original_length = static_cast<std::uint32_t>(packet.data.size()) + cut;
        dissector.packet(packet);
    }
    dissector.finish();
    require(visitor.all_ended(), "every connection ends with the capture");
}

} // namespace wmclients::fuzz
