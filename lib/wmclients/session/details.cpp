#include <wmclients/session/details.hpp>

#include <algorithm>

namespace wmclients::session {

void RateHistory::add(Timestamp time, std::uint64_t bytes)
{
    if (used_ == 0) {
        begin_ = time;
    }
    auto at = time <= begin_ ? 0U : static_cast<std::uint64_t>((time - begin_) / width_);
    while (at >= intervals) {
        for (std::size_t i = 0; i < intervals / 2; ++i) {
            bytes_[i] = bytes_[2 * i] + bytes_[2 * i + 1];
        }
        std::fill(bytes_.begin() + intervals / 2, bytes_.end(), 0);
        width_ *= 2;
        used_ = (used_ + 1) / 2;
        at = static_cast<std::uint64_t>((time - begin_) / width_);
    }
    bytes_[static_cast<std::size_t>(at)] += bytes;
    used_ = std::max(used_, static_cast<std::size_t>(at) + 1);
}

std::vector<std::uint64_t> RateHistory::bytes() const
{
    return {bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(used_)};
}

void DetailStore::keep(std::uint64_t connection, std::uint32_t ordinal, ClientDetails details)
{
    if (details_.size() >= caps_.limit(Cap::details_kept)) {
        caps_.reached(Cap::details_kept);
        return;
    }
    details_.insert_or_assign({connection, ordinal}, std::move(details));
}

const ClientDetails* DetailStore::find(std::uint64_t connection, std::uint32_t ordinal) const
{
    const auto found = details_.find({connection, ordinal});
    return found == details_.end() ? nullptr : &found->second;
}

} // namespace wmclients::session
