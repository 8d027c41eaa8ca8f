#include <wmclients/live/socket_owners.hpp>
#include <wmclients/live/socket_table.hpp>

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

namespace wmclients::live {
namespace {

using timeline::SocketFacts;
using timeline::TcpState;

/// A dump during which the table changed under the kernel's hands (NLM_F_DUMP_INTR) is read again.
constexpr int most_attempts = 5;

/// The kernel fills at most 32 KiB a datagram (netlink_dump()).
constexpr std::size_t datagram_size = 64U << 10;

struct CloseSocket {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

using Netlink = std::unique_ptr<mnl_socket, CloseSocket>;

template <typename Struct>
Struct load(const void* at)
{
    Struct value{};
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// What comes behind `length` bytes and the padding after them.
Bytes behind(Bytes bytes, std::size_t length)
{
    constexpr std::size_t unit = MNL_ALIGNTO;
    return bytes.subspan(std::min((length + unit - 1) / unit * unit, bytes.size()));
}

/// The address of an inet_diag_sockid, in network order.
std::optional<IpAddress> address_from(std::uint8_t family, const void* words)
{
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), words, bytes.size());
    switch (family) {
    case AF_INET:
        return IpAddress::v4(bytes.data());
    case AF_INET6:
        return IpAddress::v6(bytes.data());
    default:
        return {};
    }
}

void take_tcp_info(Bytes bytes, SocketFacts& facts)
{
    tcp_info info{};
    std::memcpy(&info, bytes.data(), std::min(bytes.size(), sizeof info));
    // Empty for a field that the kernel's tcp_info is too short for.
    const auto field = [&](auto member) -> std::optional<std::uint64_t> {
        const auto* const at = reinterpret_cast<const std::uint8_t*>(&(info.*member));
        const auto before = static_cast<std::size_t>(at - reinterpret_cast<const std::uint8_t*>(&info));
        return before + sizeof(info.*member) <= bytes.size() ? std::optional<std::uint64_t>{info.*member}
                                                             : std::nullopt;
    };
    facts.bytes_sent = field(&tcp_info::tcpi_bytes_sent);
    facts.bytes_retrans = field(&tcp_info::tcpi_bytes_retrans);
    facts.bytes_acked = field(&tcp_info::tcpi_bytes_acked);
    facts.rtt_us = field(&tcp_info::tcpi_rtt);
    facts.rtt_variance_us = field(&tcp_info::tcpi_rttvar);
    facts.retransmits = field(&tcp_info::tcpi_total_retrans);
    facts.unsent_bytes = field(&tcp_info::tcpi_notsent_bytes);
    facts.last_ack_ms = field(&tcp_info::tcpi_last_ack_recv);
}

int take_attribute(const nlattr* attribute, void* to)
{
    auto& socket = *static_cast<TcpSocket*>(to);
    const Bytes payload{static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)),
                        mnl_attr_get_payload_len(attribute)};
    switch (mnl_attr_get_type(attribute)) {
    case INET_DIAG_INFO:
        take_tcp_info(payload, socket.facts);
        break;
    case INET_DIAG_SKV6ONLY:
        socket.v6_only = !payload.empty() && payload.front() != 0;
        break;
    default:
        break;
    }
    return MNL_CB_OK;
}

/// Whether attributes follow each other without a gap to the end; mnl_attr_parse_payload() stops silently
/// where they do not.
bool are_whole(Bytes attributes)
{
    while (!attributes.empty()) {
        if (attributes.size() < sizeof(nlattr)) {
            return false;
        }
        const std::size_t length = load<nlattr>(attributes.data()).nla_len;
        if (length < sizeof(nlattr) || length > attributes.size()) {
            return false;
        }
        attributes = behind(attributes, length);
    }
    return true;
}

int take_message(const nlmsghdr* message, void* to)
{
    const Bytes payload{static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(message)),
                        mnl_nlmsg_get_payload_len(message)};
    if (auto socket = parse_diag_message(payload)) {
        static_cast<std::vector<TcpSocket>*>(to)->push_back(std::move(*socket));
    }
    return MNL_CB_OK;
}

