#include <wmclients/live/sink_table.hpp>
#include <wmclients/timeline/client_list.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <doctest/doctest.h>

namespace test_live_sink_table {

using namespace wmclients;
using namespace wmclients::live;
using timeline::TcpState;

namespace {

TcpSocket listener(const char* local, bool v6_only = false)
{
    TcpSocket socket;
    socket.local = *parse_endpoint(local);
    socket.v6_only = v6_only;
    socket.facts.state = TcpState::listen;
    socket.facts.local_address = socket.local.address;
    return socket;
}

TcpSocket connection(const char* local, const char* peer, TcpState state = TcpState::established)
{
    TcpSocket socket = listener(local);
    socket.peer = *parse_endpoint(peer);
    socket.facts.state = state;
    return socket;
}

std::string sink_of(const std::vector<TcpSocket>& sockets)
{
    const SinkTable table = make_sink_table(sockets, {});
    return table.attached.empty() ? "" : to_string(table.attached.front().sink);
}

} // namespace

TEST_CASE("live/sink_table: attached until the first FIN of either side has been sent")
{
    timeline::SocketFacts facts;
    for (const TcpState state : {TcpState::fin_wait_1, TcpState::fin_wait_2, TcpState::close_wait,
                                 TcpState::last_ack, TcpState::closing, TcpState::time_wait}) {
        facts.state = state;
        facts.unsent_bytes = 0;
        CHECK_FALSE(is_attached(facts));
        facts.unsent_bytes = 100; // of FIN-WAIT-1: its FIN comes after them
        CHECK(is_attached(facts) == (state == TcpState::fin_wait_1));
        facts.unsent_bytes = {}; // an old kernel does not tell
        CHECK_FALSE(is_attached(facts));
    }
    facts.state = TcpState::established;
    CHECK(is_attached(facts));
}

TEST_CASE("live/sink_table: a connection belongs to the listener of its address, else to one of all")
{
    const TcpSocket v4 = connection("10.0.0.1:80", "10.0.0.2:1000");
    const TcpSocket v6 = connection("[fd00::1]:80", "[fd00::2]:1000");
    CHECK(sink_of({listener("[::]:80"), v4}) == "[::]:80");
    CHECK(sink_of({listener("[::]:80", true), v4}).empty());
    CHECK(sink_of({listener("[::]:80", true), v6}) == "[::]:80");
    CHECK(sink_of({listener("0.0.0.0:80"), v6}).empty());
    CHECK(sink_of({listener("[::]:80", true), listener("0.0.0.0:80"), v4}) == "0.0.0.0:80");
    CHECK(sink_of({listener("[::]:80"), listener("10.0.0.1:80"), v4}) == "10.0.0.1:80");
    CHECK(sink_of({listener("[::]:80"), listener("10.0.0.9:80"), v4}) == "[::]:80");
    CHECK(sink_of({listener("10.0.0.9:80"), v4}).empty());
    CHECK(sink_of({listener("[::]:81"), v4}).empty());
}

TEST_CASE(
    "live/sink_table: what is no client is counted, listeners are told once, rows are by address and port")
{
    const SinkTable table =
        make_sink_table({connection("10.0.0.1:80", "10.0.0.2:900"), listener("[::]:80"), listener("[::]:80"),
                         connection("10.0.0.1:80", "10.0.0.2:80"), connection("10.0.0.1:80", "9.0.0.2:1000"),
                         connection("10.0.0.1:80", "10.0.0.3:1", TcpState::close_wait),
                         connection("10.0.0.1:8080", "10.0.0.3:1")},
                        timestamp_from(5, 0));
    CHECK(table.listeners.size() == 1);
    CHECK(table.detached == 1);
    CHECK(table.without_listener == 1);
    std::string peers;
    for (const AttachedSocket& client : table.attached) {
        peers += to_string(client.socket.peer) + " ";
    }
    CHECK(peers == "9.0.0.2:1000 10.0.0.2:80 10.0.0.2:900 ");
}

TEST_CASE("live/sink_table: its events make rows under every policy, and come back from a log")
{
    TcpSocket client = connection("10.0.0.1:80", "10.0.0.2:900");
    client.facts.rtt_us = 1234;
    client.facts.process = "so\xFFrt";
    const SinkTable table = make_sink_table({listener("[::]:80"), client}, timestamp_from(5, 0));
    Caps caps;
    timeline::ClientTimeline told{{}, caps};
    std::vector<std::string> lines;
    timeline::EventLogWriter writer{told, [&](std::string_view line) { lines.emplace_back(line); }};
    timeline::EventFanOut both;
    both.add(writer);
    both.add(told);
    writer.begin("sockets", told.policies());
    tell(table, both);

    timeline::ClientTimeline read{{}, caps};
    timeline::EventLogReader reader{read};
    for (const std::string& line : lines) {
        CHECK(reader.line(line));
    }
    for (const auto* timeline : {&told, &read}) {
        const auto sinks = list_sinks(*timeline, {}, {});
        REQUIRE(sinks.size() == 1);
        REQUIRE(sinks.front().clients.size() == 1);
        const timeline::Client& row = *sinks.front().clients.front();
        CHECK(row.endpoint == client.peer);
        CHECK_FALSE(row.attached.time.has_value());
        CHECK(timeline->local_address_of(row) == client.local.address);
        const timeline::SocketFacts* const facts = timeline->socket_of(row);
        REQUIRE(facts != nullptr);
        CHECK(facts->rtt_us == 1234);
        CHECK_FALSE(facts->bytes_sent.has_value());
        CHECK(facts->process == "so\xFFrt");
        CHECK(facts->state == TcpState::established);
    }
    CHECK_FALSE(reader.line(R"({"type":"socket","connection":1,"address":"10.0.0.2","port":900})"));
    CHECK_FALSE(
        reader.line(R"({"type":"socket","connection":1,"address":"10.0.0.2","port":900,"local_address":)"
                    R"("10.0.0.1","local_port":80,"sink_address":"::","socket":7})"));
}

TEST_CASE("live/sink_table: one process on IPv4 and IPv6 is one sink, two processes are two")
{
    const auto sinks_of = [](std::optional<std::uint64_t> v4, std::optional<std::uint64_t> v6) {
        std::vector<TcpSocket> sockets{listener("0.0.0.0:80"), listener("[::]:80", true)};
        sockets[0].facts.pid = v4;
        sockets[1].facts.pid = v6;
        Caps caps;
        timeline::ClientTimeline timeline{{}, caps};
        tell(make_sink_table(sockets, {}), timeline);
        return list_sinks(timeline, {}, {}).size();
    };
    CHECK(sinks_of(7, 7) == 1);
    CHECK(sinks_of({}, {}) == 1);
    CHECK(sinks_of(7, 8) == 2);
}

TEST_CASE("live/sink_table: facts of a connection that has a row join that row")
{
    Caps caps;
    timeline::ClientTimeline timeline{{}, caps};
    const Endpoint sink = *parse_endpoint("10.0.0.1:80");
    timeline.on(timeline::SinkOpen{sink, {}, {}, {}});
    timeline::PlayStarted play;
    play.connection = 7;
    play.client = *parse_endpoint("10.0.0.2:900");
    play.server = sink;
    timeline.on(play);
    TcpSocket client = connection("10.0.0.1:80", "10.0.0.2:900");
    client.facts.bytes_sent = 99;
    timeline.on(timeline::SocketSeen{7, client.peer, sink, client.facts, {}});
    REQUIRE(timeline.clients().size() == 1);
    REQUIRE(timeline.socket_of(timeline.clients().front()) != nullptr);
    CHECK(timeline.socket_of(timeline.clients().front())->bytes_sent == 99);
}

} // namespace test_live_sink_table
