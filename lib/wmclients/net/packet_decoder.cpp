#include <wmclients/net/fragments.hpp>
#include <wmclients/net/ieee802_11.hpp>
#include <wmclients/net/ip.hpp>
#include <wmclients/net/link_layer.hpp>
#include <wmclients/net/packet_decoder.hpp>
#include <wmclients/net/tunnel.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace wmclients::net {

namespace {

/// The shift of the Window Scale option (RFC 7323, sections 2.2 and 2.3); empty if there is none, or the
/// options before it are malformed or cut off.
std::optional<std::uint8_t> read_window_scale(Bytes options)
{
    constexpr std::uint8_t end_of_options = 0;
    constexpr std::uint8_t no_operation = 1;
    constexpr std::uint8_t window_scale = 3;
    constexpr std::uint8_t largest_shift = 14;
    while (options.size() >= 3 && options[0] != end_of_options) {
        const std::size_t length = options[0] == no_operation ? 1 : options[1];
        if (length == 0 || length > options.size() || (length == 1 && options[0] != no_operation)) {
            return {};
        }
        if (options[0] == window_scale && length == 3) {
            return std::min(options[2], largest_shift);
        }
        options = options.subspan(length);
    }
    return {};
}

/// Reads a TCP header (RFC 9293, section 3.1) and the payload after it. Options may be cut off: then no
/// payload was captured either. False, with `segment` untouched, if the header is cut short or its length is
/// impossible.
bool read_tcp(WireBytes tcp, Segment& segment)
{
    constexpr std::uint32_t smallest = 20;
    if (!tcp.has(smallest)) {
        return false;
    }
    const std::uint8_t* at = tcp.data();
    const std::uint32_t header = (at[12] >> 4) * 4U;
    if (header < smallest || header > tcp.length) {
        return false;
    }
    segment.source.port = load_be16(at);
    segment.destination.port = load_be16(at + 2);
    segment.sequence = load_be32(at + 4);
    segment.acknowledgment = load_be32(at + 8);
    segment.flags = at[13];
    segment.window = load_be16(at + 14);
    segment.payload_length = tcp.length - header;
    const std::size_t captured = std::min<std::size_t>(header, tcp.captured.size());
    segment.window_scale = segment.has(tcp_flag::syn)
                               ? read_window_scale(tcp.captured.first(captured).subspan(smallest))
                               : std::nullopt;
    segment.payload = tcp.captured.subspan(captured);
    return true;
}

/// Reads a UDP header (RFC 768) and limits `udp` to its payload. False if the header is cut short or its
/// length impossible. A length beyond the IP payload is cut to it; 0 is what segmentation offload leaves.
bool read_udp(WireBytes& udp, std::uint16_t& source_port, std::uint16_t& destination_port)
{
    constexpr std::uint32_t header = 8;
    if (!udp.has(header)) {
        return false;
    }
    source_port = load_be16(udp.data());
    destination_port = load_be16(udp.data() + 2);
    const std::uint32_t stated_length = load_be16(udp.data() + 4);
    const std::uint32_t length = stated_length == 0 ? udp.length : std::min(stated_length, udp.length);
    if (length < header) {
        return false;
    }
    udp = udp.after(header).limited_to(length - header);
    return true;
}

/// The common packets with no detour: Ethernet, IPv4 without options or IPv6 without extension headers, TCP.
/// False for everything else and everything odd, with `segment` untouched: the general path judges it.
bool read_plain_segment(const capture::Packet& packet, Segment& segment)
{
    constexpr std::uint32_t ethernet = 14;
    constexpr std::uint32_t ipv4 = 20;
    constexpr std::uint32_t ipv6 = 40;
    constexpr std::uint32_t tcp = 20;
    if (packet.data.size() < ethernet + ipv4 + tcp) {
        return false;
    }
    const std::uint8_t* at = packet.data.data();
    const std::uint8_t* ip = at + ethernet;
    const std::uint16_t ether_type = load_be16(at + 12);
    const Bytes behind = packet.data.subspan(ethernet);
    if (ether_type == 0x0800) {
        const std::uint32_t length = load_be16(ip + 2);
        if (ip[0] != 0x45 || (load_be16(ip + 6) & 0x3FFF) != 0 || ip[9] != ip_protocol::tcp
            || length < ipv4 + tcp
            || !read_tcp(WireBytes{behind.subspan(ipv4), 0}.limited_to(length - ipv4), segment)) {
            return false;
        }
        segment.source.address = IpAddress::v4(ip + 12);
        segment.destination.address = IpAddress::v4(ip + 16);
    } else if (ether_type == 0x86DD) {
        const std::uint32_t length = load_be16(ip + 4);
        if (behind.size() < ipv6 + tcp || ip[0] >> 4 != 6 || ip[6] != ip_protocol::tcp || length < tcp
            || !read_tcp(WireBytes{behind.subspan(ipv6), 0}.limited_to(length), segment)) {
            return false;
        }
        segment.source.address = IpAddress::v6(ip + 8);
        segment.destination.address = IpAddress::v6(ip + 24);
    } else {
        return false;
    }
    segment.source_link = link_address(at + 6);
    segment.destination_link = link_address(at);
    segment.ref = packet.ref;
    return true;
}

/// Whether a fragmented datagram of this protocol can hold something that is delivered.
bool is_worth_reassembling(std::uint8_t protocol)
{
    switch (protocol) {
    case ip_protocol::hop_by_hop:
    case ip_protocol::ipv4:
    case ip_protocol::tcp:
    case ip_protocol::udp:
    case ip_protocol::ipv6:
    case ip_protocol::routing:
    case ip_protocol::gre:
    case ip_protocol::authentication:
    case ip_protocol::destination_options:
    case ip_protocol::mpls:
        return true;
    default:
        return false;
    }
}

} // namespace

