// bench_serve_readers PORT CLIENTS WARM_SECONDS MEASURE_SECONDS REPORT_PID: plays a sink's stream CLIENTS
// times at once, on loopback, and prints one JSON line about the time that is measured.
//
// A packet's lateness is by how much later it came, in relation to its own send time, than the earliest
// packet of all clients did: the wire is loopback, so what is left is the server (and this program, which has
// the same processors).

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* request =
    "GET / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: localhost\r\n"
    "Pragma: no-cache,rate=1.000,stream-time=0,stream-offset=0:0,packet-num=4294967295\r\n"
    "Pragma: xPlayStrm=1\r\nPragma: stream-switch-count=2\r\n"
    "Pragma: stream-switch-entry=ffff:1:0 ffff:2:0\r\n\r\n";

/// Bytes of a packet that are looked at: the framing and MMS headers, and of the ASF packet what comes before
/// its send time (error correction data, type flags, lengths of at most four bytes each).
constexpr std::size_t looked_at = 12 + 3 + 2 + 4 + 4 + 4 + 4;

struct Client {
    int socket = -1;
    bool in_body = false;
    std::string head; ///< of the reply
    std::array<std::uint8_t, looked_at> begin{};
    std::size_t have = 0; ///< bytes of the packet so far
    std::size_t size = 0; ///< of the packet; 0: not known yet
    std::uint32_t location = 0;
    bool any = false;
};

struct Totals {
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    std::uint64_t broken = 0; ///< not the packet that should come next
    std::uint64_t ended = 0;
    std::vector<double> offsets; ///< arrival - send time, milliseconds
};

std::uint32_t le32(const std::uint8_t* at)
{
    return std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 | at[0];
}

/// The send time of an ASF data packet (ASF specification 01.20.05, section 5.2).
std::uint32_t send_time(const std::uint8_t* packet)
{
    constexpr std::array<std::size_t, 4> sizes{0, 1, 2, 4};
    std::size_t at = (packet[0] & 0x80) != 0 ? 1U + (packet[0] & 0x0F) : 0;
    const std::uint8_t flags = packet[at];
    at += 2 + sizes[flags >> 5 & 3] + sizes[flags >> 1 & 3] + sizes[flags >> 3 & 3];
    return le32(packet + at);
}

void take_packet(Client& client, Totals& totals, double now, bool measured)
{
    if (client.begin[1] == 'E') {
        return;
    }
    if (client.begin[1] != 'D') {
        return;
    }
    const std::uint32_t location = le32(client.begin.data() + 4);
    if (measured) {
        ++totals.packets;
        totals.lost += client.any ? location - client.location - 1 : 0;
        totals.offsets.push_back(now - send_time(client.begin.data() + 12));
    }
    client.location = location;
    client.any = true;
}

void take(Client& client, const std::uint8_t* bytes, std::size_t size, Totals& totals, double now,
          bool measured)
{
    if (!client.in_body) {
        client.head.append(reinterpret_cast<const char*>(bytes), size);
        const std::size_t end = client.head.find("\r\n\r\n");
        if (end == std::string::npos) {
            return;
        }
        const std::string rest = client.head.substr(end + 4);
        client.in_body = true;
        if (client.head.find(" 200") == std::string::npos) {
            ++totals.broken;
        }
        client.head = {};
        take(client, reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size(), totals, now, measured);
        return;
    }
    while (size != 0) {
        if (client.have < looked_at && (client.size == 0 || client.have < client.size)) {
            const std::size_t wanted =
                client.size == 0 ? 4 - client.have : std::min(looked_at, client.size) - client.have;
            const std::size_t part = std::min(wanted, size);
            std::memcpy(client.begin.data() + client.have, bytes, part);
            client.have += part;
            bytes += part;
            size -= part;
            if (client.size == 0 && client.have == 4) {
                client.size = 4U + client.begin[2] + 256U * client.begin[3];
                if (client.begin[0] != '$') {
                    ++totals.broken;
                }
            }
        } else {
            const std::size_t part = std::min(client.size - client.have, size);
            client.have += part;
            bytes += part;
            size -= part;
        }
        if (client.size != 0 && client.have == client.size) {
            take_packet(client, totals, now, measured);
            client.have = 0;
            client.size = 0;
        }
    }
}

double cpu_seconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Server {
    double cpu = 0;
    double resident_kib = 0;
};

