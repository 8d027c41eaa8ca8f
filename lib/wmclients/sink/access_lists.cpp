#include <wmclients/sink/access_lists.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::sink {
namespace {

bool any_matches(const std::vector<AccessEntry>& entries, const IpAddress& client)
{
    return std::any_of(entries.begin(), entries.end(),
                       [&](const AccessEntry& entry) { return entry.matches(client); });
}

} // namespace

bool AccessEntry::matches(const IpAddress& client) const
{
    for (std::size_t i = 0; i < client.bytes.size(); ++i) {
        if (((client.bytes[i] ^ address.bytes[i]) & mask.bytes[i]) != 0) {
            return false;
        }
    }
    return true;
}

std::optional<AccessEntry> parse_cidr(std::string_view text)
{
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto address = parse_address(text.substr(0, slash));
    if (!address) {
        return {};
    }
    constexpr unsigned mapped_bits = 96; // in front of an IPv4 address in its mapped form
    const unsigned first = address->is_v4() ? mapped_bits : 0;
    unsigned length = 128 - first;
    if (slash < text.size()) {
        const std::string_view digits = text.substr(slash + 1);
        unsigned given = 0;
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
        if (digits.empty() || error != std::errc{} || stop != digits.data() + digits.size()
            || given > length) {
            return {};
        }
        length = given;
    }
    AccessEntry entry{*address, {}};
    for (unsigned bit = 0; bit < first + length; ++bit) {
        entry.mask.bytes[bit / 8] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
    }
    return entry;
}

const std::vector<AccessEntry>& AccessLists::entries(AccessKind kind) const
{
    return kind == AccessKind::include ? include_ : exclude_;
}

void AccessLists::add(AccessKind kind, const AccessEntry& entry)
{
    (kind == AccessKind::include ? include_ : exclude_).push_back(entry);
}

Hresult AccessLists::remove(AccessKind kind, std::uint32_t index)
{
    auto& entries = kind == AccessKind::include ? include_ : exclude_;
    if (index >= entries.size()) {
        return Hresult::ns_e_invalid_index;
    }
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(index));
    return Hresult::s_ok;
}

bool AccessLists::allows(const IpAddress& client) const
{
    return !any_matches(exclude_, client) && (include_.empty() || any_matches(include_, client));
}

} // namespace wmclients::sink
