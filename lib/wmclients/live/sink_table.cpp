#include <wmclients/live/sink_table.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace wmclients::live {

using timeline::TcpState;

namespace {

using Listeners = std::map<Endpoint, Listener>;

/// The listener that took a connection with this local end; null if none did.
const Listener* listener_of(const Endpoint& local, const Listeners& listeners)
{
    static const IpAddress any_v6{};
    static constexpr std::array<std::uint8_t, 4> zeros{};
    static const IpAddress any_v4 = IpAddress::v4(zeros.data());
    const bool v4 = local.address.is_v4();
    for (const IpAddress& address : {local.address, v4 ? any_v4 : any_v6, any_v6}) {
        const auto found = listeners.find({address, local.port});
        if (found != listeners.end() && (address != any_v6 || !v4 || !found->second.v6_only)) {
            return &found->second;
        }
    }
    return nullptr;
}

} // namespace

bool is_attached(const timeline::SocketFacts& facts)
{
    return facts.state == TcpState::established
           || (facts.state == TcpState::fin_wait_1 && facts.unsent_bytes.value_or(0) != 0);
}

SinkTable make_sink_table(const std::vector<TcpSocket>& sockets, Timestamp read_at)
{
    Listeners listeners;
    for (const TcpSocket& socket : sockets) {
        if (socket.facts.state == TcpState::listen) {
            Listener& listener = listeners[socket.local];
            const std::uint64_t pid = socket.facts.pid.value_or(0);
            listener = {socket.local, socket.v6_only,
                        listener.pid == 0 || pid == 0 ? std::max(listener.pid, pid)
                                                      : std::min(listener.pid, pid)};
        }
    }
    SinkTable table;
    table.read_at = read_at;
    for (const auto& [endpoint, listener] : listeners) {
        table.listeners.push_back(listener);
    }
    for (const TcpSocket& socket : sockets) {
        if (socket.facts.state == TcpState::listen) {
            continue;
        }
        const Listener* const listener = listener_of(socket.local, listeners);
        if (listener == nullptr) {
            ++table.without_listener;
        } else if (is_attached(socket.facts)) {
            table.attached.push_back({listener->endpoint, socket});
        } else {
            ++table.detached;
        }
    }
    std::sort(table.attached.begin(), table.attached.end(),
              [](const AttachedSocket& a, const AttachedSocket& b) {
                  return std::tie(a.sink, a.socket.peer, a.socket.local)
                         < std::tie(b.sink, b.socket.peer, b.socket.local);
              });
    return table;
}

void tell(const SinkTable& table, timeline::EventListener& listener)
{
    PacketRef now;
    now.time = table.read_at;
    for (const Listener& sink : table.listeners) {
        listener.on(timeline::SinkOpen{sink.endpoint, {}, {}, now, sink.pid});
    }
    std::uint64_t number = 0;
    for (const AttachedSocket& client : table.attached) {
        listener.on(
            timeline::SocketSeen{++number, client.socket.peer, client.sink, client.socket.facts, now});
    }
}

std::set<Endpoint> tell_before_capture(const SinkTable& table, timeline::EventListener& listener)
{
    constexpr std::uint64_t first_number = std::uint64_t{1} << 52; // exact in a JSON number
    PacketRef now;
    now.time = table.read_at;
    std::set<Endpoint> sinks;
    std::uint64_t number = first_number;
    for (const AttachedSocket& client : table.attached) {
        const Endpoint& sink = client.socket.local;
        if (sinks.insert(sink).second) {
            listener.on(timeline::SinkOpen{sink, {}, {}, now, 0});
        }
        listener.on(timeline::SocketSeen{number++, client.socket.peer, sink, client.socket.facts, now});
    }
    return sinks;
}

} // namespace wmclients::live
