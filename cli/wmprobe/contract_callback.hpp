#pragma once

#include "com_pointer.hpp"

#include <wmclients/base/json.hpp>
#include <wmclients/com/abi/wmsdk.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace probe {

namespace abi = wmclients::com::abi;

/// How long an event may take that should come.
inline constexpr std::chrono::seconds long_enough{5};

/// One OnStatus, all of it copied, and what GetClientCount said inside it.
struct StatusEvent {
    int status = 0;
    HRESULT result = 0;
    int data_type = 0;
    std::uintptr_t context = 0;
    DWORD thread = 0;
    HRESULT count_result = 0;
    DWORD count = 0;
    std::chrono::steady_clock::time_point at;
    DWORD ip_address = 0; ///< of WM_CLIENT_PROPERTIES
    DWORD port = 0;
    DWORD size = 0; ///< of WM_CLIENT_PROPERTIES_EX
    wmclients::Json address;
    wmclients::Json port_text;
    wmclients::Json dns_name; ///< null where the pointer is NULL
};

/// Status 42: a property of a client has changed.
bool tells_properties(const StatusEvent& event);

/// The event in the form of contract.json; times count from `since`.
wmclients::Json to_json(const StatusEvent& event, std::chrono::steady_clock::time_point since);

/// A callback that keeps what it is told. The object belongs to the program; references are only counted.
class Callback final : public abi::IWMStatusCallback {
  public:
    /// @param connections asked for its count in each call, if there is one
    explicit Callback(const ComPointer<abi::IWMClientConnections>& connections) : connections_(connections) {}

    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override;

    ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }

    ULONG STDMETHODCALLTYPE Release() override { return --references_; }

    HRESULT STDMETHODCALLTYPE OnStatus(abi::WMT_STATUS status, HRESULT result, abi::WMT_ATTR_DATATYPE type,
                                       BYTE* value, void* context) override;

    /// References that others hold.
    [[nodiscard]] ULONG references() const { return references_; }

    /// Forgets what came so far.
    void clear();

    /// Waits until something came but 42, at most for `first`, and then until nothing more comes for 300 ms.
    /// @returns what came since clear(), without 42
    std::vector<StatusEvent> wait(std::chrono::milliseconds first);

    /// Waits for a 42 of a client with that port, at most for `time`; an event with status 0 if none comes.
    StatusEvent wait_for_properties(const std::string& port, std::chrono::milliseconds time);

  private:
    const ComPointer<abi::IWMClientConnections>& connections_;
    std::atomic<ULONG> references_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<StatusEvent> events_;
};

/// [32, 37]
wmclients::Json statuses_of(const std::vector<StatusEvent>& events);

/// The fields of events of the contract: statuses, data_types, hresults, count_hresults, counts,
/// contexts_match, and all of it in "raw".
wmclients::Json summary_of(const std::vector<StatusEvent>& events, std::uintptr_t context,
                           std::chrono::steady_clock::time_point since);

} // namespace probe
