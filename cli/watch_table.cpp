#include "watch_table.hpp"

#include <wmclients/base/text.hpp>
#include <wmclients/output/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace cli {

using namespace wmclients;
using timeline::EndReason;

namespace {

struct ColumnInfo {
    WatchColumn column;
    std::string_view title;
    bool number;
    std::size_t width; ///< of those that have always the same
};

constexpr std::array<ColumnInfo, 10> columns{{
    {WatchColumn::number, "#", true, 4},
    {WatchColumn::address, "ADDRESS", false, 15},
    {WatchColumn::port, "PORT", true, 5},
    {WatchColumn::dns_name, "DNS NAME", false, 12},
    {WatchColumn::player, "PLAYER", false, 8},
    {WatchColumn::age, "AGE", true, 6},
    {WatchColumn::rate, "RATE", true, 11},
    {WatchColumn::media, "MEDIA", true, 8},
    {WatchColumn::lost, "LOST", true, 5},
    {WatchColumn::state, "STATE", false, 10},
}};

const ColumnInfo& info_of(WatchColumn column)
{
    return columns[static_cast<std::size_t>(column)];
}

/// "6s", "2m05s", "3h07m", "4d03h": at most six columns for three years.
std::string short_duration(double seconds)
{
    const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e9));
    const auto pair = [](std::uint64_t large, char large_unit, std::uint64_t small, char small_unit) {
        return fmt::format("{}{}{:02}{}", large, large_unit, small, small_unit);
    };
    return whole < 60       ? fmt::format("{}s", whole)
           : whole < 3'600  ? pair(whole / 60, 'm', whole % 60, 's')
           : whole < 86'400 ? pair(whole / 3'600, 'h', whole / 60 % 60, 'm')
                            : pair(whole / 86'400, 'd', whole / 3'600 % 24, 'h');
}

std::string shown_or_dash(std::string_view raw)
{
    return raw.empty() ? std::string{"-"} : printable(raw);
}

bool has(const WatchedClient& client, std::string_view search)
{
    return ifind(to_string(client.client.address), search) != std::string_view::npos
           || ifind(client.dns_name, search) != std::string_view::npos
           || ifind(client.user_agent, search) != std::string_view::npos;
}

std::optional<double> number_of(const WatchedClient& client, WatchColumn column)
{
    switch (column) {
    case WatchColumn::port:
        return client.client.port;
    case WatchColumn::age:
        return client.age;
    case WatchColumn::rate:
        return client.rate;
    case WatchColumn::media:
        return static_cast<double>(client.state.counters.media_bytes);
    case WatchColumn::lost:
        return static_cast<double>(client.state.counters.lost_packets);
    default:
        return {};
    }
}

/// Whether `left` stands before `right` by a column; false both ways if they are alike.
bool stands_before(const WatchedClient& left, const WatchedClient& right, WatchColumn column)
{
    switch (column) {
    case WatchColumn::address:
        return left.client < right.client;
    case WatchColumn::dns_name:
        return left.dns_name < right.dns_name;
    case WatchColumn::player:
        return left.user_agent < right.user_agent;
    case WatchColumn::state:
        return left.detach.reason < right.detach.reason;
    default:
        return number_of(left, column) > number_of(right, column); // the unknown last
    }
}

} // namespace

std::string_view title_of(WatchColumn column)
{
    return info_of(column).title;
}

bool is_number(WatchColumn column)
{
    return info_of(column).number;
}

std::vector<PlacedColumn> place_columns(std::size_t width, const std::vector<WatchedClient>& clients)
{
    constexpr std::array flexible{WatchColumn::address, WatchColumn::player, WatchColumn::dns_name};
    std::size_t left = width;
    const auto take = [&left](std::size_t wanted) {
        const std::size_t taken = std::min(left, wanted);
        left -= taken;
        return taken;
    };
    std::array<std::size_t, columns.size()> widths{};
    for (const ColumnInfo& info : columns) {
        const bool optional = info.column == WatchColumn::player || info.column == WatchColumn::dns_name;
        if (!optional) {
            widths[static_cast<std::size_t>(info.column)] = info.width;
            take(info.width + 1);
        }
    }
    for (const WatchColumn column : {WatchColumn::player, WatchColumn::dns_name}) {
        const std::size_t least = info_of(column).width;
        if (left > least) {
            widths[static_cast<std::size_t>(column)] = least;
            take(least + 1);
        }
    }
    for (const WatchColumn column : flexible) {
        std::size_t& own = widths[static_cast<std::size_t>(column)];
        std::size_t needed = own;
        for (std::size_t i = 0; own != 0 && i < clients.size(); ++i) {
            needed = std::max(needed, display_width(cell_of(clients[i], i, column)));
        }
        own += take(needed - own);
    }
    std::vector<PlacedColumn> placed;
    std::size_t at = 0;
    for (const ColumnInfo& info : columns) {
        if (const std::size_t own = widths[static_cast<std::size_t>(info.column)]; own != 0) {
            placed.push_back({info.column, at, own});
            at += own + 1;
        }
    }
    return placed;
}

