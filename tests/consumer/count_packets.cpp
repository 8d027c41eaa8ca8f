#include <wmclients/capture/open_sources.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv)
{
    auto source = wmclients::capture::open_sources(std::vector<std::string>(argv + 1, argv + argc));
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        return 1;
    }
    unsigned long long packets = 0;
    for (wmclients::capture::Packet packet; (*source)->next(packet);) {
        ++packets;
    }
    std::printf("%llu packets\n", packets);
    return (*source)->problems().empty() ? 0 : 1;
}
