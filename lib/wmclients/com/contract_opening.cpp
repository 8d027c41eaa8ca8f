#include <wmclients/com/contract_topics.hpp>
#include <wmclients/com/sink_assumptions.hpp>

// Open, GetHostURL, Disconnect, Close. Most results are documented; what is not has a name in the
// assumptions.

namespace wmclients::com::contract {
namespace {

/// A failure of Open, which leaves the port that was asked for.
template <Hresult hresult>
Json refused()
{
    return {{"hresult", hex(hresult)}, {"port_unchanged", true}};
}

Json listens(bool does)
{
    return {{"hresult", hex(Hresult::s_ok)}, {"accepts", does}};
}

Cases host_url()
{
    return {
        {"host-url.not-open", 11, "GetHostURL before Open", wrong_state},
        {"host-url.sizes", 11, "GetHostURL without a buffer, length 0: is it the text's with its NUL?",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"length_is_texts", true}};
         }},
        {"host-url.text", 11, "The text of GetHostURL; its host in particular",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"scheme", "http://"}, {"ends_with_port", true}};
         }},
        {"host-url.short", 11, "GetHostURL with one WCHAR too few: length and buffer after it",
         [] {
             return Json{{"hresult", hex(Hresult::asf_e_buffertoosmall)},
                         {"length_is_needed", assumptions::short_url_gives_length},
                         {"written", false}};
         }},
        {"host-url.null-length", 11, "GetHostURL with a NULL length", just<Hresult::e_invalidarg>},
        {"host-url.after-disconnect", 11, "GetHostURL after Disconnect", succeeds},
        {"host-url.after-close", 11, "GetHostURL after Close", wrong_state},
    };
}

} // namespace

Cases opening_cases()
{
    Cases all{
        {"open.null", 0, "Open(NULL)", just<Hresult::e_invalidarg>},
        {"open.any-port", 0, "Open with port 0: is a port told?",
         [] {
             return Json{{"hresult", hex(Hresult::s_ok)}, {"port_told", true}};
         }},
        {"open.port-above-65535", 0, "Open with port 65536", refused<assumptions::bad_port>},
        {"open.twice", 0, "Open of a sink that is open", refused<Hresult::ns_e_invalid_request>},
        {"open.port-of-another-sink", 0, "Open with the port of another sink",
         refused<Hresult::ns_e_network_resource_failure>},
        {"open.port-of-a-program", 0, "Open with a port on which another socket listens",
         refused<Hresult::ns_e_network_resource_failure>},
        {"open.ipv4", 10, "Does it listen on IPv4?",
         [] {
             return Json::object({{"accepts", true}});
         }},
        {"open.ipv6", 10, "Does it listen on IPv6?",
         [] {
             return Json::object({{"accepts", true}});
         }},
        {"disconnect.not-open", 0, "Disconnect before Open", succeeds},
        {"disconnect.keeps-port", 0, "Disconnect: does the port accept connections afterwards?",
         [] { return listens(true); }},
        {"close.not-open", 0, "Close before Open", wrong_state},
        {"close.releases-port", 0, "Close: does the port accept connections afterwards?",
         [] { return listens(false); }},
        {"close.twice", 0, "Close again", wrong_state},
        {"open.port-that-was-closed", 0, "Open of another sink with the port that Close released", succeeds},
        {"open.again", 0, "Open of a sink that was closed", succeeds},
    };
    const Cases urls = host_url();
    all.insert(all.end(), urls.begin(), urls.end());
    return all;
}

} // namespace wmclients::com::contract
