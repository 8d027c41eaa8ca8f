#include <wmclients/wmsp/stream_switch.hpp>

#include <algorithm>
#include <charconv>

namespace wmclients::wmsp {
namespace {

constexpr std::size_t most_entries = 128;

/// One to four hex digits.
std::optional<std::uint16_t> hex_word(std::string_view text)
{
    std::uint16_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return !text.empty() && text.size() <= 4 && error == std::errc{} && stop == text.data() + text.size()
               ? std::optional{value}
               : std::nullopt;
}

std::optional<StreamSwitch> parse_entry(std::string_view text)
{
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) {
        return {};
    }
    const auto source = hex_word(text.substr(0, first));
    const auto destination = hex_word(text.substr(first + 1, second - first - 1));
    const auto thinning = hex_word(text.substr(second + 1));
    if (!source || !destination || !thinning || *thinning > 2) {
        return {};
    }
    return StreamSwitch{*source, *destination, static_cast<Thinning>(*thinning)};
}

} // namespace

std::optional<StreamSwitch> take_stream_switch(std::string_view& rest)
{
    while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        const auto entry = parse_entry(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
        if (entry) {
            return entry;
        }
    }
    return {};
}

std::vector<StreamSwitch> parse_stream_switches(std::string_view value)
{
    std::vector<StreamSwitch> entries;
    while (entries.size() < most_entries) {
        const auto entry = take_stream_switch(value);
        if (!entry) {
            break;
        }
        entries.push_back(*entry);
    }
    return entries;
}

} // namespace wmclients::wmsp
