#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

constexpr std::array<std::string_view, 1> guid{"xClientGUID"};

Judgement guid_present(const Exchange& exchange)
{
    if (exchange.request && token(*exchange.request, guid[0])) {
        return pass();
    }
    return cannot_see(exchange.request).value_or(fail("xClientGUID", "no xClientGUID"));
}

constexpr bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_guid(std::string_view text)
{
    constexpr std::string_view form = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    return text.size() == form.size()
           && std::equal(text.begin(), text.end(), form.begin(),
                         [](char c, char wanted) { return wanted == 'x' ? is_hex_digit(c) : c == wanted; });
}

Judgement guid_syntax(const Exchange& exchange)
{
    return judge_values(exchange.request, guid, "{8-4-4-4-12} hex digits, without quotes", is_guid);
}

Judgement guid_stable(const Exchange& exchange)
{
    const auto guid_of = [](const Exchange& one) {
        return one.request ? token(*one.request, guid[0]) : std::nullopt;
    };
    const auto own = guid_of(exchange);
    if (!own) {
        return absent(exchange.request);
    }
    const auto has_guid = [&](const Exchange* one) { return guid_of(*one).has_value(); };
    const auto earlier = exchange.session->before(exchange);
    const auto before = std::find_if(earlier.rbegin(), earlier.rend(), has_guid);
    if (before != earlier.rend()) {
        const std::string_view expected = *guid_of(**before);
        return pass_if(iequals(*own, expected), expected, *own);
    }
    const auto later = exchange.session->after(exchange);
    return std::any_of(later.begin(), later.end(), has_guid)
               ? not_applicable() // the later ones are compared with this one
               : inconclusive(Missing::history, "no other request of the session has one");
}

Judgement log_line_alone(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "log-line")) {
        return absent(exchange.request);
    }
    const auto& tokens = exchange.request->pragmas.tokens();
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (iequals(tokens[i].name, "log-line") && tokens[i - 1].line == tokens[i].line) {
            return fail("log-line alone on its line", fmt::format("{} before it", tokens[i - 1].raw));
        }
    }
    return pass();
}

Judgement switch_entry_alone(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "stream-switch-entry")) {
        return absent(exchange.request);
    }
    const auto& tokens = exchange.request->pragmas.tokens();
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        const bool has_entry = iequals(tokens[i - 1].name, "stream-switch-entry")
                               || iequals(tokens[i].name, "stream-switch-entry");
        if (has_entry && tokens[i - 1].line == tokens[i].line) {
            return fail("stream-switch-entry alone on its line",
                        fmt::format("{}, {}", tokens[i - 1].raw, tokens[i].raw));
        }
    }
    return pass();
}

