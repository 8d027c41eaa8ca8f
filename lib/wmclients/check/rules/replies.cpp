#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/replies.hpp>

#include <fmt/format.h>

namespace wmclients::check::rules {

using wmsp::RequestKind;

namespace {

constexpr std::string_view octet_stream = "application/octet-stream";

} // namespace

bool describes(const Exchange& exchange)
{
    return exchange.answers_describe() && is_success(exchange.status());
}

bool streams(const Exchange& exchange)
{
    return is_success(exchange.status())
           && (exchange.answers_play() || exchange.is(RequestKind::play_next_entry));
}

std::optional<Judgement> no_stream(const Exchange& exchange)
{
    if (!exchange.response && exchange.body.has(wmsp::packet_id::data)) {
        return inconclusive(Missing::mid_stream, "the head of the reply was not captured");
    }
    return streams(exchange) ? std::nullopt : std::optional{not_applicable()};
}

Judgement needs_media_type(const Exchange& exchange, std::string_view wanted)
{
    const Message& response = *exchange.response;
    const std::string_view type = media_type(response);
    if (iequals(type, wanted)) {
        return pass();
    }
    if (iequals(type, octet_stream)) {
        return pass_with(std::string{octet_stream});
    }
    if (response.head.field("Content-Type")) {
        return fail(std::string{wanted}, show_field(response, "Content-Type"));
    }
    return cannot_see(exchange.response).value_or(fail(std::string{wanted}, "no Content-Type"));
}

Judgement notes_octet_stream(const Exchange& exchange)
{
    return iequals(media_type(*exchange.response), octet_stream) ? pass_with(std::string{octet_stream})
                                                                 : not_applicable();
}

Judgement only_if_asked(const Exchange& exchange, std::string_view name)
{
    if (!exchange.response || !token(*exchange.response, name)) {
        return not_applicable();
    }
    if (exchange.request && is_one(*exchange.request, name)) {
        return pass();
    }
    if (!exchange.request || !token(*exchange.request, name)) {
        if (auto unseen = cannot_see(exchange.request)) {
            return *unseen;
        }
    }
    return fail(fmt::format("no {}, as the request has {}", name, show_token(*exchange.request, name)),
                show_token(*exchange.response, name));
}

Judgement needs_reset(const Exchange& exchange)
{
    if (!exchange.request) {
        return inconclusive(Missing::one_sided, "the request was not captured");
    }
    const auto sent = token(*exchange.request, "client-id");
    const auto given = token(*exchange.response, "client-id");
    if (!sent) {
        return exchange.request->head.complete ? not_applicable() : *cannot_see(exchange.request);
    }
    if (!given) {
        return exchange.response->head.complete ? not_applicable() : *cannot_see(exchange.response);
    }
    if (*given == *sent) {
        return not_applicable();
    }
    if (is_one(*exchange.response, "xResetStrm")) {
        return pass();
    }
    return cannot_see(exchange.response)
        .value_or(fail("xResetStrm=1, as the client-id is a new one",
                       fmt::format("client-id={} after client-id={}, {}", *given, *sent,
                                   show_token(*exchange.response, "xResetStrm"))));
}

std::optional<Judgement> no_metadata_due(const Exchange& exchange)
{
    const Product server = server_product(*exchange.response);
    if (server.name.empty() && !exchange.response->head.complete) {
        return cannot_see(exchange.response);
    }
    if (!server.is("Cougar") || !server.version || *server.version < Version{9, 0}) {
        return not_applicable();
    }
    if (!exchange.request) {
        return inconclusive(Missing::one_sided,
                            "the request, and with it the client's version, was not captured");
    }
    const auto client = client_version(exchange);
    if (!client) {
        return cannot_see(exchange.request)
            .value_or(inconclusive(Missing::unknown, show_field(*exchange.request, "User-Agent")));
    }
    return *client < Version{9, 0} ? std::optional{not_applicable()} : std::nullopt;
}

bool is_file_name(const asf::ScriptCommand& command)
{
    return iequals(command.type, "FILENAME");
}

bool redirects_by_script(const HeaderSeen& seen)
{
    const auto& commands = seen.header.script_commands;
    return commands.size() == 1 && is_file_name(commands.front())
           && commands.front().time_ms == seen.header.preroll_ms
           && commands.front().name.find("://") != std::string::npos;
}

bool ends_header(const Run& run)
{
    return run.last.id == wmsp::packet_id::header && run.last.complete
           && (run.last.af_flags & wmsp::last_fragment) != 0;
}

} // namespace wmclients::check::rules
