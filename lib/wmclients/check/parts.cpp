#include <wmclients/base/text.hpp>
#include <wmclients/check/parts.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace wmclients::check {
namespace {

/// The tokens of MS-WMSP 2.2.1.4, but for no-cache, which plain HTTP has, too.
constexpr std::array<std::string_view, 37> tokens{
    "AccelBW",
    "AccelDuration",
    "BurstBW",
    "BurstDuration",
    "client-id",
    "client-lag",
    "expect-new-header",
    "features",
    "LinkBW",
    "log-line",
    "max-duration",
    "packet-num",
    "packet-pair-experiment",
    "pipeline-experiment",
    "pipeline-request",
    "pipeline-result",
    "playlist-gen-id",
    "playlist-seek-id",
    "pl-offset",
    "proxy-client-agent",
    "rate",
    "request-context",
    "Speed",
    "stream-offset",
    "stream-switch-count",
    "stream-switch-entry",
    "stream-time",
    "timeout",
    "version11-enabled",
    "version-info",
    "version-url",
    "xClientGUID",
    "xKeepAliveInPause",
    "xPlayNextEntry",
    "xPlayStrm",
    "xResetStrm",
    "xStopStrm",
};

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Digits from the front of `text`; they are taken off it.
std::optional<std::uint32_t> take_number(std::string_view& text)
{
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) {
        return {};
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return number;
}

} // namespace

