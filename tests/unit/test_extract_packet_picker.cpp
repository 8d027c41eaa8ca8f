#include "test_extract_support.hpp"

#include <wmclients/base/caps.hpp>
#include <wmclients/extract/packet_picker.hpp>

#include <doctest/doctest.h>
#include <support/capture_builder.hpp>

#include <algorithm>

namespace test_extract_packet_picker {

using namespace wmclients;
using extract::PickedConnection;
using extract::PickResult;
using testing::MemoryFiles;

namespace {

/// Two connections between the same endpoints, one after the other, and one of somebody else between them.
constexpr std::string_view script = R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
connection b 10.78.0.22:50002 -> 10.78.0.1:8080
connection c 10.78.0.11:50001 -> 10.78.0.1:8080 isn 900000 800000
0.000 a handshake
0.010 a > "GET / HTTP/1.0\r\n\r\n"
0.015 b handshake
0.020 a < "HTTP/1.0 200 OK\r\n\r\n"
0.025 b > "GET / HTTP/1.0\r\n\r\n"
0.030 a close
0.040 c handshake
0.050 c > "GET / HTTP/1.0\r\n\r\n"
)";

struct Picking {
    explicit Picking(std::vector<PickedConnection> wanted, std::size_t room = SIZE_MAX)
        : connections(std::move(wanted))
    {
        const auto built = testing::build_capture(script);
        REQUIRE(built);
        capture = *built;
        files.room = room;
        Caps caps;
        extract::PacketPicker picker{connections, files, caps, results};
        const auto views = capture.views();
        for (const capture::Packet& packet : views) {
            picker.packet(packet);
        }
        picker.finish();
        failed = picker.failed() ? picker.failed()->message : "";
    }

    /// The numbers of the packets in a file, told by their times.
    [[nodiscard]] std::vector<std::size_t> numbers(std::size_t row) const
    {
        std::vector<std::size_t> found;
        const auto& bytes = files.files.at({row, 0}).bytes;
        for (std::size_t at = 24; at < bytes.size(); at += 16 + load_le32(&bytes[at + 8])) {
            const Timestamp time = timestamp_from(load_le32(&bytes[at]), load_le32(&bytes[at + 4]));
            const auto packet = std::find_if(capture.packets.begin(), capture.packets.end(),
                                             [&](const auto& one) { return one.time == time; });
            REQUIRE(packet != capture.packets.end());
            CHECK(load_le32(&bytes[at + 12]) == packet->original_length);
            CHECK(std::equal(packet->bytes.begin(), packet->bytes.end(), &bytes[at + 16]));
            found.push_back(static_cast<std::size_t>(packet - capture.packets.begin()) + 1);
        }
        return found;
    }

    std::vector<PickedConnection> connections;
    testing::BuiltCapture capture;
    MemoryFiles files;
    std::vector<PickResult> results;
    std::string failed;
};

const Endpoint first_client = *parse_endpoint("10.78.0.11:50001");
const Endpoint second_client = *parse_endpoint("10.78.0.22:50002");
const Endpoint server = *parse_endpoint("10.78.0.1:8080");

} // namespace

TEST_CASE("extract/packet_picker: each connection's packets, also where a port is used again")
{
    const auto built = testing::build_capture(script);
    REQUIRE(built);
    const std::size_t count = built->packets.size();
    const Picking all{
        {{1, 1, first_client, server}, {2, 6, second_client, server}, {3, count - 4, first_client, server}}};
    std::vector<std::size_t> every;
    for (std::size_t row = 0; row < 3; ++row) {
        const auto numbers = all.numbers(row);
        CHECK(numbers.size() == all.results[row].packets);
        CHECK(all.results[row].bytes == all.files.files.at({row, 0}).bytes.size());
        CHECK(all.files.files.at({row, 0}).finished);
        every.insert(every.end(), numbers.begin(), numbers.end());
    }
    // What the first connection has after the second one began is still its own.
    CHECK(all.numbers(0).back() > all.numbers(1).front());
    CHECK(all.numbers(0).back() < all.numbers(2).front());
    std::sort(every.begin(), every.end());
    CHECK(every.size() == count);
    CHECK(std::adjacent_find(every.begin(), every.end()) == every.end());
}

TEST_CASE("extract/packet_picker: a connection that nobody asked for ends the one before, by its SYN")
{
    const Picking one{{{1, 1, first_client, server}}};
    const auto numbers = one.numbers(0);
    CHECK(numbers.back() == one.capture.packets.size() - 5);
    // In another order, and without the SYN: the next one begins with its first packet.
    const std::size_t count = one.capture.packets.size();
    const Picking two{{{3, count - 1, first_client, server}, {1, 2, first_client, server}}};
    CHECK(two.numbers(0) == std::vector<std::size_t>{count - 1, count});
    CHECK(two.numbers(1).front() == 2);
    CHECK(two.numbers(1).back() == count - 5);
}

TEST_CASE("extract/packet_picker: a full disk ends it")
{
    const Picking full{{{1, 1, first_client, server}}, 200};
    CHECK(full.failed == "0-0: full");
    CHECK(full.results[0].name.empty());
    CHECK_FALSE(full.files.files.at({0, 0}).finished);
}

} // namespace test_extract_packet_picker
