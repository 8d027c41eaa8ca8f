#include <wmclients/live/socket_table.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <rapidcheck.h>

#include <cstddef>
#include <cstring>

namespace test_live_socket_table {

using namespace wmclients;
using namespace wmclients::live;
using timeline::TcpState;

namespace {

/// A message as the kernel makes it, to be damaged.
struct Message {
    std::vector<std::uint8_t> bytes;

    explicit Message(std::uint8_t family = AF_INET, std::uint8_t state = 1)
    {
        inet_diag_msg head{};
        head.idiag_family = family;
        head.idiag_state = state;
        head.id.idiag_sport = htons(8080);
        head.id.idiag_dport = htons(51000);
        if (family == AF_INET) {
            inet_pton(AF_INET, "10.0.0.1", head.id.idiag_src);
            inet_pton(AF_INET, "10.0.0.2", head.id.idiag_dst);
        } else {
            inet_pton(AF_INET6, "::ffff:10.0.0.1", head.id.idiag_src);
            inet_pton(AF_INET6, "::ffff:10.0.0.2", head.id.idiag_dst);
        }
        head.idiag_wqueue = 4711;
        head.idiag_uid = 1000;
        head.idiag_inode = 42;
        append(&head, sizeof head);
    }

    void append(const void* from, std::size_t size)
    {
        const auto* const begin = static_cast<const std::uint8_t*>(from);
        bytes.insert(bytes.end(), begin, begin + size);
    }

    /// An attribute whose length field says `says`, with `payload` behind it.
    Message& attribute(std::uint16_t type, const std::vector<std::uint8_t>& payload, std::uint16_t says)
    {
        const nlattr head{says, type};
        append(&head, sizeof head);
        append(payload.data(), payload.size());
        bytes.resize((bytes.size() + 3) / 4 * 4);
        return *this;
    }

    Message& attribute(std::uint16_t type, const std::vector<std::uint8_t>& payload)
    {
        return attribute(type, payload, static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()));
    }
};

std::vector<std::uint8_t> info(std::size_t size = sizeof(tcp_info))
{
    tcp_info value{};
    value.tcpi_rtt = 1500;
    value.tcpi_total_retrans = 3;
    value.tcpi_last_ack_recv = 12;
    value.tcpi_notsent_bytes = 700;
    value.tcpi_bytes_acked = 1ULL << 40;
    value.tcpi_bytes_sent = (1ULL << 40) + 5;
    std::vector<std::uint8_t> bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    bytes.resize(size);
    return bytes;
}

} // namespace

TEST_CASE("live/socket_table: a message of the kernel")
{
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        const auto socket = parse_diag_message(Message{family}.attribute(INET_DIAG_INFO, info()).bytes);
        REQUIRE(socket.has_value());
        CHECK(to_string(socket->local) == "10.0.0.1:8080");
        CHECK(to_string(socket->peer) == "10.0.0.2:51000");
        CHECK(socket->facts.state == TcpState::established);
        CHECK(socket->facts.uid == 1000);
        CHECK(socket->facts.inode == 42);
        CHECK(socket->facts.send_queue_bytes == 4711);
        CHECK(socket->facts.rtt_us == 1500);
        CHECK(socket->facts.retransmits == 3);
        CHECK(socket->facts.last_ack_ms == 12);
        CHECK(socket->facts.unsent_bytes == 700);
        CHECK(socket->facts.bytes_acked == 1ULL << 40);
        CHECK(socket->facts.bytes_sent == (1ULL << 40) + 5);
    }
}

TEST_CASE("live/socket_table: an older kernel's tcp_info is shorter, and what is missing unknown")
{
    const auto at = [](std::size_t size) {
        return parse_diag_message(Message{}.attribute(INET_DIAG_INFO, info(size)).bytes)->facts;
    };
    const auto until_retrans = at(offsetof(tcp_info, tcpi_pacing_rate)); // Linux 2.6
    CHECK(until_retrans.rtt_us == 1500);
    CHECK(until_retrans.retransmits == 3);
    CHECK_FALSE(until_retrans.bytes_acked.has_value());
    CHECK_FALSE(until_retrans.unsent_bytes.has_value());
    const auto cut = at(offsetof(tcp_info, tcpi_bytes_acked) + 7);
    CHECK_FALSE(cut.bytes_acked.has_value());
    CHECK_FALSE(at(0).rtt_us.has_value());
    CHECK(at(0).inode == 42);
    const auto without = parse_diag_message(Message{}.bytes);
    REQUIRE(without.has_value());
    CHECK_FALSE(without->facts.rtt_us.has_value());
}

TEST_CASE("live/socket_table: nobody owns a socket without an inode; a listener's queue is no queue")
{
    Message orphan;
    std::memset(orphan.bytes.data() + offsetof(inet_diag_msg, idiag_inode), 0, 4);
    const auto socket = parse_diag_message(orphan.bytes);
    REQUIRE(socket.has_value());
    CHECK_FALSE(socket->facts.inode.has_value());
    CHECK_FALSE(socket->facts.uid.has_value());
    const auto listener = parse_diag_message(Message{AF_INET6, static_cast<std::uint8_t>(TcpState::listen)}
                                                 .attribute(INET_DIAG_SKV6ONLY, {1})
                                                 .bytes);
    REQUIRE(listener.has_value());
    CHECK(listener->v6_only);
    CHECK_FALSE(listener->facts.send_queue_bytes.has_value());
}

TEST_CASE("live/socket_table: what is not well-formed is nothing")
{
    CHECK_FALSE(parse_diag_message({}).has_value());
    CHECK_FALSE(parse_diag_message(Message{AF_UNIX}.bytes).has_value());
    CHECK_FALSE(parse_diag_message(Message{AF_INET, 0}.bytes).has_value());
    CHECK_FALSE(parse_diag_message(Message{AF_INET, 200}.bytes).has_value());
    for (const unsigned says : {0U, 1U, 3U, 9U, 600U, 65535U}) {
        CHECK_FALSE(
            parse_diag_message(
                Message{}.attribute(INET_DIAG_INFO, {1, 2, 3, 4}, static_cast<std::uint16_t>(says)).bytes)
                .has_value());
    }
    const auto whole =
        Message{AF_INET6}.attribute(INET_DIAG_SKV6ONLY, {1}).attribute(INET_DIAG_INFO, info()).bytes;
    REQUIRE(parse_diag_message(whole).has_value());
    const std::size_t head = sizeof(inet_diag_msg);
    const std::size_t first = head + 8;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const bool between =
            size == head || (size >= first - 3 && size <= first); // only the padding is missing
        CHECK(parse_diag_message(cut).has_value() == between);
    }
}

TEST_CASE("live/socket_table: any bytes after the head, and the head changed at will")
{
    rc::check("no reading beyond the message", [](const std::vector<std::uint8_t>& noise) {
        Message message{AF_INET6};
        message.append(noise.data(), noise.size());
        static_cast<void>(parse_diag_message(message.bytes));
        std::vector<std::uint8_t> changed = Message{}.attribute(INET_DIAG_INFO, info()).bytes;
        for (std::size_t i = 0; i + 1 < noise.size(); i += 2) {
            changed[noise[i] % changed.size()] = noise[i + 1];
        }
        static_cast<void>(parse_diag_message(changed));
    });
}

} // namespace test_live_socket_table
