#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace wmclients::check::rules {
namespace {

using wmsp::RequestKind;

/// What replies to the types of requests look like.
enum class Shape : std::uint8_t { empty, test, result, stream, any };

Shape expected_shape(const Exchange& exchange)
{
    switch (exchange.type.kind) {
    case RequestKind::describe:
    case RequestKind::play:
    case RequestKind::play_next_entry:
        return Shape::stream;
    case RequestKind::log:
    case RequestKind::keep_alive:
    case RequestKind::send_event:
    case RequestKind::stop:
    case RequestKind::get_content_info:
        return Shape::empty;
    case RequestKind::pipeline:
        return exchange.second_of_pair ? Shape::result : Shape::test;
    case RequestKind::select_stream:
    case RequestKind::other:
        break;
    }
    return Shape::any;
}

Shape seen_shape(const Exchange& exchange)
{
    if (!is_success(exchange.status())) {
        return Shape::any;
    }
    if (token(*exchange.response, "pipeline-result")) {
        return Shape::result;
    }
    if (exchange.body.has(wmsp::packet_id::test)) {
        return Shape::test;
    }
    return exchange.body.framed()               ? Shape::stream
           : exchange.response->body_bytes == 0 ? Shape::empty
                                                : Shape::any;
}

/// Asked at the later of two requests that waited for their replies together.
Judgement responses_in_order(const Exchange& exchange)
{
    const Exchange* const before = exchange.connection->before(exchange);
    if (before == nullptr || !before->request || !exchange.request
        || (before->response && before->response->head.first.number < exchange.request->head.first.number)) {
        return not_applicable();
    }
    if (!before->response || !exchange.response) {
        return inconclusive(Missing::truncated, "a reply was not captured");
    }
    const Shape asked_first = expected_shape(*before);
    const Shape asked_second = expected_shape(exchange);
    const Shape came_first = seen_shape(*before);
    const Shape came_second = seen_shape(exchange);
    if (asked_first == Shape::any || asked_second == Shape::any || asked_first == asked_second) {
        return inconclusive(Missing::unknown, "the replies look alike");
    }
    if (came_first == asked_first && came_second == asked_second) {
        return pass();
    }
    return came_first == asked_second && came_second == asked_first
               ? fail(fmt::format("the reply to {}, then that to {}", to_string(before->type.kind),
                                  to_string(exchange.type.kind)),
                      "the other way round")
                     .at(before->response->head.first, exchange.response->head.last)
               : inconclusive(Missing::unknown, "which reply belongs to which request");
}

/// Asked at the streaming reply.
Judgement pending_flushed(const Exchange& exchange)
{
    if (!exchange.answers_stream() || !exchange.response->chunked()
        || exchange.response->end != http::MessageEnd::complete) {
        return not_applicable();
    }
    bool others_wait = false;
    const Connection& connection = *exchange.connection;
    const PacketRef& end = exchange.response->end_at;
    for (const Exchange* next = connection.after(exchange);
         next != nullptr && next->request && next->request->head.first.number < end.number;
         next = connection.after(*next)) {
        others_wait = true;
        if (next->response && expected_shape(*next) == Shape::empty && seen_shape(*next) == Shape::stream) {
            return fail(fmt::format("the reply to {}", to_string(next->type.kind)), "the stream instead")
                .at(next->response->head.first, next->response->head.last);
        }
        if (next->answers_stream()) {
            break; // it has what waits behind it
        }
        if (next->response) {
            continue;
        }
        const auto client = connection.closed_by_client();
        const auto server = connection.closed_by_server();
        if (connection.server_gap) {
            return inconclusive(Missing::gap, "bytes of the server are missing");
        }
        return server && (!client || server->number < client->number)
                   ? fail(fmt::format("the reply to {}, which waited", to_string(next->type.kind)),
                          "the end of the connection")
                         .at(*server)
                   : inconclusive(Missing::truncated, "the connection or the capture ends");
    }
    return others_wait ? pass() : not_applicable();
}

constexpr std::array session_replies_table{
    Rule{
        .id = "session.responses-in-order",
        .level = Level::must,
        .side = Side::server,
        .section = "3.1.5.3, 3.2.4.1, 3.2.5.7, 3.2.5.9",
        .requirement = "Responses on a connection come in the order of their requests.",
        .why = "Nothing else tells the client which reply belongs to which request.",
        .passes = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77
>
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache, client-id=77
>
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
<
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) last-chunk
)",
        .inconclusive = R"(
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
>
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
<
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .decide = OfExchange{responses_in_order},
    },
    Rule{
        .id = "session.pending-flushed",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.4.1, 3.2.5.7, 3.2.5.9",
        .requirement = "When the streaming reply of a pipelined connection ends, all waiting replies are "
                       "sent, the oldest first.",
        .why = "A client that waits for them would think that the server is gone.",
        .passes = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
>
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< chunk($E(0)) last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
<
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
)",
        .fails = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> OPTIONS * HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: client-id=77
>
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< chunk($E(0)) last-chunk
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: no-cache, client-id=77
< Content-Length: 0
<< fin
)",
        .inconclusive = R"(
> GET /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, version11-enabled=1, client-id=77
< HTTP/1.1 200 OK
< Server: Cougar/9.5.6001.18281
< Pragma: client-id=77
< Transfer-Encoding: chunked
<< chunk($H(asf)) chunk($D)
> POST /vod HTTP/1.1
> User-Agent: NSPlayer/12.0.7601.17514
> Content-Type: application/x-wms-LogStats
> Pragma: no-cache, client-id=77
<< chunk($E(0)) last-chunk
)",
        .decide = OfExchange{pending_flushed},
    },
};

} // namespace

std::span<const Rule> session_replies()
{
    return session_replies_table;
}

} // namespace wmclients::check::rules
