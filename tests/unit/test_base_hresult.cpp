#include <wmclients/base/hresult.hpp>

#include <doctest/doctest.h>

#include <array>

namespace test_base_hresult {

using wmclients::Hresult;

TEST_CASE("base/hresult: every known value has the name that Windows' headers give it")
{
    struct Row {
        std::uint32_t value;
        std::string_view name;
    };

    constexpr std::array rows{
        Row{0x00000000, "S_OK"},
        Row{0x00000001, "S_FALSE"},
        Row{0x80004001, "E_NOTIMPL"},
        Row{0x80004002, "E_NOINTERFACE"},
        Row{0x80004003, "E_POINTER"},
        Row{0x80004005, "E_FAIL"},
        Row{0x8000FFFF, "E_UNEXPECTED"},
        Row{0x8007000E, "E_OUTOFMEMORY"},
        Row{0x80070057, "E_INVALIDARG"},
        Row{0xC00D002B, "NS_E_INVALID_REQUEST"},
        Row{0xC00D0028, "NS_E_NETWORK_RESOURCE_FAILURE"},
        Row{0xC00D003F, "NS_E_INVALID_CLIENT"},
        Row{0xC00D0011, "NS_E_INVALID_INDEX"},
        Row{0xC00D07D1, "ASF_E_BUFFERTOOSMALL"},
        Row{0xC00D001C, "NS_E_INVALID_NAME"},
        Row{0xC00D0005, "NS_E_NOCONNECTION"},
        Row{0xC00D0006, "NS_E_CANNOTCONNECT"},
        Row{0xC00D000E, "NS_E_NETWORK_BUSY"},
        Row{0xC00D000F, "NS_E_TOO_MANY_SESS"},
        Row{0xC00D0010, "NS_E_ALREADY_CONNECTED"},
        Row{0xC00D0012, "NS_E_PROTOCOL_MISMATCH"},
        Row{0xC00D0013, "NS_E_TIMEOUT"},
        Row{0xC00D0014, "NS_E_NET_WRITE"},
        Row{0xC00D0015, "NS_E_NET_READ"},
        Row{0xC00D0024, "NS_E_INTERNAL"},
        Row{0xC00D0025, "NS_E_BUSY"},
        Row{0xC00D0027, "NS_E_NETWORK_SERVICE_FAILURE"},
        Row{0xC00D0029, "NS_E_CONNECTION_FAILURE"},
        Row{0xC00D002A, "NS_E_SHUTDOWN"},
        Row{0xC00D002F, "NS_E_INVALID_DATA"},
        Row{0xC00D0035, "NS_E_SERVER_NOT_FOUND"},
        Row{0xC00D0036, "NS_E_DUPLICATE_NAME"},
        Row{0xC00D0037, "NS_E_DUPLICATE_ADDRESS"},
        Row{0xC00D0039, "NS_E_BAD_ADAPTER_ADDRESS"},
        Row{0xC00D0043, "NS_E_INVALID_PORT"},
        Row{0xC00D0049, "NS_E_MAX_CLIENTS"},
        Row{0xC00D00CD, "NS_E_NOT_LICENSED"},
        Row{0xC00D00D3, "NS_E_HTTP_DISABLED"},
        Row{0xC00D0BB8, "NS_E_INVALID_INPUT_FORMAT"},
        Row{0xC00D0BBB, "NS_E_INVALID_OUTPUT_FORMAT"},
        Row{0xC00D0BBC, "NS_E_NOT_CONFIGURED"},
        Row{0xC00D0BC6, "NS_E_INVALIDPROFILE"},
        Row{0xC00D0BD5, "NS_E_INVALID_NUM_PASSES"},
        Row{0xC00D151A, "NS_E_INVALID_PUSH_TEMPLATE"},
        Row{0xC00D1520, "NS_E_PUSH_DUPLICATE_PUBLISHING_POINT_NAME"},
        Row{0xC00D158A, "NS_E_PORT_IN_USE"},
        Row{0xC00D158B, "NS_E_PORT_IN_USE_HTTP"},
        Row{0xC00D2EE0, "NS_E_UNKNOWN_PROTOCOL"},
        Row{0xC00D2EE3, "NS_E_BAD_REQUEST"},
        Row{0xC00D2EFB, "NS_E_SERVER_ACCESSDENIED"},
        Row{0xC00D2F0B, "NS_E_PUSH_CANNOTCONNECT"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(wmclients::hresult_name(static_cast<Hresult>(row.value)) == row.name);
    }
}

TEST_CASE("base/hresult: a value without a name is shown as a number")
{
    CHECK(wmclients::hresult_name(static_cast<Hresult>(0xC00D1234)).empty());
    CHECK(wmclients::to_string(static_cast<Hresult>(0xC00D1234)) == "0xC00D1234");
    CHECK(wmclients::to_string(static_cast<Hresult>(0x7)) == "0x00000007");
    CHECK(wmclients::to_string(static_cast<Hresult>(0xFFFFFFFF)) == "0xFFFFFFFF");
}

TEST_CASE("base/hresult: a known value is shown with its name and number")
{
    CHECK(wmclients::to_string(Hresult::ns_e_invalid_client) == "NS_E_INVALID_CLIENT (0xC00D003F)");
    CHECK(wmclients::to_string(Hresult::s_ok) == "S_OK (0x00000000)");
    CHECK(wmclients::to_string(Hresult::e_invalidarg) == "E_INVALIDARG (0x80070057)");
}

TEST_CASE("base/hresult: only the severity bit makes a failure")
{
    CHECK_FALSE(wmclients::failed(Hresult::s_ok));
    CHECK_FALSE(wmclients::failed(Hresult::s_false));
    CHECK_FALSE(wmclients::failed(static_cast<Hresult>(0x7FFFFFFF)));
    CHECK(wmclients::failed(Hresult::e_notimpl));
    CHECK(wmclients::failed(Hresult::ns_e_invalid_request));
    CHECK(wmclients::failed(static_cast<Hresult>(0x80000000)));
}

} // namespace test_base_hresult
