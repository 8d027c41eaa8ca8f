#pragma once

#include <wmclients/base/endpoint.hpp>

#include <asio/ip/tcp.hpp>

#include <algorithm>

namespace wmclients::sink {

/// Our form of an address or endpoint of Asio; IPv4 in its mapped form becomes IPv4.
inline Endpoint endpoint_from(const asio::ip::tcp::endpoint& from)
{
    Endpoint endpoint;
    endpoint.port = from.port();
    if (from.address().is_v4()) {
        endpoint.address = IpAddress::v4(from.address().to_v4().to_bytes().data());
    } else {
        endpoint.address = IpAddress::v6(from.address().to_v6().to_bytes().data());
    }
    return endpoint;
}

inline asio::ip::address asio_address(const IpAddress& address)
{
    if (address.is_v4()) {
        asio::ip::address_v4::bytes_type bytes;
        std::copy_n(address.bytes.begin() + 12, bytes.size(), bytes.begin());
        return asio::ip::address_v4{bytes};
    }
    asio::ip::address_v6::bytes_type bytes;
    std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
    return asio::ip::address_v6{bytes};
}

} // namespace wmclients::sink