/// What stands before the next separator; it is taken off the text, with the separator.
std::string_view take_until(std::string_view& text, char separator)
{
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

bool is_hex_word(std::string_view text)
{
    return !text.empty() && text.size() <= 4 && std::all_of(text.begin(), text.end(), is_hex_digit);
}

bool are_switch_entries(std::string_view text)
{
    do {
        std::string_view entry = take_until(text, ' ');
        if (!is_hex_word(take_until(entry, ':')) || !is_hex_word(take_until(entry, ':'))) {
            return false;
        }
        if (entry != "0" && entry != "1" && entry != "2") {
            return false;
        }
    } while (!text.empty());
    return true;
}

Judgement switch_entry_syntax(const Exchange& exchange)
{
    constexpr std::array<std::string_view, 1> names{"stream-switch-entry"};
    return judge_values(exchange.request, names, "entries src:dst:thin, separated by a space",
                        are_switch_entries);
}

Judgement switch_count_matches(const Exchange& exchange)
{
    const auto count = exchange.request ? token(*exchange.request, "stream-switch-count") : std::nullopt;
    if (!count) {
        return absent(exchange.request);
    }
    std::size_t entries = 0;
    for (const wmsp::PragmaToken& one : exchange.request->pragmas.tokens()) {
        if (iequals(one.name, "stream-switch-entry")) {
            for (std::string_view rest = one.value; !rest.empty();) {
                if (!take_until(rest, ' ').empty()) {
                    ++entries;
                }
            }
        }
    }
    if (entries != 0 && to_uint32(*count) == entries) {
        return pass();
    }
    return cannot_see(exchange.request)
        .value_or(fail(entries == 0 ? std::string{"stream-switch-entry beside stream-switch-count"}
                                    : fmt::format("stream-switch-count={}", entries),
                       show_token(*exchange.request, "stream-switch-count")));
}

/// A token that HTTP/1.0 requests do not have.
Judgement not_in_http10(const Exchange& exchange, std::string_view name)
{
    if (!exchange.request || !token(*exchange.request, name)) {
        return absent(exchange.request);
    }
    return exchange.request->head.version() != "HTTP/1.0"
               ? pass()
               : fail(fmt::format("HTTP/1.1, or no {}", name),
                      fmt::format("{} in HTTP/1.0", show_token(*exchange.request, name)));
}

Judgement pipeline_experiment_http11(const Exchange& exchange)
{
    return not_in_http10(exchange, "pipeline-experiment");
}

Judgement opt11_http10(const Exchange& exchange)
{
    return not_in_http10(exchange, "version11-enabled");
}

Judgement request_context_observed(const Exchange& exchange)
{
    if (!exchange.request || !token(*exchange.request, "request-context")) {
        return not_applicable();
    }
    const http::Head& head = exchange.request->head; // a head that is cut does not tell the type
    return pass_with(fmt::format("{} in a {}", show_token(*exchange.request, "request-context"),
                                 head.complete ? to_string(exchange.type.kind) : head.method()));
}

constexpr std::array pragma_requests_table{
    Rule{
        .id = "pragma.xclientguid.present",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.1",
        .requirement = "Requests carry xClientGUID.",
        .why = "A server tells by it two players behind one address.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{guid_present},
    },
    Rule{
        .id = "pragma.xclientguid.syntax",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.33",
        .requirement = "xClientGUID is a GUID {8-4-4-4-12} of hex digits, not quoted.",
        .why = "A server that reads it as a GUID gets nothing from another text.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={0xbabac001-0x17cc-0xd773-0x2479d6762906781e}
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{guid_syntax},
    },
    Rule{
        .id = "pragma.xclientguid.stable",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.33, 3.1.5.1",
        .requirement = "All requests of one session carry the same xClientGUID.",
        .why = "With two, one player counts as two in the logs of the server. Requests belong "
               "together by client-id or connection.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77, xClientGUID={11223344-1122-1122-1122-000000000000}
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xClientGUID={11223344-1122-1122-1122-AABBCCDDEEFF}
)",
        .decide = OfExchange{guid_stable},
    },
    Rule{
        .id = "pragma.log-line.alone",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.10",
        .requirement = "log-line is the only token of its Pragma line.",
        .why = "Its value may hold commas and runs to the end of the line.",
        .passes = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: client-id=77
> Pragma: log-line=10.78.0.11 2026-01-01 00:00:00 -
> Content-Length: 0
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/7.1.0.3055
> Pragma: client-id=77, log-line=10.78.0.11 2026-01-01 00:00:00 -
> Content-Length: 0
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{log_line_alone},
    },
    Rule{
        .id = "pragma.stream-switch-entry.alone",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.27, 3.1.4.3.1",
        .requirement = "stream-switch-entry is the only token of its Pragma line.",
        .why = "Entries are separated by spaces, which a reader of comma-separated tokens may "
               "not expect.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, stream-switch-count=1
> Pragma: stream-switch-entry=ffff:1:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, stream-switch-count=1, stream-switch-entry=ffff:1:0
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K11: a MUST in 2.2.1.4.27 and 3.1.4.3.1, a SHOULD in 3.1.4.4 and 3.1.4.5.",
        .decide = OfExchange{switch_entry_alone},
    },
    Rule{
        .id = "pragma.stream-switch-entry.syntax",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.27",
        .requirement = "Each entry is src:dst:thin, two hex numbers of 1 to 4 digits and 0, 1 or 2; "
                       "entries are separated by a space.",
        .why = "A stream whose entry the server cannot read is not selected.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:0 ffff:2:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
> Pragma: stream-switch-entry=ffff:1:0 ffff:2:3
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K12: the grammar holds one entry, prose and examples hold several, separated "
                        "by a space.",
        .decide = OfExchange{switch_entry_syntax},
    },
    Rule{
        .id = "pragma.stream-switch-count.matches",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.26",
        .requirement = "stream-switch-count is the number of entries in stream-switch-entry.",
        .why = "A server that reads as many entries as are announced misses some, or waits "
               "for more.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, stream-switch-count=2
> Pragma: stream-switch-entry=ffff:1:0 ffff:2:0
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, stream-switch-count=2
> Pragma: stream-switch-entry=ffff:1:0
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{switch_count_matches},
    },
    Rule{
        .id = "pragma.pipeline-experiment.http11",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.1.4.15, 3.1.4.2.1",
        .requirement = "pipeline-experiment is not sent in an HTTP/1.0 request.",
        .why = "HTTP/1.0 has no pipelining.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: pipeline-experiment=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .decide = OfExchange{pipeline_experiment_http11},
    },
    Rule{
        .id = "pragma.opt11.http10",
        .level = Level::should,
        .side = Side::client,
        .section = "2.2.2",
        .requirement = "version11-enabled is not sent in an HTTP/1.0 request.",
        .why = "It asks for a chunked reply, which HTTP/1.0 has not.",
        .passes = R"(
> GET /live HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1
)",
        .inconclusive = R"(
>> "GET /live HTTP/1.0\r\nUser-Agent: NSPlayer/12.0.7601.17514\r\nHost: media" ~40 "\r\n\r\n"
)",
        .disagreement = "K14: 2.2.1.4.30 has it in Play requests only, the grammars of Describe, "
                        "PlayNextEntry and SelectStream list it.",
        .decide = OfExchange{opt11_http10},
    },
    Rule{
        .id = "pragma.request-context.observed",
        .level = Level::may,
        .side = Side::client,
        .section = "2.2.1.4.23, <35>",
        .requirement = "A client may send request-context in GET requests.",
        .why = "Its meaning is left open; players send 1 with Describe and 2 with Play.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: request-context=1
)",
        .decide = OfExchange{request_context_observed},
    },
};

} // namespace

std::span<const Rule> pragma_requests()
{
    return pragma_requests_table;
}

} // namespace wmclients::check::rules