/// One dump, on a socket of its own: one that was given up would leave answers behind.
/// @returns 0 or an errno; EINTR: the table changed meanwhile
int dump(std::uint8_t family, std::uint16_t port, std::vector<TcpSocket>& sockets)
{
    const Netlink netlink{mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC)};
    if (!netlink || mnl_socket_bind(netlink.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
        return errno;
    }
    alignas(nlmsghdr) std::array<char, 256> request{};
    nlmsghdr* const header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    auto* const wanted =
        static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
    wanted->sdiag_family = family;
    wanted->sdiag_protocol = IPPROTO_TCP;
    wanted->idiag_ext = 1U << (INET_DIAG_INFO - 1U);
    // What has no socket any more, or not yet (TIME-WAIT, SYN-RECEIVED), is nobody's client.
    for (const TcpState state :
         {TcpState::established, TcpState::fin_wait_1, TcpState::fin_wait_2, TcpState::close_wait,
          TcpState::last_ack, TcpState::closing, TcpState::listen}) {
        wanted->idiag_states |= 1U << static_cast<unsigned>(state);
    }
    wanted->id.idiag_sport = htons(port); // the kernel leaves out all other ports by itself
    if (mnl_socket_sendto(netlink.get(), header, header->nlmsg_len) < 0) {
        return errno;
    }
    alignas(nlmsghdr) std::array<char, datagram_size> datagram; // NOLINT(*-member-init): recv fills it
    for (;;) {
        const ssize_t got = mnl_socket_recvfrom(netlink.get(), datagram.data(), datagram.size());
        if (got < 0 && errno == EINTR) {
            continue; // by a signal
        }
        const int more = got < 0 ? MNL_CB_ERROR
                                 : mnl_cb_run(datagram.data(), static_cast<std::size_t>(got), 0,
                                              mnl_socket_get_portid(netlink.get()), take_message, &sockets);
        if (more == MNL_CB_ERROR) {
            return errno;
        }
        if (more == MNL_CB_STOP) {
            return 0;
        }
    }
}

tl::unexpected<Error> unreadable(int error)
{
    return failure(Error::Kind::unavailable,
                   fmt::format("the kernel's socket table cannot be read: {}{}", std::strerror(error),
                               error == ENOENT ? " (its module tcp_diag is missing)" : ""));
}

} // namespace

std::optional<TcpSocket> parse_diag_message(Bytes payload)
{
    if (payload.size() < sizeof(inet_diag_msg)) {
        return {};
    }
    const auto message = load<inet_diag_msg>(payload.data());
    const Bytes attributes = behind(payload, sizeof(inet_diag_msg));
    const auto local = address_from(message.idiag_family, message.id.idiag_src);
    const auto peer = address_from(message.idiag_family, message.id.idiag_dst);
    const auto state = static_cast<TcpState>(message.idiag_state);
    if (!local || !peer || timeline::to_string(state).empty() || !are_whole(attributes)) {
        return {};
    }
    TcpSocket socket;
    socket.local = {*local, ntohs(message.id.idiag_sport)};
    socket.peer = {*peer, ntohs(message.id.idiag_dport)};
    socket.facts.state = state;
    socket.facts.local_address = *local;
    if (message.idiag_inode != 0) { // else no process has it, and the owner is given as 0
        socket.facts.inode = message.idiag_inode;
        socket.facts.uid = message.idiag_uid;
    }
    if (state != TcpState::listen) { // there it is the longest backlog
        socket.facts.send_queue_bytes = message.idiag_wqueue;
    }
    mnl_attr_parse_payload(attributes.data(), attributes.size(), take_attribute, &socket);
    return socket;
}

Expected<std::vector<TcpSocket>> read_socket_table(const std::set<std::uint16_t>& ports)
{
    std::vector<TcpSocket> sockets;
    for (const std::uint16_t port : ports) {
        for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
            const std::size_t before = sockets.size();
            int error = EINTR;
            for (int attempt = 0; error == EINTR && attempt < most_attempts; ++attempt) {
                sockets.resize(before);
                error = dump(family, port, sockets);
            }
            if (error != 0) {
                return unreadable(error);
            }
        }
    }
    find_owners(sockets);
    return sockets;
}

} // namespace wmclients::live
