#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

namespace packet_id = wmsp::packet_id;

/// Asks `judge(payload)` of each $M that was captured whole: the first failure, else a pass if there is any,
/// else what is missing.
template <typename Judge>
Judgement of_metadata(const Exchange& exchange, Judge judge)
{
    std::optional<Judgement> seen;
    for (const MetadataSeen& metadata : exchange.body.metadata) {
        if (!metadata.whole) {
            continue;
        }
        Judgement judgement = judge(std::string_view{metadata.payload});
        if (judgement.verdict == Verdict::fail) {
            return std::move(judgement).at(metadata.at);
        }
        if (!seen || judgement.verdict == Verdict::pass) {
            seen = std::move(judgement);
        }
    }
    if (!seen && exchange.body.has(packet_id::metadata)) {
        return inconclusive(Missing::gap, "no $M was captured whole");
    }
    return seen.value_or(not_applicable());
}

/// Takes `prefix` off the front of `text`, if it is there.
bool take(std::string_view& text, std::string_view prefix)
{
    const bool there = text.substr(0, prefix.size()) == prefix;
    text.remove_prefix(there ? prefix.size() : 0);
    return there;
}

/// A number of up to ten digits off the front of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text)
{
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 10) {
        return {};
    }
    std::uint64_t number = 0;
    for (const char c : text.substr(0, digits)) {
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

/// The beginning of a text, for people.
std::string beginning(std::string_view text)
{
    return std::string{text.substr(0, 120)};
}

Judgement m_payload(const Exchange& exchange)
{
    return of_metadata(exchange, [](std::string_view payload) {
        std::string_view rest = payload;
        bool good = take(rest, "playlist-gen-id=") && take_number(rest) && take(rest, ", broadcast-id=")
                    && take_number(rest) && take(rest, ", features=\"");
        if (good) {
            const std::size_t quote = rest.find('"');
            good = quote + 1 < rest.size() && quote != std::string_view::npos && rest[quote + 1] == '\0';
        }
        return good ? pass()
                    : fail("playlist-gen-id=N, broadcast-id=N, features=\"...\" and a NUL",
                           beginning(payload.substr(0, payload.find('\0'))));
    });
}

Judgement m_broadcast_id(const Exchange& exchange)
{
    return of_metadata(exchange, [](std::string_view payload) {
        constexpr std::string_view name = "broadcast-id=";
        const std::string_view head = payload.substr(0, payload.find('\0'));
        const std::size_t at = head.find(name);
        if (at == std::string_view::npos) {
            return not_applicable();
        }
        std::string_view rest = head.substr(at + name.size());
        const std::string_view shown = rest.substr(0, rest.find(','));
        const auto id = take_number(rest);
        if (!id || *id > 0xFFFF'FFFFU) {
            return fail("a broadcast-id from 0 to 4294967295", beginning(shown));
        }
        const bool live = ifind(rest, "broadcast") != std::string_view::npos
                          || ifind(rest, "live") != std::string_view::npos;
        return pass_if(*id == 0 || live, "broadcast-id=0, as features has neither broadcast nor live", shown);
    });
}

/// Types of values (2.2.4.1).
bool known_type(std::uint64_t type)
{
    constexpr std::array<std::uint8_t, 13> known{2, 3, 6, 8, 10, 11, 16, 17, 18, 19, 22, 23, 31};
    return std::find(known.begin(), known.end(), type) != known.end();
}

/// Reads a pair of a content description: NAME-LENGTH,NAME,TYPE,LENGTH,VALUE. A text that says what is wrong.
std::string take_pair(std::string_view& text, bool first)
{
    const std::string_view all = text;
    const auto name_length = take_number(text);
    if (!name_length || !take(text, ",")) {
        return "no length of a name: " + beginning(all);
    }
    if (first) {
        // K26: the grammar counts seven bytes.
        if ((*name_length != 8 && *name_length != 7) || !take(text, "language")) {
            return "not \"language\" first: " + beginning(all);
        }
    } else if (*name_length > text.size()) {
        return "a name that is not as long as it says: " + beginning(all);
    } else {
        text.remove_prefix(static_cast<std::size_t>(*name_length));
    }
    std::optional<std::uint64_t> type;
    std::optional<std::uint64_t> length;
    if (!take(text, ",") || !(type = take_number(text)) || !take(text, ",") || !(length = take_number(text))
        || !take(text, ",") || *length > text.size()) {
        return "lengths that do not fit: " + beginning(all);
    }
    if (!known_type(*type)) {
        return fmt::format("value type {}: {}", *type, beginning(all));
    }
    text.remove_prefix(static_cast<std::size_t>(*length));
    return {};
}

Judgement m_cdl(const Exchange& exchange)
{
    return of_metadata(exchange, [](std::string_view payload) {
        const std::size_t nul = payload.find('\0');
        std::string_view rest = nul == std::string_view::npos ? std::string_view{} : payload.substr(nul + 1);
        if (rest.empty()) {
            return not_applicable();
        }
        const std::string_view expected =
            "descriptions of language and other pairs, each with the lengths it "
            "says and a type of 2.2.4.1, and CRLF";
        for (bool first = true; !rest.empty();) {
            if (std::string wrong = take_pair(rest, first); !wrong.empty()) {
                return fail(std::string{expected}, std::move(wrong));
            }
            first = !take(rest, ",");
            if (first && !take(rest, "\r\n") && !rest.empty()) {
                return fail(std::string{expected}, "neither a comma nor CRLF: " + beginning(rest));
            }
            take(rest, "\r\n"); // the grammar has one for the pairs and one for the description
        }
        return pass();
    });
}

constexpr std::array framing_metadata_text_table{
    Rule{
        .id = "framing.m-payload",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.6",
        .requirement =
            "The payload of $M is playlist-gen-id, broadcast-id and features in this order, a NUL, "
            "then content descriptions.",
        .why = "It tells a client which entry of a playlist it gets, and what can be done with it.",
        .passes = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data="playlist-gen-id=1, broadcast-id=2, features=\"broadcast\"\0") $H(asf)
)",
        .fails = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data="broadcast-id=2, playlist-gen-id=1, features=\"broadcast\"\0") $H(asf)
)",
        .inconclusive = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(hole=20*10, data="playlist-gen-id=1, broadcast-id=2, features=\"broadcast\"\0") $H(asf)
)",
        .decide = OfBody{m_payload},
    },
    Rule{
        .id = "framing.m-broadcast-id",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.3.6",
        .requirement = "broadcast-id is 0 to 4294967295, and 0 for an entry that is not live.",
        .why = "It names the live source; entries with the same one go on where the other stopped.",
        .passes = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data="playlist-gen-id=1, broadcast-id=0, features=\"seekable\"\0") $H(asf)
)",
        .fails = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data="playlist-gen-id=1, broadcast-id=2, features=\"seekable\"\0") $H(asf)
)",
        .inconclusive = R"(
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(hole=20*10, data="playlist-gen-id=1, broadcast-id=2, features=\"seekable\"\0") $H(asf)
)",
        .decide = OfBody{m_broadcast_id},
    },
    Rule{
        .id = "framing.m-cdl",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.4, 2.2.4.1",
        .requirement =
            "Each content description in $M starts with the pair language; lengths fit; value types "
            "are in the table.",
        .why = "A client finds one pair behind the other by the lengths, and passes over types it does not "
               "know.",
        .passes = R"(
! let head "playlist-gen-id=1, broadcast-id=0, features=\"seekable\"\0"
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data=%head "8,language,31,2,en,5,title,31,4,News\r\n") $H(asf)
)",
        .fails = R"(
! let head "playlist-gen-id=1, broadcast-id=0, features=\"seekable\"\0"
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(data=%head "5,title,31,4,News\r\n") $H(asf)
)",
        .inconclusive = R"(
! let head "playlist-gen-id=1, broadcast-id=0, features=\"seekable\"\0"
> GET /list HTTP/1.0
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $M(hole=80*10, data=%head "8,language,31,2,en,5,title,31,4,News\r\n") $H(asf)
)",
        .disagreement = "K26: the grammar writes 7,language, but counts bytes, and the name has eight.",
        .decide = OfBody{m_cdl},
    },
};

} // namespace

std::span<const Rule> framing_metadata_text()
{
    return framing_metadata_text_table;
}

} // namespace wmclients::check::rules
