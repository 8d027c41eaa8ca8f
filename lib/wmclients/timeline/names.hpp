#pragma once

#include <wmclients/base/caps.hpp>
#include <wmclients/timeline/events.hpp>
#include <wmclients/timeline/instant.hpp>
#include <wmclients/timeline/text_pool.hpp>

#include <map>
#include <optional>
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
    bool learn(const NameLearnt& event, TextId text, Caps& caps);

    /// The name in force; without an instant, after the whole capture.
    [[nodiscard]] Name name_of(const IpAddress& address, const std::optional<Instant>& at) const;

  private:
    struct Change {
        Moment when;
        Name name;
    };

    std::map<IpAddress, std::vector<Change>> changes_;
};

} // namespace wmclients::timeline