/// From /proc: utime and stime, and VmRSS.
Server look_at(const std::string& pid)
{
    Server server;
    if (std::FILE* file = std::fopen(("/proc/" + pid + "/stat").c_str(), "r")) {
        std::array<char, 2048> text{};
        const std::size_t size = std::fread(text.data(), 1, text.size() - 1, file);
        std::fclose(file);
        text[size] = 0;
        unsigned long user = 0;
        unsigned long system = 0;
        if (const char* after = std::strrchr(text.data(), ')');
            after != nullptr
            && std::sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system)
                   == 2) {
            server.cpu = static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
        }
    }
    if (std::FILE* file = std::fopen(("/proc/" + pid + "/status").c_str(), "r")) {
        std::array<char, 256> line{};
        while (std::fgets(line.data(), line.size(), file) != nullptr) {
            static_cast<void>(std::sscanf(line.data(), "VmRSS: %lf", &server.resident_kib));
        }
        std::fclose(file);
    }
    return server;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::fprintf(stderr,
                     "usage: bench_serve_readers PORT CLIENTS WARM_SECONDS MEASURE_SECONDS SERVER_PID\n");
        return 2;
    }
    const int port = std::atoi(argv[1]);
    const auto count = static_cast<std::size_t>(std::atol(argv[2]));
    const double warm = std::atof(argv[3]);
    const double measure = std::atof(argv[4]);
    const std::string pid = argv[5];
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    const int poll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<Client> clients(count);
    Totals totals;
    const auto begin = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    const Server before = look_at(pid);
    std::vector<std::uint8_t> buffer(256U << 10);
    std::array<epoll_event, 512> events{};
    std::size_t connected = 0;
    double all_connected = -1;
    double measuring_since = -1;
    double cpu_before = 0;
    Server server_before;
    for (;;) {
        // The clients come over a second or two, not all in one moment.
        for (int i = 0; i < 50 && connected < count; ++i) {
            Client& client = clients[connected];
            client.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(static_cast<std::uint16_t>(port));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            if (connect(client.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                std::perror("connect");
                return 1;
            }
            if (write(client.socket, request, std::strlen(request)) < 0) {
                std::perror("write");
                return 1;
            }
            fcntl(client.socket, F_SETFL, O_NONBLOCK);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = connected++;
            epoll_ctl(poll, EPOLL_CTL_ADD, client.socket, &event);
        }
        const double now = elapsed();
        if (connected == count && all_connected < 0) {
            all_connected = now;
        }
        if (all_connected >= 0 && measuring_since < 0 && now > all_connected + warm) {
            measuring_since = now;
            cpu_before = cpu_seconds();
            server_before = look_at(pid);
        }
        const bool measured = measuring_since >= 0;
        if (measured && now > measuring_since + measure) {
            break;
        }
        const int ready =
            epoll_wait(poll, events.data(), static_cast<int>(events.size()), connected < count ? 5 : 50);
        const double arrived = elapsed() * 1000;
        for (int i = 0; i < ready; ++i) {
            Client& client = clients[events[static_cast<std::size_t>(i)].data.u64];
            const auto size = read(client.socket, buffer.data(), buffer.size());
            if (size > 0) {
                totals.bytes += measured ? static_cast<std::uint64_t>(size) : 0;
                take(client, buffer.data(), static_cast<std::size_t>(size), totals, arrived, measured);
            } else if (size == 0 || errno != EAGAIN) {
                ++totals.ended;
                epoll_ctl(poll, EPOLL_CTL_DEL, client.socket, nullptr);
            }
        }
    }
    const Server after = look_at(pid);
    const double seconds = elapsed() - measuring_since;
    auto& offsets = totals.offsets;
    std::sort(offsets.begin(), offsets.end());
    const double first = offsets.empty() ? 0 : offsets.front();
    const auto quantile = [&](double part) {
        return offsets.empty()
                   ? 0.0
                   : offsets[static_cast<std::size_t>(part * static_cast<double>(offsets.size() - 1))]
                         - first;
    };
    const auto late = [&](double milliseconds) {
        return static_cast<std::size_t>(
            offsets.end() - std::upper_bound(offsets.begin(), offsets.end(), first + milliseconds));
    };
    std::printf("{\"clients\":%zu,\"seconds\":%.3f,\"bytes\":%llu,\"packets\":%llu,\"lost\":%llu,\"broken\":%"
                "llu,\"ended\":%llu,"
                "\"server_cpu\":%.3f,\"reader_cpu\":%.3f,\"server_kib_before\":%.0f,\"server_kib\":%.0f,"
                "\"late_500ms\":%zu,\"late_1s\":%zu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f}\n",
                count, seconds, static_cast<unsigned long long>(totals.bytes),
                static_cast<unsigned long long>(totals.packets), static_cast<unsigned long long>(totals.lost),
                static_cast<unsigned long long>(totals.broken), static_cast<unsigned long long>(totals.ended),
                after.cpu - server_before.cpu, cpu_seconds() - cpu_before, before.resident_kib,
                after.resident_kib, late(500), late(1000), quantile(0.5), quantile(0.99), quantile(1));
    return 0;
}
