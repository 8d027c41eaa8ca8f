#include "event_record.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/com/assumptions.hpp>
#include <wmclients/timeline/event_log.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <cwchar>
#include <optional>

namespace probe {

using wmclients::Endpoint;
using wmclients::Json;
using wmclients::Timestamp;

namespace {

/// WM_CLIENT_PROPERTIES, as it is; its client, if it names one.
std::optional<Endpoint> put_properties(Json& object, const BYTE* value)
{
    abi::WM_CLIENT_PROPERTIES properties{};
    std::memcpy(&properties, value, sizeof properties);
    object["ip_address"] = properties.dwIPAddress;
    object["dw_port"] = properties.dwPort;
    if (properties.dwIPAddress == 0 || properties.dwPort > 65535) {
        return {};
    }
    return Endpoint{wmclients::com::assumptions::address_of_number(properties.dwIPAddress),
                    static_cast<std::uint16_t>(properties.dwPort)};
}

/// The same of WM_CLIENT_PROPERTIES_EX.
std::optional<Endpoint> put_extended(Json& object, const BYTE* value)
{
    abi::WM_CLIENT_PROPERTIES_EX properties{};
    std::memcpy(&properties.cbSize, value, sizeof properties.cbSize);
    object["size"] = properties.cbSize;
    if (properties.cbSize < sizeof properties) {
        return {}; // another structure: its pointers cannot be trusted
    }
    std::memcpy(&properties, value, sizeof properties);
    object["address_text"] = text_or_null(properties.pwszIPAddress);
    object["port_text"] = text_or_null(properties.pwszPort);
    object["dns_name"] = text_or_null(properties.pwszDNSName);
    const std::string digits = wmclients::get_text(object, "port_text");
    std::uint16_t port = 0;
    const bool read = std::from_chars(digits.data(), digits.data() + digits.size(), port).ec == std::errc{};
    const auto address = wmclients::parse_address(wmclients::get_text(object, "address_text"));
    return address && read ? std::optional{Endpoint{*address, port}} : std::nullopt;
}

std::string_view type_of(abi::WMT_STATUS status)
{
    switch (status) {
    case abi::WMT_CLIENT_CONNECT:
    case abi::WMT_CLIENT_CONNECT_EX:
        return "client_connect";
    case abi::WMT_CLIENT_DISCONNECT:
    case abi::WMT_CLIENT_DISCONNECT_EX:
        return "client_disconnect";
    case abi::WMT_CLIENT_PROPERTIES:
        return "client_properties";
    }
    return "status";
}

} // namespace

Timestamp now()
{
    return std::chrono::time_point_cast<wmclients::Duration>(std::chrono::system_clock::now());
}

std::string hex(DWORD value)
{
    return fmt::format("0x{:08X}", value);
}

std::string utf8(const wchar_t* text)
{
    const std::size_t length = wcsnlen(text, longest_text);
    return wmclients::utf8_from_utf16le({reinterpret_cast<const char*>(text), length * sizeof *text});
}

Json text_or_null(const wchar_t* text)
{
    return text == nullptr ? Json(nullptr) : Json(utf8(text));
}

Json line_of(std::string_view type, Timestamp time)
{
    return wmclients::timeline::event_object(type, {time, 0}, {time, 0});
}

Json event_line(Timestamp time, abi::WMT_STATUS status, HRESULT result, abi::WMT_ATTR_DATATYPE type,
                const BYTE* value, DWORD local_port)
{
    Json told = Json::object();
    told["status"] = static_cast<int>(status);
    told["hresult"] = hex(static_cast<DWORD>(result));
    told["data_type"] = static_cast<int>(type);
    told["dns_name"] = nullptr;
    std::string_view line_type = type_of(status);
    std::optional<Endpoint> client;
    if (value != nullptr && line_type != "status") {
        const bool legacy = status == abi::WMT_CLIENT_CONNECT || status == abi::WMT_CLIENT_DISCONNECT;
        client = legacy ? put_properties(told, value) : put_extended(told, value);
    }
    if (!client) {
        line_type = "status";
    }
    Json object = line_of(line_type, time);
    object["local_port"] = local_port == 0 ? Json(nullptr) : Json(local_port);
    if (client) {
        object["address"] = to_string(client->address);
        object["port"] = client->port;
        // What the object does not tell.
        for (const char* unknown : {"connection", "ordinal", "local_address"}) {
            object[unknown] = nullptr;
        }
        if (line_type == "client_connect") {
            object["user_agent"] = nullptr;
        } else if (line_type == "client_disconnect") {
            object["reason"] = to_string(wmclients::timeline::EndReason::unknown);
            wmclients::timeline::LiveState state;
            state.counted = false;
            put_state(object, state);
        }
    }
    object.update(told);
    return object;
}

} // namespace probe
