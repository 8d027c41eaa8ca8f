#include <wmclients/base/text.hpp>
#include <wmclients/com/abi/access_entry.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace wmclients::com::abi {
namespace {

/// Of an IPv4 address in its mapped form.
constexpr std::size_t v4_at = 12;

/// The mask of an IPv4 entry: the bits in front of the address are all compared.
IpAddress v4_mask(const std::uint8_t* four_bytes)
{
    IpAddress mask;
    std::fill_n(mask.bytes.begin(), v4_at, std::uint8_t{0xFF});
    std::memcpy(mask.bytes.data() + v4_at, four_bytes, 4);
    return mask;
}

bool is_v4(const sink::AccessEntry& entry)
{
    return entry.address.is_v4() && entry.mask == v4_mask(entry.mask.bytes.data() + v4_at);
}

std::string utf8(std::wstring_view text)
{
    return utf8_from_utf16le({reinterpret_cast<const char*>(text.data()), text.size() * sizeof(wchar_t)});
}

} // namespace

std::optional<sink::AccessKind> kind_of(WM_AETYPE type)
{
    switch (type) {
    case WM_AETYPE_INCLUDE:
        return sink::AccessKind::include;
    case WM_AETYPE_EXCLUDE:
        return sink::AccessKind::exclude;
    }
    return {};
}

sink::AccessEntry entry_from(const WM_ADDRESS_ACCESSENTRY& numbers)
{
    std::array<std::uint8_t, 4> address{};
    std::array<std::uint8_t, 4> mask{};
    std::memcpy(address.data(), &numbers.dwIPAddress, address.size());
    std::memcpy(mask.data(), &numbers.dwMask, mask.size());
    return {IpAddress::v4(address.data()), v4_mask(mask.data())};
}

std::optional<WM_ADDRESS_ACCESSENTRY> numbers_of(const sink::AccessEntry& entry)
{
    if (!is_v4(entry)) {
        return {};
    }
    WM_ADDRESS_ACCESSENTRY numbers{};
    std::memcpy(&numbers.dwIPAddress, entry.address.bytes.data() + v4_at, sizeof numbers.dwIPAddress);
    std::memcpy(&numbers.dwMask, entry.mask.bytes.data() + v4_at, sizeof numbers.dwMask);
    return numbers;
}

std::optional<sink::AccessEntry> entry_from(std::wstring_view address, std::wstring_view mask)
{
    const auto address_read = parse_address(utf8(address));
    const auto mask_read = parse_address(utf8(mask));
    const bool v6 = address.find(L':') != std::wstring_view::npos;
    if (!address_read || !mask_read || v6 != (mask.find(L':') != std::wstring_view::npos)) {
        return {};
    }
    return sink::AccessEntry{*address_read, v6 ? *mask_read : v4_mask(mask_read->bytes.data() + v4_at)};
}

AccessTexts texts_of(const sink::AccessEntry& entry)
{
    const IpAddress mask = is_v4(entry) ? IpAddress::v4(entry.mask.bytes.data() + v4_at) : entry.mask;
    return {to_utf16(to_string(entry.address)), to_utf16(to_string(mask))};
}

} // namespace wmclients::com::abi
