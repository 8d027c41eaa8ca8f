#include <wmclients/base/text.hpp>
#include <wmclients/dns/hosts_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wmclients::dns {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";

/// Takes the next word off the front of `line`; empty at its end.
std::string_view take_word(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

/// What a message shows of a word of the file.
std::string quoted(std::string_view word)
{
    constexpr std::size_t longest = 60;
    return printable(word.substr(0, longest)) + (word.size() > longest ? "..." : "");
}

} // namespace

Expected<std::vector<NameRecord>> parse_hosts_file(std::string_view text, std::string_view file_name,
                                                   Caps& caps)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
        text.remove_prefix(byte_order_mark.size());
    }
    std::vector<NameRecord> records;
    std::set<IpAddress> seen;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t newline = text.find('\n');
        std::string_view line = text.substr(0, newline);
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        line = line.substr(0, line.find('#'));
        const std::string_view address_word = take_word(line);
        if (address_word.empty()) {
            continue;
        }
        const auto address = parse_address(address_word.substr(0, address_word.find('%')));
        if (!address) {
            return failure(
                Error::Kind::usage,
                fmt::format("{}, line {}: \"{}\" is not an IP address; write ADDRESS NAME, or # before it",
                            file_name, number, quoted(address_word)));
        }
        std::string_view name = take_word(line);
        if (!name.empty() && name.back() == '.') {
            name.remove_suffix(1);
        }
        if (name.empty()) {
            return failure(Error::Kind::usage,
                           fmt::format("{}, line {}: no name after {}; write ADDRESS NAME, or # before it",
                                       file_name, number, quoted(address_word)));
        }
        if (seen.contains(*address)) {
            continue;
        }
        if (seen.size() >= caps.limit(Cap::names)) {
            caps.reached(Cap::names);
            continue;
        }
        seen.insert(*address);
        records.push_back({*address, std::string{name}, NameSource::hosts_file});
    }
    return records;
}

} // namespace wmclients::dns
