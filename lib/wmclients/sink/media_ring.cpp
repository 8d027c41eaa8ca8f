#include <wmclients/sink/media_ring.hpp>

#include <utility>

namespace wmclients::sink {

void MediaRing::push(MediaItem item)
{
    if (item.kind != MediaItem::Kind::data) {
        entries_.clear();
    } else if (item.entry) {
        entries_.push_back(end());
    }
    bytes_ += item.bytes.size();
    items_.push_back(std::move(item));
    const std::int64_t now = items_.back().time;
    while (items_.size() > 1) {
        const bool too_old = now - items_.front().time > span_;
        const bool needed = entries_.size() == 1 && entries_.front() == first_;
        if (bytes_ <= most_bytes_ && (!too_old || needed)) {
            break;
        }
        if (!entries_.empty() && entries_.front() == first_) {
            entries_.pop_front();
        }
        bytes_ -= items_.front().bytes.size();
        items_.pop_front();
        ++first_;
    }
}

std::uint64_t MediaRing::entry_point() const
{
    if (entries_.empty()) {
        return end();
    }
    const std::int64_t latest = items_.back().time - burst_;
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
        if ((*this)[*entry].time <= latest) {
            return *entry;
        }
    }
    return entries_.front();
}

} // namespace wmclients::sink
