#pragma once

#include <wmclients/com/contract.hpp>

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

} // namespace wmclients::com::contract