std::string cell_of(const WatchedClient& client, std::size_t number, WatchColumn column)
{
    const timeline::Counters& counters = client.state.counters;
    const std::string_view least = counters.exact ? "" : ">";
    switch (column) {
    case WatchColumn::number:
        return fmt::format("{}", number);
    case WatchColumn::address:
        return to_string(client.client.address);
    case WatchColumn::port:
        return fmt::format("{}", client.client.port);
    case WatchColumn::dns_name:
        return shown_or_dash(client.dns_name);
    case WatchColumn::player:
        return shown_or_dash(client.user_agent);
    case WatchColumn::age:
        return client.age ? short_duration(*client.age) : "-";
    case WatchColumn::rate:
        return client.rate && client.counted ? output::human_rate(*client.rate * 8) : "-";
    case WatchColumn::media:
        return client.counted ? fmt::format("{}{}", least, output::human_bytes(counters.media_bytes)) : "-";
    case WatchColumn::lost:
        return client.counted && counters.lost_known ? fmt::format("{}{}", least, counters.lost_packets)
                                                     : "-";
    case WatchColumn::state:
        break;
    }
    return client.detach.reason == EndReason::none ? "attached"
                                                   : std::string{timeline::to_string(client.detach.reason)};
}

std::string cut_to(std::string_view text, std::size_t width)
{
    std::size_t used = 0;
    std::size_t fits = 0; // bytes after which there is room for a '+'
    for (std::size_t at = 0; at < text.size();) {
        std::size_t next = at + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) {
            ++next; // a code point of UTF-8
        }
        used += display_width(text.substr(at, next - at));
        if (used > width) {
            return width == 0 ? std::string{} : std::string{text.substr(0, fits)} + "+";
        }
        fits = used < width ? next : fits;
        at = next;
    }
    return std::string{text};
}

std::vector<std::size_t> chosen_order(const std::vector<WatchedClient>& clients, std::string_view search,
                                      WatchColumn column, bool reversed)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < clients.size(); ++i) {
        if (search.empty() || has(clients[i], search)) {
            order.push_back(i);
        }
    }
    if (column != WatchColumn::number) {
        std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
            return stands_before(clients[left], clients[right], column);
        });
    }
    if (reversed) {
        std::reverse(order.begin(), order.end());
    }
    return order;
}

std::vector<std::string> details_of(const WatchedClient& client, std::size_t number)
{
    const timeline::Counters& counters = client.state.counters;
    const auto cell = [&](WatchColumn column) { return cell_of(client, number, column); };
    std::vector<std::string> lines;
    const auto add = [&lines](std::string_view name, const std::string& value) {
        lines.push_back(fmt::format("{:<16}{}", name, value));
    };
    add("client", to_string(client.client));
    add("sink", to_string(client.server));
    add("DNS name", cell(WatchColumn::dns_name));
    add("player", cell(WatchColumn::player));
    add("state", cell(WatchColumn::state));
    add("attached at",
        client.attached_at ? to_rfc3339(*client.attached_at) : "before the capture, or unknown");
    add("attached for", client.age ? output::human_duration(*client.age) : "-");
    add("rate", cell(WatchColumn::rate));
    add("media", cell(WatchColumn::media));
    add("data packets", client.counted ? fmt::format("{}", counters.data_packets) : "-");
    add("lost packets", cell(WatchColumn::lost));
    add("damaged packets", client.counted ? fmt::format("{}", counters.damaged_packets) : "-");
    add("gap bytes", client.counted ? fmt::format("{}", counters.gap_bytes) : "-");
    add("last ACK at", client.state.last_ack_at ? to_rfc3339(*client.state.last_ack_at) : "-");
    add("unacked bytes", client.counted ? fmt::format("{}", client.state.unacked_bytes) : "-");
    if (!counters.exact) {
        lines.emplace_back("Bytes are missing from the capture: the counters are lower bounds.");
    }
    return lines;
}

} // namespace cli
