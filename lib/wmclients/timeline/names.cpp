#include <wmclients/timeline/names.hpp>

#include <algorithm>

namespace wmclients::timeline {

bool Names::learn(const NameLearnt& event, TextPool& pool, Caps& caps)
{
    auto found = changes_.find(event.address);
    if (found == changes_.end()) {
        if (changes_.size() >= caps.limit(Cap::names)) {
            caps.reached(Cap::names);
            return false;
        }
        found = changes_.emplace(event.address, std::vector<Change>{}).first;
    }
    std::vector<Change>& changes = found->second;
    const auto latest = std::find_if(changes.rbegin(), changes.rend(), [&](const Change& change) {
        return change.name.source == event.source;
    });
    if (latest != changes.rend() && pool.text(latest->name.text) == event.name) {
        return false;
    }
    if (changes.size() >= caps.limit(Cap::name_changes)) {
        caps.reached(Cap::name_changes);
        return false;
    }
    changes.push_back({event.when, {pool.intern(event.name, caps), event.source}});
    return true;
}

Name Names::name_of(const IpAddress& address, const std::optional<Instant>& at) const
{
    const auto found = changes_.find(address);
    if (found == changes_.end()) {
        return {};
    }
    Name best;
    for (const Change& change : found->second) {
        if ((!at || at->includes(change.when)) && change.name.source >= best.source) {
            best = change.name;
        }
    }
    return best;
}

void Names::forget(const std::set<IpAddress>& needed, const std::function<TextId(TextId)>& translate,
                   const Caps& caps)
{
    if (changes_.size() > caps.limit(Cap::names) / 2) {
        std::erase_if(changes_, [&](const auto& one) { return !needed.contains(one.first); });
    }
    for (auto& [address, changes] : changes_) {
        std::vector<Change> latest;
        for (auto at = changes.rbegin(); at != changes.rend(); ++at) {
            if (std::none_of(latest.begin(), latest.end(),
                             [&](const Change& later) { return later.name.source == at->name.source; })) {
                latest.push_back({at->when, {translate(at->name.text), at->name.source}});
            }
        }
        std::reverse(latest.begin(), latest.end());
        changes = std::move(latest);
    }
}

} // namespace wmclients::timeline
