#pragma once

#include "com_pointer.hpp"
#include "contract_callback.hpp"
#include "contract_client.hpp"

#include <wmclients/com/abi/wmsdk.hpp>
#include <wmclients/com/query_methods.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace probe {

/// The query methods of a COM object, for the cases that both sides answer.
class ComQueryMethods final : public wmclients::com::QueryMethods {
  public:
    explicit ComQueryMethods(abi::IWMClientConnections2& object) : object_(object) {}

    wmclients::Hresult get_client_count(std::uint32_t* count) const override;
    wmclients::Hresult get_client_properties(std::uint32_t index,
                                             wmclients::com::ClientProperties* properties) const override;
    wmclients::Hresult get_client_info(std::uint32_t index, char16_t* address, std::uint32_t* cch_address,
                                       char16_t* port, std::uint32_t* cch_port, char16_t* dns_name,
                                       std::uint32_t* cch_dns_name) const override;

  private:
    abi::IWMClientConnections2& object_;
};

/// A writer network sink of the DLL under test with all its interfaces and a callback, which is told with the
/// context `context` once advise() was called. What cannot be had, or fails, is NotAnswered.
///
/// It is fed as far as a program can without a writer: OnHeader and OnDataUnit are called directly. Whether
/// Microsoft's object bears that is not known; if it does not, its answer is in the cases header.first and
/// data.first, and those that need a stream are not answered.
class TestSink {
  public:
    static constexpr std::uintptr_t context = 0x1234;

    explicit TestSink(const std::string& dll);
    TestSink(const TestSink&) = delete;
    TestSink& operator=(const TestSink&) = delete;
    ~TestSink();

    /// Opens any port, and is told of its clients.
    void open();

    /// A buffer with the header for OnHeader, and OnHeader with it. @returns the call's result
    HRESULT header();

    /// A header, and from then on a packet every 40 ms from a thread of its own. NotAnswered if one of the
    /// first ones fails.
    void stream();

    /// One packet. @returns the call's result
    HRESULT packet();

    /// No packets any more.
    void stop();

    /// A client that sends a Play, waits for its reply and for the packets' header. NotAnswered if it is not
    /// answered 200.
    Client play(From from = From::loopback);

    /// What GetClientCount says, or the HRESULT of its failure.
    wmclients::Json count();

    /// Waits until the count is this, at most 3 s. @returns the last count
    wmclients::Json wait_for_count(std::uint32_t wanted);

    abi::IWMWriterNetworkSink& sink() { return *sink_.get(); }

    abi::IWMClientConnections2& connections() { return *infos_.get(); }

    abi::IWMRegisterCallback& registering() { return *registering_.get(); }

    abi::IWMAddressAccess2& access() { return *access_.get(); }

    Callback& callback() { return callback_; }

    [[nodiscard]] ComQueryMethods queries() const { return ComQueryMethods{*infos_.get()}; }

    [[nodiscard]] DWORD port() const { return port_; }

  private:
    Callback callback_{connections_}; ///< first: it outlives the object
    ComPointer<abi::IWMWriterNetworkSink> sink_;
    ComPointer<abi::IWMClientConnections> connections_;
    ComPointer<abi::IWMClientConnections2> infos_;
    ComPointer<abi::IWMRegisterCallback> registering_;
    ComPointer<abi::IWMAddressAccess2> access_;
    DWORD port_ = 0;
    std::uint32_t next_packet_ = 0;
    bool advised_ = false;
    std::atomic<bool> feeding_ = false;
    std::thread feeder_;
};

/// {"hresult": …}
wmclients::Json result_json(HRESULT result);

/// NotAnswered unless the call succeeded.
void need(HRESULT result, const char* call);

} // namespace probe
