#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>
#include <wmclients/sink/replies.hpp>

// Which connections count as clients, in which order they stand, and who is refused how. What our sink does
// is in sink/, not in constants: the contract of wmsink.dll in tests/mingw/run keeps these lines true.

namespace wmclients::com::contract {
namespace {

using sink::Refusal;

constexpr int ok = 200;

enum class Told : std::uint8_t { nothing, connect, disconnect };

Json statuses(Told told)
{
    switch (told) {
    case Told::connect:
        return assumptions::in_order(assumptions::connect_events);
    case Told::disconnect:
        return assumptions::in_order(assumptions::disconnect_events);
    case Told::nothing:
        break;
    }
    return Json::array();
}

/// What a request is answered, how many clients there are then, and which events came.
Json answered(int status, int count, Told told)
{
    return {{"status", status}, {"count", count}, {"events", statuses(told)}};
}

/// How many there are then, and which events came.
Json counted(int count, Told told)
{
    return {{"count", count}, {"events", statuses(told)}};
}

Json refused(Refusal why, int others)
{
    return {{"status", status_of(why)}, {"count", others}, {"most", others}, {"events", Json::array()}};
}

Cases who_counts()
{
    return {
        {"clients.connect-only", 6, "A connection without a request",
         [] { return counted(0, Told::nothing); }},
        {"clients.half-request", 6, "A connection with half a request",
         [] { return counted(0, Told::nothing); }},
        {"clients.describe", 6, "A Describe alone", [] { return answered(ok, 0, Told::nothing); }},
        {"clients.browser", 6, "A browser's GET",
         [] { return answered(status_of(Refusal::not_wmsp), 0, Told::nothing); }},
        {"clients.log-unknown", 6, "A Log without a client-id",
         [] { return answered(status_of(Refusal::unknown_session), 0, Told::nothing); }},
        {"clients.log", 6, "A Log with the client-id of a Describe",
         [] { return answered(204, 0, Told::nothing); }},
        {"clients.play", 6, "A Play without a client-id", [] { return answered(ok, 1, Told::connect); }},
        {"clients.play-after-describe", 6,
         "A Play with the client-id of a Describe whose connection stays open",
         [] { return answered(ok, 1, Told::connect); }},
        {"clients.play-unknown-id", 6, "A Play with a client-id that the sink never gave",
         [] { return answered(ok, 1, Told::connect); }},
        {"clients.play-same-id", 6, "A Play on a second connection with the client-id of one that streams",
         [] { return answered(status_of(Refusal::session_streams), 1, Told::nothing); }},
        {"clients.two-plays", 6, "A second Play, without a client-id, of the same machine",
         [] { return answered(ok, 2, Told::connect); }},
        {"clients.play-before-header", 6,
         "A Play after Open, before OnHeader; count and events after OnHeader",
         [] { return answered(status_of(Refusal::not_streaming), 0, Told::nothing); }},
        {"clients.closes", 5, "A client that closes its connection",
         [] { return counted(0, Told::disconnect); }},
        {"clients.resets", 5, "A client that resets its connection",
         [] { return counted(0, Told::disconnect); }},
        {"clients.half-closes", 5, "A client that closes its half of the connection alone",
         [] { return counted(0, Told::disconnect); }},
        {"clients.order", 5, "The indexes of clients A, B, C; after A has left; after D has come",
         [] {
             return Json{{"three", "ABC"}, {"first_left", "BC"}, {"another", "BCD"}};
         }},
    };
}

Cases who_is_refused()
{
    return {
        {"refused.limit", 7, "A second Play where one client is allowed",
         [] { return refused(Refusal::full, 1); }},
        {"refused.describe-at-limit", 7, "A Describe where as many clients as allowed are there",
         [] { return answered(ok, 1, Told::nothing); }},
        {"refused.place-freed", 7, "A Play after the one client that is allowed has left",
         [] { return answered(ok, 1, Told::connect); }},
        {"refused.limit-0", 11, "A Play after SetMaximumClients(0)",
         [] { return refused(Refusal::full, 0); }},
        {"refused.excluded", 7, "A Play from an excluded address",
         [] { return refused(Refusal::denied, 0); }},
    };
}

} // namespace

Cases client_cases()
{
    Cases all = who_counts();
    const Cases more = who_is_refused();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace wmclients::com::contract
