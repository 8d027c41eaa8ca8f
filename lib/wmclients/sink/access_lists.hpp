#pragma once

#include <wmclients/base/endpoint.hpp>
#include <wmclients/base/hresult.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wmclients::sink {

/// Which list an entry is in; the values are WM_AETYPE's.
enum class AccessKind : std::uint8_t { include = 0x69, exclude = 0x65 };

/// An entry of IWMAddressAccess2: it stands for every address whose masked bits are the entry's. An IPv4
/// entry (both parts mapped, the mask's upper 96 bits set) matches IPv4 clients alone.
struct AccessEntry {
    IpAddress address;
    IpAddress mask;

    friend bool operator==(const AccessEntry&, const AccessEntry&) = default;

    [[nodiscard]] bool matches(const IpAddress& client) const;
};

/// Reads "192.168.0.0/16", "fd00::/8" or a single address; empty for anything else, and for a prefix that is
/// too long.
std::optional<AccessEntry> parse_cidr(std::string_view text);

/// The two lists of IWMAddressAccess. An excluded address is denied; if there are included ones, everybody
/// else is denied, too (Windows Media Encoder 9 help, "Restricting access to a broadcast").
class AccessLists {
  public:
    [[nodiscard]] const std::vector<AccessEntry>& entries(AccessKind kind) const;

    void add(AccessKind kind, const AccessEntry& entry);

    /// @returns S_OK, NS_E_INVALID_INDEX
    Hresult remove(AccessKind kind, std::uint32_t index);

    [[nodiscard]] bool allows(const IpAddress& client) const;

  private:
    std::vector<AccessEntry> include_;
    std::vector<AccessEntry> exclude_;
};

} // namespace wmclients::sink
