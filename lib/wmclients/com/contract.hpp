#pragma once

#include <wmclients/base/json.hpp>
#include <wmclients/com/query_methods.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

/// The contract: everything about the writer network sink that no document says, as cases that a program can
/// decide. `wmprobe --contract` puts them to a DLL and writes what it observes to contract.json
/// (schemas/contract.json); `wmclients diff --contract` compares that with what our own object does. Names
/// and questions stand here once, and so does what we expect, taken from the assumptions' constants and from
/// ClientConnections itself.
namespace wmclients::com {

/// How things stand when a query method is called.
enum class Situation : std::uint8_t {
    not_streaming, ///< after Open, before OnHeader
    one_client,    ///< streaming to one IPv4 client
    ipv6_client,   ///< streaming to one IPv6 client
};

struct ContractCase {
    std::string_view name;     ///< "client-info.short-port"
    int open_question;         ///< in the list of open questions (ARCHITECTURE.md); 0: assumed, not listed
    std::string_view question; ///< one line

    /// What our object does: fields of "observed" with their values. What it has no say in (which port, which
    /// name, how long) is not there. Empty: a fact to be known, nothing is expected.
    Json (*expected)() = nullptr;

    /// Of a case that is one call of a query method: the call. What we expect is what it records with our own
    /// answers, in this situation.
    Json (*ask)(const QueryMethods& methods) = nullptr;
    Situation situation = Situation::not_streaming;
};

/// All cases, by topic.
const std::vector<ContractCase>& contract_cases();

/// Null if there is none of that name.
const ContractCase* find_contract_case(std::string_view name);

/// What we expect of a case. `given` is the case's own "given" in the file, with the clients that were there:
/// {"clients": [{"address", "port", "dns_name"}]}. Null if nothing is expected.
Json expected_answer(const ContractCase& one, const Json& given);

/// What the three query methods say of client 0, with pointers and without: for the stages of a sink's life.
Json record_all(const QueryMethods& methods);

} // namespace wmclients::com
