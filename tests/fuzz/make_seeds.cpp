// make_seeds CAPTURES OUT: seeds of every target from the recordings in a folder, into OUT/TARGET/.

#include <wmclients/capture/open_sources.hpp>
#include <wmclients/dissect/dissector.hpp>
#include <wmclients/session/tracker.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <fuzz/targets.hpp>
#include <support/asf_builder.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

using namespace wmclients;

namespace {

constexpr std::size_t most_seed = 6'000; // bytes; small seeds make a fast fuzzer
constexpr std::size_t most_of_a_stream = 2'500;
constexpr std::uint64_t first_packets = 24; // in a capture file
constexpr std::size_t seeds_a_capture = 4;

std::filesystem::path out;

void write(std::string_view target, const std::string& name, std::string_view content)
{
    std::filesystem::create_directories(out / target);
    std::ofstream{out / target / name, std::ios::binary} << content;
}

void put16(std::string& text, std::size_t value)
{
    text += static_cast<char>(value & 0xFFU);
    text += static_cast<char>(value >> 8U & 0xFFU);
}

/// What both sides of a connection said, as steps of the target `session`, and the client's part as steps of
/// `sink_requests`.
struct Conversation {
    std::string session = std::string(1, '\0') + '\x40';
    std::string requests = std::string(1, '\0');
    std::size_t to_client = 0;

    void add(dissect::Direction direction, std::string_view bytes)
    {
        const bool to_server = direction == dissect::Direction::to_server;
        if (!to_server) {
            bytes = bytes.substr(0, most_of_a_stream - std::min(to_client, most_of_a_stream));
            to_client += bytes.size();
        }
        if (bytes.empty() || session.size() + bytes.size() > most_seed) {
            return;
        }
        session += static_cast<char>(to_server ? 0x00 : 0x10);
        put16(session, bytes.size());
        session += bytes;
        if (to_server) {
            requests += '\x80';
            put16(requests, bytes.size());
            requests += bytes;
        }
    }
};

/// Collects what connections say, DNS messages, and an ASF file out of a stream.
class Collector final : public dissect::Visitor {
  public:
    [[nodiscard]] dissect::Wants wants() const override { return {true, true, false}; }

    void segment(const dissect::Connection& connection, dissect::Direction direction,
                 const net::Segment& segment) override
    {
        conversations[connection.id].add(direction, as_text(segment.payload));
    }

    void asf_header(const dissect::Connection&, Bytes bytes, const PacketRef&) override
    {
        header.assign(bytes.begin(), bytes.end());
    }

    void frame_begin(const dissect::Connection&, const wmsp::Frame& frame) override
    {
        packet.clear();
        in_data_ = frame.id == wmsp::packet_id::data;
    }

    void media(const dissect::Connection&, const wmsp::Frame&, Bytes bytes, const PacketRef&) override
    {
        packet.insert(packet.end(), bytes.begin(), bytes.end());
    }

    void frame_end(const dissect::Connection&, const wmsp::Frame& frame, const PacketRef&) override
    {
        if (in_data_ && frame.complete && !frame.damaged && packets.size() < 4 && header.size() > 50) {
            packets.push_back(packet);
        }
    }

    void datagram(const net::Datagram& datagram) override
    {
        const bool multicast = datagram.source.port == 5353 || datagram.source.port == 5355;
        if (multicast || datagram.source.port == 53) {
            names.push_back(std::string(1, multicast ? '\1' : '\0') + std::string{as_text(datagram.payload)});
        }
    }

    std::map<std::uint64_t, Conversation> conversations;
    std::vector<std::string> names;
    testing::AsfBytes header;
    testing::AsfBytes packet;
    std::vector<testing::AsfBytes> packets;

