#include <wmclients/com/assumptions.hpp>

#include <doctest/doctest.h>

namespace test_com_assumptions {

namespace assumptions = wmclients::com::assumptions;
using assumptions::AddressOrder;

TEST_CASE("com/assumptions: an address is a number in either order")
{
    const auto address = *wmclients::parse_address("192.168.0.2");
    CHECK(assumptions::address_number(address, AddressOrder::host) == 0xC0A80002);
    CHECK(assumptions::address_number(address, AddressOrder::network) == 0x0200A8C0);
    CHECK(assumptions::address_number(address) == 0xC0A80002);
}

TEST_CASE("com/assumptions: address and port are plain text")
{
    CHECK(assumptions::address_text(*wmclients::parse_address("192.168.10.2")) == "192.168.10.2");
    CHECK(assumptions::address_text(*wmclients::parse_address("FE80:0:0::201:3ff:fee8:5058"))
          == "fe80::201:3ff:fee8:5058");
    CHECK(assumptions::port_text(0) == "0");
    CHECK(assumptions::port_text(80) == "80");
    CHECK(assumptions::port_text(65535) == "65535");
    CHECK(assumptions::port_number(0x1234) == 0x1234);
}

} // namespace test_com_assumptions
