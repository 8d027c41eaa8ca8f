#include <wmclients/base/text.hpp>
#include <wmclients/sink/request_facts.hpp>
#include <wmclients/wmsp/request.hpp>

namespace wmclients::sink {
namespace {

/// The major version of a product as in "NSServer/9.0.0.3171"; none if it has no such version.
std::optional<std::uint32_t> major_version(std::string_view user_agent)
{
    const std::size_t slash = user_agent.find('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    const std::string_view version = user_agent.substr(slash + 1);
    return number(version.substr(0, version.find('.')));
}

} // namespace

bool is_old_server(std::string_view user_agent)
{
    return istarts_with(user_agent, "NSServer") && major_version(user_agent).value_or(0) < 7;
}

bool knows_supported(std::string_view user_agent)
{
    return wmsp::is_wmsp_agent(user_agent) && major_version(user_agent).value_or(0) >= 9;
}

bool expects_two_headers(const http::Head& head, const wmsp::Pragmas& pragmas)
{
    const std::string_view agent = head.value("User-Agent");
    const std::string_view context = pragmas.value("request-context").value_or("");
    const bool old = major_version(agent).value_or(7) < 7;
    return old
           && ((istarts_with(agent, "NSPlayer") && context == "2")
               || (istarts_with(agent, "NSServer") && context == "3"));
}

std::vector<wmsp::StreamSwitch> stream_switches(const wmsp::Pragmas& pragmas)
{
    return wmsp::parse_stream_switches(pragmas.value("stream-switch-entry").value_or(""));
}

} // namespace wmclients::sink
