#include <wmclients/com/abi/callbacks.hpp>
#include <wmclients/com/abi/result.hpp>
#include <wmclients/com/assumptions.hpp>
#include <wmclients/com/sink_assumptions.hpp>
#include <wmclients/com/snapshot.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace wmclients::com::abi {
namespace {

const wchar_t* wide(const std::u16string& text)
{
    return reinterpret_cast<const wchar_t*>(text.c_str());
}

/// A caller that throws, or one for which there is no memory left, loses this event and no more: nothing may
/// reach the loop of the sockets.
template <typename Call>
void contained(Call call) noexcept
{
    static_cast<void>(guarded([&] {
        call();
        return Hresult::s_ok;
    }));
}

} // namespace

/// A client in the forms of both structures.
struct Callbacks::Properties {
    std::optional<ClientProperties> numbers; ///< none for IPv6
    std::u16string address;
    std::u16string port;
    std::u16string name;
};

Callbacks::~Callbacks()
{
    for (const Registration& registration : registrations_) {
        registration.callback->Release();
    }
}

void Callbacks::add(IWMStatusCallback& callback, void* context)
{
    const std::lock_guard lock{mutex_};
    registrations_.push_back({next_id_++, &callback, context});
    callback.AddRef();
}

bool Callbacks::remove(const IWMStatusCallback& callback)
{
    IWMStatusCallback* removed = nullptr;
    {
        const std::lock_guard lock{mutex_};
        const auto found = std::find_if(registrations_.begin(), registrations_.end(),
                                        [&](const Registration& r) { return r.callback == &callback; });
        if (found == registrations_.end()) {
            return false;
        }
        removed = found->callback;
        registrations_.erase(found);
    }
    removed->Release(); // may be its end, and call back
    return true;
}

void Callbacks::connected(const timeline::Client& client, Timestamp)
{
    tell_pair(client, assumptions::connect_events);
}

void Callbacks::properties_changed(const timeline::Client& client, const timeline::Moment&)
{
    contained([&] {
        Properties properties = properties_of(client);
        tell_extended(WMT_CLIENT_PROPERTIES, properties);
    });
}

void Callbacks::disconnected(const timeline::Client& client, const timeline::Detach&,
                             const timeline::LiveState&, Timestamp)
{
    tell_pair(client, assumptions::disconnect_events);
}

/// What the query methods say of this client alone.
Callbacks::Properties Callbacks::properties_of(const timeline::Client& client) const
{
    Snapshot snapshot;
    sink_.inspect([&](const timeline::ClientTimeline& timeline, bool) {
        snapshot = snapshot_of(timeline, client, std::nullopt);
    });
    const ClientConnections one{std::move(snapshot)};
    constexpr std::uint32_t index = assumptions::first_index;
    Properties properties;
    ClientProperties numbers;
    if (!failed(one.get_client_properties(index, &numbers))) {
        properties.numbers = numbers;
    } else if (assumptions::legacy_events_of_ipv6) {
        properties.numbers = ClientProperties{0, assumptions::port_number(client.endpoint.port)};
    }
    std::uint32_t address = 0;
    std::uint32_t port = 0;
    std::uint32_t name = 0;
    one.get_client_info(index, nullptr, &address, nullptr, &port, nullptr, &name);
    properties.address.resize(address);
    properties.port.resize(port);
    properties.name.resize(name);
    one.get_client_info(index, properties.address.data(), &address, properties.port.data(), &port,
                        properties.name.data(), &name);
    return properties;
}

void Callbacks::tell_pair(const timeline::Client& client, assumptions::EventPair pair)
{
    contained([&] {
        Properties properties = properties_of(client);
        for (const int status : assumptions::in_order(pair)) {
            if (status == pair.legacy) {
                tell_legacy(static_cast<WMT_STATUS>(status), properties);
            } else {
                tell_extended(static_cast<WMT_STATUS>(status), properties);
            }
        }
    });
}

void Callbacks::tell_legacy(WMT_STATUS status, Properties& properties)
{
    if (properties.numbers) {
        WM_CLIENT_PROPERTIES value{properties.numbers->ip_address, properties.numbers->port};
        tell(status, WMT_TYPE_BINARY, &value);
    }
}

void Callbacks::tell_extended(WMT_STATUS status, Properties& properties)
{
    WM_CLIENT_PROPERTIES_EX value{sizeof value, wide(properties.address), wide(properties.port),
                                  wide(properties.name)};
    tell(status, static_cast<WMT_ATTR_DATATYPE>(assumptions::type_of_ex_events), &value);
}

/// Each has a reference of ours while it is called, and is not called if one before it has removed it.
void Callbacks::tell(WMT_STATUS status, WMT_ATTR_DATATYPE type, void* value)
{
    thread_ = GetCurrentThreadId();
    std::vector<Registration> all;
    {
        const std::lock_guard lock{mutex_};
        all = registrations_;
        for (const Registration& registration : all) {
            registration.callback->AddRef();
        }
    }
    for (const Registration& registration : all) {
        if (is_registered(registration.id)) {
            contained([&] {
                registration.callback->OnStatus(status, to_hresult(assumptions::result_of_events), type,
                                                static_cast<BYTE*>(value), registration.context);
            });
        }
        registration.callback->Release();
    }
}

bool Callbacks::is_registered(std::uint64_t id) const
{
    const std::lock_guard lock{mutex_};
    return std::any_of(registrations_.begin(), registrations_.end(),
                       [&](const Registration& registration) { return registration.id == id; });
}

} // namespace wmclients::com::abi
