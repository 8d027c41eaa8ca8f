#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wmclients::timeline {

/// The states of a TCP connection (RFC 9293, section 3.3.2), with the numbers that Linux gives them
/// (include/net/tcp_states.h).
enum class TcpState : std::uint8_t {
    established = 1,
    syn_sent,
    syn_received,
    fin_wait_1,
    fin_wait_2,
    time_wait,
    closed,
    close_wait,
    last_ack,
    listen,
    closing,
};

/// "ESTABLISHED", "FIN-WAIT-1": the names of RFC 9293.
std::string_view to_string(TcpState state);
std::optional<TcpState> tcp_state_from(std::string_view text);

/// What the system's socket table says of one TCP connection. What is not there is unknown: an older system
/// tells less, and of sockets that no process has taken over (yet, or any more) there is no owner.
struct SocketFacts {
    TcpState state = TcpState::closed;
    IpAddress local_address;
    std::optional<std::uint64_t> uid;           ///< the owner
    std::optional<std::uint64_t> inode;         ///< its number in /proc/PID/fd
    std::optional<std::uint64_t> pid;           ///< of the process that holds it; the lowest, if several do
    std::string process;                        ///< the name of that process, raw bytes; empty if unknown
    std::optional<std::uint64_t> bytes_sent;    ///< of payload, each time that they were sent
    std::optional<std::uint64_t> bytes_retrans; ///< of them, those sent again
    std::optional<std::uint64_t> bytes_acked;
    std::optional<std::uint64_t> rtt_us; ///< smoothed round-trip time, microseconds
    std::optional<std::uint64_t> rtt_variance_us;
    std::optional<std::uint64_t> retransmits;      ///< segments sent again, in all
    std::optional<std::uint64_t> send_queue_bytes; ///< not acknowledged yet, whether sent or not
    std::optional<std::uint64_t> unsent_bytes;     ///< of them, those not sent yet
    std::optional<std::uint64_t> last_ack_ms;      ///< milliseconds since an ACK came, whatever it said
};

/// A number among the facts: its name in JSON, CSV and the event log.
struct SocketNumber {
    std::string_view name;
    std::optional<std::uint64_t> SocketFacts::*member;
};

inline constexpr std::array socket_numbers{
    SocketNumber{"uid", &SocketFacts::uid},
    SocketNumber{"inode", &SocketFacts::inode},
    SocketNumber{"pid", &SocketFacts::pid},
    SocketNumber{"bytes_sent", &SocketFacts::bytes_sent},
    SocketNumber{"bytes_retrans", &SocketFacts::bytes_retrans},
    SocketNumber{"bytes_acked", &SocketFacts::bytes_acked},
    SocketNumber{"rtt_us", &SocketFacts::rtt_us},
    SocketNumber{"rtt_variance_us", &SocketFacts::rtt_variance_us},
    SocketNumber{"retransmits", &SocketFacts::retransmits},
    SocketNumber{"send_queue_bytes", &SocketFacts::send_queue_bytes},
    SocketNumber{"unsent_bytes", &SocketFacts::unsent_bytes},
    SocketNumber{"last_ack_ms", &SocketFacts::last_ack_ms},
};

/// All but the local address; unknown is null.
Json to_json(const SocketFacts& facts);

/// Reads what to_json() made; empty if there is no state in it.
std::optional<SocketFacts> socket_facts_from_json(const Json& object);

} // namespace wmclients::timeline
