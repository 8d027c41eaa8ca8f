// Writes a hostile capture, event log, hosts file or ASF file, the same for the same arguments.

#include "attacks/attacks.hpp"
#include "bench/frames.hpp"

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace attack;
    const std::array<std::span<const Attack>, 5> all{on_tcp(), on_packets(), on_http(), on_clients(),
                                                     on_files()};
    if (argc == 4) {
        const std::uint64_t size = std::strtoull(argv[2], nullptr, 10);
        for (const auto& some : all) {
            for (const Attack& attack : some) {
                if (attack.name == argv[1] && size != 0) {
                    attack.write(argv[3], size);
                    return 0;
                }
            }
        }
    }
    std::string usage = "usage: make_attack NAME SIZE OUTPUT\n  NAME is one of";
    for (const auto& some : all) {
        for (const Attack& attack : some) {
            usage += ' ';
            usage += attack.name;
        }
    }
    bench::fail(usage);
}
