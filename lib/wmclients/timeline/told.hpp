#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/hresult.hpp>
#include <wmclients/base/packet_ref.hpp>
#include <wmclients/timeline/moment.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a sink's owner was told, by its callback and by the query methods: lines of an event log that a
// timeline does not need, but a comparison does.

namespace wmclients::timeline {

/// An event of IWMStatusCallback: WMT_CLIENT_CONNECT (32, 37), WMT_CLIENT_PROPERTIES (42),
/// WMT_CLIENT_DISCONNECT (33, 38).
struct ClientTold {
    enum class Kind : std::uint8_t { connect, properties, disconnect };

    Kind kind = Kind::connect;
    Endpoint client;
    Endpoint server;
    Moment when;
    std::string_view dns_name; ///< empty: unknown
    PacketRef seen;
};

/// What GetClientProperties and GetClientInfo said of one index. Values are meaningful if their call
/// succeeded.
struct ClientAnswer {
    Hresult properties_result = Hresult::s_ok;
    std::uint32_t ip_address = 0; ///< dwIPAddress
    std::uint32_t port = 0;       ///< dwPort
    Hresult info_result = Hresult::s_ok;
    std::string address; ///< UTF-8, as the two below
    std::string port_text;
    std::string dns_name;

    friend bool operator==(const ClientAnswer&, const ClientAnswer&) = default;
};

/// What the query methods said at an instant: of the sink that listens on `port`.
struct SnapshotTaken {
    std::uint16_t port = 0;
    Moment when;
    Hresult count_result = Hresult::s_ok;
    std::uint32_t count = 0;           ///< meaningful if count_result is a success
    std::vector<ClientAnswer> clients; ///< by index
    PacketRef seen;
};

} // namespace wmclients::timeline
