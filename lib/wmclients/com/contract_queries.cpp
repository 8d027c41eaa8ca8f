#include <wmclients/com/contract_topics.hpp>

#include <limits>

// GetClientCount, GetClientProperties, GetClientInfo: each case is one call, and what we expect is what our
// own answers to the same call are (com/client_connections.hpp, com/assumptions.hpp).

namespace wmclients::com::contract {
namespace {

using Methods = const QueryMethods&;

constexpr std::uint32_t largest = std::numeric_limits<std::uint32_t>::max();

/// As exact_call(), with those strings one too short.
Json ask_short(Methods methods, bool address, bool port, bool dns_name)
{
    InfoCall call = exact_call(methods);
    const std::array shorter{address, port, dns_name};
    for (std::size_t i = 0; i < shorter.size(); ++i) {
        call.strings[i].length -= shorter[i] && call.strings[i].length != 0 ? 1U : 0U;
    }
    return record_info(methods, call);
}

/// As exact_call(), with those buffers alone.
Json ask_mixed(Methods methods, bool address, bool port, bool dns_name)
{
    InfoCall call = exact_call(methods);
    const std::array there{address, port, dns_name};
    for (std::size_t i = 0; i < there.size(); ++i) {
        call.strings[i].buffer = there[i];
        call.strings[i].length = there[i] ? call.strings[i].length : 0;
    }
    return record_info(methods, call);
}

/// As exact_call(), without the pointer to that length, or to any.
Json ask_no_length(Methods methods, std::size_t which)
{
    InfoCall call = exact_call(methods);
    for (std::size_t i = 0; i < call.strings.size(); ++i) {
        call.strings[i].length_pointer = which < call.strings.size() && i != which;
    }
    return record_info(methods, call);
}

/// Every buffer and every length with a value of its own.
Json ask_info(Methods methods, std::uint32_t index, bool buffers, std::uint32_t length)
{
    InfoCall call;
    call.index = index;
    call.strings.fill({buffers, true, length});
    return record_info(methods, call);
}

Json ask_ample(Methods methods)
{
    InfoCall call = exact_call(methods);
    for (StringAsked& asked : call.strings) {
        asked.length += 3;
    }
    return record_info(methods, call);
}

constexpr std::size_t none = 99; ///< of the three strings

constexpr Situation client = Situation::one_client;
constexpr Situation early = Situation::not_streaming;
constexpr Situation ipv6 = Situation::ipv6_client;

Cases count_and_properties()
{
    return {
        {"client-count.one", 3, "GetClientCount with one client", nullptr,
         [](Methods m) { return record_count(m); }, client},
        {"client-count.null", 3, "GetClientCount with a NULL pointer", nullptr,
         [](Methods m) { return record_count(m, false); }, client},
        {"client-count.before-streaming", 3, "GetClientCount after Open, before OnHeader", nullptr,
         [](Methods m) { return record_count(m); }, early},
        {"client-count.null-before-streaming", 3,
         "Which check of GetClientCount comes first, pointer or state?", nullptr,
         [](Methods m) { return record_count(m, false); }, early},
        {"client-properties.address-order", 1,
         "The byte order of dwIPAddress (given.clients has the address), and dwPort", nullptr,
         [](Methods m) { return record_properties(m, 0); }, client},
        {"client-properties.null", 3, "GetClientProperties with a NULL pointer", nullptr,
         [](Methods m) { return record_properties(m, 0, false); }, client},
        {"client-properties.before-streaming", 3, "GetClientProperties after Open, before OnHeader", nullptr,
         [](Methods m) { return record_properties(m, 0); }, early},
        {"client-properties.null-before-streaming", 3,
         "Which check of GetClientProperties comes first, pointer or state?", nullptr,
         [](Methods m) { return record_properties(m, 0, false); }, early},
        {"client-properties.null-and-bad-index", 3,
         "Which check of GetClientProperties comes first, pointer or index?", nullptr,
         [](Methods m) { return record_properties(m, 1, false); }, client},
        {"client-properties.index-equals-count", 4, "GetClientProperties(1) with one client", nullptr,
         [](Methods m) { return record_properties(m, 1); }, client},
        {"client-properties.index-largest", 4, "GetClientProperties(0xFFFFFFFF)", nullptr,
         [](Methods m) { return record_properties(m, largest); }, client},
        {"client-properties.ipv6", 10, "GetClientProperties of an IPv6 client", nullptr,
         [](Methods m) { return record_properties(m, 0); }, ipv6},
    };
}

Cases info_lengths()
{
    return {
        {"client-info.sizes", 2, "GetClientInfo without buffers, lengths 0", nullptr,
         [](Methods m) { return ask_info(m, 0, false, 0); }, client},
        {"client-info.sizes-with-lengths", 2, "GetClientInfo without buffers, lengths 999", nullptr,
         [](Methods m) { return ask_info(m, 0, false, 999); }, client},
        {"client-info.exact", 2, "GetClientInfo with buffers of just the lengths it asks for", nullptr,
         [](Methods m) { return record_info(m, exact_call(m)); }, client},
        {"client-info.ample", 2,
         "GetClientInfo with longer buffers: lengths, and what is written beyond the NUL", nullptr, ask_ample,
         client},
        {"client-info.short-address", 2, "GetClientInfo with one WCHAR too few for the address", nullptr,
         [](Methods m) { return ask_short(m, true, false, false); }, client},
        {"client-info.short-port", 2, "GetClientInfo with one WCHAR too few for the port", nullptr,
         [](Methods m) { return ask_short(m, false, true, false); }, client},
        {"client-info.short-name", 2, "GetClientInfo with one WCHAR too few for the DNS name", nullptr,
         [](Methods m) { return ask_short(m, false, false, true); }, client},
        {"client-info.short-all", 2, "GetClientInfo with one WCHAR too few for each string", nullptr,
         [](Methods m) { return ask_short(m, true, true, true); }, client},
        {"client-info.length-0", 2, "GetClientInfo with buffers whose lengths are 0", nullptr,
         [](Methods m) { return ask_info(m, 0, true, 0); }, client},
        {"client-info.only-address", 2, "GetClientInfo with a buffer for the address alone", nullptr,
         [](Methods m) { return ask_mixed(m, true, false, false); }, client},
        {"client-info.only-port", 2, "GetClientInfo with a buffer for the port alone", nullptr,
         [](Methods m) { return ask_mixed(m, false, true, false); }, client},
        {"client-info.only-name", 2, "GetClientInfo with a buffer for the DNS name alone", nullptr,
         [](Methods m) { return ask_mixed(m, false, false, true); }, client},
    };
}

Cases info_failures()
{
    return {
        {"client-info.null-address-length", 2, "GetClientInfo with a NULL length of the address", nullptr,
         [](Methods m) { return ask_no_length(m, 0); }, client},
        {"client-info.null-port-length", 2, "GetClientInfo with a NULL length of the port", nullptr,
         [](Methods m) { return ask_no_length(m, 1); }, client},
        {"client-info.null-name-length", 2, "GetClientInfo with a NULL length of the DNS name", nullptr,
         [](Methods m) { return ask_no_length(m, 2); }, client},
        {"client-info.null-lengths", 2, "GetClientInfo with all lengths NULL", nullptr,
         [](Methods m) { return ask_no_length(m, none); }, client},
        {"client-info.before-streaming", 2, "GetClientInfo after Open, before OnHeader", nullptr,
         [](Methods m) { return ask_info(m, 0, false, 7); }, early},
        {"client-info.null-before-streaming", 2,
         "Which check of GetClientInfo comes first, pointer or state?", nullptr,
         [](Methods m) { return ask_no_length(m, none); }, early},
        {"client-info.index-equals-count", 4, "GetClientInfo(1) with one client", nullptr,
         [](Methods m) { return ask_info(m, 1, false, 7); }, client},
        {"client-info.index-largest", 4, "GetClientInfo(0xFFFFFFFF)", nullptr,
         [](Methods m) { return ask_info(m, largest, false, 7); }, client},
        {"client-info.short-and-bad-index", 3, "Which check of GetClientInfo comes first, length or index?",
         nullptr, [](Methods m) { return ask_info(m, 1, true, 0); }, client},
        {"client-info.ipv6", 10, "GetClientInfo of an IPv6 client: form of the address", nullptr,
         [](Methods m) { return record_info(m, exact_call(m)); }, ipv6},
    };
}

} // namespace

Cases query_cases()
{
    Cases all = count_and_properties();
    for (const Cases& more : {info_lengths(), info_failures()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

} // namespace wmclients::com::contract
