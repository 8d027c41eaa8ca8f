#include "times.hpp"

#include "platform.hpp"

#include <fmt/format.h>

namespace cli {
namespace {

using wmclients::Timestamp;

struct Clock {
    std::string date;
    std::string time; ///< to the millisecond
    std::string zone;
};

Clock clock_of(Timestamp time, bool local)
{
    const auto offset =
        local ? utc_offset(std::chrono::floor<std::chrono::seconds>(time)) : std::chrono::seconds{0};
    const auto shown = std::chrono::floor<std::chrono::milliseconds>(time + offset);
    const auto day = std::chrono::floor<std::chrono::days>(shown);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{shown - day};
    const auto minutes = std::chrono::floor<std::chrono::minutes>(offset).count();
    return {fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())),
            fmt::format("{:02}:{:02}:{:02}.{:03}", clock.hours().count(), clock.minutes().count(),
                        clock.seconds().count(), clock.subseconds().count()),
            local ? fmt::format("{:+05}", minutes / 60 * 100 + minutes % 60) : "Z"};
}

std::string epoch(Timestamp time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{}.{:09}", seconds.time_since_epoch().count(), (time - seconds).count());
}

std::string relative(Timestamp time, Timestamp first)
{
    return fmt::format("{:+.3f}", std::chrono::duration<double>(time - first).count());
}

} // namespace

TimeFormat::TimeFormat(TimeStyle style, Timestamp first)
    : style_(style), first_(first), first_date_(clock_of(first, style == TimeStyle::local).date)
{
}

std::string TimeFormat::text(wmclients::MaybeTime time) const
{
    if (!time) {
        return "-";
    }
    if (style_ == TimeStyle::epoch) {
        return epoch(*time);
    }
    if (style_ == TimeStyle::relative) {
        return relative(*time, first_);
    }
    const bool local = style_ == TimeStyle::local;
    const Clock clock = clock_of(*time, local);
    return clock.date == first_date_ ? clock.time : clock.date + " " + clock.time;
}

std::string TimeFormat::full(Timestamp time) const
{
    if (style_ == TimeStyle::epoch) {
        return epoch(time);
    }
    if (style_ == TimeStyle::relative) {
        return relative(time, first_) + " s";
    }
    const Clock clock = clock_of(time, style_ == TimeStyle::local);
    return fmt::format("{} {}{}", clock.date, clock.time, clock.zone);
}

} // namespace cli
