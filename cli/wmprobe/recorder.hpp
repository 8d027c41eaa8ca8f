#pragma once

#include "com_pointer.hpp"
#include "event_record.hpp"

#include <wmclients/com/abi/wmsdk.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace probe {

/// Writes the log: what the sink's callback is told, and snapshots of what its query methods say: after each
/// event, each call, and at intervals. A thread of its own asks and writes: in a callback nothing is done but
/// to copy what it says.
class Recorder final : public abi::IWMStatusCallback {
  public:
    /// `log` stays the caller's. @param interval of snapshots without a cause; 0: none
    Recorder(std::FILE* log, const ComPointer<abi::IWMWriterNetworkSink>& sink,
             std::chrono::milliseconds interval);
    ~Recorder();

    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Whether the log can no longer be written.
    [[nodiscard]] bool failed() const { return failed_; }

    /// Where the sink listens, for what comes from now on.
    void set_port(DWORD port) { port_ = port; }

    /// Registers with the sink, or ends that. @returns what the sink says; E_NOINTERFACE
    HRESULT advise();
    HRESULT unadvise();

    /// A line of the log that is no event: a call of ours and its result. Comes back when it is written and
    /// the snapshot after it, so that this shows the state before the next call. Not for callbacks.
    void add_call(wmclients::Json line);

    // IUnknown: the object belongs to the program, references are only counted.
    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override;
    ULONG STDMETHODCALLTYPE AddRef() override;
    ULONG STDMETHODCALLTYPE Release() override;

    HRESULT STDMETHODCALLTYPE OnStatus(abi::WMT_STATUS status, HRESULT result, abi::WMT_ATTR_DATATYPE type,
                                       BYTE* value, void* context) override;

  private:
    std::uint64_t add(wmclients::Json line);
    void run();
    void write(wmclients::Json line);
    void snapshot(std::string_view cause);

    std::FILE* log_;
    ComPointer<abi::IWMClientConnections> connections_;
    ComPointer<abi::IWMClientConnections2> infos_;
    ComPointer<abi::IWMRegisterCallback> registering_;
    std::chrono::milliseconds interval_;
    std::atomic<ULONG> references_ = 1;
    std::atomic<DWORD> port_ = 0;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<wmclients::Json> waiting_;
    std::uint64_t added_ = 0; ///< lines so far
    std::uint64_t written_ = 0;
    bool stopping_ = false;
    std::thread thread_; ///< last: all else is there before it
};

} // namespace probe
