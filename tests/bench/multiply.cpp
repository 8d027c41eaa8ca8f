// Multiplies a recording: writes its long connections again and again under new client addresses, all
// interleaved by time, until the file has the size asked for. The copies lose, reorder and repeat some of the
// server's data. The output is the same for the same arguments.

#include "frames.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <string_view>

namespace {

using bench::fail;

/// A connection of less payload than this from the server is not copied: a Describe, or an error.
constexpr std::uint64_t least_payload = 32U << 10;

struct Frame {
    std::uint64_t time = 0; ///< microseconds since the first frame
    std::size_t begin = 0;  ///< in Recording::bytes
    std::uint32_t size = 0;
    std::uint32_t connection = 0;
    bool from_client = false;
    bool may_fail = false; ///< data of the server, and no message head
    bench::TcpFrame parts;
};

struct Recording {
    std::vector<std::uint8_t> bytes;
    std::vector<Frame> frames;
    std::uint64_t begin = 0; ///< microseconds since 1970
    std::uint32_t connections = 0;
};

/// What becomes of a frame of a copy.
enum class Fate : std::uint8_t { kept, lost, late, repeated };

/// A frame still to be written. Of equal times, the one that was queued first comes first.
struct Event {
    std::uint64_t time;
    std::uint64_t order;
    std::uint32_t copy;
    std::uint32_t frame;
    bool in_turn; ///< the next frame of its copy, and not one that is late or repeated

    bool operator<(const Event& other) const
    {
        return time != other.time ? time > other.time : order > other.order;
    }
};

std::uint32_t get32(const std::uint8_t* at)
{
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::vector<std::uint8_t> read_file(const char* path)
{
    std::FILE* file = std::fopen(path, "rb");
    if (file == nullptr) {
        fail(std::string{path} + ": cannot be read");
    }
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 65'536> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), file)) {
        bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(got));
    }
    std::fclose(file);
    return bytes;
}

/// The frames of all connections that were captured from their SYN and carried enough.
Recording read_recording(const char* path)
{
    struct Found {
        std::uint32_t number = 0;
        std::uint64_t payload = 0; ///< of the server
    };

    Recording recording;
    recording.bytes = read_file(path);
    const std::vector<std::uint8_t>& bytes = recording.bytes;
    if (bytes.size() < 24 || get32(bytes.data()) != 0xA1B2C3D4 || get32(bytes.data() + 20) != 1) {
        fail(std::string{path}
             + ": not a pcap file of Ethernet frames with microseconds, in this byte order");
    }
    std::map<std::string, Found> found; // by the client's address and port, then the server's
    std::vector<const Found*> found_of;
    for (std::size_t at = 24; at + 16 <= bytes.size();) {
        Frame frame;
        frame.time = std::uint64_t{get32(&bytes[at])} * 1'000'000 + get32(&bytes[at + 4]);
        frame.begin = at + 16;
        frame.size = get32(&bytes[at + 8]);
        if (frame.size > bytes.size() - frame.begin) {
            fail(std::string{path} + ": ends within a frame");
        }
        at = frame.begin + frame.size;
        const std::uint8_t* data = bytes.data() + frame.begin;
        const auto parts = bench::parse_tcp(data, frame.size);
        if (!parts || get32(data - 4) != frame.size) {
            continue;
        }
        frame.parts = *parts;
        const auto endpoint = [&](std::size_t address, std::size_t port) {
            return std::string{reinterpret_cast<const char*>(data + address), parts->address_size}
                   + std::string{reinterpret_cast<const char*>(data + port), 2};
        };
        const std::string source = endpoint(parts->source, parts->tcp);
        const std::string destination = endpoint(parts->destination, parts->tcp + 2);
        const std::uint8_t flags = data[parts->tcp + 13];
        auto connection = found.find(source + destination);
        frame.from_client = connection != found.end();
        if (!frame.from_client) {
            connection = found.find(destination + source);
        }
        if (connection == found.end()) {
            if ((flags & 0x12) != 0x02) { // SYN without ACK
                continue;
            }
            frame.from_client = true;
            connection = found.emplace(source + destination, Found{recording.connections++, 0}).first;
        }
        const std::size_t payload = parts->end - parts->payload;
        const std::string_view text{reinterpret_cast<const char*>(data + parts->payload), payload};
        if (!frame.from_client) {
            connection->second.payload += payload;
            frame.may_fail = payload != 0 && text.substr(0, 5) != "HTTP/" && (flags & 0x07) == 0;
        }
        frame.connection = connection->second.number;
        recording.frames.push_back(frame);
    }
    std::vector<bool> wanted(recording.connections);
    recording.connections = 0;
    for (const auto& [key, connection] : found) {
        if (connection.payload >= least_payload) {
            wanted[connection.number] = true;
            ++recording.connections;
        }
    }
    auto& frames = recording.frames;
    frames.erase(std::remove_if(frames.begin(), frames.end(),
                                [&](const Frame& frame) { return !wanted[frame.connection]; }),
                 frames.end());
    if (frames.empty()) {
        fail(std::string{path} + ": has no connection to copy");
    }
    recording.begin = frames.front().time;
    for (Frame& frame : frames) {
        frame.time -= std::min(frame.time, recording.begin);
    }
    return recording;
}

