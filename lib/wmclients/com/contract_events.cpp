#include <wmclients/com/assumptions.hpp>
#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>

#include <string>

// IWMStatusCallback::OnStatus and IWMRegisterCallback.

namespace wmclients::com::contract {
namespace {

/// WMT_TYPE_BINARY is documented for the legacy event.
int type_of(int status, assumptions::EventPair pair)
{
    constexpr int binary = 2;
    return status == pair.legacy ? binary : assumptions::type_of_ex_events;
}

/// A pair, as one callback sees it, with so many clients then.
Json told(assumptions::EventPair pair, int count)
{
    Json observed = Json::object();
    for (const int status : assumptions::in_order(pair)) {
        observed["statuses"].push_back(status);
        observed["data_types"].push_back(type_of(status, pair));
        observed["hresults"].push_back(hex(assumptions::result_of_events));
        observed["count_hresults"].push_back(hex(Hresult::s_ok));
        observed["counts"].push_back(count);
    }
    observed["contexts_match"] = true;
    return observed;
}

/// The statuses of a pair of an IPv6 client.
Json of_ipv6(assumptions::EventPair pair)
{
    Json statuses = Json::array();
    for (const int status : assumptions::in_order(pair)) {
        if (status != pair.legacy || assumptions::legacy_events_of_ipv6) {
            statuses.push_back(status);
        }
    }
    return Json::object({{"statuses", statuses}, {"address", "::1"}});
}

constexpr auto disconnected = [] { return told(assumptions::disconnect_events, 0); };

Cases on_status()
{
    return {
        {"events.connect", 8,
         "The events of a client that comes: order, data type, hr, context, and GetClientCount inside the "
         "callback",
         [] { return told(assumptions::connect_events, 1); }},
        {"events.connect-values", 1, "What the events of a client that comes say of it",
         [] {
             constexpr std::array<std::uint8_t, 4> loopback{127, 0, 0, 1};
             return Json{{"ip_address", hex(assumptions::address_number(IpAddress::v4(loopback.data())))},
                         {"port_is_clients", true},
                         {"size_is_structs", true},
                         {"address", assumptions::address_text(IpAddress::v4(loopback.data()))},
                         {"port_text_is_clients", true}};
         }},
        {"events.name-at-connect", 9, "pwszDNSName in event 37, before the name can be known: NULL or empty?",
         [] {
             return Json::object({{"dns_name", std::string{assumptions::unknown_name}}});
         }},
        {"events.name-later", 9, "Event 42 when the name is known: how long after the connection?",
         [] {
             return Json{{"data_type", assumptions::type_of_ex_events},
                         {"hresult", hex(assumptions::result_of_events)},
                         {"name_is_systems", true},
                         {"get_client_info_agrees", true}};
         }},
        {"events.no-name", 9,
         "A client whose address has no name (127.1.2.3): event 42, and GetClientInfo's name",
         [] {
             return Json{{"event_42", false},
                         {"hresult", hex(Hresult::s_ok)},
                         {"dns_name_length", assumptions::unknown_name.size() + 1}};
         }},
        {"events.second-client", 8, "The events of a second client",
         [] { return told(assumptions::connect_events, 2); }},
        {"events.disconnect", 8, "The events of a client that leaves", disconnected},
        {"events.disconnect-values", 8, "Are the events' values of a client that leaves those of its coming?",
         [] {
             return Json::object({{"as_at_connect", true}});
         }},
        {"events.by-disconnect", 8, "The events that Disconnect causes, with one client", disconnected},
        {"events.by-close", 8, "The events that Close causes, with one client", disconnected},
        {"events.by-end-writing", 8, "The events that OnEndWriting causes, with one client", disconnected},
        {"events.ipv6-connect", 10, "The events of an IPv6 client that comes",
         [] { return of_ipv6(assumptions::connect_events); }},
        {"events.ipv6-disconnect", 10, "The events of an IPv6 client that leaves",
         [] { return of_ipv6(assumptions::disconnect_events); }},
        {"events.thread", 8, "Which thread calls: that which called Disconnect, or always the same one?"},
        {"events.unadvised", 12, "Events of a client after Unadvise",
         [] {
             return Json::object({{"events", Json::array()}});
         }},
    };
}

Cases advise()
{
    return {
        {"advise.null", 12, "Advise(NULL)", just<assumptions::null_pointer>},
        {"unadvise.null", 12, "Unadvise(NULL)", just<assumptions::null_pointer>},
        {"unadvise.unknown", 12, "Unadvise of a callback that was never registered",
         just<assumptions::unadvise_unknown>},
        {"unadvise.other-context", 12,
         "Unadvise with another context than Advise: result, and references left",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"references", 0}};
         }},
        {"advise.references", 12,
         "References that the sink holds after Advise, another Advise, Unadvise, Unadvise",
         [] {
             return Json{{"hresults", Json::array({hex(Hresult::s_ok), hex(Hresult::s_ok), hex(Hresult::s_ok),
                                                   hex(Hresult::s_ok)})},
                         {"references", Json::array({1, 2, 1, 0})}};
         }},
        {"advise.twice", 12, "One callback registered with contexts 1 and 2: contexts of the first event",
         [] {
             return Json::object({{"contexts", Json::array({1, 2})}});
         }},
        {"unadvise.one-of-two", 12, "Then Unadvise with context 2: contexts of the events of the next client",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"contexts", Json::array({2})}};
         }},
        {"advise.two-callbacks", 12, "Two callbacks: is each told?",
         [] {
             return Json{{"first", true}, {"second", true}};
         }},
    };
}

} // namespace

Cases event_cases()
{
    Cases all = on_status();
    const Cases more = advise();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace wmclients::com::contract
