#pragma once

#include <wmclients/base/time.hpp>

#include <string>

namespace cli {

/// `--time`: how tables show instants.
enum class TimeStyle { utc, local, relative, epoch };

/// An instant for people, to the millisecond: "23:19:31.940" on the day of `first`, with its date on another
/// day; relative to `first`: "+8.914"; epoch: "1795328371.940457000". "-" for an unknown one.
class TimeFormat {
  public:
    TimeFormat(TimeStyle style, wmclients::Timestamp first);

    [[nodiscard]] std::string text(wmclients::MaybeTime time) const;

    /// With its date and zone, for a sentence.
    [[nodiscard]] std::string full(wmclients::Timestamp time) const;

  private:
    TimeStyle style_;
    wmclients::Timestamp first_;
    std::string first_date_;
};

} // namespace cli
