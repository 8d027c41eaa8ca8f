#include <wmclients/base/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace wmclients {
namespace {

constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;

/// Reads exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) {
        return {};
    }
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return {};
        }
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take_char(std::string_view& text, std::string_view accepted)
{
    if (text.empty() || accepted.find(text.front()) == std::string_view::npos) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

/// A fraction of any length, cut to nanoseconds.
std::optional<std::int64_t> take_fraction(std::string_view& text)
{
    std::int64_t value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 9) {
            value = value * 10 + (text.front() - '0');
        }
        ++digits;
        text.remove_prefix(1);
    }
    for (int i = digits; i < 9; ++i) {
        value *= 10;
    }
    return digits == 0 ? std::optional<std::int64_t>{} : value;
}

} // namespace

Timestamp timestamp_from(std::int64_t seconds, std::int64_t nanoseconds)
{
    constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max() / 2 / nanoseconds_a_second - 1;
    const std::int64_t carried = nanoseconds / nanoseconds_a_second;
    const std::int64_t bounded = std::clamp(seconds, -limit, limit - 1);
    const std::int64_t whole = std::clamp(bounded + std::clamp(carried, -limit, limit), -limit, limit - 1);
    return Timestamp{Duration{whole * nanoseconds_a_second + nanoseconds % nanoseconds_a_second}};
}

std::string to_rfc3339(Timestamp time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

MaybeTime parse_rfc3339(std::string_view text)
{
    const auto year = take_number(text, 4);
    if (!year || !take_char(text, "-")) {
        return {};
    }
    const auto month = take_number(text, 2);
    if (!month || !take_char(text, "-")) {
        return {};
    }
    const auto day = take_number(text, 2);
    if (!day || !take_char(text, "Tt ")) {
        return {};
    }
    const auto hour = take_number(text, 2);
    if (!hour || !take_char(text, ":")) {
        return {};
    }
    const auto minute = take_number(text, 2);
    if (!minute || !take_char(text, ":")) {
        return {};
    }
    const auto second = take_number(text, 2);
    std::optional<std::int64_t> fraction = 0;
    if (take_char(text, ".")) {
        fraction = take_fraction(text);
    }
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    // A leap second (:60) is the first instant of the next minute, as in POSIX time.
    if (!second || !fraction || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return {};
    }
    int offset_minutes = 0;
    if (!text.empty() && !take_char(text, "Zz")) {
        const int sign = text.front() == '-' ? -1 : 1;
        if (!take_char(text, "+-")) {
            return {};
        }
        const auto hours = take_number(text, 2);
        take_char(text, ":");
        const auto minutes = take_number(text, 2);
        if (!hours || !minutes || *hours > 23 || *minutes > 59) {
            return {};
        }
        offset_minutes = sign * (*hours * 60 + *minutes);
    }
    if (!text.empty()) {
        return {};
    }
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds =
        days * 86'400 + std::int64_t{*hour} * 3'600 + std::int64_t{*minute - offset_minutes} * 60 + *second;
    return timestamp_from(seconds, *fraction);
}

} // namespace wmclients
