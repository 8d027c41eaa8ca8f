#include <fuzz/targets.hpp>

#include <array>
#include <stdexcept>
#include <string>

namespace wmclients::fuzz {

std::span<const Target> targets()
{
    static constexpr std::array all{
        Target{"capture_file", capture_file}, Target{"packets", packets},
        Target{"segments", segments},         Target{"session", session},
        Target{"event_log", event_log},       Target{"dns_message", dns_message},
        Target{"asf_file", asf_file},         Target{"sink_requests", sink_requests},
    };
    return all;
}

void require(bool holds, const char* claim)
{
    if (!holds) {
        throw std::logic_error{std::string{"not so: "} + claim};
    }
}

} // namespace wmclients::fuzz
