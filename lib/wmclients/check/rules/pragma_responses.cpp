#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

constexpr std::array<std::string_view, 1> features{"features"};

Judgement features_not_empty(const Exchange& exchange)
{
    return judge_values(exchange.response, features, "at least one feature", [](std::string_view text) {
        return text.find_first_not_of("\", ") != std::string_view::npos;
    });
}

bool is_feature(std::string_view name)
{
    constexpr std::array<std::string_view, 8> known{"broadcast", "last",         "live",        "playlist",
                                                    "seekable",  "skipbackward", "skipforward", "stridable"};
    return std::any_of(known.begin(), known.end(), [&](std::string_view one) { return iequals(one, name); });
}

/// %x22 [wm-feat *("," wm-feat)] %x22, with spaces behind commas, as the section's own example has.
bool is_feature_list(std::string_view text)
{
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
        return false;
    }
    std::string_view list = text.substr(1, text.size() - 2);
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (!is_feature(list.substr(0, comma))) {
            return false;
        }
        const std::size_t next = std::min(list.find_first_not_of(' ', comma + 1), list.size());
        if (comma != list.size() && next == list.size()) {
            return false; // nothing behind the last comma
        }
        list.remove_prefix(next);
    }
    return true;
}

Judgement features_names(const Exchange& exchange)
{
    return judge_values(exchange.response, features,
                        "a quoted list of broadcast, last, live, playlist, seekable, skipbackward, "
                        "skipforward, stridable",
                        is_feature_list);
}

/// A client below 9.0 that is told "playlist" is told the other feature too, or is not.
Judgement beside_playlist(const Exchange& exchange, std::string_view feature, bool told)
{
    if (!exchange.response || !token(*exchange.response, "features")) {
        return absent(exchange.response);
    }
    const auto client = client_version(exchange);
    if (!has_feature(*exchange.response, "playlist") || (client && *client >= Version{9, 0})) {
        return not_applicable();
    }
    if (has_feature(*exchange.response, feature) == told) {
        return pass();
    }
    return client ? fail(fmt::format("playlist {} {}, for client {}.{}", told ? "with" : "without", feature,
                                     client->major, client->minor),
                         show_token(*exchange.response, "features"))
                  : client_unknown(exchange);
}

Judgement broadcast_for_old(const Exchange& exchange)
{
    return beside_playlist(exchange, "broadcast", true);
}

Judgement no_seekable_for_old(const Exchange& exchange)
{
    return beside_playlist(exchange, "seekable", false);
}

Judgement pipeline_result_place(const Exchange& exchange)
{
    if (!exchange.response || !token(*exchange.response, "pipeline-result")) {
        return absent(exchange.response);
    }
    if (exchange.is(wmsp::RequestKind::pipeline)) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(
            fail("pipeline-result in replies to Pipeline requests alone",
                 fmt::format("{} in the reply to a {}", show_token(*exchange.response, "pipeline-result"),
                             to_string(exchange.type.kind))));
}

constexpr std::array pragma_responses_table{
    Rule{
        .id = "pragma.features.not-empty",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.8",
        .requirement = "A features token in a response names at least one feature.",
        .why = "A client knows by it whether it may seek, or whether the content is live.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, features="broadcast"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, features=""
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .disagreement = "K3: the prose of 2.2.1.4.8 wants at least one name; its grammar allows none, "
                        "and the examples of 2.2.2.4 and 2.2.2.6 send none.",
        .decide = OfExchange{features_not_empty},
    },
    Rule{
        .id = "pragma.features.names",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.8",
        .requirement = "features is a quoted, comma-separated list of the eight known names.",
        .why = "Clients ignore a name that they do not know. Without quotes, all behind the "
               "first comma is other tokens.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, features="seekable, stridable"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, features=broadcast
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: today" ~40 "\r\n\r\n" $H(asf)
)",
        .decide = OfExchange{features_names},
    },
    Rule{
        .id = "pragma.features.broadcast-for-old",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.8.1",
        .requirement = "A client below 9.0 that is told playlist is told broadcast too.",
        .why = "It knows no server-side playlists, and is to take one for a broadcast.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="broadcast,playlist"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="playlist"
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="playlist"
)",
        .decide = OfExchange{broadcast_for_old},
    },
    Rule{
        .id = "pragma.features.no-seekable-for-old",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.8.5",
        .requirement = "A client below 9.0 that is told playlist is not told seekable.",
        .why = "It would seek in the whole playlist where only the entry can be sought.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="broadcast,playlist"
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="broadcast,playlist,seekable"
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: features="broadcast,playlist,seekable"
)",
        .decide = OfExchange{no_seekable_for_old},
    },
    Rule{
        .id = "pragma.pipeline-result.place",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.1.4.17, 3.2.5.5",
        .requirement = "pipeline-result appears only in replies to Pipeline requests.",
        .why = "It is the result of their test, and has no meaning elsewhere.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77, pipeline-request=1
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .inconclusive = R"(
! only <
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
< HTTP/1.1 204 No Content
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77, pipeline-result=1
< Content-Length: 0
)",
        .decide = OfExchange{pipeline_result_place},
    },
};

} // namespace

std::span<const Rule> pragma_responses()
{
    return pragma_responses_table;
}

} // namespace wmclients::check::rules