  private:
    bool in_data_ = false;
};

/// A pcap file with microseconds, little-endian (draft-ietf-opsawg-pcap, section 4).
class PcapText {
  public:
    void add(const capture::Packet& packet)
    {
        if (text_.empty()) {
            put({0xA1B2C3D4, 0x0004'0002, 0, 0, 65535, static_cast<std::uint32_t>(packet.link)});
        }
        const auto micro =
            std::chrono::floor<std::chrono::microseconds>(packet.ref.time).time_since_epoch().count();
        put({static_cast<std::uint32_t>(micro / 1'000'000), static_cast<std::uint32_t>(micro % 1'000'000),
             static_cast<std::uint32_t>(packet.data.size()), packet.original_length});
        text_ += as_text(packet.data);
    }

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    void put(std::initializer_list<std::uint32_t> numbers)
    {
        for (const std::uint32_t number : numbers) {
            put16(text_, number & 0xFFFFU);
            put16(text_, number >> 16U);
        }
    }

    std::string text_;
};

/// The number of a link type in the target `packets`.
char link_index(capture::LinkType link)
{
    switch (link) {
    case capture::LinkType::linux_sll2:
        return 15;
    case capture::LinkType::linux_sll:
        return 10;
    case capture::LinkType::raw:
        return 7;
    default:
        return 0;
    }
}

void write_event_log(const std::string& name, const std::string& source)
{
    auto packets = capture::open_sources({source});
    if (!packets) {
        return;
    }
    Caps caps;
    timeline::ClientTimeline timeline{{}, caps};
    std::string log = std::string(1, '\0');
    timeline::EventLogWriter writer{timeline, [&](std::string_view line) {
                                        if (log.size() + line.size() < most_seed) {
                                            (log += line) += '\n';
                                        }
                                    }};
    timeline.observe(writer);
    timeline::EventFanOut events;
    events.add(writer);
    events.add(timeline);
    session::Tracker tracker{events, caps, {true, nullptr, nullptr}};
    dissect::Dissector dissector{tracker, caps};
    writer.begin("capture", {});
    capture::Packet packet;
    while ((*packets)->next(packet) && log.size() < most_seed) {
        dissector.packet(packet);
    }
    dissector.finish();
    tracker.finish(packet.ref);
    writer.end(Json::object());
    write("event_log", name, log);
}

void take(const std::filesystem::path& folder)
{
    const std::string name = folder.filename();
    auto source = capture::open_sources({folder});
    if (!source) {
        return;
    }
    Collector collector;
    Caps caps;
    dissect::Dissector dissector{collector, caps};
    PcapText file;
    std::string frames = std::string(1, '\0');
    capture::Packet packet;
    while ((*source)->next(packet)) {
        if (packet.ref.number <= first_packets && file.text().size() < most_seed) {
            file.add(packet);
            frames += link_index(packet.link);
            frames += '\1';
            put16(frames, packet.data.size());
            frames += '\0';
            frames += as_text(packet.data);
        }
        dissector.packet(packet);
    }
    dissector.finish();
    write("capture_file", name + ".pcap", std::string(2, '\0') + file.text());
    write("packets", name, frames);
    std::size_t number = 0;
    for (const auto& [id, conversation] : collector.conversations) {
        if (++number > seeds_a_capture) {
            break;
        }
        write("session", name + "-" + std::to_string(number), conversation.session + '\x50' + '\x60');
        write("sink_requests", name + "-" + std::to_string(number), conversation.requests);
    }
    number = 0;
    for (const std::string& message : collector.names) {
        if (++number <= 4 * seeds_a_capture) {
            write("dns_message", name + "-" + std::to_string(number), message);
        }
    }
    if (!collector.packets.empty()) {
        const testing::AsfBytes only{collector.header.begin(), collector.header.end() - 50};
        const auto whole = testing::asf_file(only, collector.packets);
        write("asf_file", name, '\1' + std::string{as_text(whole)});
    }
    write_event_log(name, folder);
}

/// The beginnings of the files as they are: other formats, compressed.
void take_file(const std::filesystem::path& path)
{
    std::ifstream stream{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    text.resize(std::min(text.size(), most_seed));
    const std::string extension = path.extension();
    if (extension == ".jsonl") {
        write("event_log", path.filename(), std::string(1, '\0') + text);
    } else if (extension != ".md" && extension != ".json") {
        write("capture_file", path.filename(), '\1' + std::string(1, '\0') + text);
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: make_seeds CAPTURES OUT\n";
        return 2;
    }
    out = argv[2];
    for (const auto& folder : std::filesystem::directory_iterator{argv[1]}) {
        if (folder.is_directory()) {
            take(folder.path());
            for (const auto& file : std::filesystem::directory_iterator{folder.path()}) {
                take_file(file.path());
            }
        }
    }
    // A segment of each kind of step; libFuzzer finds the rest.
    std::string steps = std::string(1, '\0') + "\x10\x20\x30\x40";
    for (int kind = 0; kind < 8; ++kind) {
        for (const int flags : {0, 8, 16, 32, 64}) {
            steps += static_cast<char>(kind | flags);
            steps += '\x20';
            put16(steps, static_cast<std::size_t>(kind) * 32);
            steps += "\x41\x05";
        }
    }
    write("segments", "steps", steps);
    return 0;
}
