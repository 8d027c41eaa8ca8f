#include <wmclients/base/text.hpp>
#include <wmclients/check/decisions.hpp>
#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>
#include <initializer_list>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// The remote-log event (2.2.5).
constexpr std::string_view remote_log = "30";

/// The body of a SendEvent (2.2.5), as far as it could be split.
struct Event {
    std::string_view encoding; ///< the first line
    std::string_view version;
    std::string_view type;
    std::string_view reason;
    std::string_view first_description;
    std::string_view second_description;
};

/// The text up to `end`, which is taken off it, too; empty if it is not there.
std::string_view take_until(std::string_view& text, std::string_view end)
{
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return part;
}

Event split_event(std::string_view body)
{
    Event event;
    event.encoding = take_until(body, "\r\n");
    std::string_view line = take_until(body, "\r\n");
    event.version = take_until(line, ",");
    event.type = take_until(line, ",");
    event.reason = line;
    event.first_description = take_until(body, "\r\n");
    event.second_description = body; // the XML in it may have line ends
    return event;
}

/// Why the body of a SendEvent cannot be judged, or that there is none.
std::optional<Judgement> no_event(const Exchange& exchange)
{
    if (!exchange.is(RequestKind::send_event)) {
        return not_applicable();
    }
    if (auto unseen = cannot_see_end(*exchange.request)) {
        return unseen;
    }
    if (exchange.request->end == http::MessageEnd::incomplete
        || exchange.request->body.size() < exchange.request->body_bytes) {
        return inconclusive(Missing::truncated, "the body was not captured whole");
    }
    return {};
}

Judgement format(const Exchange& exchange)
{
    if (auto none = no_event(exchange)) {
        return *none;
    }
    const std::string_view body = exchange.request->body;
    const Event event = split_event(body);
    const bool good =
        event.encoding == "1" && event.version == "1" && !event.type.empty() && !event.reason.empty();
    return pass_if(good, "\"1\", then \"1,EventType,EventReason\", each with CRLF",
                   body.empty() ? "no body" : body.substr(0, 80));
}

Judgement event_type(const Exchange& exchange)
{
    if (auto none = no_event(exchange)) {
        return *none;
    }
    const Event event = split_event(exchange.request->body);
    if (event.type != "28" && event.type != "29" && event.type != remote_log) {
        return fail("EventType 28, 29 or 30", event.type.empty() ? "no EventType" : std::string{event.type});
    }
    return pass_if(to_uint32(event.reason).has_value(), "EventReason of 0 to 4294967295", event.reason);
}

/// The first of `names` that the description has no field of, or an empty view.
std::string_view missing_field(std::string_view description, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        // A field is "name length,name,value type,value length,value" (2.2.4).
        const std::size_t at = ifind(description, name);
        const bool is_name = at != std::string_view::npos && at > 0 && description[at - 1] == ','
                             && description.substr(at + name.size(), 1) == ",";
        if (!is_name) {
            return name;
        }
    }
    return {};
}

Judgement descriptions(const Exchange& exchange)
{
    if (auto none = no_event(exchange)) {
        return *none;
    }
    const Event event = split_event(exchange.request->body);
    const bool some = !event.first_description.empty() || !trim(event.second_description).empty();
    if (event.type != remote_log) {
        return pass_if(!some, "no content descriptions", "content descriptions");
    }
    std::string_view missing =
        missing_field(event.first_description, {"context-type", "WMS_USER_AGENT", "WMS_USER_GUID"});
    if (missing.empty()) {
        missing = missing_field(event.second_description,
                                {"context-type", "@WMS_COMMAND_CONTEXT_URL", "@.REMOTE_LOG"});
    }
    if (missing.empty()) {
        return pass();
    }
    return fail("two content descriptions with all their fields",
                some ? fmt::format("no {}", missing) : "no content descriptions");
}

Judgement sendevent_request_connection(const Exchange& exchange)
{
    return exchange.is(RequestKind::send_event) ? on_new_connection(exchange) : not_applicable();
}

Judgement sendevent_response_empty(const Exchange& exchange)
{
    return exchange.is(RequestKind::send_event) ? empty_reply(exchange) : not_applicable();
}

Judgement sendevent_client_close(const Exchange& exchange)
{
    return exchange.is(RequestKind::send_event) ? closed_by_client_after(exchange) : not_applicable();
}

constexpr std::array send_event_table{
    Rule{
        .id = "sendevent.request.format",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.5, 2.2.2.9",
        .requirement = "The body is \"1\", then \"1,EventType,EventReason\", then content descriptions.",
        .why = "The two ones are the encoding and its version; a server reads nothing else.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1,28,0\r\n"
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 9
>> "1,28,0\r\n\n"
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1," ~6
)",
        .decide = OfExchange{format},
    },
    Rule{
        .id = "sendevent.request.event-type",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.5",
        .requirement = "EventType is 28, 29 or 30; EventReason is 0..4294967295.",
        .why = "28 says that a cache opened a content, 29 that it closed it, 30 brings a log.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1,28,0\r\n"
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1,31,0\r\n"
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1," ~6
)",
        .decide = OfExchange{event_type},
    },
    Rule{
        .id = "sendevent.request.descriptions",
        .level = Level::must,
        .side = Side::client,
        .section = "2.2.5",
        .requirement = "Two content descriptions with all their fields follow exactly when EventType is 30.",
        .why = "They say who played what, and hold the log.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 209
>> "1\r\n1,30,0\r\n"
>> "12,context-type,3,1,2,14,WMS_USER_AGENT,31,22,NSPlayer/12.0.7601.175,13,WMS_USER_GUID,31,4,{-}\r\n"
>> "12,context-type,3,1,5,24,@WMS_COMMAND_CONTEXT_URL,31,10,http://m/v,12,@.REMOTE_LOG,31,11,<XML></XML>\r\n"
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1,30,0\r\n"
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
> Content-Length: 11
>> "1\r\n1," ~6
)",
        .decide = OfExchange{descriptions},
    },
    Rule{
        .id = "sendevent.request.connection",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.4.8",
        .requirement = "SendEvent goes over a new connection.",
        .why = "A proxy tells of events of its own, apart from the sessions of its clients.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
)",
        .fails = R"(
> POST /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
)",
        .inconclusive = R"(
! drop-before 0.015
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
)",
        .decide = OfExchange{sendevent_request_connection},
    },
    Rule{
        .id = "sendevent.response.empty",
        .level = Level::must,
        .side = Side::server,
        .section = "2.2.2.9, 3.2.5.12",
        .requirement = "The reply to a SendEvent has no body.",
        .why = "There is nothing to say but that the event has come.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Content-Length: 4
<< "done"
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Content-Length: 4
<< ~4
)",
        .decide = OfExchange{sendevent_response_empty},
    },
    Rule{
        .id = "sendevent.client.close",
        .level = Level::should,
        .side = Side::client,
        .section = "3.1.5.20",
        .requirement = "The client closes the connection after the reply to a SendEvent.",
        .why = "The connection is made for one request.",
        .passes = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
>> fin
)",
        .fails = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
)",
        .inconclusive = R"(
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-sendevent
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .decide = OfExchange{sendevent_client_close},
    },
};

} // namespace

std::span<const Rule> send_event()
{
    return send_event_table;
}

} // namespace wmclients::check::rules
