// What the library reads, in a form that other programs' results can be compared with (run.py):
//
//   stream_bytes packets SOURCE...          a line a packet: number, nanoseconds since 1970, captured and
//   original
//                                           length, link type
//   stream_bytes streams FOLDER SOURCE...   a line a TCP connection: number, client, server, whether its SYN
//   was
//                                           captured, and for each direction (to the server, to the client)
//                                           the delivered bytes and the missing ones; the bytes go to
//                                           FOLDER/NUMBER.up and FOLDER/NUMBER.down, without what is missing

#include <wmclients/capture/open_sources.hpp>
#include <wmclients/dissect/dissector.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace wmclients;
using dissect::Connection;
using dissect::Direction;

/// One direction of a connection, written to a file as it is delivered.
class Stream final : public net::StreamConsumer {
  public:
    void name(std::string name) { name_ = std::move(name); }

    void data(std::uint64_t offset, Bytes bytes, const PacketRef&) override
    {
        if (offset != next_) {
            fmt::print(stderr, "{}: data at {} after {}\n", name_, offset, next_);
        }
        next_ = offset + bytes.size();
        delivered += bytes.size();
        if (!file_) {
            file_.reset(std::fopen(name_.c_str(), "wb"));
        }
        if (!file_ || std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
            fmt::print(stderr, "{}: cannot be written\n", name_);
        }
    }

    void gap(std::uint64_t offset, std::uint64_t length, net::GapReason, const PacketRef&) override
    {
        if (offset != next_) {
            fmt::print(stderr, "{}: gap at {} after {}\n", name_, offset, next_);
        }
        next_ = offset + length;
        missing += length;
    }

    net::TcpReassembler reassembler;
    std::uint64_t delivered = 0;
    std::uint64_t missing = 0;

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    std::string name_;
    std::uint64_t next_ = 0;
    std::unique_ptr<std::FILE, Close> file_;
};

/// Reassembles every connection that the dissector recognises, beside it: from its first packet if that is
/// the SYN, otherwise from where it is known which side is the client.
class Writer final : public dissect::Visitor {
  public:
    Writer(std::string folder, Caps& caps) : folder_(std::move(folder)), context_{caps, {}, 0} {}

    [[nodiscard]] dissect::Wants wants() const override { return {.segments = true}; }

    void segment(const Connection& connection, Direction direction, const net::Segment& segment) override
    {
        auto& streams = open_[connection.id];
        if (!streams) {
            streams = std::make_unique<Streams>();
            streams->up.name(fmt::format("{}/{}.up", folder_, connection.id));
            streams->down.name(fmt::format("{}/{}.down", folder_, connection.id));
        }
        const bool up = direction == Direction::to_server;
        Stream& own = up ? streams->up : streams->down;
        Stream& other = up ? streams->down : streams->up;
        net::Segment data = segment;
        if (segment.has(net::tcp_flag::syn)) {
            if (!own.reassembler.started()) {
                own.reassembler.open(segment.sequence);
            }
            ++data.sequence; // the SYN takes the first sequence number (RFC 9293, section 3.4)
        }
        if (segment.has(net::tcp_flag::ack) && !segment.has(net::tcp_flag::rst)) {
            other.reassembler.acknowledge(segment.acknowledgment, segment.ref, other, context_);
        }
        own.reassembler.segment(data, own, context_);
    }

    void connection_end(const Connection& connection, dissect::ConnectionEnd, const PacketRef& ref) override
    {
        const auto found = open_.find(connection.id);
        if (found == open_.end()) {
            return;
        }
        Streams& streams = *found->second;
        streams.up.reassembler.finish(ref, streams.up, context_);
        streams.down.reassembler.finish(ref, streams.down, context_);
        fmt::print("{} {} {} {} {} {} {} {}\n", connection.id, to_string(connection.client),
                   to_string(connection.server), connection.syn_seen ? "syn" : "-", streams.up.delivered,
                   streams.up.missing, streams.down.delivered, streams.down.missing);
        open_.erase(found);
    }

  private:
    struct Streams {
        Stream up;
        Stream down;
    };

    std::string folder_;
    net::ReassemblyContext context_;
    std::map<std::uint64_t, std::unique_ptr<Streams>> open_;
};

int read(capture::PacketSource& source, dissect::Dissector* dissector)
{
    capture::Packet packet;
    while (source.next(packet)) {
        if (dissector != nullptr) {
            dissector->packet(packet);
        } else {
            fmt::print("{} {} {} {} {}\n", packet.ref.number, packet.ref.time.time_since_epoch().count(),
                       packet.data.size(), packet.original_length, static_cast<std::uint32_t>(packet.link));
        }
    }
    for (const Error& problem : source.problems()) {
        fmt::print(stderr, "stream_bytes: {}\n", problem.message);
    }
    if (dissector != nullptr) {
        dissector->finish();
    }
    return source.problems().empty() ? 0 : 3;
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::size_t first = arguments.empty() ? 0 : arguments.front() == "packets" ? 1 : 2;
    if (first == 0 || arguments.size() <= first || (first == 2 && arguments.front() != "streams")) {
        fmt::print(stderr,
                   "usage: stream_bytes packets SOURCE...\n       stream_bytes streams FOLDER SOURCE...\n");
        return 2;
    }
    auto source =
        capture::open_sources({arguments.begin() + static_cast<std::ptrdiff_t>(first), arguments.end()}, {});
    if (!source) {
        fmt::print(stderr, "stream_bytes: {}\n", source.error().message);
        return 3;
    }
    if (first == 1) {
        return read(**source, nullptr);
    }
    Caps caps;
    Writer writer{arguments[1], caps};
    dissect::Dissector dissector{writer, caps};
    return read(**source, &dissector);
}
