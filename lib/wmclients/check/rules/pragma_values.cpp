#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace wmclients::check::rules {
namespace {

/// 1*10DIGIT, at most 4294967295.
bool is_decimal(std::string_view text)
{
    return text.size() <= 10 && to_uint32(text);
}

bool is_positive_decimal(std::string_view text)
{
    return is_decimal(text) && *to_uint32(text) != 0;
}

bool is_flag(std::string_view text)
{
    return text == "0" || text == "1";
}

/// A number with or without a point; empty if the text is none.
std::optional<double> to_number(std::string_view text)
{
    double number = 0;
    const auto [stop, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    return error == std::errc{} && stop == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

/// [ "." 1*3DIGIT ]
bool is_fraction(std::string_view text)
{
    return text.empty()
           || (text[0] == '.' && text.size() >= 2 && text.size() <= 4
               && text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

Judgement client_id(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 1> names{"client-id"};
    return judge_values(message, names, "client-id=0 to 4294967295", is_decimal);
}

Judgement uint32(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 9> names{"AccelBW",       "AccelDuration", "BurstBW",
                                                    "BurstDuration", "client-lag",    "LinkBW",
                                                    "max-duration",  "packet-num",    "stream-time"};
    return judge_values(message, names, "a decimal number, 0 to 4294967295", is_decimal);
}

Judgement uint32_nonzero(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 4> names{"playlist-gen-id", "playlist-seek-id", "request-context",
                                                    "stream-switch-count"};
    return judge_values(message, names, "a decimal number, 1 to 4294967295", is_positive_decimal);
}

Judgement flag(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 6> names{"packet-pair-experiment", "pipeline-experiment",
                                                    "version11-enabled",      "xPlayStrm",
                                                    "expect-new-header",      "pipeline-result"};
    return judge_values(message, names, "0 or 1", is_flag);
}

Judgement one(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 5> names{"pipeline-request", "xKeepAliveInPause", "xPlayNextEntry",
                                                    "xResetStrm", "xStopStrm"};
    return judge_values(message, names, "1", [](std::string_view text) { return text == "1"; });
}

constexpr std::array<std::string_view, 1> rate{"rate"};

Judgement rate_range(const Exchange& exchange)
{
    return judge_values(exchange.request, rate, "rate=-5 to 5, but not 0", [](std::string_view text) {
        const auto number = to_number(text);
        return number && *number >= -5 && *number <= 5 && *number != 0;
    });
}

Judgement rate_syntax(const Exchange& exchange)
{
    constexpr std::string_view expected = "a digit 1 to 5, maybe behind a minus, and at most three decimals";
    return judge_values(exchange.request, rate, expected, [](std::string_view text) {
        if (text.starts_with('-')) {
            text.remove_prefix(1);
        }
        return !text.empty() && text[0] >= '1' && text[0] <= '5' && is_fraction(text.substr(1));
    });
}

Judgement speed(const std::unique_ptr<Message>& message)
{
    constexpr std::array<std::string_view, 1> names{"Speed"};
    constexpr std::string_view expected = "Speed=1 to 4294967295, with at most three decimals";
    return judge_values(message, names, expected, [](std::string_view text) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto number = to_number(text);
        return digits != 0 && is_fraction(text.substr(digits)) && number && *number >= 1
               && *number <= 4294967295.0;
    });
}

Judgement stream_offset(const Exchange& exchange)
{
    constexpr std::array<std::string_view, 1> names{"stream-offset"};
    constexpr std::string_view expected = "two decimal numbers, 0 to 4294967295, and a colon between";
    return judge_values(exchange.request, names, expected, [](std::string_view text) {
        const std::size_t colon = text.find(':');
        return colon != std::string_view::npos && is_decimal(text.substr(0, colon))
               && is_decimal(text.substr(colon + 1));
    });
}

Judgement pl_offset(const Exchange& exchange)
{
    constexpr std::array<std::string_view, 1> names{"pl-offset"};
    return judge_values(exchange.request, names, "pl-offset=-1, 0 or 1",
                        [](std::string_view text) { return text == "-1" || is_flag(text); });
}

Judgement timeout(const Exchange& exchange)
{
    constexpr std::array<std::string_view, 1> names{"timeout"};
    return judge_values(exchange.response, names, "timeout=1000 to 4294967295",
                        [](std::string_view text) { return is_decimal(text) && *to_uint32(text) >= 1000; });
}

constexpr std::array pragma_values_table{
    Rule{
        .id = "pragma.client-id.range",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.5",
        .requirement = "client-id is 1 to 10 decimal digits, 0 to 4294967295.",
        .why = "It names the session; a server that keeps it as a 32-bit number finds no "
               "other.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=2236067900
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=-1391563112
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfMessage{client_id},
    },
    Rule{
        .id = "pragma.uint32.range",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.1 to 2.2.1.4.4, 2.2.1.4.6, 2.2.1.4.9, 2.2.1.4.11, 2.2.1.4.13, 2.2.1.4.28",
        .requirement = "AccelBW, AccelDuration, BurstBW, BurstDuration, client-lag, LinkBW, "
                       "max-duration, packet-num and stream-time are decimal, 0 to 4294967295.",
        .why = "What stands behind the digits shows a missing line end: the next header has "
               "run into the token.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: LinkBW=2147483647, packet-num=4294967295, stream-time=0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache,rate=1.000,stream-time=0Connection: Close
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfMessage{uint32},
    },
    Rule{
        .id = "pragma.uint32-nonzero.range",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.18, 2.2.1.4.19, 2.2.1.4.23, 2.2.1.4.26",
        .requirement = "playlist-gen-id, playlist-seek-id, request-context and stream-switch-count "
                       "are decimal, 1 to 4294967295.",
        .why = "Zero stands for none in the variables that the values are kept in.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: request-context=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: request-context=0
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfMessage{uint32_nonzero},
    },
    Rule{
        .id = "pragma.flag.values",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.7, 2.2.1.4.14, 2.2.1.4.15, 2.2.1.4.17, 2.2.1.4.30, 2.2.1.4.36",
        .requirement = "packet-pair-experiment, pipeline-experiment, version11-enabled, xPlayStrm, "
                       "expect-new-header and pipeline-result are 0 or 1.",
        .why = "Receivers compare with 1; any other value is taken for 0, or for 1, by "
               "chance.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=11
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfMessage{flag},
    },
    Rule{
        .id = "pragma.one.values",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.16, 2.2.1.4.34, 2.2.1.4.35, 2.2.1.4.37, 2.2.1.4.38",
        .requirement = "pipeline-request, xKeepAliveInPause, xPlayNextEntry, xResetStrm and xStopStrm "
                       "are 1.",
        .why = "These say something by being there; with another value it is unclear whether "
               "they do.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, xResetStrm=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, xResetStrm=0
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfMessage{one},
    },
    Rule{
        .id = "pragma.rate.range",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.22",
        .requirement = "rate lies in -5 to 5 and is not 0.",
        .why = "It is the speed of playback: 1 is normal, below 0 rewinds, and 0 would be "
               "none.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: rate=1.000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: rate=0.000
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{rate_range},
    },
    Rule{
        .id = "pragma.rate.syntax",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.22",
        .requirement = "rate has one digit 1 to 5, an optional minus, and at most three decimals.",
        .why = "Many third-party clients send six decimals; servers bear it.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: rate=1.000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: rate=1.000000
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K16: the grammar allows 5.001 to 5.999, which the range of the prose does "
                        "not, and forbids fractions below 1, which lie inside.",
        .decide = OfExchange{rate_syntax},
    },
    Rule{
        .id = "pragma.speed.range",
        .level = Level::must,
        .side = Side::both,
        .section = "2.2.1.4.24",
        .requirement = "Speed is a real number, 1 to 4294967295, with at most three decimals.",
        .why = "It multiplies the normal rate of sending, so below 1 the player would starve.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, Speed=91268.055
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, Speed=0.500
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfMessage{speed},
    },
    Rule{
        .id = "pragma.stream-offset.range",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.25",
        .requirement = "stream-offset is two decimal numbers, 0 to 4294967295, joined by a colon.",
        .why = "They are the halves of a 64-bit offset, the upper one first.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: stream-offset=4294967295:4294967295
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: stream-offset=1024
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{stream_offset},
    },
    Rule{
        .id = "pragma.pl-offset.values",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.20",
        .requirement = "pl-offset is -1, 0 or 1.",
        .why = "It goes one entry of the playlist back, stays, or goes one on.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pl-offset=-1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pl-offset=2
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{pl_offset},
    },
    Rule{
        .id = "pragma.timeout.range",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.29",
        .requirement = "timeout is decimal, 1000 to 4294967295.",
        .why = "It is in milliseconds: with the seconds that some write, clients would send "
               "KeepAlive without end.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=60000
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, timeout=60
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{timeout},
    },
};

} // namespace

std::span<const Rule> pragma_values()
{
    return pragma_values_table;
}

} // namespace wmclients::check::rules
