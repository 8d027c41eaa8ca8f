#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/timeline/instant.hpp>
#include <wmclients/timeline/text_pool.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace wmclients::timeline {

/// A DNS name in force.
struct Name {
    TextId text = TextId::none;
    dns::NameSource source = dns::NameSource::none;

    friend bool operator==(const Name&, const Name&) = default;
};

/// What addresses were called, and since when. The source with the highest precedence wins, within it the
/// latest.
class Names {
  public:
    /// Records a name. True if it may change what name_at() answers for the address.
    bool learn(const NameLearnt& event, TextPool& pool, Caps& caps);

    /// The name in force; without an instant, after the whole capture.
    [[nodiscard]] Name name_of(const IpAddress& address, const std::optional<Instant>& at) const;

    /// Forgets all changes but the latest of each source, and, if more than half of Cap::names are taken,
    /// addresses that are not in `needed`. `translate` gives the texts' ids from now on.
    void forget(const std::set<IpAddress>& needed, const std::function<TextId(TextId)>& translate,
                const Caps& caps);

  private:
    struct Change {
        Moment when;
        Name name;
    };

    std::map<IpAddress, std::vector<Change>> changes_;
};

} // namespace wmclients::timeline
