// Writes a capture of many short Plays: SYN, request, a reply with the ASF header and one small data packet,
// FIN; a thousand connections begin each second. Every client has an endpoint, a client id and a GUID of its
// own. The output is the same for the same arguments.

#include "frames.hpp"

#include <algorithm>
#include <cinttypes>
#include <deque>
#include <string_view>

namespace {

constexpr std::uint64_t begin_time = 1'700'000'000'000'000; ///< microseconds since 1970
constexpr std::uint64_t connection_every = 1'000;           ///< microseconds
constexpr std::uint64_t frame_every = 4'000;
constexpr std::uint32_t frames_a_connection = 9;
constexpr std::uint32_t server_address = 0x0A01'0001;
constexpr std::uint16_t server_port = 8080;

enum Flag : std::uint8_t { fin = 1, syn = 2, psh = 8, ack = 16 };

using Guid = std::array<std::uint8_t, 16>; ///< as on the wire

constexpr Guid header_object{0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11,
                             0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C};
constexpr Guid file_properties_object{0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11,
                                      0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65};
constexpr Guid data_object{0x36, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11,
                           0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C};
constexpr Guid file_id{0x62, 0x65, 0x6E, 0x63, 0x68, 0x6D, 0x61, 0x72,
                       0x6B, 0x20, 0x73, 0x74, 0x72, 0x65, 0x61, 0x6D};

/// Appends an integer in little-endian order, as ASF and MS-WMSP have them.
void little(std::string& out, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i) {
        out += static_cast<char>(value & 0xFF);
        value >>= 8;
    }
}

void guid(std::string& out, const Guid& value)
{
    out.append(reinterpret_cast<const char*>(value.data()), value.size());
}