/// Gives the client of a frame the address that it has in a copy.
void readdress(std::uint8_t* frame, const Frame& original, std::uint32_t copy)
{
    const bench::TcpFrame& parts = original.parts;
    std::uint8_t* address = frame + (original.from_client ? parts.source : parts.destination);
    std::uint8_t* tcp_checksum = frame + parts.tcp + 16;
    if (parts.v6) {
        bench::replace16(address + 10, static_cast<std::uint16_t>(copy), {tcp_checksum});
        return;
    }
    std::uint8_t* ip_checksum = frame + 14 + 10;
    // 10.64.0.0/10: sixteen bits between the first byte and the last
    const auto high = static_cast<std::uint16_t>(address[0] * 256U + 64U + (copy >> 8));
    const auto low = static_cast<std::uint16_t>((copy & 0xFFU) << 8 | address[3]);
    bench::replace16(address, high, {ip_checksum, tcp_checksum});
    bench::replace16(address + 2, low, {ip_checksum, tcp_checksum});
}

std::uint64_t number(const char* text)
{
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(text, &end, 10);
    if (end == text || *end != '\0') {
        fail(std::string{text} + ": not a number");
    }
    return value;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 7) {
        fail("usage: multiply RECORDING OUTPUT BYTES (within|every) MICROSECONDS FAULTS\n"
             "  within  all copies begin within this time; every: a copy begins every so often\n"
             "  FAULTS  how many of 10,000 data frames of a copy are lost, late or repeated; the first copy "
             "is "
             "as recorded");
    }
    const Recording recording = read_recording(argv[1]);
    const std::uint64_t size = number(argv[3]);
    const std::uint64_t time = number(argv[5]);
    const std::uint64_t faults = number(argv[6]);
    std::uint64_t copy_size = 0;
    for (const Frame& frame : recording.frames) {
        copy_size += 16 + frame.size;
    }
    if (size == 0) {
        fail("BYTES must not be 0");
    }
    const std::uint64_t copies = (size + copy_size - 1) / copy_size;
    if (copies > 16'384) {
        fail("at most 16,384 copies have addresses of their own; ask for fewer bytes");
    }
    const bool within = std::string_view{argv[4]} == "within";
    const auto copy_begins = [&](std::uint64_t copy) { return within ? time * copy / copies : time * copy; };

    bench::PcapWriter writer{argv[2]};
    std::priority_queue<Event> events;
    std::uint64_t order = 0;
    std::array<std::uint64_t, 4> fates{};
    std::uint32_t begun = 0;
    std::vector<std::uint8_t> bytes;
    while (begun < copies || !events.empty()) {
        if (begun < copies && (events.empty() || copy_begins(begun) <= events.top().time)) {
            events.push({copy_begins(begun), order++, begun, 0, true});
            ++begun;
            continue;
        }
        const Event event = events.top();
        events.pop();
        const Frame& frame = recording.frames[event.frame];
        if (event.in_turn) {
            if (event.frame + 1 < recording.frames.size()) {
                const std::uint64_t next = copy_begins(event.copy) + recording.frames[event.frame + 1].time;
                events.push({next, order++, event.copy, event.frame + 1, true});
            }
            const std::uint64_t random = bench::mix(std::uint64_t{event.copy} << 32 | event.frame);
            Fate fate = Fate::kept;
            if (event.copy != 0 && frame.may_fail && random % 10'000 < faults) {
                fate = static_cast<Fate>(1 + random / 10'000 % 3);
            }
            ++fates[static_cast<std::size_t>(fate)];
            if (fate == Fate::late || fate == Fate::repeated) {
                const std::uint64_t delay = 100 + (random >> 32) % 20'000; // up to 20 ms
                events.push({event.time + delay, order++, event.copy, event.frame, false});
            }
            if (fate == Fate::late || fate == Fate::lost) {
                continue;
            }
        }
        const std::uint8_t* data = recording.bytes.data() + frame.begin;
        bytes.assign(data, data + frame.size);
        if (event.copy != 0) {
            readdress(bytes.data(), frame, event.copy);
        }
        writer.frame(recording.begin + event.time, bytes.data(), frame.size);
    }
    writer.close();
    std::printf("{\"frames\": %llu, \"bytes\": %llu, \"connections\": %llu, \"lost\": %llu, "
                "\"late\": %llu, \"repeated\": %llu}\n",
                static_cast<unsigned long long>(writer.frames()),
                static_cast<unsigned long long>(writer.bytes()),
                static_cast<unsigned long long>(copies * recording.connections),
                static_cast<unsigned long long>(fates[1]), static_cast<unsigned long long>(fates[2]),
                static_cast<unsigned long long>(fates[3]));
    return 0;
}
