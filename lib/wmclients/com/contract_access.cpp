#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>
#include <wmclients/sink/access_lists.hpp>
#include <wmclients/sink/replies.hpp>

#include <array>

// IWMAddressAccess and IWMAddressAccess2, and the table of who gets in.

namespace wmclients::com::contract {
namespace {

using sink::AccessKind;

constexpr auto bad_entry = just<assumptions::bad_access_entry>;
constexpr auto no_such_entry = just<Hresult::ns_e_invalid_index>;

/// Who is in a list: nobody, the client that plays (127.0.0.1), another address, or both.
enum class In : std::uint8_t { nobody, client, other, both };

void fill(sink::AccessLists& lists, AccessKind kind, In who)
{
    if (who == In::client || who == In::both) {
        lists.add(kind, *sink::parse_cidr("127.0.0.1"));
    }
    if (who == In::other || who == In::both) {
        lists.add(kind, *sink::parse_cidr("10.78.0.99"));
    }
}

/// What a Play of the client is answered, as our own lists decide.
template <In included, In excluded>
Json play()
{
    sink::AccessLists lists;
    fill(lists, AccessKind::include, included);
    fill(lists, AccessKind::exclude, excluded);
    const bool allowed = lists.allows(*parse_address("127.0.0.1"));
    return Json::object({{"status", allowed ? 200 : status_of(sink::Refusal::denied)}});
}

Json entry_read(const char* address, const char* mask)
{
    return {{"hresult", hex(Hresult::s_ok)}, {"address", address}, {"mask", mask}};
}

Cases lists()
{
    return {
        {"access.fresh", 0, "The entries of a fresh sink (does it take them from the registry?)",
         [] {
             return Json{{"included", 0}, {"excluded", 0}};
         }},
        {"access.count-null", 0, "GetAccessEntryCount with a NULL pointer", assumed_null},
        {"access.count-no-list", 0, "GetAccessEntryCount of a list that is none", bad_entry},
        {"access.get-null", 0, "GetAccessEntry with a NULL pointer, index 0 being there",
         just<Hresult::e_invalidarg>},
        {"access.get-index", 0, "GetAccessEntry with index = count", no_such_entry},
        {"access.add-null", 0, "AddAccessEntry with a NULL pointer", assumed_null},
        {"access.remove-index", 0, "RemoveAccessEntry with index = count", no_such_entry},
        {"access.same-twice", 0, "The same entry added twice: how many are there?",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"count", 2}};
         }},
        {"access.number-read-as-text", 0,
         "AddAccessEntry with 192.168.0.1 and mask 255.255.255.0 in network order, read by GetAccessEntryEx",
         [] { return entry_read("192.168.0.1", "255.255.255.0"); }},
        {"access.text-read-as-number", 0,
         "AddAccessEntryEx with the same as text, read by GetAccessEntry: bytes in memory",
         [] { return entry_read("192.168.0.1", "255.255.255.0"); }},
        {"access.ipv6-text", 0, "AddAccessEntryEx with ::1, read by GetAccessEntryEx",
         [] { return entry_read("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"); }},
        {"access.ipv6-as-number", 0, "GetAccessEntry of that entry", just<assumptions::access_entry_of_ipv6>},
        {"access.ex-null-address", 0, "AddAccessEntryEx with a NULL address", assumed_null},
        {"access.ex-bad-address", 0, "AddAccessEntryEx with 300.1.1.1", bad_entry},
        {"access.ex-mixed", 0, "AddAccessEntryEx with an IPv6 address and an IPv4 mask", bad_entry},
        {"access.ex-get-null", 0, "GetAccessEntryEx with a NULL pointer, index 0 being there", assumed_null},
        {"access.ex-get-index", 0, "GetAccessEntryEx with index = count", no_such_entry},
    };
}

Cases table()
{
    return {
        {"access.play.nobody-listed", 0, "A Play with both lists empty", play<In::nobody, In::nobody>},
        {"access.play.excluded", 0, "A Play of a client that is excluded", play<In::nobody, In::client>},
        {"access.play.other-excluded", 0, "A Play where another address is excluded",
         play<In::nobody, In::other>},
        {"access.play.included", 0, "A Play of a client that is included", play<In::client, In::nobody>},
        {"access.play.other-included", 0, "A Play where another address is included",
         play<In::other, In::nobody>},
        {"access.play.included-other-excluded", 0, "A Play of a client that is included; another is excluded",
         play<In::client, In::other>},
        {"access.play.included-and-excluded", 0, "A Play of a client that is on both lists",
         play<In::client, In::client>},
        {"access.play.excluded-of-two", 0, "A Play of a client that is excluded; it and another are included",
         play<In::both, In::client>},
        {"access.while-attached", 0, "A client that is excluded while it is attached: is it cut?",
         [] {
             return Json{{"count", 1}, {"events", Json::array()}};
         }},
    };
}

} // namespace

Cases access_cases()
{
    Cases all = lists();
    const Cases more = table();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace wmclients::com::contract
