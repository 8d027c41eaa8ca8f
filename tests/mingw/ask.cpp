// ask ENDPOINT <CAPTURE: says how the endpoint reads, what a sink without clients answers, how many packets
// there are.
#include <wmclients/base/endpoint.hpp>
#include <wmclients/capture/file_source.hpp>
#include <wmclients/capture/open_capture.hpp>
#include <wmclients/com/client_connections.hpp>

#include <cstdio>
#include <utility>

int main(int argc, char** argv)
{
    const auto endpoint = wmclients::parse_endpoint(argc > 1 ? argv[1] : "");
    std::puts(endpoint ? wmclients::to_string(*endpoint).c_str() : "not an endpoint");

    wmclients::com::Snapshot sink;
    sink.streaming = true;
    std::uint32_t clients = 1;
    const auto result = wmclients::com::ClientConnections(sink).get_client_count(&clients);
    std::printf("GetClientCount: 0x%08lX, %lu clients\n", static_cast<unsigned long>(result),
                static_cast<unsigned long>(clients));

    auto bytes = wmclients::capture::FileSource::open("-");
    if (!bytes) {
        std::puts(bytes.error().message.c_str());
        return 1;
    }
    auto source = wmclients::capture::open_capture(std::move(*bytes), "standard input");
    if (!source) {
        std::puts(source.error().message.c_str());
        return 1;
    }
    unsigned long packets = 0;
    for (wmclients::capture::Packet packet; (*source)->next(packet);) {
        ++packets;
    }
    std::printf("%lu packets\n", packets);
    return (*source)->problems().empty() ? 0 : 1;
}
