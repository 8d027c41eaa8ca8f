#include "times.hpp"

#include <fmt/format.h>

#include <ctime>

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
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time - seconds).count();
    const std::time_t value = seconds.time_since_epoch().count();
    std::tm parts{};
    if (local) {
        localtime_r(&value, &parts);
    } else {
        gmtime_r(&value, &parts);
    }
    char zone[16] = "Z";
    if (local) {
        static_cast<void>(std::strftime(zone, sizeof zone, "%z", &parts));
    }
    return {fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday),
            fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds),
            zone};
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
