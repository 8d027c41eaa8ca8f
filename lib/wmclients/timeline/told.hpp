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
/// WMT_CLIENT_DISCONNECT (33, 38), of the sink that listens on `port`.
struct ClientTold {
    enum class Kind : std::uint8_t { connect, properties, disconnect };

    Kind kind = Kind::connect;
    Endpoint client;
    std::uint16_t port = 0;
    Moment when;
    std::string_view dns_name; ///< empty: unknown
    PacketRef seen;
    /// In a probe's log, where there are no other events: the number of the attachment, from 1, in the order
    /// in which they were first told. Both members of a pair (32 and 37, 33 and 38) have the same. 0: rows
    /// come from other events.
    std::uint64_t row = 0;
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
    bool consistent = true; ///< false: the clients changed while they were asked for
};

} // namespace wmclients::timeline
