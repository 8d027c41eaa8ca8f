#pragma once

#include <wmclients/http/head.hpp>
#include <wmclients/wmsp/pragma.hpp>
#include <wmclients/wmsp/stream_switch.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the sink reads out of requests.

namespace wmclients::sink {

/// The media types of the replies to Describe and Play (MS-WMSP 2.2.1.2).
inline constexpr std::string_view describe_type = "application/vnd.ms.wms-hdr.asfv1";
inline constexpr std::string_view play_type = "application/x-mms-framed";

/// What is kept and logged of a field's value: a client may send anything, of any length.
inline std::string_view keep(std::string_view text)
{
    constexpr std::size_t longest = 1024;
    return text.substr(0, longest);
}

/// A decimal number and nothing else.
inline std::optional<std::uint32_t> number(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && stop == text.data() + text.size() ? std::optional{value}
                                                                                      : std::nullopt;
}

/// Whether this is a distribution server whose plain GET is a Play: a real sink (Rex 9) looks for the word
/// NSServer, and for a version of 7 or above, which asks as MS-WMSP says.
bool is_old_server(std::string_view user_agent);

/// Whether the client is of version 9.0 or later, and so knows the field Supported (MS-WMSP 2.2.1.7).
bool knows_supported(std::string_view user_agent);

/// Whether the client is of those that get a second header after xResetStrm (MS-WMSP 3.2.5.6).
bool expects_two_headers(const http::Head& head, const wmsp::Pragmas& pragmas);

/// The entries of stream-switch-entry.
std::vector<wmsp::StreamSwitch> stream_switches(const wmsp::Pragmas& pragmas);

} // namespace wmclients::sink
