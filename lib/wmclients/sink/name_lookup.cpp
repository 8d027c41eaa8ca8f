#include <wmclients/sink/asio_address.hpp>
#include <wmclients/sink/hub.hpp>
#include <wmclients/sink/name_lookup.hpp>

#include <string_view>
#include <system_error>

namespace wmclients::sink {
namespace {

/// A resolver that does not answer must not collect them without end; who is not asked for now may be when
/// it comes again.
constexpr std::size_t most_asked = 256;

} // namespace

void NameLookup::connected(const timeline::Client& client, Timestamp)
{
    const IpAddress address = client.endpoint.address;
    const bool known = account_.timeline().name_of(address, {}).source != dns::NameSource::none;
    if (known || asked_.size() >= most_asked || !asked_.insert(address).second) {
        return;
    }
    resolver_.async_resolve(
        {asio_address(address), 0},
        [this, address](const std::error_code& error, const asio::ip::tcp::resolver::results_type& found) {
            asked_.erase(address);
            if (!error && !found.empty()) {
                learn(address, found.begin()->host_name());
            }
        });
}

/// Without a name the system gives the address itself, perhaps with its scope.
void NameLookup::learn(const IpAddress& address, const std::string& name)
{
    if (name.empty() || parse_address(std::string_view{name}.substr(0, name.find('%')))) {
        return;
    }
    const PacketRef now = Hub::now();
    account_.events().on(
        timeline::NameLearnt{address, name, dns::NameSource::live_ptr, timeline::Moment{now.time, 0}});
}

} // namespace wmclients::sink
