#include <wmclients/com/live_snapshot.hpp>
#include <wmclients/sink/network_sink.hpp>

#include <doctest/doctest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <support/asf_sample.hpp>
#include <support/tcp_client.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

namespace test_sink_name_lookup {

using namespace wmclients;
using namespace std::chrono_literals;

namespace {

struct Watcher final : timeline::ClientObserver {
    std::atomic<int> changes = 0;

    void properties_changed(const timeline::Client&, const timeline::Moment&) override { ++changes; }
};

/// The system's name for 127.0.0.1; empty if it has none.
std::string name_of_loopback()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::array<char, 256> name{};
    const int result = getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address, name.data(),
                                   name.size(), nullptr, 0, NI_NAMEREQD);
    return result == 0 ? name.data() : "";
}

/// What a client that plays is called, once there is a name or the time is over.
std::string name_of_client(bool resolve_names, Watcher& watcher, std::chrono::milliseconds time)
{
    sink::SinkOptions options;
    options.bind = parse_address("127.0.0.1");
    options.resolve_names = resolve_names;
    sink::NetworkSink sink{options};
    sink.advise(watcher);
    std::uint16_t port = 0;
    REQUIRE(sink.open(port) == Hresult::s_ok);
    const std::string header = testing::sample_asf_header("01234567-89AB-CDEF-0123-456789ABCDEF", 200);
    REQUIRE(sink.on_header(as_bytes(header)) == Hresult::s_ok);
    testing::TcpClient client{port};
    client.send("GET / HTTP/1.0\r\nUser-Agent: NSPlayer/12.0\r\nPragma: xPlayStrm=1\r\n\r\n");
    client.read_until("$H");
    const auto until = std::chrono::steady_clock::now() + time;
    while (watcher.changes == 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(10ms);
    }
    const com::Snapshot snapshot = com::snapshot_of(sink);
    REQUIRE(snapshot.clients.size() == 1);
    sink.unadvise(watcher);
    return snapshot.clients[0].dns_name;
}

} // namespace

TEST_CASE("sink/name_lookup: a client gets the name that the system has for it, and its properties change")
{
    const std::string known = name_of_loopback();
    if (known.empty()) {
        MESSAGE("skipped: this machine has no name for 127.0.0.1");
        return;
    }
    Watcher watcher;
    CHECK(name_of_client(true, watcher, 5s) == known);
    CHECK(watcher.changes == 1);
}

TEST_CASE("sink/name_lookup: nobody is asked unless it is wanted")
{
    Watcher watcher;
    CHECK(name_of_client(false, watcher, 200ms).empty());
    CHECK(watcher.changes == 0);
}

} // namespace test_sink_name_lookup
