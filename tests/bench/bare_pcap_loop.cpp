// The least that reading a capture with libpcap costs: pcap_loop with a callback that counts.

#include <pcap/pcap.h>

#include <cstdint>
#include <cstdio>

namespace {

struct Counts {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
};

void count(unsigned char* user, const pcap_pkthdr* header, const unsigned char*)
{
    auto* counts = reinterpret_cast<Counts*>(user);
    ++counts->frames;
    counts->bytes += header->caplen;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: bare_pcap_loop FILE\n");
        return 2;
    }
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t* capture = pcap_open_offline(argv[1], error);
    if (capture == nullptr) {
        std::fprintf(stderr, "%s\n", error);
        return 1;
    }
    Counts counts;
    if (pcap_loop(capture, -1, count, reinterpret_cast<unsigned char*>(&counts)) < 0) {
        std::fprintf(stderr, "%s\n", pcap_geterr(capture));
        return 1;
    }
    pcap_close(capture);
    std::printf("%llu frames, %llu bytes\n", static_cast<unsigned long long>(counts.frames),
                static_cast<unsigned long long>(counts.bytes));
    return 0;
}
