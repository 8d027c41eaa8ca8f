#include <wmclients/base/hresult.hpp>

#include <fmt/format.h>

#include <array>

namespace wmclients {
namespace {

struct HresultName {
    Hresult value;
    std::string_view name;
};

constexpr std::array names{
    HresultName{Hresult::s_ok, "S_OK"},
    HresultName{Hresult::s_false, "S_FALSE"},
    HresultName{Hresult::e_notimpl, "E_NOTIMPL"},
    HresultName{Hresult::e_nointerface, "E_NOINTERFACE"},
    HresultName{Hresult::e_pointer, "E_POINTER"},
    HresultName{Hresult::e_fail, "E_FAIL"},
    HresultName{Hresult::e_unexpected, "E_UNEXPECTED"},
    HresultName{Hresult::e_outofmemory, "E_OUTOFMEMORY"},
    HresultName{Hresult::e_invalidarg, "E_INVALIDARG"},
    HresultName{Hresult::ns_e_invalid_request, "NS_E_INVALID_REQUEST"},
    HresultName{Hresult::ns_e_network_resource_failure, "NS_E_NETWORK_RESOURCE_FAILURE"},
    HresultName{Hresult::ns_e_invalid_client, "NS_E_INVALID_CLIENT"},
    HresultName{Hresult::ns_e_invalid_index, "NS_E_INVALID_INDEX"},
    HresultName{Hresult::asf_e_buffertoosmall, "ASF_E_BUFFERTOOSMALL"},
    HresultName{Hresult::ns_e_invalid_name, "NS_E_INVALID_NAME"},
    HresultName{Hresult::ns_e_noconnection, "NS_E_NOCONNECTION"},
    HresultName{Hresult::ns_e_cannotconnect, "NS_E_CANNOTCONNECT"},
    HresultName{Hresult::ns_e_network_busy, "NS_E_NETWORK_BUSY"},
    HresultName{Hresult::ns_e_too_many_sess, "NS_E_TOO_MANY_SESS"},
    HresultName{Hresult::ns_e_already_connected, "NS_E_ALREADY_CONNECTED"},
    HresultName{Hresult::ns_e_protocol_mismatch, "NS_E_PROTOCOL_MISMATCH"},
    HresultName{Hresult::ns_e_timeout, "NS_E_TIMEOUT"},
    HresultName{Hresult::ns_e_net_write, "NS_E_NET_WRITE"},
    HresultName{Hresult::ns_e_net_read, "NS_E_NET_READ"},
    HresultName{Hresult::ns_e_internal, "NS_E_INTERNAL"},
    HresultName{Hresult::ns_e_busy, "NS_E_BUSY"},
    HresultName{Hresult::ns_e_network_service_failure, "NS_E_NETWORK_SERVICE_FAILURE"},
    HresultName{Hresult::ns_e_connection_failure, "NS_E_CONNECTION_FAILURE"},
    HresultName{Hresult::ns_e_shutdown, "NS_E_SHUTDOWN"},
    HresultName{Hresult::ns_e_invalid_data, "NS_E_INVALID_DATA"},
    HresultName{Hresult::ns_e_server_not_found, "NS_E_SERVER_NOT_FOUND"},
    HresultName{Hresult::ns_e_duplicate_name, "NS_E_DUPLICATE_NAME"},
    HresultName{Hresult::ns_e_duplicate_address, "NS_E_DUPLICATE_ADDRESS"},
    HresultName{Hresult::ns_e_bad_adapter_address, "NS_E_BAD_ADAPTER_ADDRESS"},
    HresultName{Hresult::ns_e_invalid_port, "NS_E_INVALID_PORT"},
    HresultName{Hresult::ns_e_max_clients, "NS_E_MAX_CLIENTS"},
    HresultName{Hresult::ns_e_not_licensed, "NS_E_NOT_LICENSED"},
    HresultName{Hresult::ns_e_http_disabled, "NS_E_HTTP_DISABLED"},
    HresultName{Hresult::ns_e_invalid_input_format, "NS_E_INVALID_INPUT_FORMAT"},
    HresultName{Hresult::ns_e_invalid_output_format, "NS_E_INVALID_OUTPUT_FORMAT"},
    HresultName{Hresult::ns_e_not_configured, "NS_E_NOT_CONFIGURED"},
    HresultName{Hresult::ns_e_invalidprofile, "NS_E_INVALIDPROFILE"},
    HresultName{Hresult::ns_e_invalid_num_passes, "NS_E_INVALID_NUM_PASSES"},
    HresultName{Hresult::ns_e_invalid_push_template, "NS_E_INVALID_PUSH_TEMPLATE"},
    HresultName{Hresult::ns_e_push_duplicate_publishing_point_name,
                "NS_E_PUSH_DUPLICATE_PUBLISHING_POINT_NAME"},
    HresultName{Hresult::ns_e_port_in_use, "NS_E_PORT_IN_USE"},
    HresultName{Hresult::ns_e_port_in_use_http, "NS_E_PORT_IN_USE_HTTP"},
    HresultName{Hresult::ns_e_unknown_protocol, "NS_E_UNKNOWN_PROTOCOL"},
    HresultName{Hresult::ns_e_bad_request, "NS_E_BAD_REQUEST"},
    HresultName{Hresult::ns_e_server_accessdenied, "NS_E_SERVER_ACCESSDENIED"},
    HresultName{Hresult::ns_e_push_cannotconnect, "NS_E_PUSH_CANNOTCONNECT"},
};

} // namespace

std::string_view hresult_name(Hresult result)
{
    for (const HresultName& known : names) {
        if (known.value == result) {
            return known.name;
        }
    }
    return {};
}

std::string to_string(Hresult result)
{
    const std::string_view name = hresult_name(result);
    const auto value = static_cast<std::uint32_t>(result);
    return name.empty() ? fmt::format("0x{:08X}", value) : fmt::format("{} (0x{:08X})", name, value);
}

} // namespace wmclients