struct PacketDecoder::State {
    explicit State(Caps& caps_in_force) : caps(caps_in_force), fragments(caps_in_force) {}

    /// What is under way for one packet.
    struct Job {
        Segment& segment;
        Datagram& datagram;
        PacketRef ref;
        LinkAddresses addresses; ///< of the outermost link layer
        bool tunnelled = false;
    };

    Result decode(const capture::Packet& packet, Segment& segment, Datagram& datagram);
    Result decode_aggregate(WireBytes aggregate, Job& job);
    Result decode_layers(Layer layer, Job& job);
    std::optional<Layer> decode_ip(const Layer& layer, Job& job, Result& result);
    bool reassemble(IpPacket& ip, const Job& job);
    Result deliver_segment(const IpPacket& ip, Job& job);
    std::optional<Layer> deliver_datagram(const IpPacket& ip, Job& job, Result& result);

    Result malformed()
    {
        ++stats.malformed;
        return Result::nothing;
    }

    Caps& caps;
    DecodeStats stats;
    FragmentTable fragments;
};

PacketDecoder::Result PacketDecoder::State::decode(const capture::Packet& packet, Segment& segment,
                                                   Datagram& datagram)
{
    const auto captured = static_cast<std::uint32_t>(
        std::min<std::size_t>(packet.data.size(), std::numeric_limits<std::uint32_t>::max()));
    const WireBytes frame{packet.data.first(captured), std::max(captured, packet.original_length)};
    Job job{segment, datagram, packet.ref, {}, false};
    const Layer layer = peel_link(packet.link, frame, job.addresses);
    return layer.protocol == Protocol::aggregate ? decode_aggregate(layer.rest, job)
                                                 : decode_layers(layer, job);
}

/// One packet gives one segment: what comes after it in the aggregate is only counted.
PacketDecoder::Result PacketDecoder::State::decode_aggregate(WireBytes aggregate, Job& job)
{
    Result result = Result::nothing;
    Layer subframe;
    LinkAddresses addresses;
    while (next_subframe(aggregate, subframe, addresses)) {
        if (result != Result::nothing) {
            ++stats.aggregated_unread;
            continue;
        }
        job.addresses = addresses;
        job.tunnelled = false;
        result = decode_layers(subframe, job);
    }
    return result;
}

PacketDecoder::Result PacketDecoder::State::decode_layers(Layer layer, Job& job)
{
    LinkAddresses inner_addresses;
    for (std::uint64_t peeled = 0;;) {
        switch (layer.protocol) {
        case Protocol::ipv4:
        case Protocol::ipv6:
        case Protocol::ip: {
            Result result = Result::nothing;
            const std::optional<Layer> within = decode_ip(layer, job, result);
            if (!within) {
                return result;
            }
            layer = *within;
            job.tunnelled = true;
            break;
        }
        case Protocol::ethernet:
            layer = peel_ethernet(layer.rest, inner_addresses);
            break;
        case Protocol::vlan:
        case Protocol::llc:
        case Protocol::pppoe:
        case Protocol::ppp:
            layer = peel_shim(layer);
            break;
        case Protocol::mpls:
            layer = peel_mpls(layer.rest);
            job.tunnelled = true;
            break;
        case Protocol::erspan:
        case Protocol::erspan3:
            layer = peel_erspan(layer);
            break;
        case Protocol::malformed:
            return malformed();
        case Protocol::encrypted:
            ++stats.encrypted_frames;
            return Result::nothing;
        case Protocol::unknown_link:
            ++stats.unknown_link;
            return Result::nothing;
        case Protocol::aggregate:
        case Protocol::other:
            ++stats.not_ip;
            return Result::nothing;
        }
        if (++peeled > caps.limit(Cap::tunnel_depth)) {
            caps.reached(Cap::tunnel_depth);
            return Result::nothing;
        }
    }
}

