#include <wmclients/net/segment.hpp>

#include <fmt/format.h>
#include <support/capture_builder.hpp>
#include <support/conversation.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::testing {
namespace {

using capture::LinkType;
namespace flag = net::tcp_flag;

/// More than any test needs; keeps a fuzzer's scripts small.
constexpr std::size_t most_packets = 1'000'000;

class Builder final : public PacketSink {
  public:
    explicit Builder(std::string_view script) : cursor_(script, 0, script.size(), error_) {}

    Expected<BuiltCapture> build();

    void packet(Timestamp time, const LinkAddress& source, const LinkAddress& destination,
                std::string ip_packet) override
    {
        if (packets_.size() == most_packets) {
            cursor_.fail("too many packets");
            return;
        }
        packets_.push_back({time, wrap(link_, {source, destination, vlans_}, ip_packet), 0});
    }

  private:
    void statement();
    void directive(std::string_view word);
    void define_name();
    void connection();
    void event(Timestamp time);
    void tcp_event(Timestamp time, Conversation& talk);
    void side_event(Timestamp time, Conversation& talk, From from);
    void udp_event(Timestamp time);
    Endpoint endpoint();
    LinkAddress link_address();
    Timestamp time_of(std::string_view word);
    From direction();
    void finish(BuiltCapture& capture);

