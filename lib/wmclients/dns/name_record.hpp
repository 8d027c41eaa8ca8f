#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/endpoint.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::dns {

/// Who says that an address has a name, by rising precedence: of two names the one with the greater source is
/// shown, of two of the same source the later one.
enum class NameSource : std::uint8_t {
    none,           ///< there is no name
    address_record, ///< an A or AAAA record of a captured reply: the name that was asked for
    multicast,      ///< a captured mDNS or LLMNR reply
    captured_ptr,   ///< a PTR record of a captured reply
    live_ptr,       ///< a PTR record that was asked for while running
    hosts_file,     ///< a hosts file given by the user
};

inline constexpr std::array<std::string_view, 6> name_source_terms{"none", "address",  "multicast",
                                                                   "ptr",  "live_ptr", "hosts"};

/// The term in `dns_source` of the JSON forms: "none", "address", "multicast", "ptr", "live_ptr", "hosts".
constexpr std::string_view to_string(NameSource source)
{
    return name_source_terms[static_cast<std::size_t>(source)];
}

/// Reads such a term; empty for anything else.
constexpr std::optional<NameSource> parse_name_source(std::string_view term)
{
    for (std::size_t i = 0; i < name_source_terms.size(); ++i) {
        if (name_source_terms[i] == term) {
            return static_cast<NameSource>(i);
        }
    }
    return {};
}

/// One statement that an address has a name.
struct NameRecord {
    IpAddress address;
    /// Without the dot at the end, otherwise as it was sent: hostile bytes, not necessarily UTF-8, possibly
    /// with NUL, controls or dots inside a label. Never empty.
    std::string name;
    NameSource source = NameSource::none;

    friend bool operator==(const NameRecord&, const NameRecord&) = default;
};

/// Finds names in DNS messages. An interface, as the decoder belongs to the platform's resolver library.
class MessageDecoder {
  public:
    MessageDecoder() = default;
    MessageDecoder(const MessageDecoder&) = delete;
    MessageDecoder& operator=(const MessageDecoder&) = delete;
    virtual ~MessageDecoder() = default;

    /// Appends to `out` what `message`, the payload of one datagram, says about addresses. `multicast` is
    /// true for mDNS (RFC 6762) and LLMNR (RFC 4795), of ports 5353 and 5355. Messages that are no answers or
    /// are malformed add nothing, or what came before the damage. The work is bounded whatever the message
    /// claims.
    virtual void decode(Bytes message, bool multicast, std::vector<NameRecord>& out) = 0;
};

} // namespace wmclients::dns
