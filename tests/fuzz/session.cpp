#include <wmclients/check/checker.hpp>
#include <wmclients/dissect/dissector.hpp>
#include <wmclients/dissect/fan_out.hpp>
#include <wmclients/dns/glibc_decoder.hpp>
#include <wmclients/output/check_report.hpp>
#include <wmclients/session/tracker.hpp>

#include <fuzz/targets.hpp>
#include <fuzz/told.hpp>

#include <array>
#include <string>
#include <vector>

// What both sides of connections to a sink say, chunk by chunk, with gaps, through HTTP, MS-WMSP and ASF to
// rows, the event log, and the verdicts of every rule. No valid TCP is needed.
//
// Input: flags (1: small limits, 2: an instant, 4: policies), then for each step a byte (kind in the high
// four bits, connection in the low two), and what the kind wants; see Wire. Claimed: the log gives the same
// rows, counters do not count what was not sent, and nothing that is printed can act on a terminal.

namespace wmclients::fuzz {
namespace {

using dissect::Direction;

/// Both directions of one connection: the next sequence numbers.
struct Stream {
    Endpoint client;
    Endpoint server;
    std::array<std::uint32_t, 2> next{};
    std::uint64_t sent = 0; ///< in both directions: without a handshake it is not given which one media go
};

class Traffic {
  public:
    Traffic(dissect::Dissector& dissector, session::Tracker& tracker)
        : dissector_(dissector), tracker_(tracker)
    {
        constexpr std::array clients{"10.78.0.11:50001", "10.78.0.12:50002", "[fd78::11]:50003",
                                     "10.78.0.11:50004"};
        constexpr std::array servers{"10.78.0.1:8080", "10.78.0.1:8080", "[fd78::1]:8080", "10.78.0.2:80"};
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            streams_[i] = {*parse_endpoint(clients[i]), *parse_endpoint(servers[i]), {0xFFFF'FF00, 1000}, 0};
        }
    }

    void step(ByteCursor& input)
    {
        const std::uint8_t head = input.u8();
        Stream& stream = streams_[head & 3U];
        ref_.time += std::chrono::milliseconds{1};
        switch (head >> 4U) {
        case 0:
            data(stream, Direction::to_server, take(input));
            break;
        case 1:
            data(stream, Direction::to_client, take(input));
            break;
        case 2: // bytes that were not recorded, but arrived
        case 3:
            gap(stream, (head >> 4U) == 2 ? Direction::to_server : Direction::to_client, input.le16());
            break;
        case 4:
            handshake(stream);
            break;
        case 5:
            send(stream, Direction::to_server, {}, net::tcp_flag::fin | net::tcp_flag::ack);
            break;
        case 6:
            send(stream, Direction::to_client, {}, net::tcp_flag::fin | net::tcp_flag::ack);
            break;
        case 7:
            send(stream, Direction::to_server, {}, net::tcp_flag::rst);
            break;
        case 8:
            send(stream, Direction::to_client, {}, net::tcp_flag::rst);
            break;
        case 9: // time
            ref_.time += std::chrono::milliseconds{10} * input.le16();
            tracker_.before(ref_);
            dissector_.advance(ref_.time);
            break;
        case 10: // an answer about names
            name(take(input), (head & 1U) != 0);
            break;
        case 11: // bytes one by one
            for (const std::uint8_t& byte : take(input)) {
                data(stream, (head & 4U) != 0 ? Direction::to_client : Direction::to_server, Bytes{&byte, 1});
            }
            break;
        case 12: // bytes of which the first were sent before
            overlap(stream, (head & 4U) != 0 ? Direction::to_client : Direction::to_server, input.u8(),
                    take(input));
            break;
        default:
            send(stream, (head & 4U) != 0 ? Direction::to_server : Direction::to_client, {},
                 net::tcp_flag::ack);
        }
    }

    [[nodiscard]] std::uint64_t sent() const
    {
        std::uint64_t sum = 0;
        for (const Stream& stream : streams_) {
            sum += stream.sent;
        }
        return sum;
    }

    [[nodiscard]] const PacketRef& now() const { return ref_; }

  private:
    static Bytes take(ByteCursor& input)
    {
        const std::size_t length = input.le16();
        return input.take(std::min(length, input.remaining()));
    }

    void data(Stream& stream, Direction direction, Bytes bytes)
    {
        send(stream, direction, bytes, net::tcp_flag::ack);
        stream.sent += bytes.size();
    }

    void overlap(Stream& stream, Direction direction, std::uint8_t before, Bytes bytes)
    {
        stream.next[index(direction)] -= before;
        data(stream, direction, bytes);
        stream.next[index(direction)] +=
            bytes.size() < before ? before - static_cast<std::uint32_t>(bytes.size()) : 0;
    }

    void gap(Stream& stream, Direction direction, std::uint16_t length)
    {
        stream.next[index(direction)] += length;
        stream.sent += length;
        const Direction back =
            direction == Direction::to_client ? Direction::to_server : Direction::to_client;
        send(stream, back, {}, net::tcp_flag::ack); // acknowledges what was not seen
    }

    void handshake(Stream& stream)
    {
        stream.next[0] += 100'000;
        stream.next[1] += 200'000;
        send(stream, Direction::to_server, {}, net::tcp_flag::syn);
        send(stream, Direction::to_client, {}, net::tcp_flag::syn | net::tcp_flag::ack);
        send(stream, Direction::to_server, {}, net::tcp_flag::ack);
    }

    void send(Stream& stream, Direction direction, Bytes bytes, std::uint8_t flags)
    {
        const bool to_server = direction == Direction::to_server;
        net::Segment segment;
        segment.source = to_server ? stream.client : stream.server;
        segment.destination = to_server ? stream.server : stream.client;
        segment.sequence = stream.next[index(direction)];
        segment.acknowledgment = (flags & net::tcp_flag::ack) != 0 ? stream.next[to_server ? 1 : 0] : 0;
        segment.window = 512;
        segment.flags = flags;
        segment.payload = bytes;
        segment.payload_length = static_cast<std::uint32_t>(bytes.size());
        ++ref_.number;
        segment.ref = ref_;
        tracker_.before(ref_);
        dissector_.segment(segment);
        stream.next[index(direction)] += segment.payload_length;
        stream.next[index(direction)] += (flags & (net::tcp_flag::syn | net::tcp_flag::fin)) != 0 ? 1 : 0;
    }

    void name(Bytes message, bool multicast)
    {
        ++ref_.number;
        net::Datagram datagram;
        datagram.source = *parse_endpoint(multicast ? "10.78.0.11:5353" : "10.78.0.53:53");
        datagram.destination = streams_[0].client;
        datagram.payload = message;
        datagram.ref = ref_;
        tracker_.before(ref_);
        tracker_.datagram(datagram);
    }

    static std::size_t index(Direction direction) { return direction == Direction::to_server ? 0 : 1; }

    dissect::Dissector& dissector_;
    session::Tracker& tracker_;
    std::array<Stream, 4> streams_;
    PacketRef ref_{0, timestamp_from(1'000'000'000, 0), 0};
};

void limit_what_is_kept(Caps& caps)
{
    for (const Cap cap : {Cap::head_bytes, Cap::pending_bytes, Cap::asf_header_bytes, Cap::text_bytes,
                          Cap::details_bytes, Cap::checked_bytes}) {
        caps.set_limit(cap, 200);
    }
    for (const Cap cap :
         {Cap::connections, Cap::head_fields, Cap::pending_requests, Cap::sink_endpoints, Cap::names,
          Cap::name_changes, Cap::clients, Cap::connections_kept, Cap::early_connections, Cap::describes,
          Cap::gaps_kept, Cap::details_kept, Cap::events_kept, Cap::checked_session}) {
        caps.set_limit(cap, 2);
    }
}

/// The reports of what has evidence: the rest of them is our own text.
void render(std::vector<check::Result> results, const PacketRef& last)
{
    std::erase_if(results, [](const check::Result& result) { return result.evidence.empty(); });
    output::CheckReport report;
    report.program_version = "0";
    report.results = std::move(results);
    report.packets = last.number;
    require_harmless(output::check_text(report, true));
    require_harmless(dump(output::check_json(report)));
    require_harmless(output::check_junit(report));
    require_harmless(dump(output::check_sarif(report)));
    require_harmless(output::check_github(report));
    require_harmless(output::check_tap(report));
}

} // namespace

void session(Bytes input)
{
    ByteCursor cursor{input};
    const std::uint8_t flags = cursor.u8();
    timeline::Policies policies;
    if ((flags & 4U) != 0) {
        policies = {static_cast<timeline::AttachOn>((flags >> 3U) % 3),
                    static_cast<timeline::DetachOn>((flags >> 5U) % 2)};
    }
    Told told{policies};
    told.begin("capture");
    const bool limited = (flags & 1U) != 0;
    if (limited) {
        limit_what_is_kept(told.caps);
    }
    static const std::vector<const check::Rule*> rules{check::all_rules().begin(), check::all_rules().end()};
    check::Checker checker{rules, told.caps};
    dns::GlibcDecoder decoder;
    session::DetailStore details{told.caps};
    session::Tracker tracker{told.events(), told.caps, {true, &details, &decoder}};
    if ((flags & 2U) != 0) {
        tracker.take_instant({{}, input.size() / 16 + 1});
    }
    dissect::FanOut both{tracker, &checker.visitor()};
    dissect::Dissector dissector{both, told.caps};
    Traffic wire{dissector, tracker};
    while (cursor.remaining() != 0) {
        wire.step(cursor);
    }
    dissector.finish();
    tracker.finish(wire.now());
    render(checker.finish(wire.now(), check::Role::unknown), wire.now());

    std::uint64_t media = 0;
    for (const timeline::Client& client : told.timeline().clients()) {
        media += client.state.counters.media_bytes;
    }
    require(media <= wire.sent(), "no more is counted than was sent");
    told.render();
    if (!limited) {
        require(Told(policies, told.log()).rows() == told.rows(), "the log gives the same rows");
    }
}

} // namespace wmclients::fuzz
