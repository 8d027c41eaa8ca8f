#pragma once

#include <wmclients/com/abi/wmsdk.hpp>
#include <wmclients/com/client_connections.hpp>
#include <wmclients/com/sink_assumptions.hpp>
#include <wmclients/sink/network_sink.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace wmclients::com::abi {

/// The callbacks of IWMRegisterCallback, and what they are told: OnStatus with the client's properties, as
/// the query methods give them at the same instant. Pointers in what is told are valid during the call.
///
/// As an observer of the sink it is called on the thread of the sockets, and so are the callbacks. They may
/// call every method of the sink, Unadvise and the last Release among them. No lock is held meanwhile.
class Callbacks final : public timeline::ClientObserver {
  public:
    explicit Callbacks(const sink::NetworkSink& sink) : sink_(sink) {}

    Callbacks(const Callbacks&) = delete;
    Callbacks& operator=(const Callbacks&) = delete;

    /// Releases all of them.
    ~Callbacks() override;

    /// Takes a reference. The same callback may be added more than once.
    void add(IWMStatusCallback& callback, void* context);

    /// Ends the oldest registration of that callback, which is released. @returns whether there was one
    bool remove(const IWMStatusCallback& callback);

    /// Whether this is the thread on which the callbacks are called.
    [[nodiscard]] bool on_their_thread() const { return thread_ == GetCurrentThreadId(); }

    void connected(const timeline::Client& client, Timestamp at) override;
    void properties_changed(const timeline::Client& client, const timeline::Moment& when) override;
    void disconnected(const timeline::Client& client, const timeline::Detach& detach,
                      const timeline::LiveState& state, Timestamp at) override;

  private:
    struct Registration {
        std::uint64_t id;
        IWMStatusCallback* callback;
        void* context;
    };

    struct Properties;
    [[nodiscard]] Properties properties_of(const timeline::Client& client) const;
    void tell_pair(const timeline::Client& client, assumptions::EventPair pair);
    void tell_legacy(WMT_STATUS status, Properties& properties);
    void tell_extended(WMT_STATUS status, Properties& properties);
    void tell(WMT_STATUS status, WMT_ATTR_DATATYPE type, void* value);
    [[nodiscard]] bool is_registered(std::uint64_t id) const;

    const sink::NetworkSink& sink_;
    mutable std::mutex mutex_;
    std::vector<Registration> registrations_;
    std::uint64_t next_id_ = 0;
    std::atomic<DWORD> thread_ = 0; ///< 0 (no thread) before the first event
};

} // namespace wmclients::com::abi
