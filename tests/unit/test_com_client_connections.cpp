#include <wmclients/com/client_connections.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace test_com_client_connections {

using wmclients::Hresult;
using wmclients::parse_address;
using wmclients::com::ClientConnections;
using wmclients::com::ClientIdentity;
using wmclients::com::ClientProperties;
using wmclients::com::Snapshot;

namespace {

constexpr char16_t canary = 0xDEAD;
constexpr std::uint32_t untouched = 0xABAD'1DEA;

ClientIdentity client(std::string_view address, std::uint16_t port, std::string name)
{
    return {{*parse_address(address), port}, std::move(name)};
}

/// Index 0: a full client; 1: IPv6; 2: a name with a character beyond the BMP; 3: no name.
ClientConnections streaming_sink()
{
    return ClientConnections{
        Snapshot{true,
                 {client("192.168.10.2", 49152, "alice.example"), client("fd78:0:0::40", 80, "bob"),
                  client("10.0.0.1", 1, "\xF0\x9D\x84\x9E!"), // U+1D11E
                  client("10.0.0.1", 65535, "")}}};
}

ClientConnections silent_sink()
{
    return ClientConnections{Snapshot{false, {client("192.168.10.2", 49152, "alice.example")}}};
}

/// A caller's buffer with canaries on both sides, and its length.
class Buffer {
  public:
    explicit Buffer(std::uint32_t length) : length_(length) { memory_.fill(canary); }

    char16_t* begin() { return memory_.data() + margin; }

    std::uint32_t* length() { return &length_; }

    [[nodiscard]] std::uint32_t length_now() const { return length_; }

    /// The whole buffer and its surroundings are as they were.
    [[nodiscard]] bool intact() const
    {
        return std::all_of(memory_.begin(), memory_.end(), [](char16_t unit) { return unit == canary; });
    }

    /// Holds exactly `text` and a NUL, and nothing around it has been written.
    [[nodiscard]] bool holds(const std::u16string& text) const
    {
        const auto start = memory_.begin() + margin;
        const auto end = start + static_cast<std::ptrdiff_t>(text.size());
        const auto is_canary = [](char16_t unit) { return unit == canary; };
        return std::equal(start, end, text.begin()) && *end == u'\0'
               && std::all_of(memory_.begin(), start, is_canary)
               && std::all_of(end + 1, memory_.end(), is_canary);
    }

  private:
    static constexpr std::ptrdiff_t margin = 16;
    std::array<char16_t, 512> memory_{};
    std::uint32_t length_;
};

/// The arguments of one GetClientInfo call.
struct Call {
    Buffer address;
    Buffer port;
    Buffer name;

    Call(std::uint32_t address_length, std::uint32_t port_length, std::uint32_t name_length)
        : address(address_length), port(port_length), name(name_length)
    {
    }

    Hresult run(const ClientConnections& sink, std::uint32_t index)
    {
        return sink.get_client_info(index, address.begin(), address.length(), port.begin(), port.length(),
                                    name.begin(), name.length());
    }

    [[nodiscard]] bool lengths_are(std::uint32_t a, std::uint32_t p, std::uint32_t n) const
    {
        return address.length_now() == a && port.length_now() == p && name.length_now() == n;
    }

    [[nodiscard]] bool intact() const { return address.intact() && port.intact() && name.intact(); }
};

} // namespace

TEST_CASE("com/client_connections: GetClientCount counts the clients")
{
    std::uint32_t count = untouched;
    CHECK(streaming_sink().get_client_count(&count) == Hresult::s_ok);
    CHECK(count == 4);
    CHECK(ClientConnections{Snapshot{true, {}}}.get_client_count(&count) == Hresult::s_ok);
    CHECK(count == 0);
}

TEST_CASE("com/client_connections: GetClientCount checks the pointer, then the state")
{
    std::uint32_t count = untouched;
    CHECK(streaming_sink().get_client_count(nullptr) == Hresult::e_invalidarg);
    CHECK(silent_sink().get_client_count(&count) == Hresult::ns_e_invalid_request);
    CHECK(count == untouched);
    CHECK(silent_sink().get_client_count(nullptr) == Hresult::e_invalidarg);
}

TEST_CASE("com/client_connections: GetClientProperties gives address and port as host-order numbers")
{
    ClientProperties properties;
    CHECK(streaming_sink().get_client_properties(0, &properties) == Hresult::s_ok);
    CHECK(properties.ip_address == 0xC0A80A02);
    CHECK(properties.port == 49152);
    CHECK(streaming_sink().get_client_properties(3, &properties) == Hresult::s_ok);
    CHECK(properties.ip_address == 0x0A000001);
    CHECK(properties.port == 65535);
}