std::string_view to_string(Verdict verdict)
{
    constexpr std::array<std::string_view, 4> names{"not-applicable", "inconclusive", "pass", "fail"};
    return names[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(Missing missing)
{
    constexpr std::array<std::string_view, 7> names{"gap",     "truncated", "mid-stream", "one-sided",
                                                    "history", "clock",     "unknown"};
    return names[static_cast<std::size_t>(missing)];
}

bool Product::is(std::string_view other) const
{
    return iequals(name, other);
}

Product parse_product(std::string_view field)
{
    Product product;
    const std::size_t end = field.find_first_of("/ ;");
    product.name = field.substr(0, end);
    if (end == std::string_view::npos) {
        return product;
    }
    const char separator = field[end];
    std::string_view rest = field.substr(end + 1);
    const auto major = take_number(rest);
    if (!major || rest.empty() || rest.front() != '.') {
        return product;
    }
    rest.remove_prefix(1);
    const auto minor = take_number(rest);
    if (!minor) {
        return product;
    }
    product.version = Version{*major, *minor};
    // Build numbers: the grammar has two of them or none, of any length in practice.
    int builds = 0;
    for (; builds < 2 && rest.size() > 1 && rest[0] == '.' && is_digit(rest[1]); ++builds) {
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    }
    product.well_formed =
        separator == '/' && builds != 1 && (rest.empty() || rest[0] == ' ' || rest[0] == ';');
    return product;
}

Product client_product(const Message& request)
{
    return parse_product(request.head.value("User-Agent"));
}

Product server_product(const Message& response)
{
    return parse_product(response.head.value("Server"));
}

std::optional<Version> client_version(const Exchange& exchange)
{
    return exchange.request ? client_product(*exchange.request).version : std::nullopt;
}

std::optional<Version> server_version(const Exchange& exchange)
{
    return exchange.response ? server_product(*exchange.response).version : std::nullopt;
}

std::optional<Product> server_heard_before(const Exchange& exchange)
{
    const Message* const named = exchange.past.server_named;
    return named != nullptr ? std::optional{server_product(*named)} : std::nullopt;
}

Mode mode_of(const Exchange& exchange)
{
    const Session& session = *exchange.session;
    if (session.first_pipelined <= exchange.place) {
        return Mode::pipelined;
    }
    return seen_from_start(session) ? Mode::not_pipelined : Mode::unknown;
}

std::string_view media_type(const Message& message)
{
    const std::string_view value = message.head.value("Content-Type");
    return trim(value.substr(0, value.find(';')));
}

bool supports(const Message& message, std::string_view feature)
{
    constexpr std::string_view prefix = "com.microsoft.wm.";
    const std::string_view list = message.head.value("Supported");
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const std::string_view entry = trim(list.substr(begin, end - begin));
        if (istarts_with(entry, prefix) && iequals(entry.substr(prefix.size()), feature)) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

bool is_one(const Message& message, std::string_view name)
{
    return token(message, name) == "1";
}

std::optional<std::uint32_t> to_uint32(std::string_view text)
{
    std::string_view rest = text;
    const auto number = take_number(rest);
    return rest.empty() ? number : std::nullopt;
}

bool has_wmsp_marks(const Message& request, const wmsp::Classified& type)
{
    if (type.look_alike != wmsp::LookAlike::none) {
        return false;
    }
    if (wmsp::is_wmsp_agent(request.head.value("User-Agent"))) {
        return true;
    }
    for (const wmsp::PragmaToken& one : request.pragmas.tokens()) {
        if (std::any_of(tokens.begin(), tokens.end(),
                        [&](std::string_view name) { return iequals(name, one.name); })) {
            return true;
        }
    }
    const std::string_view content = media_type(request);
    return iequals(content, "application/x-wms-getcontentinfo")
           || iequals(content, "application/x-wms-LogStats")
           || iequals(content, "application/x-wms-sendevent");
}

std::optional<Judgement> cannot_see(const std::unique_ptr<Message>& message)
{
    if (!message) {
        return inconclusive(Missing::one_sided, "the message was not captured");
    }
    if (!message->head.complete) {
        return inconclusive(message->cut ? Missing::truncated : Missing::gap, "the head is not whole");
    }
    return {};
}

std::optional<Judgement> cannot_see_end(const Message& message)
{
    if (message.gap) {
        return inconclusive(message.cut ? Missing::truncated : Missing::gap, "bytes of the body are missing");
    }
    if (!message.end) {
        return inconclusive(Missing::truncated, "the capture ends before the message does");
    }
    return {};
}

std::string show_field(const Message& message, std::string_view name)
{
    const auto value = message.head.field(name);
    return value ? fmt::format("{}: {}", name, *value) : fmt::format("no {}", name);
}

std::string show_token(const Message& message, std::string_view name)
{
    const auto value = token(message, name);
    if (!value) {
        return fmt::format("no {}", name);
    }
    return value->empty() ? std::string{name} : fmt::format("{}={}", name, *value);
}

bool in_list(std::string_view list, std::string_view item)
{
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        if (iequals(trim(list.substr(begin, end - begin)), item)) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

bool has_feature(const Message& message, std::string_view feature)
{
    return in_list(token(message, "features").value_or(""), feature);
}

bool begins_unseen(const Exchange& exchange)
{
    const Exchange* const before = exchange.connection->before(exchange);
    return exchange.number == 0 ? !exchange.connection->beginning_captured
                                : before == nullptr || !before->request;
}

std::optional<Judgement> cannot_see_before(const Exchange& exchange, const Run& run)
{
    if (!run.after_gap) {
        return {};
    }
    if (!exchange.response || exchange.body.start == dissect::BodyStart::unknown) {
        return inconclusive(Missing::mid_stream, "the beginning of the body was not captured");
    }
    return inconclusive(exchange.response->cut ? Missing::truncated : Missing::gap,
                        "bytes before the packet are missing");
}

std::optional<bool> makes_session(const Exchange& exchange)
{
    if (!exchange.response || !token(*exchange.response, "client-id")) {
        return false;
    }
    if (is_one(*exchange.response, "xResetStrm")) {
        return true;
    }
    if (!exchange.request || !exchange.request->head.complete) {
        return {};
    }
    return !token(*exchange.request, "client-id");
}

std::string show_bytes(const Stray& stray)
{
    return stray.size == 1 ? fmt::format("{:02x}", stray.bytes[0])
                           : fmt::format("{:02x} {:02x}", stray.bytes[0], stray.bytes[1]);
}

bool seen_from_start(const Session& session)
{
    const Exchange& first = *session.exchanges.front();
    return first.connection->beginning_captured && first.request && !token(*first.request, "client-id");
}

bool ended_before(const Exchange& exchange, const PacketRef& at)
{
    const auto closed = exchange.connection->closed();
    return (closed && closed->number < at.number)
           || (exchange.response && exchange.response->end == http::MessageEnd::complete
               && exchange.response->end_at.number < at.number);
}

const Exchange* running_reply(const Exchange& exchange)
{
    const Exchange* const stream = exchange.past.stream;
    return stream != nullptr && stream->connection == exchange.connection && exchange.request
                   && !ended_before(*stream, exchange.request->head.first)
               ? stream
               : nullptr;
}

const Run* find_run(const Body& body, char id)
{
    const auto at =
        std::find_if(body.runs.begin(), body.runs.end(), [id](const Run& run) { return run.first.id == id; });
    return at == body.runs.end() ? nullptr : &*at;
}

bool data_after(const Body& body, const PacketRef& at)
{
    const auto last = std::find_if(body.runs.rbegin(), body.runs.rend(),
                                   [](const Run& run) { return run.first.id == wmsp::packet_id::data; });
    return last != body.runs.rend() && last->last.first.number > at.number;
}

} // namespace wmclients::check