/// The layer within, if the packet is a tunnel's; otherwise all has been done and `result` says what.
std::optional<Layer> PacketDecoder::State::decode_ip(const Layer& layer, Job& job, Result& result)
{
    IpPacket ip;
    if (!read_ip(layer.protocol, layer.rest, ip)) {
        result = malformed();
        return std::nullopt;
    }
    if (ip.is_fragment() && !reassemble(ip, job)) {
        return std::nullopt;
    }
    switch (ip.protocol) {
    case ip_protocol::tcp:
        result = deliver_segment(ip, job);
        return std::nullopt;
    case ip_protocol::udp:
        return deliver_datagram(ip, job, result);
    case ip_protocol::ipv4:
        return Layer{Protocol::ipv4, ip.payload};
    case ip_protocol::ipv6:
        return Layer{Protocol::ipv6, ip.payload};
    case ip_protocol::gre:
        return peel_gre(ip.payload);
    case ip_protocol::mpls:
        return Layer{Protocol::mpls, ip.payload};
    default:
        ++stats.other_protocols;
        return std::nullopt;
    }
}

/// True if `ip` has become the whole datagram.
bool PacketDecoder::State::reassemble(IpPacket& ip, const Job& job)
{
    ++stats.fragments;
    if (!is_worth_reassembling(ip.protocol)) {
        ++stats.other_protocols;
        return false;
    }
    FragmentTable::Whole whole;
    switch (fragments.add(ip, job.ref.time, whole)) {
    case FragmentTable::Outcome::held:
        return false;
    case FragmentTable::Outcome::malformed:
        malformed();
        return false;
    case FragmentTable::Outcome::whole:
        break;
    }
    ip.payload = whole.payload;
    ip.protocol = whole.protocol;
    ip.more_fragments = false;
    ip.fragment_offset = 0;
    if (!skip_extensions(ip) || ip.is_fragment()) { // fragments of fragments: no sender makes them
        malformed();
        return false;
    }
    return true;
}

PacketDecoder::Result PacketDecoder::State::deliver_segment(const IpPacket& ip, Job& job)
{
    if (!read_tcp(ip.payload, job.segment)) {
        return malformed();
    }
    job.segment.source.address = ip.source;
    job.segment.destination.address = ip.destination;
    job.segment.source_link = job.addresses.source;
    job.segment.destination_link = job.addresses.destination;
    job.segment.ref = job.ref;
    ++stats.segments;
    stats.tunnelled += job.tunnelled ? 1 : 0;
    return Result::segment;
}

std::optional<Layer> PacketDecoder::State::deliver_datagram(const IpPacket& ip, Job& job, Result& result)
{
    WireBytes payload = ip.payload;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    if (!read_udp(payload, source_port, destination_port)) {
        result = malformed();
        return std::nullopt;
    }
    if (const std::optional<Layer> within = peel_udp_tunnel(destination_port, payload)) {
        return within;
    }
    job.datagram.source = {ip.source, source_port};
    job.datagram.destination = {ip.destination, destination_port};
    job.datagram.payload = payload.captured;
    job.datagram.ref = job.ref;
    ++stats.datagrams;
    result = Result::datagram;
    return std::nullopt;
}

PacketDecoder::PacketDecoder(Caps& caps) : state_(std::make_unique<State>(caps)) {}

PacketDecoder::~PacketDecoder() = default;

PacketDecoder::Result PacketDecoder::decode(const capture::Packet& packet, Segment& segment,
                                            Datagram& datagram)
{
    if (packet.link == capture::LinkType::ethernet && read_plain_segment(packet, segment)) {
        ++state_->stats.segments;
        return Result::segment;
    }
    return state_->decode(packet, segment, datagram);
}

const DecodeStats& PacketDecoder::stats() const
{
    state_->stats.fragments_lost = state_->fragments.lost();
    return state_->stats;
}

} // namespace wmclients::net
