#pragma once

#include "watched.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The columns of `watch`'s table.
enum class WatchColumn : unsigned char {
    number,
    address,
    port,
    dns_name,
    player,
    age,
    rate,
    media,
    lost,
    state
};

std::string_view title_of(WatchColumn column);

/// Numbers stand at the right of their column.
bool is_number(WatchColumn column);

/// A column and where it stands on the screen.
struct PlacedColumn {
    WatchColumn column = WatchColumn::number;
    std::size_t at = 0;
    std::size_t width = 0;
};

/// The columns that a screen of that width has room for: always #, address, port, age, rate, media, lost and
/// state; the player and the DNS name if they find some room. What is left over goes to those whose texts
/// need it.
std::vector<PlacedColumn> place_columns(std::size_t width, const std::vector<WatchedClient>& clients);

/// What stands in a cell; printable. `number` counts from 0, in attach order.
std::string cell_of(const WatchedClient& client, std::size_t number, WatchColumn column);

/// `text` in at most `width` columns of a terminal; a '+' at its end says that it was cut.
std::string cut_to(std::string_view text, std::size_t width);

/// Places in `clients` of those who have `search` (without regard to case) in their address, name or player,
/// in the order of `column`: numbers from the largest, texts from the first; the other way round if
/// `reversed`.
std::vector<std::size_t> chosen_order(const std::vector<WatchedClient>& clients, std::string_view search,
                                      WatchColumn column, bool reversed);

/// All that is known of a client, a line each.
std::vector<std::string> details_of(const WatchedClient& client, std::size_t number);

} // namespace cli
