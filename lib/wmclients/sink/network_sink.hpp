#pragma once

#include <wmclients/base/bytes.hpp>
#include <wmclients/base/hresult.hpp>
#include <wmclients/sink/access_lists.hpp>
#include <wmclients/sink/options.hpp>
#include <wmclients/sink/statistics.hpp>
#include <wmclients/timeline/client_timeline.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wmclients::sink {

/// A writer network sink: an HTTP server that streams ASF to players over MS-WMSP, with the calls of
/// IWMWriterNetworkSink, IWMWriterSink, IWMAddressAccess and IWMRegisterCallback in portable form, their
/// results and their order (Windows Media Format SDK).
///
/// All calls may come from any thread; one thread of its own serves the sockets. Observers are called on that
/// thread, and may call the sink. Pointers that are null are not possible here, so that E_INVALIDARG is left
/// to the COM layer.
class NetworkSink {
  public:
    /// Takes one line of the event log (SEMANTICS "The event log"), on the thread of the sockets; throws
    /// nothing.
    using LogLine = std::function<void(std::string_view)>;

    /// @param log if it is not empty, the event log is written to it, from the first open() on
    explicit NetworkSink(SinkOptions options, LogLine log = {});

    /// Closes the sink, and ends the log.
    ~NetworkSink();

    NetworkSink(const NetworkSink&) = delete;
    NetworkSink& operator=(const NetworkSink&) = delete;

    // IWMWriterNetworkSink.

    /// Listens at once. @param port 0: one is chosen, and told.
    /// @returns S_OK, NS_E_INVALID_REQUEST (it is open), NS_E_NETWORK_RESOURCE_FAILURE (the port is in use,
    /// or not ours to take)
    Hresult open(std::uint16_t& port);

    /// `http://HOST:PORT`, without a slash at the end. @returns S_OK, NS_E_INVALID_REQUEST (it is not open)
    Hresult host_url(std::string& url) const;

    /// How many clients may be attached at once: 0 (nobody) to 50, unless SinkOptions::lift_client_limit.
    /// @returns S_OK, NS_E_INVALID_REQUEST (too many, or streaming has begun)
    Hresult set_maximum_clients(std::uint32_t count);

    [[nodiscard]] std::uint32_t maximum_clients() const;

    /// Ends every connection; the port stays. @returns S_OK
    Hresult disconnect();

    /// Ends every connection and releases the port. @returns S_OK, NS_E_INVALID_REQUEST (it is not open)
    Hresult close();

    // IWMWriterSink.

    /// The ASF header: the Header Object and the first 50 bytes of the Data Object. Streaming begins with the
    /// first one; a further one is a header change (`$C` and `$H`). @returns S_OK, NS_E_INVALID_DATA (it is
    /// no ASF header)
    Hresult on_header(Bytes header);

    /// One ASF data packet, sent soon (SinkOptions::coalesce). Waits while more than SinkOptions::queue_bytes
    /// have not been taken over yet. @returns S_OK, NS_E_INVALID_REQUEST (there was no header),
    /// NS_E_INVALID_DATA (too long for a `$D`)
    Hresult on_data_unit(Bytes packet);

    /// The end of the stream: every client gets what it has not got yet, then `$E`, then the connection ends.
    /// @returns S_OK
    Hresult on_end_writing();

    /// Waits until all clients have got the end of the stream, at most for `time`. @returns whether they have
    bool wait_drained(std::chrono::milliseconds time);

    // IWMAddressAccess. Changes touch only requests that come later.

    [[nodiscard]] std::vector<AccessEntry> access_entries(AccessKind kind) const;
    void add_access_entry(AccessKind kind, const AccessEntry& entry);

    /// @returns S_OK, NS_E_INVALID_INDEX
    Hresult remove_access_entry(AccessKind kind, std::uint32_t index);

    // IWMRegisterCallback.

    /// `observer` must live until it is removed, or the sink is gone.
    void advise(timeline::ClientObserver& observer);
    void unadvise(timeline::ClientObserver& observer);

    // What is known.

    /// Calls `use` with the timeline of the clients, and whether streaming has begun, while nothing changes.
    void inspect(const std::function<void(const timeline::ClientTimeline&, bool streaming)>& use) const;

    /// Calls `say` with where the sink's events go (its event log among them), its port, and the time, while
    /// nothing changes: for events that others conclude.
    void
    tell(const std::function<void(timeline::EventListener&, std::uint16_t port, const PacketRef& now)>& say);

    [[nodiscard]] Statistics statistics() const;

    /// The attached clients, in attach order.
    [[nodiscard]] std::vector<ClientStatus> clients() const;

  private:
    class Worker;
    std::unique_ptr<Worker> worker_;
};

} // namespace wmclients::sink
