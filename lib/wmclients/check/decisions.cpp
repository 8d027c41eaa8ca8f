#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>

#include <fmt/format.h>

namespace wmclients::check {

Judgement absent(const std::unique_ptr<Message>& message)
{
    return message ? cannot_see(message).value_or(not_applicable()) : not_applicable();
}

Judgement client_unknown(const Exchange& exchange)
{
    return cannot_see(exchange.request)
        .value_or(inconclusive(Missing::unknown, "the User-Agent names no version"));
}

Judgement judge_values(const std::unique_ptr<Message>& message, std::span<const std::string_view> names,
                       std::string_view expected, bool (*good)(std::string_view))
{
    if (!message) {
        return not_applicable();
    }
    bool seen = false;
    for (const wmsp::PragmaToken& one : message->pragmas.tokens()) {
        if (std::none_of(names.begin(), names.end(),
                         [&](std::string_view name) { return iequals(name, one.name); })) {
            continue;
        }
        seen = true;
        const std::size_t equals = one.raw.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : trim(one.raw.substr(equals + 1));
        if (!good(value)) {
            return fail(std::string{expected}, std::string{one.raw})
                .at(message->head.first, message->head.last);
        }
    }
    return seen ? pass() : absent(message);
}

Judgement needs_field(const std::unique_ptr<Message>& message, std::string_view name)
{
    if (message && message->head.field(name)) {
        return pass();
    }
    return cannot_see(message).value_or(fail(std::string{name}, fmt::format("no {}", name)));
}

Judgement needs_tokens(const std::unique_ptr<Message>& message, std::initializer_list<std::string_view> names)
{
    const auto there = [&](std::string_view name) { return message && token(*message, name); };
    if (std::all_of(names.begin(), names.end(), there)) {
        return pass();
    }
    if (auto unseen = cannot_see(message)) {
        return *unseen;
    }
    std::string missing;
    for (const std::string_view name : names) {
        if (!there(name)) {
            missing += fmt::format("{}{}", missing.empty() ? "no " : ", no ", name);
        }
    }
    return fail(fmt::format("Pragma {}", fmt::join(names, ", ")), std::move(missing));
}

Judgement forbids_tokens(const std::unique_ptr<Message>& message,
                         std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        if (message && token(*message, name)) {
            return fail(fmt::format("no {}", name), "Pragma " + show_token(*message, name));
        }
    }
    return cannot_see(message).value_or(pass());
}

Judgement empty_reply(const Exchange& exchange)
{
    if (const auto unseen = cannot_see(exchange.response)) {
        return *unseen;
    }
    const Message& response = *exchange.response;
    if (!is_success(exchange.status())) {
        return not_applicable();
    }
    if (response.body_bytes != 0) {
        return fail("no body", fmt::format("{} bytes of body", response.body_bytes));
    }
    return cannot_see_end(response).value_or(pass());
}

Judgement no_cache_reply(const Exchange& exchange)
{
    return exchange.response && !is_success(exchange.status())
               ? not_applicable()
               : needs_tokens(exchange.response, {"no-cache"});
}

Judgement closed_by_client_after(const Exchange& exchange)
{
    // A challenge is answered on the connection that brought it.
    if (!exchange.response || exchange.status() == 401 || exchange.status() == 407) {
        return not_applicable();
    }
    const Exchange* const next = exchange.connection->after(exchange);
    if (next != nullptr && next->request) {
        return fail("FIN after the reply",
                    fmt::format("another request ({}) on the connection", to_string(next->type.kind)))
            .at(next->request->head.first, next->request->head.last);
    }
    const auto client = exchange.connection->closed_by_client();
    const auto server = exchange.connection->closed_by_server();
    if (client && (!server || client->number < server->number)) {
        return pass();
    }
    return server ? inconclusive(Missing::unknown, "the server closed the connection first")
                  : inconclusive(Missing::truncated, "the capture ends with the connection open");
}

Judgement on_new_connection(const Exchange& exchange)
{
    if (exchange.number > 0) {
        const Exchange* const before = exchange.connection->before(exchange);
        const bool challenged = before != nullptr && (before->status() == 401 || before->status() == 407)
                                && before->type.kind == exchange.type.kind;
        return challenged ? pass() : fail("a new connection", "a connection that had a request before");
    }
    return exchange.connection->beginning_captured
               ? pass()
               : inconclusive(Missing::mid_stream, "the beginning of the connection was not captured");
}

Judgement on_connection(const Exchange& exchange, const Connection& connection)
{
    return pass_if(exchange.connection == &connection, "the Play connection, as it is open",
                   "another connection");
}

Judgement zero_chunk_before(const Exchange& exchange)
{
    const Exchange* const running = running_reply(exchange);
    if (running == nullptr) {
        return not_applicable();
    }
    if (!exchange.response) {
        return inconclusive(Missing::truncated, "no reply was captured");
    }
    if (running->response->gap) {
        return inconclusive(Missing::gap, "bytes of the running reply are missing");
    }
    return pass_if(running->response->chunked() && running->response->end == http::MessageEnd::complete,
                   "a zero chunk before the reply", "no zero chunk");
}

} // namespace wmclients::check