/// The ASF header of a broadcast: Header, File Properties, and the beginning of the Data object.
std::string asf_header(std::uint32_t packet_size)
{
    std::string out;
    guid(out, header_object);
    little(out, 30 + 104, 8);
    little(out, 1, 4);
    little(out, 0x0201, 2);
    guid(out, file_properties_object);
    little(out, 104, 8);
    guid(out, file_id);
    little(out, 0, 8 * 5); // size, creation date, packets, durations
    little(out, 0, 8);     // preroll
    little(out, 1, 4);     // broadcast
    little(out, packet_size, 4);
    little(out, packet_size, 4);
    little(out, 300'000, 4);
    guid(out, data_object);
    little(out, 50, 8);
    guid(out, file_id);
    little(out, 0, 8);
    little(out, 0x0101, 2);
    return out;
}

/// A `$` packet: framing header and MMS data packet header (MS-WMSP, 2.2.3.1 and 2.2.2).
std::string dollar(char type, std::uint32_t location, const std::string& payload)
{
    std::string out = {'$', type};
    little(out, 8 + payload.size(), 2);
    little(out, location, 4);
    little(out, type == 'H' ? 0x0C00 : 0, 2);
    little(out, 8 + payload.size(), 2);
    return out + payload;
}

constexpr std::array<const char*, 4> agents{"NSPlayer/12.0.19041.1266 WMFSDK/12.0", "NSPlayer/7.10.0.3059",
                                            "NSPlayer/4.1.0.3856", "NSPlayer/11.0.5721.5275 WMFSDK/11.0"};

std::string request(std::uint64_t number)
{
    const std::uint64_t random = bench::mix(number);
    std::array<char, 512> text{};
    const int length = std::snprintf(
        text.data(), text.size(),
        "GET / HTTP/1.0\r\nAccept: */*\r\nUser-Agent: %s\r\nHost: 10.1.0.1:8080\r\n"
        "Pragma: no-cache,rate=1.000000,stream-time=0,stream-offset=0:0,request-context=2,max-duration=0\r\n"
        "Pragma: xClientGUID={%08" PRIX32 "-%04" PRIX32 "-4%03" PRIX32 "-8%03" PRIX32 "-%012" PRIX64 "}\r\n"
        "Pragma: xPlayStrm=1\r\nPragma: stream-switch-count=1\r\n"
        "Pragma: stream-switch-entry=ffff:1:0\r\n\r\n",
        agents[number % agents.size()], static_cast<std::uint32_t>(random),
        static_cast<std::uint32_t>(random >> 32) & 0xFFFF, static_cast<std::uint32_t>(random >> 48) & 0xFFF,
        static_cast<std::uint32_t>(random >> 52) & 0xFFF, number & 0xFFFF'FFFF'FFFF);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string reply(std::uint64_t number)
{
    std::string text = "HTTP/1.0 200 OK\r\nContent-Type: application/x-mms-framed\r\nServer: "
                       "Cougar/9.01.01.3814\r\nCache-Control: no-cache\r\nPragma: no-cache\r\nPragma: "
                       "client-id="
                       + std::to_string(number + 1) + "\r\nPragma: features=\"broadcast\"\r\n\r\n";
    static const std::string body =
        dollar('H', 0, asf_header(256)) + dollar('D', 0, std::string(256, '\x55'));
    return text + body;
}

/// A connection and how far it is.
struct Connection {
    std::uint64_t number = 0;
    std::uint32_t step = 0;
    std::uint64_t next = 0; ///< microseconds
    std::uint32_t client_sequence = 0;
    std::uint32_t server_sequence = 0;
};

void write_segment(bench::PcapWriter& writer, Connection& connection, bool from_client, std::uint8_t flags,
                   std::string_view payload)
{
    std::array<std::uint8_t, 1514> frame{};
    const auto client_address = static_cast<std::uint32_t>(0x0A40'0000 + connection.number / 16);
    const auto client_port = static_cast<std::uint16_t>(49'152 + connection.number % 16);
    const std::size_t size = 54 + payload.size();
    std::uint8_t* ip = frame.data() + 14;
    std::uint8_t* tcp = ip + 20;
    frame[from_client ? 5 : 11] = 1; // 02:00:00:00:00:01 is the server
    frame[from_client ? 11 : 5] = 2;
    frame[0] = frame[6] = 2;
    bench::put16(&frame[12], 0x0800);
    ip[0] = 0x45;
    bench::put16(ip + 2, static_cast<std::uint32_t>(size - 14));
    ip[8] = 64;
    ip[9] = 6;
    bench::put32(ip + 12, from_client ? client_address : server_address);
    bench::put32(ip + 16, from_client ? server_address : client_address);
    bench::put16(ip + 10, ~bench::sum16(ip, 20));
    bench::put16(tcp, from_client ? client_port : server_port);
    bench::put16(tcp + 2, from_client ? server_port : client_port);
    std::uint32_t& sequence = from_client ? connection.client_sequence : connection.server_sequence;
    bench::put32(tcp + 4, sequence);
    if ((flags & ack) != 0) {
        bench::put32(tcp + 8, from_client ? connection.server_sequence : connection.client_sequence);
    }
    tcp[12] = 5 << 4;
    tcp[13] = flags;
    bench::put16(tcp + 14, 65'535);
    std::copy(payload.begin(), payload.end(), tcp + 20);
    const auto tcp_size = static_cast<std::uint32_t>(size - 34);
    bench::put16(tcp + 16, ~bench::sum16(tcp, tcp_size, bench::sum16(ip + 12, 8, 6 + tcp_size)));
    sequence += static_cast<std::uint32_t>(payload.size()) + ((flags & (syn | fin)) != 0 ? 1 : 0);
    writer.frame(connection.next, frame.data(), static_cast<std::uint32_t>(size));
}

void write_step(bench::PcapWriter& writer, Connection& connection)
{
    switch (connection.step) {
    case 0:
        connection.client_sequence = static_cast<std::uint32_t>(bench::mix(connection.number));
        connection.server_sequence = static_cast<std::uint32_t>(bench::mix(~connection.number));
        write_segment(writer, connection, true, syn, {});
        break;
    case 1:
        write_segment(writer, connection, false, syn | ack, {});
        break;
    case 2:
        write_segment(writer, connection, true, ack, {});
        break;
    case 3:
        write_segment(writer, connection, true, psh | ack, request(connection.number));
        break;
    case 4:
        write_segment(writer, connection, false, psh | ack, reply(connection.number));
        break;
    case 5:
        write_segment(writer, connection, true, ack, {});
        break;
    case 6:
        write_segment(writer, connection, true, fin | ack, {});
        break;
    case 7:
        write_segment(writer, connection, false, fin | ack, {});
        break;
    default:
        write_segment(writer, connection, true, ack, {});
        break;
    }
    ++connection.step;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        bench::fail("usage: short_plays OUTPUT CONNECTIONS");
    }
    const std::uint64_t connections = std::strtoull(argv[2], nullptr, 10);
    if (connections == 0 || connections > 10'000'000) {
        bench::fail("CONNECTIONS must be from 1 to 10,000,000");
    }
    bench::PcapWriter writer{argv[1]};
    // All frames of a connection are equally far apart, so those of one step come in the order of
    // connections.
    std::array<std::deque<Connection>, frames_a_connection> steps;
    std::uint64_t begun = 0;
    for (;;) {
        std::deque<Connection>* next = nullptr;
        for (auto& step : steps) {
            if (!step.empty() && (next == nullptr || step.front().next < next->front().next)) {
                next = &step;
            }
        }
        const std::uint64_t begins = begin_time + begun * connection_every;
        if (begun < connections && (next == nullptr || begins < next->front().next)) {
            steps[0].push_back(Connection{begun++, 0, begins, 0, 0});
            continue;
        }
        if (next == nullptr) {
            break;
        }
        Connection connection = next->front();
        next->pop_front();
        write_step(writer, connection);
        if (connection.step < frames_a_connection) {
            connection.next += frame_every;
            steps[connection.step].push_back(connection);
        }
    }
    writer.close();
    std::printf("{\"frames\": %llu, \"bytes\": %llu, \"connections\": %llu}\n",
                static_cast<unsigned long long>(writer.frames()),
                static_cast<unsigned long long>(writer.bytes()), static_cast<unsigned long long>(begun));
    return 0;
}
