#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

constexpr std::string_view accel_bw = "AccelBW";
constexpr std::string_view accel_duration = "AccelDuration";
constexpr std::string_view burst_bw = "BurstBW";
constexpr std::string_view burst_duration = "BurstDuration";

std::optional<std::uint32_t> number(const Message& message, std::string_view name)
{
    const auto text = token(message, name);
    return text ? to_uint32(*text) : std::nullopt;
}

/// The reply's number is not above the request's.
template <const std::string_view& Name>
Judgement capped(const Exchange& exchange)
{
    const auto given = streams(exchange) ? number(*exchange.response, Name) : std::nullopt;
    if (!given) {
        return not_applicable();
    }
    const auto asked = exchange.request ? number(*exchange.request, Name) : std::nullopt;
    if (!asked) {
        return cannot_see(exchange.request).value_or(not_applicable());
    }
    return *given <= *asked
               ? pass()
               : fail(fmt::format("{} of {} at most", Name, *asked), show_token(*exchange.response, Name));
}

Judgement accelbw_cap_v8(const Exchange& exchange)
{
    const auto given = streams(exchange) ? number(*exchange.response, accel_bw) : std::nullopt;
    if (!given) {
        return not_applicable();
    }
    const auto client = client_version(exchange);
    if (!client) {
        return cannot_see(exchange.request).value_or(not_applicable());
    }
    if (*client < Version{8, 0} || *client >= Version{9, 0}) {
        return not_applicable();
    }
    constexpr std::uint32_t most = 1'048'576; // bit/s
    return *given <= most
               ? pass()
               : fail(fmt::format("AccelBW of {} at most", most), show_token(*exchange.response, accel_bw));
}

Judgement rate_tokens_asked(const Exchange& exchange)
{
    if (!streams(exchange)) {
        return not_applicable();
    }
    bool any = false;
    for (const std::string_view name : {accel_bw, accel_duration, burst_bw, burst_duration}) {
        if (!token(*exchange.response, name)) {
            continue;
        }
        any = true;
        if (!exchange.request || !token(*exchange.request, name)) {
            return cannot_see(exchange.request)
                .value_or(fail(fmt::format("no {}, as the request has none", name),
                               show_token(*exchange.response, name)));
        }
    }
    return any ? pass() : not_applicable();
}

Judgement startupprofile_gated(const Exchange& exchange)
{
    if (!exchange.response || !exchange.response->head.field("X-StartupProfile")) {
        return not_applicable();
    }
    const Message* const told = exchange.client_supported();
    if (told != nullptr && supports(*told, "startupprofile")) {
        return pass();
    }
    if (auto unseen = cannot_see(exchange.request)) {
        return *unseen;
    }
    if (told == nullptr && !seen_from_start(*exchange.session)) {
        return inconclusive(Missing::history, "the client may have sent Supported before");
    }
    return fail("no X-StartupProfile, as the client does not list startupprofile",
                told == nullptr ? "X-StartupProfile, and no Supported"
                                : fmt::format("X-StartupProfile, and {}", show_field(*told, "Supported")));
}

/// How many numbers of at most 32 bits, separated by commas, the list has; 0: it is none. A minus may stand
/// before the first if `sign`.
std::size_t count_numbers(std::string_view list, bool sign)
{
    if (sign && !list.empty() && list.front() == '-') {
        list.remove_prefix(1);
    }
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
        const std::size_t comma = list.find(',');
        if (!to_uint32(trim(list.substr(0, comma)))) {
            return 0;
        }
        more = comma != std::string_view::npos;
        list.remove_prefix(more ? comma + 1 : list.size());
    }
    return count;
}

/// A parameter of X-StartupProfile.
struct Parameter {
    std::string_view name;
    bool list = false;
};

constexpr std::array<Parameter, 8> parameters{{
    {"Rate", true},
    {"MaxBytes", true},
    {"Time", true},
    {"StartTime", false},
    {"LastTime", false},
    {"MaxDiffTime", false},
    {"MaxDiffSndTime", false},
    {"ByteRate", true},
}};

