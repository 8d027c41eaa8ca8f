#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

bool continues_stream(const Exchange& exchange)
{
    return exchange.is(RequestKind::select_stream) || exchange.is(RequestKind::play_next_entry);
}

/// The playlist-gen-id with which the payload of a $M begins (2.2.3.6); none of one that is not whole.
std::optional<std::string_view> entry_of(const MetadataSeen& metadata)
{
    constexpr std::string_view name = "playlist-gen-id=";
    if (!metadata.whole || !istarts_with(metadata.payload, name)) {
        return {};
    }
    const std::string_view rest = std::string_view{metadata.payload}.substr(name.size());
    return trim(rest.substr(0, rest.find_first_of(std::string_view{",\0", 2})));
}

/// Whether a $C lies between two places of a body.
bool changes_between(const Body& body, std::uint64_t begin, std::uint64_t end)
{
    return std::any_of(body.runs.begin(), body.runs.end(), [&](const Run& run) {
        return run.first.id == wmsp::packet_id::new_header && run.first.first.number >= begin
               && run.end.number <= end;
    });
}

/// Whether an entry before this one had the same playlist-gen-id: in this body, or in one that it goes on
/// with. A Play begins anew, and may come by the same entries.
bool said_before(const Exchange& exchange, std::size_t metadata, std::string_view entry)
{
    constexpr unsigned bodies = 1000; // so that a long session takes linear time
    const auto is_same = [&](const MetadataSeen& one) { return entry_of(one) == entry; };
    const auto& own = exchange.body.metadata;
    if (std::any_of(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(metadata), is_same)) {
        return true;
    }
    const Exchange* at = &exchange;
    for (unsigned i = 0; i < bodies && continues_stream(*at) && at->past.metadata != nullptr; ++i) {
        at = at->past.metadata;
        if (std::any_of(at->body.metadata.begin(), at->body.metadata.end(), is_same)) {
            return true;
        }
    }
    return false;
}

Judgement gen_id_changes(const Exchange& exchange)
{
    const auto& metadata = exchange.body.metadata;
    Judgement result = not_applicable();
    for (std::size_t i = 0; i < metadata.size(); ++i) {
        const std::uint64_t begin = i == 0 ? 0 : metadata[i - 1].at.number;
        const auto entry = entry_of(metadata[i]);
        if (!entry || !changes_between(exchange.body, begin, metadata[i].at.number)) {
            continue;
        }
        if (said_before(exchange, i, *entry)) {
            return fail("another playlist-gen-id behind $C", fmt::format("playlist-gen-id={} again", *entry))
                .at(metadata[i].at);
        }
        result = pass();
    }
    return result;
}

/// A playlist-gen-id, and where it was said.
struct EntryId {
    std::string_view value;
    PacketRef at;
};

/// What the latest $M of the session before `at` said, unless a $C came since.
std::optional<EntryId> said_by_metadata(const Exchange& exchange, const PacketRef& at)
{
    if (exchange.past.metadata == nullptr) {
        return {};
    }
    const Body& body = exchange.past.metadata->body;
    const auto seen = std::find_if(body.metadata.rbegin(), body.metadata.rend(),
                                   [&](const MetadataSeen& one) { return one.at.number < at.number; });
    if (seen == body.metadata.rend() || changes_between(body, seen->at.number + 1, at.number)) {
        return {};
    }
    const auto entry = entry_of(*seen);
    return entry ? std::optional{EntryId{*entry, seen->at}} : std::nullopt;
}

/// The request asks for another entry than the current one.
bool changes_entry(const Exchange& exchange)
{
    return exchange.is(RequestKind::play_next_entry)
           || (exchange.request
               && (token(*exchange.request, "pl-offset") || token(*exchange.request, "playlist-seek-id")));
}

Judgement gen_id_response(const Exchange& exchange)
{
    if (!exchange.response || !is_success(exchange.status()) || changes_entry(exchange)
        || makes_session(exchange) != false) {
        return not_applicable();
    }
    const auto current = said_by_metadata(exchange, exchange.response->head.first);
    if (!current) {
        return not_applicable();
    }
    if (token(*exchange.response, "playlist-gen-id") == current->value) {
        return pass();
    }
    return cannot_see(exchange.response)
        .value_or(fail(fmt::format("playlist-gen-id={}", current->value),
                       show_token(*exchange.response, "playlist-gen-id")));
}

Judgement gen_id_request(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::play) && !exchange.is(RequestKind::play_next_entry)) {
        return not_applicable();
    }
    const PacketRef& at = exchange.request->head.first;
    auto current = said_by_metadata(exchange, at);
    if (const Exchange* const told = exchange.past.playlist_id) {
        const PacketRef& told_at = told->response->head.first;
        if (told_at.number < at.number && (!current || current->at.number < told_at.number)) {
            current = EntryId{*token(*told->response, "playlist-gen-id"), told_at};
        }
    }
    if (!current) {
        return not_applicable();
    }
    if (token(*exchange.request, "playlist-gen-id") == current->value) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail(fmt::format("playlist-gen-id={}", current->value),
                       show_token(*exchange.request, "playlist-gen-id")));
}

constexpr std::array session_entry_ids_table{
    Rule{
        .id = "session.playlist-gen-id.changes",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.2",
        .requirement = "Each playlist entry has its own playlist-gen-id.",
        .why = "By it the server knows which entry a request speaks of.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D $E(1) $C(0)
<< $M(data="playlist-gen-id=2, broadcast-id=0, features=\"\"\0") $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D $E(1) $C(0)
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
)",
        .decide = OfExchange{gen_id_changes},
    },
    Rule{
        .id = "session.playlist-gen-id.response",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "While the current entry has a playlist-gen-id, responses name it.",
        .why = "So the client notices that it asked in one entry and was answered in another.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77, playlist-gen-id=1
< Content-Length: 0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Length: 0
> Pragma: no-cache, client-id=77, xKeepAliveInPause=1
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .disagreement =
            "K4: \"requests only\" in 2.2.1.4.18; 3.2.5.2 demands it, no response grammar has it.",
        .decide = OfExchange{gen_id_response},
    },
    Rule{
        .id = "session.playlist-gen-id.request",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "While the current entry has a playlist-gen-id, Play and PlayNextEntry name it.",
        .why = "By it the server knows which entry the request speaks of.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, playlist-gen-id=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"\"\0") $H(asf) $D
>> fin
---
>> "GET /live HTTP/1.0\r\nPragma: xPlayStrm=1,client-id=77\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement =
            "K4: playlist-gen-id is \"requests only\" in 2.2.1.4.18, and in responses in 3.2.5.2.",
        .decide = OfExchange{gen_id_request},
    },
};

} // namespace

std::span<const Rule> session_entry_ids()
{
    return session_entry_ids_table;
}

} // namespace wmclients::check::rules
