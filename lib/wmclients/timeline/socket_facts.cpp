#include <wmclients/timeline/socket_facts.hpp>

#include <algorithm>
#include <utility>

namespace wmclients::timeline {
namespace {

constexpr std::array state_names{
    std::pair{TcpState::established, std::string_view{"ESTABLISHED"}},
    std::pair{TcpState::syn_sent, std::string_view{"SYN-SENT"}},
    std::pair{TcpState::syn_received, std::string_view{"SYN-RECEIVED"}},
    std::pair{TcpState::fin_wait_1, std::string_view{"FIN-WAIT-1"}},
    std::pair{TcpState::fin_wait_2, std::string_view{"FIN-WAIT-2"}},
    std::pair{TcpState::time_wait, std::string_view{"TIME-WAIT"}},
    std::pair{TcpState::closed, std::string_view{"CLOSED"}},
    std::pair{TcpState::close_wait, std::string_view{"CLOSE-WAIT"}},
    std::pair{TcpState::last_ack, std::string_view{"LAST-ACK"}},
    std::pair{TcpState::listen, std::string_view{"LISTEN"}},
    std::pair{TcpState::closing, std::string_view{"CLOSING"}},
};

} // namespace

std::string_view to_string(TcpState state)
{
    const auto* const found = std::find_if(state_names.begin(), state_names.end(),
                                           [&](const auto& entry) { return entry.first == state; });
    return found == state_names.end() ? std::string_view{} : found->second;
}

std::optional<TcpState> tcp_state_from(std::string_view text)
{
    const auto* const found = std::find_if(state_names.begin(), state_names.end(),
                                           [&](const auto& entry) { return entry.second == text; });
    return found == state_names.end() ? std::nullopt : std::optional{found->first};
}

Json to_json(const SocketFacts& facts)
{
    Json object = Json::object();
    object["tcp_state"] = to_string(facts.state);
    put_text(object, "process", facts.process);
    for (const SocketNumber& number : socket_numbers) {
        const auto& value = facts.*number.member;
        object[std::string{number.name}] = value ? Json(*value) : Json(nullptr);
    }
    return object;
}

std::optional<SocketFacts> socket_facts_from_json(const Json& object)
{
    const auto state = tcp_state_from(get_text(object, "tcp_state"));
    if (!state) {
        return {};
    }
    SocketFacts facts;
    facts.state = *state;
    facts.process = get_text(object, "process");
    for (const SocketNumber& number : socket_numbers) {
        const auto found = object.find(number.name);
        if (found != object.end() && found->is_number_unsigned()) {
            facts.*number.member = found->get<std::uint64_t>();
        }
    }
    return facts;
}

} // namespace wmclients::timeline
