#include <fmt/format.h>
#include <support/capture_builder.hpp>

#include <array>
#include <cstdio>

/// Reads a script of README.md from standard input and writes the pcap file to standard output.
int main()
{
    std::string script;
    std::array<char, 1 << 16> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
        script.append(buffer.data(), size);
    }
    const auto capture = wmclients::testing::build_capture(script);
    if (!capture) {
        fmt::print(stderr, "make_capture: {}\n", capture.error().message);
        return 2;
    }
    const auto bytes = capture->pcap();
    return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0 ? 0
                                                                                                          : 4;
}
