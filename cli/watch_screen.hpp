#pragma once

#include "watched.hpp"

#include <wmclients/base/error.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cli {

/// What the screen of `watch` shows.
struct WatchView {
    std::vector<std::string> heading; ///< lines above the table; printable
    std::string latest;               ///< the latest event; printable
    std::vector<WatchedClient> clients;
};

/// A full-screen table on the terminal, in the manner of top, with keys to sort, search, and look at one
/// client. The terminal is given back by the destructor. There is one at a time.
class WatchScreen {
  public:
    /// Fails if the terminal is not known (Error::Kind::unavailable).
    static wmclients::Expected<std::unique_ptr<WatchScreen>> open();

    virtual ~WatchScreen() = default;

    /// Takes the keys that were pressed; what they change is drawn at once. False if one of them was `q`.
    virtual bool take_keys() = 0;

    /// Draws what is to be shown from now on.
    virtual void show(WatchView view) = 0;
};

} // namespace cli