TEST_CASE("com/client_connections: GetClientProperties checks pointer, state, index, and touches nothing if "
          "it fails")
{
    ClientProperties properties{untouched, untouched};
    CHECK(streaming_sink().get_client_properties(0, nullptr) == Hresult::e_invalidarg);
    CHECK(streaming_sink().get_client_properties(4, nullptr) == Hresult::e_invalidarg);
    CHECK(silent_sink().get_client_properties(0, nullptr) == Hresult::e_invalidarg);
    CHECK(silent_sink().get_client_properties(0, &properties) == Hresult::ns_e_invalid_request);
    CHECK(silent_sink().get_client_properties(9, &properties) == Hresult::ns_e_invalid_request);
    for (const std::uint32_t index : {4U, 5U, 0x7FFF'FFFFU, 0x8000'0000U, 0xFFFF'FFFFU}) {
        CAPTURE(index);
        CHECK(streaming_sink().get_client_properties(index, &properties) == Hresult::ns_e_invalid_client);
    }
    CHECK(ClientConnections{Snapshot{true, {}}}.get_client_properties(0, &properties)
          == Hresult::ns_e_invalid_client);
    CHECK(properties.ip_address == untouched);
    CHECK(properties.port == untouched);
}

TEST_CASE("com/client_connections: an IPv6 client has info but no properties")
{
    ClientProperties properties{untouched, untouched};
    CHECK(streaming_sink().get_client_properties(1, &properties) == Hresult::ns_e_invalid_client);
    CHECK(properties.ip_address == untouched);
    CHECK(properties.port == untouched);
    Call call{100, 100, 100};
    CHECK(call.run(streaming_sink(), 1) == Hresult::s_ok);
    CHECK(call.address.holds(u"fd78::40"));
    CHECK(call.port.holds(u"80"));
    CHECK(call.name.holds(u"bob"));
}

TEST_CASE("com/client_connections: GetClientInfo asks for lengths, then fills buffers of exactly these")
{
    const ClientConnections sink = streaming_sink();
    std::uint32_t address = 0;
    std::uint32_t port = 0;
    std::uint32_t name = 0;
    CHECK(sink.get_client_info(0, nullptr, &address, nullptr, &port, nullptr, &name) == Hresult::s_ok);
    CHECK(address == 13);
    CHECK(port == 6);
    CHECK(name == 14);
    Call call{address, port, name};
    CHECK(call.run(sink, 0) == Hresult::s_ok);
    CHECK(call.lengths_are(13, 6, 14));
    CHECK(call.address.holds(u"192.168.10.2"));
    CHECK(call.port.holds(u"49152"));
    CHECK(call.name.holds(u"alice.example"));
}

TEST_CASE("com/client_connections: GetClientInfo gives the strings' lengths where there was more room")
{
    Call call{400, 0xFFFF'FFFF, 100};
    CHECK(call.run(streaming_sink(), 0) == Hresult::s_ok);
    CHECK(call.lengths_are(13, 6, 14));
    CHECK(call.address.holds(u"192.168.10.2"));
    CHECK(call.port.holds(u"49152"));
    CHECK(call.name.holds(u"alice.example"));
}

TEST_CASE(
    "com/client_connections: a buffer one too short fails the call, gives all lengths and writes no string")
{
    const std::array<std::array<std::uint32_t, 3>, 8> lengths{{{12, 6, 14},
                                                               {13, 5, 14},
                                                               {13, 6, 13},
                                                               {12, 5, 13},
                                                               {0, 6, 14},
                                                               {13, 0, 14},
                                                               {13, 6, 0},
                                                               {0xFFFF'FFFF, 0xFFFF'FFFF, 13}}};
    for (const auto& given : lengths) {
        CAPTURE(given[0]);
        CAPTURE(given[1]);
        CAPTURE(given[2]);
        Call call{given[0], given[1], given[2]};
        CHECK(call.run(streaming_sink(), 0) == Hresult::asf_e_buffertoosmall);
        CHECK(call.lengths_are(13, 6, 14));
        CHECK(call.intact());
    }
}

TEST_CASE("com/client_connections: NULL buffers ask for their length whatever it says, the others are filled")
{
    const ClientConnections sink = streaming_sink();
    for (unsigned present = 0; present < 8; ++present) {
        for (const std::uint32_t length : {0U, 1U, 0xFFFF'FFFFU}) {
            CAPTURE(present);
            CAPTURE(length);
            const bool has_address = (present & 1) != 0;
            const bool has_port = (present & 2) != 0;
            const bool has_name = (present & 4) != 0;
            Call call{has_address ? 13 : length, has_port ? 6 : length, has_name ? 14 : length};
            CHECK(sink.get_client_info(0, has_address ? call.address.begin() : nullptr, call.address.length(),
                                       has_port ? call.port.begin() : nullptr, call.port.length(),
                                       has_name ? call.name.begin() : nullptr, call.name.length())
                  == Hresult::s_ok);
            CHECK(call.lengths_are(13, 6, 14));
            CHECK((has_address ? call.address.holds(u"192.168.10.2") : call.address.intact()));
            CHECK((has_port ? call.port.holds(u"49152") : call.port.intact()));
            CHECK((has_name ? call.name.holds(u"alice.example") : call.name.intact()));
        }
    }
}

TEST_CASE("com/client_connections: a small buffer beside NULL ones fails the call, too")
{
    Call call{0, 5, 0};
    CHECK(streaming_sink().get_client_info(0, nullptr, call.address.length(), call.port.begin(),
                                           call.port.length(), nullptr, call.name.length())
          == Hresult::asf_e_buffertoosmall);
    CHECK(call.lengths_are(13, 6, 14));
    CHECK(call.intact());
}

TEST_CASE("com/client_connections: GetClientInfo with any NULL length is E_INVALIDARG and touches nothing")
{
    for (const bool streaming : {true, false}) {
        const ClientConnections sink = streaming ? streaming_sink() : silent_sink();
        for (const std::uint32_t index : {0U, 99U}) {
            for (unsigned present = 0; present < 7; ++present) {
                CAPTURE(streaming);
                CAPTURE(index);
                CAPTURE(present);
                Call call{untouched, untouched, untouched};
                CHECK(sink.get_client_info(
                          index, call.address.begin(), (present & 1) != 0 ? call.address.length() : nullptr,
                          call.port.begin(), (present & 2) != 0 ? call.port.length() : nullptr,
                          call.name.begin(), (present & 4) != 0 ? call.name.length() : nullptr)
                      == Hresult::e_invalidarg);
                CHECK(call.lengths_are(untouched, untouched, untouched));
                CHECK(call.intact());
            }
        }
    }
}

TEST_CASE("com/client_connections: GetClientInfo before streaming fails before it looks at index and buffers")
{
    for (const std::uint32_t index : {0U, 1U, 0xFFFF'FFFFU}) {
        Call call{0, 0, 0};
        CHECK(call.run(silent_sink(), index) == Hresult::ns_e_invalid_request);
        CHECK(call.lengths_are(0, 0, 0));
        CHECK(call.intact());
    }
}

TEST_CASE("com/client_connections: GetClientInfo of an index beyond the clients touches nothing")
{
    for (const std::uint32_t index : {4U, 5U, 0x8000'0000U, 0xFFFF'FFFFU}) {
        CAPTURE(index);
        Call call{untouched, 0, 100};
        CHECK(call.run(streaming_sink(), index) == Hresult::ns_e_invalid_client);
        CHECK(call.lengths_are(untouched, 0, 100));
        CHECK(call.intact());
    }
    Call last{100, 100, 100};
    CHECK(last.run(streaming_sink(), 3) == Hresult::s_ok);
}

TEST_CASE("com/client_connections: an unknown name is an empty string of length 1")
{
    Call call{100, 100, 1};
    CHECK(call.run(streaming_sink(), 3) == Hresult::s_ok);
    CHECK(call.lengths_are(9, 6, 1));
    CHECK(call.name.holds(u""));
    Call short_call{100, 100, 0};
    CHECK(short_call.run(streaming_sink(), 3) == Hresult::asf_e_buffertoosmall);
    CHECK(short_call.lengths_are(9, 6, 1));
    CHECK(short_call.intact());
}

TEST_CASE("com/client_connections: a character beyond the BMP counts as two, and is not cut in half")
{
    Call call{100, 100, 4};
    CHECK(call.run(streaming_sink(), 2) == Hresult::s_ok);
    CHECK(call.name.length_now() == 4);
    CHECK(call.name.holds(u"\xD834\xDD1E!"));
    Call short_call{100, 100, 3};
    CHECK(short_call.run(streaming_sink(), 2) == Hresult::asf_e_buffertoosmall);
    CHECK(short_call.intact());
}

TEST_CASE("com/client_connections: a hostile name is repaired and ends at its first NUL")
{
    const ClientConnections sink{Snapshot{
        true,
        {client("10.0.0.1", 1, std::string("a\xFF\0b", 4)), client("10.0.0.2", 2, std::string("\0x", 2))}}};
    Call call{100, 100, 100};
    CHECK(call.run(sink, 0) == Hresult::s_ok);
    CHECK(call.name.length_now() == 3);
    CHECK(call.name.holds(u"a\xFFFD"));
    Call empty{100, 100, 100};
    CHECK(empty.run(sink, 1) == Hresult::s_ok);
    CHECK(empty.name.length_now() == 1);
    CHECK(empty.name.holds(u""));
}

TEST_CASE("com/client_connections: the index follows the snapshot's order")
{
    const ClientConnections sink{Snapshot{true, {client("10.0.0.9", 9, ""), client("10.0.0.1", 1, "")}}};
    ClientProperties properties;
    CHECK(sink.get_client_properties(0, &properties) == Hresult::s_ok);
    CHECK(properties.port == 9);
    CHECK(sink.get_client_properties(1, &properties) == Hresult::s_ok);
    CHECK(properties.port == 1);
}

} // namespace test_com_client_connections