    std::string error_;
    ScriptCursor cursor_;
    PayloadContext payloads_;
    std::map<std::string, Conversation, std::less<>> conversations_;
    Conversation::Options defaults_;
    Timestamp start_ = timestamp_from(1'767'225'600, 0); // 2026-01-01T00:00:00Z
    Timestamp last_{start_};
    LinkType link_ = LinkType::ethernet;
    std::uint32_t snaplen_ = 262'144;
    std::uint16_t udp_identification_ = 1;
    std::vector<std::uint16_t> vlans_;
    std::optional<Timestamp> drop_before_;
    std::vector<BuiltPacket> packets_;
    std::vector<std::uint64_t> lost_;
    std::vector<std::uint64_t> repeated_;
    std::map<std::uint64_t, std::uint64_t> reordered_;
};

Expected<BuiltCapture> Builder::build()
{
    do {
        if (!cursor_.statement_ends()) {
            statement();
            if (cursor_.ok() && !cursor_.statement_ends()) {
                cursor_.fail("the statement should end here");
            }
        }
        cursor_.skip_statement();
    } while (cursor_.ok() && cursor_.next_line());
    if (!error_.empty()) {
        return failure(Error::Kind::usage, error_);
    }
    BuiltCapture capture;
    capture.link = link_;
    capture.snaplen = snaplen_;
    finish(capture);
    return capture;
}

void Builder::statement()
{
    const std::string_view first = cursor_.peek_word();
    if (!first.empty() && ((first.front() >= '0' && first.front() <= '9') || first.front() == '+')) {
        const Timestamp time = time_of(first);
        cursor_.word();
        if (cursor_.ok()) {
            last_ = time;
            event(time);
        }
        return;
    }
    if (first == "let") {
        cursor_.word();
        define_name();
    } else if (first == "connection") {
        cursor_.word();
        connection();
    } else {
        directive(first);
    }
}

void Builder::define_name()
{
    const std::string name{cursor_.word()};
    if (name.empty()) {
        cursor_.fail("expected a name");
        return;
    }
    cursor_.skip_space();
    const std::size_t begin = cursor_.position();
    cursor_.skip_statement();
    payloads_.names[name] = {begin, cursor_.position()};
}

void Builder::directive(std::string_view word)
{
    constexpr std::uint64_t any = 0xFFFF'FFFF;
    static const std::map<std::string_view, LinkType> links{
        {"ethernet", LinkType::ethernet}, {"raw", LinkType::raw},   {"sll", LinkType::linux_sll},
        {"sll2", LinkType::linux_sll2},   {"null", LinkType::null}, {"loop", LinkType::loop}};
    static constexpr std::array<std::string_view, 14> known{
        "start",  "linktype", "vlan", "qinq",        "snaplen",     "lose", "reorder",
        "repeat", "mss",      "acks", "packet-size", "drop-before", "only", "location"};
    if (std::find(known.begin(), known.end(), word) == known.end()) {
        cursor_.fail(fmt::format("unknown statement {}", word));
        return;
    }
    cursor_.word();
    if (word == "start") {
        const auto time = parse_rfc3339(cursor_.peek_word());
        if (!time) {
            cursor_.fail("expected a time such as 2026-01-01T00:00:00Z");
            return;
        }
        cursor_.word();
        start_ = last_ = *time;
    } else if (word == "linktype") {
        const auto found = links.find(cursor_.peek_word());
        if (found == links.end() || !packets_.empty()) {
            cursor_.fail(found == links.end() ? "expected ethernet, raw, sll, sll2, null or loop"
                                              : "linktype must come before the first packet");
            return;
        }
        cursor_.word();
        link_ = found->second;
    } else if (word == "vlan" || word == "qinq") {
        vlans_.clear();
        if (word == "vlan" && cursor_.peek_word() == "off") {
            cursor_.word();
            return;
        }
        vlans_.push_back(static_cast<std::uint16_t>(cursor_.number(4095)));
        if (word == "qinq") {
            vlans_.push_back(static_cast<std::uint16_t>(cursor_.number(4095)));
        }
    } else if (word == "snaplen") {
        snaplen_ = static_cast<std::uint32_t>(cursor_.number(262'144));
    } else if (word == "lose" || word == "repeat") {
        while (cursor_.ok() && !cursor_.statement_ends()) {
            (word == "lose" ? lost_ : repeated_).push_back(cursor_.number(any));
        }
    } else if (word == "reorder") {
        const std::uint64_t number = cursor_.number(any);
        reordered_[number] = cursor_.number(any);
    } else if (word == "mss") {
        defaults_.mss = static_cast<std::uint16_t>(std::max<std::uint64_t>(1, cursor_.number(65'000)));
    } else if (word == "acks") {
        defaults_.acks = cursor_.take("on");
        if (!defaults_.acks) {
            cursor_.expect("off");
        }
    } else if (word == "packet-size") {
        payloads_.packet_size = static_cast<std::uint32_t>(cursor_.number(65'000));
    } else if (word == "location") {
        payloads_.next_location = static_cast<std::uint32_t>(cursor_.number(any));
    } else if (word == "only") {
        defaults_.only = direction();
    } else {
        const std::string_view when = cursor_.peek_word();
        drop_before_ = time_of(when);
        cursor_.word();
    }
}

From Builder::direction()
{
    if (cursor_.take(">")) {
        return From::client;
    }
    cursor_.expect("<");
    return From::server;
}

Timestamp Builder::time_of(std::string_view word)
{
    const bool relative = word.substr(0, 1) == "+";
    std::string_view rest = word.substr(relative ? 1 : 0);
    std::uint64_t seconds = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    std::int64_t nanoseconds = 0;
    bool fits = error == std::errc{} && seconds < 4'000'000'000U;
    if (!rest.empty()) {
        fits = fits && rest.front() == '.' && rest.size() >= 2 && rest.size() <= 10;
        for (std::size_t i = 1; i <= 9; ++i) {
            const char digit = i < rest.size() ? rest[i] : '0';
            fits = fits && digit >= '0' && digit <= '9';
            nanoseconds = nanoseconds * 10 + (digit - '0');
        }
    }
    if (!fits) {
        cursor_.fail("expected seconds with up to nine decimals");
        return last_;
    }
    return (relative ? last_ : start_) + std::chrono::seconds{seconds} + Duration{nanoseconds};
}

Endpoint Builder::endpoint()
{
    const auto found = parse_endpoint(cursor_.peek_word());
    if (!found) {
        cursor_.fail("expected ADDRESS:PORT, an IPv6 address in brackets");
        return {};
    }
    cursor_.word();
    return *found;
}

LinkAddress Builder::link_address()
{
    const auto found = parse_link_address(cursor_.peek_word());
    if (!found) {
        cursor_.fail("expected a link address such as 02:00:00:00:00:01");
        return {};
    }
    cursor_.word();
    return *found;
}

void Builder::connection()
{
    const std::string name{cursor_.word()};
    if (name.empty() || conversations_.find(name) != conversations_.end()) {
        cursor_.fail(name.empty() ? "expected a name"
                                  : fmt::format("there is a connection {} already", name));
        return;
    }
    Conversation::Side client;
    Conversation::Side server;
    Conversation::Options options = defaults_;
    client.endpoint = endpoint();
    cursor_.expect("->");
    server.endpoint = endpoint();
    client.link = {{0x02, 0, 0, 0, 0, 0x11}};
    server.link = {{0x02, 0, 0, 0, 0, 0x01}};
    const auto serial = static_cast<std::uint32_t>(conversations_.size());
    client.isn = 1'000'000 + 7'919 * serial;
    server.isn = 3'000'000 + 7'907 * serial;
    if (cursor_.ok() && client.endpoint.address.is_v4() != server.endpoint.address.is_v4()) {
        cursor_.fail("both addresses must be of one family");
    }
    while (cursor_.ok() && !cursor_.statement_ends()) {
        const std::string_view option = cursor_.peek_word();
        cursor_.word();
        if (option == "mac") {
            client.link = link_address();
            cursor_.take("->");
            server.link = link_address();
        } else if (option == "isn") {
            client.isn = static_cast<std::uint32_t>(cursor_.number(0xFFFF'FFFF));
            server.isn = static_cast<std::uint32_t>(cursor_.number(0xFFFF'FFFF));
        } else if (option == "mss") {
            options.mss = static_cast<std::uint16_t>(std::max<std::uint64_t>(1, cursor_.number(65'000)));
        } else if (option == "acks") {
            options.acks = cursor_.take("on");
            if (!options.acks) {
                cursor_.expect("off");
            }
        } else if (option == "only") {
            options.only = direction();
        } else {
            cursor_.fail("expected mac, isn, mss, acks or only");
        }
    }
    if (cursor_.ok()) {
        conversations_.emplace(name, Conversation{client, server, options});
    }
}

void Builder::event(Timestamp time)
{
    const std::string_view name = cursor_.peek_word();
    if (name == "udp") {
        cursor_.word();
        udp_event(time);
        return;
    }
    if (name == "frame") {
        cursor_.word();
        const Payload bytes = parse_payload(cursor_, payloads_);
        packets_.push_back({time, {bytes.bytes.begin(), bytes.bytes.end()}, 0});
        return;
    }
    const auto found = conversations_.find(name);
    if (found == conversations_.end()) {
        cursor_.fail(fmt::format("there is no connection {}", name));
        return;
    }
    cursor_.word();
    tcp_event(time, found->second);
}

void Builder::udp_event(Timestamp time)
{
    const Endpoint source = endpoint();
    cursor_.expect("->");
    const Endpoint destination = endpoint();
    const Payload payload = parse_payload(cursor_, payloads_);
    if (!cursor_.ok()) {
        return;
    }
    if (payload.bytes.size() > 65'000 || source.address.is_v4() != destination.address.is_v4()) {
        cursor_.fail("the datagram is too long, or its addresses are not of one family");
        return;
    }
    packet(time, {{0x02, 0, 0, 0, 0, 0x53}}, {{0x02, 0, 0, 0, 0, 0x01}},
           udp_packet(source, destination, payload.bytes, udp_identification_++));
}

void Builder::tcp_event(Timestamp time, Conversation& talk)
{
    constexpr Duration handshake_step{1'000'000};
    if (cursor_.take(">")) {
        side_event(time, talk, From::client);
    } else if (cursor_.take("<")) {
        side_event(time, talk, From::server);
    } else if (cursor_.take("syn-ack")) {
        talk.syn_ack(time, *this);
    } else if (cursor_.take("syn")) {
        talk.syn(time, *this);
    } else if (cursor_.take("ack")) {
        talk.bare(time, From::client, flag::ack, *this);
    } else if (cursor_.take("handshake")) {
        talk.syn(time, *this);
        talk.syn_ack(time + handshake_step, *this);
        talk.bare(time + 2 * handshake_step, From::client, flag::ack, *this);
    } else if (cursor_.take("close")) {
        talk.bare(time, From::client, flag::fin | flag::ack, *this);
        talk.bare(time + handshake_step, From::server, flag::fin | flag::ack, *this);
    } else {
        cursor_.fail("expected >, <, syn, syn-ack, ack, handshake or close");
    }
}

void Builder::side_event(Timestamp time, Conversation& talk, From from)
{
    Conversation::Side& self = talk.side(from);
    const bool again = cursor_.take("again");
    if (again || cursor_.take("seg")) {
        cursor_.expect("offset=");
        const std::uint64_t offset = cursor_.number(1U << 30);
        if (again) {
            cursor_.expect("length=");
            const std::uint64_t length = cursor_.number(1U << 24);
            if (offset + length > self.stream.size()) {
                cursor_.fail(fmt::format("only {} bytes were sent", self.stream.size()));
                return;
            }
            const std::string bytes = self.stream.substr(offset, length);
            talk.segment_at(time, from, offset, bytes, true, *this);
            return;
        }
        const bool arrives = !cursor_.take("unacked");
        const Payload payload = parse_payload(cursor_, payloads_);
        if (cursor_.ok()) {
            talk.segment_at(time, from, offset, payload.bytes, arrives, *this);
        }
        return;
    }
    if (cursor_.take("skip")) {
        const std::uint64_t length = cursor_.number(1U << 24);
        self.stream.append(static_cast<std::size_t>(length), '?');
        self.sent += length;
        return;
    }
    if (cursor_.take("window")) {
        self.window = static_cast<std::uint16_t>(cursor_.number(65'535));
        talk.bare(time, from, flag::ack, *this);
        return;
    }
    if (cursor_.take("keep-alive")) {
        // One byte below the next (RFC 1122, section 4.2.3.6); its peer answers, if it acknowledges at all.
        talk.segment_at(time, from, self.sent == 0 ? 0 : self.sent - 1, std::string_view{"\0", 1},
                        self.sent != 0, *this);
        return;
    }
    if (cursor_.take("probe")) {
        // The next byte alone, which the closed window refuses (RFC 9293, section 3.8.6.1).
        const Payload payload = parse_payload(cursor_, payloads_);
        const std::uint64_t before = self.sent;
        talk.segment_at(time, from, before, payload.bytes, false, *this);
        self.sent = before;
        self.stream.resize(static_cast<std::size_t>(before));
        return;
    }
    if (cursor_.take("ack")) {
        std::optional<std::uint64_t> number;
        if (!cursor_.statement_ends()) {
            number = cursor_.number(0xFFFF'FFFF);
        }
        talk.bare(time, from, flag::ack, *this, number);
        return;
    }
    const Payload payload = parse_payload(cursor_, payloads_);
    std::uint8_t flags = 0;
    while (cursor_.ok() && !cursor_.statement_ends()) {
        if (cursor_.take("fin")) {
            flags |= flag::fin;
        } else if (cursor_.take("rst")) {
            flags |= flag::rst;
        } else {
            cursor_.fail("expected bytes, a $ packet, fin or rst");
        }
    }
    if (!cursor_.ok()) {
        return;
    }
    if (!payload.bytes.empty()) {
        talk.send(time, from, payload, flags, *this);
    } else if (flags != 0) {
        talk.bare(time, from, static_cast<std::uint8_t>(flags | flag::ack), *this);
    } else {
        cursor_.fail("nothing to send");
    }
}

void Builder::finish(BuiltCapture& capture)
{
    const auto contains = [](const std::vector<std::uint64_t>& numbers, std::uint64_t number) {
        return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
    };
    std::stable_sort(packets_.begin(), packets_.end(),
                     [](const BuiltPacket& a, const BuiltPacket& b) { return a.time < b.time; });
    if (drop_before_) {
        packets_.erase(std::remove_if(packets_.begin(), packets_.end(),
                                      [&](const BuiltPacket& packet) { return packet.time < *drop_before_; }),
                       packets_.end());
    }
    // A packet moved by k stands after the one that is k numbers higher.
    std::vector<std::pair<std::uint64_t, const BuiltPacket*>> order;
    for (std::uint64_t number = 1; number <= packets_.size(); ++number) {
        if (contains(lost_, number)) {
            continue;
        }
        const auto moved = reordered_.find(number);
        const std::uint64_t place = 2 * (number + (moved == reordered_.end() ? 0 : moved->second))
                                    + (moved == reordered_.end() ? 0 : 1);
        for (int copies = contains(repeated_, number) ? 2 : 1; copies > 0; --copies) {
            order.emplace_back(place, &packets_[number - 1]);
        }
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Timestamp latest = Timestamp::min();
    for (const auto& [place, packet] : order) {
        BuiltPacket recorded = *packet;
        latest = recorded.time = std::max(latest, packet->time);
        recorded.original_length = static_cast<std::uint32_t>(recorded.bytes.size());
        recorded.bytes.resize(std::min<std::size_t>(recorded.bytes.size(), snaplen_));
        capture.packets.push_back(std::move(recorded));
    }
}

} // namespace

Expected<BuiltCapture> build_capture(std::string_view script)
{
    Builder builder{script};
    return builder.build();
}

} // namespace wmclients::testing
