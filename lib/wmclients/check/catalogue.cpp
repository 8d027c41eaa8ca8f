#include <wmclients/check/rules/groups.hpp>

#include <algorithm>
#include <vector>

namespace wmclients::check {

std::span<const Rule* const> all_rules()
{
    static const std::vector<const Rule*> all = [] {
        std::vector<const Rule*> list;
        for (const std::span<const Rule> group : {
                 rules::http_requests(),
                 rules::http_user_agents(),
                 rules::http_server_versions(),
                 rules::http_authentication(),
                 rules::http_response_heads(),
                 rules::http_response_parts(),
                 rules::http_refusals(),
                 rules::pipeline_requests(),
                 rules::pipeline_responses(),
                 rules::getcontentinfo(),
                 rules::pragma_values(),
                 rules::pragma_responses(),
                 rules::pragma_requests(),
                 rules::describe_heads(),
                 rules::describe_bodies(),
                 rules::describe_sessions(),
                 rules::play_requests(),
                 rules::play_heads(),
                 rules::play_bodies(),
                 rules::play_ends(),
                 rules::play_rates(),
                 rules::play_sessions(),
                 rules::play_next(),
                 rules::log_requests(),
                 rules::log_order(),
                 rules::log_responses(),
                 rules::send_event(),
                 rules::keep_alive_requests(),
                 rules::keep_alive_responses(),
                 rules::select_requests(),
                 rules::select_responses(),
                 rules::stop(),
                 rules::framing_packets(),
                 rules::framing_notices(),
                 rules::framing_fields(),
                 rules::framing_metadata(),
                 rules::framing_metadata_text(),
                 rules::asf_headers(),
                 rules::asf_packets(),
                 rules::asf_redirects(),
                 rules::session_ids(),
                 rules::session_refusals(),
                 rules::session_states(),
                 rules::session_replies(),
                 rules::session_entries(),
                 rules::session_entry_ids(),
                 rules::timing_sessions(),
                 rules::timing_packets(),
             }) {
            for (const Rule& rule : group) {
                list.push_back(&rule);
            }
        }
        return list;
    }();
    return all;
}

const Rule* find_rule(std::string_view id)
{
    const auto all = all_rules();
    const auto at = std::find_if(all.begin(), all.end(), [id](const Rule* rule) { return rule->id == id; });
    return at == all.end() ? nullptr : *at;
}

} // namespace wmclients::check
