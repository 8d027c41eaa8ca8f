#pragma once

#include <wmclients/com/contract.hpp>
#include <wmclients/com/sink_assumptions.hpp>

/// The topics of contract_cases(), one file each.
namespace wmclients::com::contract {

using Cases = std::vector<ContractCase>;

Cases object_cases();  ///< creation, interfaces, settings, buffers
Cases opening_cases(); ///< Open, GetHostURL, Disconnect, Close
Cases stage_cases();   ///< the query methods through the sink's life
Cases query_cases();   ///< the query methods in detail
Cases client_cases();  ///< who counts, in which order, who is refused
Cases event_cases();   ///< OnStatus, Advise and Unadvise
Cases access_cases();  ///< the access lists

/// {"hresult": …}
Json result(Hresult hresult);

/// The same as a function, for a case of which nothing but its result is expected.
template <Hresult hresult>
Json just()
{
    return result(hresult);
}

inline constexpr auto assumed_null = just<assumptions::null_pointer>;
inline constexpr auto succeeds = just<Hresult::s_ok>;
inline constexpr auto wrong_state = just<Hresult::ns_e_invalid_request>;

} // namespace wmclients::com::contract
