#include <wmclients/base/text.hpp>
#include <wmclients/com/assumptions.hpp>
#include <wmclients/com/client_connections.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace wmclients::com {
namespace {

/// One of GetClientInfo's strings and where the caller wants it.
struct StringOut {
    std::u16string text;
    char16_t* buffer;
    std::uint32_t* length;

    [[nodiscard]] std::uint32_t needed() const { return static_cast<std::uint32_t>(text.size() + 1); }

    [[nodiscard]] bool fits() const { return buffer == nullptr || *length >= needed(); }
};

std::u16string name_text(std::string_view name)
{
    const std::string_view known = name.substr(0, name.find('\0'));
    return to_utf16(known.empty() ? assumptions::unknown_name : known);
}

} // namespace

Hresult ClientConnections::check(bool pointers_ok, Hresult bad_pointer, Hresult bad_state) const
{
    if (pointers_ok && snapshot_.streaming) {
        return Hresult::s_ok;
    }
    const bool pointers_first = assumptions::check_order == assumptions::CheckOrder::pointers_state_index;
    if (!pointers_ok && (pointers_first || snapshot_.streaming)) {
        return bad_pointer;
    }
    return bad_state;
}

const ClientIdentity* ClientConnections::find(std::uint32_t index) const
{
    // An index below the first one wraps to a large position.
    const std::uint32_t position = index - assumptions::first_index;
    return position < snapshot_.clients.size() ? &snapshot_.clients[position] : nullptr;
}

Hresult ClientConnections::get_client_count(std::uint32_t* count) const
{
    const Hresult checked = check(count != nullptr, Hresult::e_invalidarg, Hresult::ns_e_invalid_request);
    if (!failed(checked)) {
        constexpr std::size_t largest = std::numeric_limits<std::uint32_t>::max();
        *count = static_cast<std::uint32_t>(std::min(snapshot_.clients.size(), largest));
    }
    return checked;
}

Hresult ClientConnections::get_client_properties(std::uint32_t index, ClientProperties* properties) const
{
    const Hresult checked =
        check(properties != nullptr, Hresult::e_invalidarg, Hresult::ns_e_invalid_request);
    if (failed(checked)) {
        return checked;
    }
    const ClientIdentity* client = find(index);
    if (client == nullptr) {
        return assumptions::no_such_client;
    }
    if (!client->endpoint.address.is_v4()) {
        return assumptions::properties_of_ipv6;
    }
    properties->ip_address = assumptions::address_number(client->endpoint.address);
    properties->port = assumptions::port_number(client->endpoint.port);
    return Hresult::s_ok;
}

// NOLINTBEGIN(readability-non-const-parameter): the parameters are COM's; some are written through copies
Hresult ClientConnections::get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                                           char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                                           std::uint32_t* cch_dns_name) const
{
    const Hresult checked = check(cch_address != nullptr && cch_port != nullptr && cch_dns_name != nullptr,
                                  assumptions::info_null_length, assumptions::info_before_streaming);
    if (failed(checked)) {
        return checked;
    }
    const ClientIdentity* client = find(index);
    if (client == nullptr) {
        return assumptions::no_such_client;
    }
    std::array strings{
        StringOut{to_utf16(assumptions::address_text(client->endpoint.address)), address, cch_address},
        StringOut{to_utf16(assumptions::port_text(client->endpoint.port)), port, cch_port},
        StringOut{name_text(client->dns_name), dns_name, cch_dns_name},
    };
    if (assumptions::mixed_buffers == assumptions::MixedBuffers::null_means_size_only
        && (address == nullptr || port == nullptr || dns_name == nullptr)) {
        for (StringOut& string : strings) {
            string.buffer = nullptr;
        }
    }
    const bool all_fit =
        std::all_of(strings.begin(), strings.end(), [](const StringOut& string) { return string.fits(); });
    for (const StringOut& string : strings) {
        *string.length = string.needed();
        if (all_fit && string.buffer != nullptr) {
            *std::copy(string.text.begin(), string.text.end(), string.buffer) = u'\0';
        }
    }
    return all_fit ? Hresult::s_ok : assumptions::buffer_too_small;
}

// NOLINTEND(readability-non-const-parameter)

} // namespace wmclients::com
