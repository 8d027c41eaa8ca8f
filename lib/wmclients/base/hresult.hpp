#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wmclients {

/// A COM result. Any 32-bit value may occur; the enumerators are those with a name here.
///
/// Values are those of winerror.h, nserror.h and asferr.h of the Windows SDK, meanings those of [MS-ERREF],
/// shortened. Convert to Windows' HRESULT with static_cast.
enum class Hresult : std::uint32_t {
    // General.
    s_ok = 0x0000'0000,          ///< success
    s_false = 0x0000'0001,       ///< success with a reservation
    e_notimpl = 0x8000'4001,     ///< not implemented
    e_nointerface = 0x8000'4002, ///< no such interface
    e_pointer = 0x8000'4003,     ///< invalid pointer
    e_fail = 0x8000'4005,        ///< unspecified failure
    e_unexpected = 0x8000'FFFF,  ///< unexpected failure
    e_outofmemory = 0x8007'000E, ///< out of memory
    e_invalidarg = 0x8007'0057,  ///< invalid argument

    // Documented for the sink.
    ns_e_invalid_request = 0xC00D'002B,          ///< request not valid in the current state
    ns_e_network_resource_failure = 0xC00D'0028, ///< a network resource could not be acquired
    ns_e_invalid_client = 0xC00D'003F,           ///< cannot find the client specified
    ns_e_invalid_index = 0xC00D'0011,            ///< index not valid
    asf_e_buffertoosmall = 0xC00D'07D1,          ///< supplied buffer too small
    ns_e_invalid_name = 0xC00D'001C,             ///< name syntax incorrect

    // Neighbours, of readers and servers, worth naming in a log.
    ns_e_noconnection = 0xC00D'0005,            ///< no connection to the server
    ns_e_cannotconnect = 0xC00D'0006,           ///< cannot connect to the server
    ns_e_network_busy = 0xC00D'000E,            ///< network busy
    ns_e_too_many_sess = 0xC00D'000F,           ///< server's session limit exceeded
    ns_e_already_connected = 0xC00D'0010,       ///< connection already exists
    ns_e_protocol_mismatch = 0xC00D'0012,       ///< no protocol or version in common
    ns_e_timeout = 0xC00D'0013,                 ///< server did not answer in time
    ns_e_net_write = 0xC00D'0014,               ///< error writing to the network
    ns_e_net_read = 0xC00D'0015,                ///< error reading from the network
    ns_e_internal = 0xC00D'0024,                ///< unknown error
    ns_e_busy = 0xC00D'0025,                    ///< resource in use
    ns_e_network_service_failure = 0xC00D'0027, ///< network service provider failed
    ns_e_connection_failure = 0xC00D'0029,      ///< network connection failed
    ns_e_shutdown = 0xC00D'002A,                ///< session being ended locally
    ns_e_invalid_data = 0xC00D'002F,            ///< invalid or corrupt data
    ns_e_server_not_found = 0xC00D'0035,        ///< server not found
    ns_e_duplicate_name = 0xC00D'0036,          ///< name already in use
    ns_e_duplicate_address = 0xC00D'0037,       ///< address already in use
    ns_e_bad_adapter_address = 0xC00D'0039,     ///< adapter address invalid
    ns_e_invalid_port = 0xC00D'0043,            ///< port not valid
    ns_e_max_clients = 0xC00D'0049,             ///< client limit cannot be exceeded
    ns_e_not_licensed = 0xC00D'00CD,            ///< application not licensed for the feature
    ns_e_http_disabled = 0xC00D'00D3,           ///< HTTP not enabled
    ns_e_invalid_input_format = 0xC00D'0BB8,    ///< input media format invalid
    ns_e_invalid_output_format = 0xC00D'0BBB,   ///< output media format invalid
    ns_e_not_configured = 0xC00D'0BBC,          ///< object must be fully configured first
    ns_e_invalidprofile = 0xC00D'0BC6,          ///< profile invalid
    ns_e_invalid_num_passes =
        0xC00D'0BD5, ///< wrong number of preprocessing passes (nothing to do with clients)
    ns_e_invalid_push_template = 0xC00D'151A,                ///< push template invalid
    ns_e_push_duplicate_publishing_point_name = 0xC00D'1520, ///< publishing point name already in use
    ns_e_port_in_use = 0xC00D'158A,                          ///< socket address already in use
    ns_e_port_in_use_http = 0xC00D'158B,                     ///< socket address already in use (HTTP)
    ns_e_unknown_protocol = 0xC00D'2EE0,                     ///< protocol not supported
    ns_e_bad_request = 0xC00D'2EE3,                          ///< server could not understand the request
    ns_e_server_accessdenied = 0xC00D'2EFB,                  ///< server denies access
    ns_e_push_cannotconnect = 0xC00D'2F0B,                   ///< push sink cannot connect to the server
};

/// FAILED() of winerror.h: the severity bit is set. S_FALSE has not failed.
constexpr bool failed(Hresult result)
{
    return (static_cast<std::uint32_t>(result) & 0x8000'0000) != 0;
}

/// "NS_E_INVALID_CLIENT"; empty for a value without a name here.
std::string_view hresult_name(Hresult result);

/// "NS_E_INVALID_CLIENT (0xC00D003F)", or "0xC00D1234" for a value without a name.
std::string to_string(Hresult result);

} // namespace wmclients
