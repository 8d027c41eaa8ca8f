#include "contract_sink.hpp"

#include "contract_report.hpp"
#include "contract_stream.hpp"
#include "event_record.hpp"
#include "sink_object.hpp"

#include <wmclients/base/hresult.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace probe {

using wmclients::Hresult;
using wmclients::Json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds packet_interval{40};

DWORD* number(std::uint32_t* pointer)
{
    return reinterpret_cast<DWORD*>(pointer);
}

WCHAR* text(char16_t* pointer)
{
    return reinterpret_cast<WCHAR*>(pointer);
}

} // namespace

Json result_json(HRESULT result)
{
    return Json::object({{"hresult", hex(static_cast<DWORD>(result))}});
}

void need(HRESULT result, const char* call)
{
    if (FAILED(result)) {
        throw NotAnswered{fmt::format("{} gives {}", call, to_string(static_cast<Hresult>(result)))};
    }
}

Hresult ComQueryMethods::get_client_count(std::uint32_t* count) const
{
    return static_cast<Hresult>(object_.GetClientCount(number(count)));
}

Hresult ComQueryMethods::get_client_properties(std::uint32_t index,
                                               wmclients::com::ClientProperties* properties) const
{
    static_assert(sizeof *properties == sizeof(abi::WM_CLIENT_PROPERTIES));
    return static_cast<Hresult>(
        object_.GetClientProperties(index, reinterpret_cast<abi::WM_CLIENT_PROPERTIES*>(properties)));
}

Hresult ComQueryMethods::get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                                         char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                                         std::uint32_t* cch_dns_name) const
{
    return static_cast<Hresult>(object_.GetClientInfo(index, text(address), number(cch_address), text(port),
                                                      number(cch_port), text(dns_name),
                                                      number(cch_dns_name)));
}

TestSink::TestSink(const std::string& dll)
{
    auto created = create_sink(dll);
    if (!created) {
        throw NotAnswered{created.error().message};
    }
    sink_ = std::move(*created);
    connections_ = sink_.query<abi::IWMClientConnections>(abi::iid_client_connections);
    infos_ = sink_.query<abi::IWMClientConnections2>(abi::iid_client_connections_2);
    registering_ = sink_.query<abi::IWMRegisterCallback>(abi::iid_register_callback);
    access_ = sink_.query<abi::IWMAddressAccess2>(abi::iid_address_access_2);
    if (!connections_ || !infos_ || !registering_ || !access_) {
        throw NotAnswered{"QueryInterface does not give IWMClientConnections, IWMClientConnections2, "
                          "IWMRegisterCallback and IWMAddressAccess2"};
    }
}

TestSink::~TestSink()
{
    stop();
    sink_->Close();
    if (advised_) {
        registering_->Unadvise(&callback_, reinterpret_cast<void*>(context));
    }
}

void TestSink::open()
{
    need(registering_->Advise(&callback_, reinterpret_cast<void*>(context)), "Advise");
    advised_ = true;
    need(sink_->Open(&port_), "Open");
}

HRESULT TestSink::header()
{
    const auto bytes = tiny_header();
    ComPointer<INSSBuffer> buffer;
    need(fill_buffer(*sink_.get(), {bytes.data(), bytes.size()}, buffer), "AllocateDataUnit");
    return sink_->OnHeader(buffer.get());
}

HRESULT TestSink::packet()
{
    const auto bytes = tiny_packet(next_packet_++);
    ComPointer<INSSBuffer> buffer;
    need(fill_buffer(*sink_.get(), {bytes.data(), bytes.size()}, buffer), "AllocateDataUnit");
    return sink_->OnDataUnit(buffer.get());
}

void TestSink::stream()
{
    need(header(), "OnHeader");
    need(packet(), "OnDataUnit");
    feeding_ = true;
    feeder_ = std::thread{[this] {
        static_cast<void>(CoInitializeEx(nullptr, COINIT_MULTITHREADED));
        try {
            while (feeding_) {
                std::this_thread::sleep_for(packet_interval);
                packet();
            }
        } catch (const NotAnswered&) {
            feeding_ = false; // the clients will miss it, and say so
        }
        CoUninitialize();
    }};
}

void TestSink::stop()
{
    feeding_ = false;
    if (feeder_.joinable()) {
        feeder_.join();
    }
}

Client TestSink::play(From from)
{
    callback_.clear();
    auto client = Client::connect(port_, from);
    if (!client) {
        throw NotAnswered{"a client cannot connect"};
    }
    client->send(play_request());
    const Json status = client->status();
    if (status != 200) {
        throw NotAnswered{fmt::format("a Play is answered {}", wmclients::dump(status))};
    }
    client->packets_until('H');
    return std::move(*client);
}

Json TestSink::count()
{
    DWORD count = 0;
    const HRESULT result = infos_->GetClientCount(&count);
    return FAILED(result) ? Json(hex(static_cast<DWORD>(result))) : Json(count);
}

Json TestSink::wait_for_count(std::uint32_t wanted)
{
    const auto until = Clock::now() + std::chrono::seconds{3};
    Json last = count();
    while (last != wanted && Clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        last = count();
    }
    return last;
}

} // namespace probe