Judgement startupprofile_syntax(const Exchange& exchange)
{
    const auto profile = exchange.response ? exchange.response->head.field("X-StartupProfile") : std::nullopt;
    if (!profile) {
        return not_applicable();
    }
    std::string_view rest = *profile;
    std::size_t length = 0; // of the first list
    const auto wrong = [&](std::string expected) {
        return fail(std::move(expected), show_field(*exchange.response, "X-StartupProfile"));
    };
    for (const Parameter& parameter : parameters) {
        const std::size_t end = rest.find(';');
        if (end == std::string_view::npos) {
            return wrong(fmt::format("{}=…;", parameter.name));
        }
        const std::string_view text = trim(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        const std::size_t equals = std::min(text.find('='), text.size());
        if (!iequals(text.substr(0, equals), parameter.name) || equals == text.size()) {
            return wrong(fmt::format("{} in the place of {}", parameter.name, text.substr(0, equals)));
        }
        const std::size_t count = count_numbers(text.substr(equals + 1), parameter.name == "MaxDiffSndTime");
        length = length == 0 ? count : length;
        if (count == 0 || (!parameter.list && count != 1)) {
            return wrong(
                fmt::format("{} with {}", parameter.name, parameter.list ? "numbers" : "one number"));
        }
        if (parameter.list && count != length) {
            return wrong(fmt::format("{} numbers in {}, as in Rate", length, parameter.name));
        }
    }
    return trim(rest).empty() ? pass() : wrong("nothing behind ByteRate");
}

constexpr std::array play_rates_table{
    Rule{
        .id = "play.response.accelbw-cap",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "AccelBW in the reply is not above the request's.",
        .why = "The client has said how much its link bears.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=3500000, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=10000
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=1000000, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=10000
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=3500000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000
<< $M $H(asf) $D
)",
        .decide = OfExchange{capped<accel_bw>},
    },
    Rule{
        .id = "play.response.accelbw-cap-v8",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "To a client of version 8.0 or later and below 9.0, AccelBW is at most 1048576.",
        .why = "These players do not bear more.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/8.0.0.4477
> Pragma: xPlayStrm=1, AccelBW=3500000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=1048576
<< $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/8.0.0.4477
> Pragma: xPlayStrm=1, AccelBW=3500000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000
<< $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/8.0.0.4477
> Pragma: xPlayStrm=1, AccelBW=3500000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000
<< $H(asf) $D
)",
        .decide = OfExchange{accelbw_cap_v8},
    },
    Rule{
        .id = "play.response.accelduration-cap",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.6, <72>",
        .requirement = "AccelDuration in the reply is not above the request's.",
        .why = "The client has said how much it can buffer.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=3500000, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=10000
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=3500000, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=20000
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelDuration=20000
<< $M $H(asf) $D
)",
        .decide = OfExchange{capped<accel_duration>},
    },
    Rule{
        .id = "play.response.burstbw-cap",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "BurstBW in the reply is not above the request's.",
        .why = "The relaying server has said how much its link bears.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstBW=3500000, BurstDuration=5000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=3000000, BurstDuration=5000
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstBW=3500000, BurstDuration=5000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=3600000, BurstDuration=5000
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstBW=3500000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=3600000
<< $M $H(asf) $D
)",
        .decide = OfExchange{capped<burst_bw>},
    },
    Rule{
        .id = "play.response.burstduration-cap",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement = "BurstDuration in the reply is not above the request's.",
        .why = "The relaying server has said how much it can buffer.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstBW=3500000, BurstDuration=5000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=3000000, BurstDuration=5000
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstBW=3500000, BurstDuration=5000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstBW=3000000, BurstDuration=6000
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSServer/9.5.6001.18281
> Pragma: xPlayStrm=1, BurstDuration=5000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: BurstDuration=6000
<< $M $H(asf) $D
)",
        .decide = OfExchange{capped<burst_duration>},
    },
    Rule{
        .id = "play.response.rate-tokens-asked",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.6",
        .requirement =
            "AccelBW, AccelDuration, BurstBW and BurstDuration are in the reply only if the request had "
            "them.",
        .why = "They answer the client's wish; a client without one does not expect a faster start.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, AccelBW=3500000, AccelDuration=18000
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=10000
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000, AccelDuration=10000
<< $M $H(asf) $D
)",
        .inconclusive = R"(
! lose 4
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: AccelBW=3500000
<< $M $H(asf) $D
)",
        .decide = OfExchange{rate_tokens_asked},
    },
    Rule{
        .id = "play.response.startupprofile-gated",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.6, 3.2.5.9",
        .requirement = "X-StartupProfile is sent only to a client whose Supported lists startupprofile.",
        .why = "Others do not know the header.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Supported: com.microsoft.wm.startupprofile
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< X-StartupProfile: Rate=10;MaxBytes=9;Time=3;StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=8;
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/9.0.0.2980
> Supported: com.microsoft.wm.predstrm
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< X-StartupProfile: Rate=10;MaxBytes=9;Time=3;StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=8;
<< $M $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< X-StartupProfile: Rate=10;MaxBytes=9;Time=3;StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=8;
<< $M $H(asf) $D
)",
        .decide = OfExchange{startupprofile_gated},
    },
    Rule{
        .id = "play.response.startupprofile-syntax",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.12",
        .requirement =
            "X-StartupProfile has its eight parameters in order; Rate, MaxBytes, Time and ByteRate are "
            "lists of one length.",
        .why = "The values of the lists belong together by their places.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< X-StartupProfile: Rate=10,12;MaxBytes=9,8;Time=3,3;StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=-4;ByteRate=8,8;
<< $M $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< X-StartupProfile: Rate=10,12;MaxBytes=9;Time=3;StartTime=0;LastTime=9;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=8;
<< $M $H(asf) $D
)",
        .disagreement =
            "K18: MaxDiffSndTime may be negative by its text, but its range begins at 0; both pass.",
        .decide = OfExchange{startupprofile_syntax},
    },
};

} // namespace

std::span<const Rule> play_rates()
{
    return play_rates_table;
}

} // namespace wmclients::check::rules
