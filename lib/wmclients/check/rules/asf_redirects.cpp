#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// So many exchanges of the client are looked at for the one that follows a redirect.
constexpr unsigned exchanges_after = 8;

/// What is known of a reply as one that redirects an old client by a script command.
enum class Redirect : std::uint8_t {
    none,      ///< no FILENAME command, or not to an old client
    proper,    ///< in the form that the specification asks for
    followed,  ///< in another form, and the client went to a URL of it
    uncertain, ///< in another form, and the client may have played the content that it is part of
};

/// The first header of the body with a FILENAME command, or null.
const HeaderSeen* scripted_header(const Body& body)
{
    const auto at = std::find_if(body.headers.begin(), body.headers.end(), [](const HeaderSeen& seen) {
        const auto& commands = seen.header.script_commands;
        return std::any_of(commands.begin(), commands.end(), is_file_name);
    });
    return at == body.headers.end() ? nullptr : &*at;
}

/// The request asks for the URL, by its Host field and target.
bool asks_for(const Message& request, std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view path = slash < rest.size() ? rest.substr(slash) : "/";
    return iequals(rest.substr(0, slash), request.head.value("Host")) && path == request.head.target();
}

/// Whether the client went to a URL of the commands before it played anything here.
bool goes_there(const Exchange& exchange, const std::vector<asf::ScriptCommand>& commands)
{
    const Exchange* next = exchange.next_of_client;
    for (unsigned i = 0; i < exchanges_after && next != nullptr; ++i, next = next->next_of_client) {
        if (!next->request) {
            continue;
        }
        if (std::any_of(commands.begin(), commands.end(), [&](const asf::ScriptCommand& command) {
                return is_file_name(command) && asks_for(*next->request, command.name);
            })) {
            return true;
        }
        if (next->is(RequestKind::play) && next->connection->server == exchange.connection->server) {
            return false;
        }
    }
    return false;
}

Redirect redirect_of(const Exchange& exchange, const HeaderSeen& seen)
{
    if (redirects_by_script(seen)) {
        return Redirect::proper;
    }
    return goes_there(exchange, seen.header.script_commands) ? Redirect::followed : Redirect::uncertain;
}

/// Asks `judge(header, redirect)` where a Describe's reply to an old client has FILENAME commands.
template <typename Judge>
Judgement of_redirect(const Exchange& exchange, Judge judge)
{
    const HeaderSeen* const seen = scripted_header(exchange.body);
    if (seen == nullptr || (exchange.request && !exchange.answers_describe())) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(Missing::one_sided, "the request was not captured");
    }
    const auto client = client_version(exchange);
    if (!wmsp::is_wmsp_agent(exchange.request->head.value("User-Agent"))
        || (client && *client >= Version{7, 0})) {
        return not_applicable();
    }
    if (!client) {
        return inconclusive(Missing::unknown,
                            "the client names no version: " + show_field(*exchange.request, "User-Agent"));
    }
    const Redirect redirect = redirect_of(exchange, *seen);
    if (redirect == Redirect::uncertain) {
        return inconclusive(Missing::unknown, "the FILENAME command may be part of the content");
    }
    return judge(*seen, redirect).at(seen->at);
}

Judgement redirect_script(const Exchange& exchange)
{
    return of_redirect(exchange, [](const HeaderSeen& seen, Redirect redirect) {
        const auto& commands = seen.header.script_commands;
        const auto at = std::find_if(commands.begin(), commands.end(), is_file_name);
        return redirect == Redirect::proper
                   ? pass()
                   : fail(fmt::format("one command, FILENAME at {} ms (the Preroll)", seen.header.preroll_ms),
                          fmt::format("{} commands, FILENAME {} at {} ms", commands.size(), at->name,
                                      at->time_ms));
    });
}

Judgement redirect_preroll(const Exchange& exchange)
{
    return of_redirect(exchange, [](const HeaderSeen& seen, Redirect) {
        return seen.header.preroll_ms == 479
                   ? pass()
                   : fail("Preroll 479", fmt::format("Preroll {}", seen.header.preroll_ms));
    });
}

constexpr std::array asf_redirects_table{
    Rule{
        .id = "asf.redirect-script",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement =
            "A header that redirects a client older than 7.0 has one script command: FILENAME, at the "
            "time of the Preroll, with the new URL as its name.",
        .why = "Such a client does not follow 302, but runs the script.",
        .passes = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/new", at=479, preroll=479)
)",
        .fails = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/new", at=0, preroll=479)
---
> GET /new HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
> Host: media
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
)",
        .inconclusive = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/credits", at=60000)
---
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
)",
        .decide = OfBody{redirect_script},
    },
    Rule{
        .id = "asf.redirect-preroll",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.5.4",
        .requirement = "A header that redirects a client older than 7.0 has Preroll 479.",
        .why = "The client waits so long before it runs the script.",
        .passes = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/new", at=479, preroll=479)
)",
        .fails = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/new", at=3000, preroll=3000)
)",
        .inconclusive = R"(
> GET /old HTTP/1.0
> User-Agent: NSPlayer/4.1.0.3856
< HTTP/1.0 200 OK
< Server: Cougar/9.5.6001.18281
<< $H(filename="http://media/credits", at=60000)
)",
        .decide = OfBody{redirect_preroll},
    },
};

} // namespace

std::span<const Rule> asf_redirects()
{
    return asf_redirects_table;
}

} // namespace wmclients::check::rules
