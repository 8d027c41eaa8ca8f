// TCP reassembly alone, by libtins: follows every stream and counts the bytes that come out in order.

#include <tins/tcp_ip/stream_follower.h>
#include <tins/tins.h>

#include <cstdint>
#include <cstdio>
#include <exception>

namespace {

struct Counts {
    std::uint64_t streams = 0;
    std::uint64_t bytes = 0;
};

void follow(const char* path, Counts& counts)
{
    Tins::FileSniffer sniffer{path, "tcp"};
    Tins::TCPIP::StreamFollower follower;
    follower.new_stream_callback([&](Tins::TCPIP::Stream& stream) {
        ++counts.streams;
        stream.auto_cleanup_payloads(true);
        stream.client_data_callback(
            [&](Tins::TCPIP::Stream& with_data) { counts.bytes += with_data.client_payload().size(); });
        stream.server_data_callback(
            [&](Tins::TCPIP::Stream& with_data) { counts.bytes += with_data.server_payload().size(); });
    });
    sniffer.sniff_loop([&](Tins::Packet& packet) {
        follower.process_packet(packet);
        return true;
    });
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: tins_follower FILE\n");
        return 2;
    }
    Counts counts;
    try {
        follow(argv[1], counts);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
        return 1;
    }
    std::printf("%llu streams, %llu bytes\n", static_cast<unsigned long long>(counts.streams),
                static_cast<unsigned long long>(counts.bytes));
    return 0;
}
