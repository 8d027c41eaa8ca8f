#include <wmclients/check/parts.hpp>
#include <wmclients/check/rules/groups.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace wmclients::check::rules {
namespace {

/// The client-id that a response gave, if it came before the request.
std::optional<std::string_view> given_before(const Exchange* giver, const Message& request)
{
    return giver != nullptr && giver->response->head.first.number < request.head.first.number
               ? token(*giver->response, "client-id")
               : std::nullopt;
}

Judgement echo_client(const Exchange& exchange)
{
    if (!exchange.request) {
        return not_applicable();
    }
    const auto sent = token(*exchange.request, "client-id");
    const auto given = given_before(exchange.past.id, *exchange.request);
    if (sent && given == sent) {
        return pass();
    }
    if (given && exchange.past.id->connection == exchange.connection) {
        return cannot_see(exchange.request)
            .value_or(fail(fmt::format("client-id={}", *given), show_token(*exchange.request, "client-id")));
    }
    if (sent && given) {
        if (!given_before(exchange.past.id_given, *exchange.request)) {
            return inconclusive(Missing::history, "nobody was seen to give the client-id of the request");
        }
        return exchange.past.id_reset == nullptr
                   ? pass()
                   : inconclusive(Missing::unknown, "whether it is the client whose client-id was replaced");
    }
    return !sent && (given || given_before(exchange.past.same_agent, *exchange.request)) ? inconclusive(
               Missing::unknown, "whether it is the client that was given a client-id on another connection")
                                                                                         : not_applicable();
}

Judgement echo_server(const Exchange& exchange)
{
    const auto asked = exchange.request ? token(*exchange.request, "client-id") : std::nullopt;
    if (!asked || (exchange.response && !is_success(exchange.status()))) {
        return not_applicable();
    }
    if (!exchange.response) {
        return inconclusive(Missing::one_sided, "no reply was captured");
    }
    const auto given = token(*exchange.response, "client-id");
    if (given && (*given == *asked || is_one(*exchange.response, "xResetStrm"))) {
        return pass();
    }
    return cannot_see(exchange.response)
        .value_or(fail(fmt::format("client-id={}, or xResetStrm=1", *asked),
                       show_token(*exchange.response, "client-id")));
}

/// The exchange gave a client-id that its client did not name.
bool gives_new_id(const Exchange& exchange)
{
    if (!exchange.request || !is_success(exchange.status()) || exchange.foreign()) {
        return false;
    }
    const auto given = token(*exchange.response, "client-id");
    return given && token(*exchange.request, "client-id") != given;
}

Judgement unique(const Server& server)
{
    std::vector<const Exchange*> givers;
    for (const Session* const session : server.sessions) {
        std::copy_if(session->exchanges.begin(), session->exchanges.end(), std::back_inserter(givers),
                     [](const Exchange* one) { return gives_new_id(*one); });
    }
    std::sort(givers.begin(), givers.end(), [](const Exchange* left, const Exchange* right) {
        return left->response->head.first.number < right->response->head.first.number;
    });
    const auto end_of = [](const Exchange& one) {
        const auto closed = one.connection->closed();
        return closed ? closed->number : UINT64_MAX;
    };
    std::map<std::string_view, const Exchange*> holders; // of each client-id, the one that is open longest
    for (const Exchange* const giver : givers) {
        const PacketRef& at = giver->response->head.first;
        const Exchange*& holder = holders[*token(*giver->response, "client-id")];
        if (holder != nullptr && holder->connection != giver->connection && end_of(*holder) > at.number) {
            return fail("another client-id for each open session",
                        fmt::format("{} for two", show_token(*giver->response, "client-id")))
                .at(holder->response->head.first, at);
        }
        holder = holder == nullptr || end_of(*giver) > end_of(*holder) ? giver : holder;
    }
    return givers.size() < 2 ? inconclusive(Missing::unknown, "fewer than two sessions") : pass();
}

/// So many new sessions show whether their client-ids follow a pattern.
constexpr std::size_t fewest_ids = 4;

Judgement random(const Server& server)
{
    std::vector<std::uint32_t> ids;
    std::vector<PacketRef> places;
    for (const Session* const session : server.sessions) {
        const auto giver = std::find_if(session->exchanges.begin(), session->exchanges.end(),
                                        [](const Exchange* one) { return gives_new_id(*one); });
        const auto id = giver == session->exchanges.end()
                            ? std::nullopt
                            : to_uint32(*token(*(*giver)->response, "client-id"));
        if (id) {
            ids.push_back(*id);
            places.push_back((*giver)->response->head.first);
        }
    }
    if (ids.size() < fewest_ids) {
        return inconclusive(Missing::unknown, "fewer than four new sessions");
    }
    const std::uint32_t step = ids[1] - ids[0];
    for (std::size_t i = 2; i < ids.size(); ++i) {
        if (ids[i] - ids[i - 1] != step) {
            return pass();
        }
    }
    return fail("random client-ids", fmt::format("{}, {}, {}, {}", ids[0], ids[1], ids[2], ids[3]))
        .at(places[0], places[3]);
}

constexpr std::array session_ids_table{
    Rule{
        .id = "session.client-id.echo-client",
        .level = Level::must,
        .side = Side::client,
        .section = "3.1.5.1, 3.1.5.3",
        .requirement = "Once the server has given a client-id, later requests of the session carry the "
                       "latest one.",
        .why = "It is all that ties the connections of a session together.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: no-cache
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: no-cache, client-id=77
< Content-Length: 0
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
)",
        .decide = OfExchange{echo_client},
    },
    Rule{
        .id = "session.client-id.echo-server",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.5.2",
        .requirement = "A response in a known session repeats its client-id.",
        .why = "A client takes another one for the end of its session.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77, xResetStrm=1
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=5
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1, client-id=77
<< "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nDate: " ~40 "\r\n\r\n"
)",
        .decide = OfExchange{echo_server},
    },
    Rule{
        .id = "session.client-id.unique",
        .level = Level::must,
        .side = Side::server,
        .section = "3.2.3",
        .requirement = "Sessions open at the same time have different client-ids.",
        .why = "What one client asks would happen to the other.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=78
<< $H(asf) $D
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
<< $H(asf) $D
)",
        .decide = OfServer{unique},
    },
    Rule{
        .id = "session.client-id.random",
        .level = Level::should,
        .side = Side::server,
        .section = "3.2.3, 5.1",
        .requirement = "A new client-id is a random number.",
        .why = "Whoever guesses one can stop or steal another's stream. Four in a row that are equal or "
               "equally far apart are taken for not random: our threshold.",
        .passes = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=78
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=1355421304
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=1543854732
)",
        .fails = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=78
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=79
---
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=80
)",
        .inconclusive = R"(
> GET /live HTTP/1.0
> User-Agent: NSPlayer/12.0.7601.17514
> Pragma: xPlayStrm=1
< HTTP/1.0 200 OK
< Server: Rex/12.0.7600.16385
< Pragma: client-id=77
)",
        .decide = OfServer{random},
    },
};

} // namespace

std::span<const Rule> session_ids()
{
    return session_ids_table;
}

} // namespace wmclients::check::rules
