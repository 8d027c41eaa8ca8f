#include <wmclients/diff/clock_offset.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace wmclients::diff {
namespace {

using Key = std::pair<std::uint16_t, Endpoint>;

/// The rows by endpoint; null for an endpoint that has several.
std::map<Key, const Row*> unique_rows(const Account& account)
{
    std::map<Key, const Row*> rows;
    for (const Row& row : account.rows) {
        const auto [found, added] = rows.emplace(Key{row.sink_port, row.client}, &row);
        if (!added) {
            found->second = nullptr;
        }
    }
    return rows;
}

} // namespace

ClockOffset estimate_clock_offset(const Account& a, const Account& b)
{
    std::vector<Duration> samples;
    const auto of_b = unique_rows(b);
    const auto sample = [&](MaybeTime from, MaybeTime to) {
        if (from && to) {
            samples.push_back(*to - *from);
        }
    };
    for (const auto& [key, row] : unique_rows(a)) {
        const auto other = of_b.find(key);
        if (row == nullptr || other == of_b.end() || other->second == nullptr) {
            continue;
        }
        sample(row->attached, other->second->attached);
        if (row->ended && other->second->ended) {
            sample(row->detached, other->second->detached);
        }
    }
    if (samples.empty()) {
        return {};
    }
    const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
    std::nth_element(samples.begin(), middle, samples.end());
    return {*middle, samples.size()};
}

} // namespace wmclients::diff
