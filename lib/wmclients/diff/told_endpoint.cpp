#include <wmclients/com/assumptions.hpp>
#include <wmclients/diff/told_endpoint.hpp>

#include <charconv>

namespace wmclients::diff {

std::optional<Endpoint> endpoint_of(const timeline::ClientAnswer& answer)
{
    if (const auto address = parse_address(answer.address); address && !failed(answer.info_result)) {
        Endpoint endpoint{*address, 0};
        std::from_chars(answer.port_text.data(), answer.port_text.data() + answer.port_text.size(),
                        endpoint.port);
        return endpoint;
    }
    if (failed(answer.properties_result)) {
        return {};
    }
    return Endpoint{com::assumptions::address_of_number(answer.ip_address),
                    static_cast<std::uint16_t>(answer.port)};
}

} // namespace wmclients::diff
