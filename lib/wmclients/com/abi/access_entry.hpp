#pragma once

#include <wmclients/com/abi/wmsdk.hpp>
#include <wmclients/sink/access_lists.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace wmclients::com::abi {

/// The list that IWMAddressAccess means; empty for a value that is none.
std::optional<sink::AccessKind> kind_of(WM_AETYPE type);

/// An entry from IWMAddressAccess' numbers (network order), and back; IPv6 has none.
sink::AccessEntry entry_from(const WM_ADDRESS_ACCESSENTRY& numbers);
std::optional<WM_ADDRESS_ACCESSENTRY> numbers_of(const sink::AccessEntry& entry);

/// An entry from IWMAddressAccess2's texts: "192.168.0.1" and "255.255.255.255", or "::1" and
/// "ffff:ffff::". Empty if one cannot be read, or one is IPv4 and the other IPv6.
std::optional<sink::AccessEntry> entry_from(std::wstring_view address, std::wstring_view mask);

/// The same texts back; IPv6 in the canonical form of RFC 5952.
struct AccessTexts {
    std::u16string address;
    std::u16string mask;
};

AccessTexts texts_of(const sink::AccessEntry& entry);

} // namespace wmclients::com::abi
