#include <wmclients/capture/dlt.hpp>
#include <wmclients/capture/live_source.hpp>

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace wmclients::capture {
namespace {

using Clock = std::chrono::steady_clock;

/// How long the kernel may keep a block of packets that is not full (packet(7), TPACKET_V3).
constexpr std::chrono::milliseconds block_timeout{100};

/// How far the clock stays behind the wall clock while nothing comes: packets may wait in such a block, and
/// the kernel's timer may be late.
constexpr std::chrono::milliseconds clock_lag{500};

struct Close {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

using Handle = std::unique_ptr<pcap_t, Close>;

Error unavailable(const std::string& interface, int code, pcap_t* handle)
{
    const std::string said = pcap_geterr(handle);
    switch (code) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
        return {Error::Kind::unavailable,
                fmt::format("{}: there is no such interface; `wmclients interfaces` lists those there are",
                            interface)};
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return {
            Error::Kind::unavailable,
            fmt::format("{}: capturing is not permitted: run wmclients with sudo, or give the program the "
                        "right once: sudo setcap cap_net_raw=ep $(command -v wmclients)",
                        interface)};
    case PCAP_ERROR_IFACE_NOT_UP:
        return {
            Error::Kind::unavailable,
            fmt::format("{0}: the interface is down; bring it up first: sudo ip link set {0} up", interface)};
    default:
        return {Error::Kind::unavailable, fmt::format("{}: cannot be captured on: {}", interface,
                                                      said.empty() ? pcap_statustostr(code) : said.c_str())};
    }
}

class PcapSource final : public LiveSource {
  public:
    PcapSource(Handle handle, std::string name)
        : handle_(std::move(handle)), name_(std::move(name)), link_(link_of(pcap_datalink(handle_.get()))),
          nanoseconds_(pcap_get_tstamp_precision(handle_.get()) == PCAP_TSTAMP_PRECISION_NANO)
    {
    }

    Step wait(Packet& out) override
    {
        for (bool drained = false;;) {
            if (Clock::now() >= next_tick_) {
                return tick(drained);
            }
            pcap_pkthdr* header = nullptr;
            const u_char* data = nullptr;
            const int result = pcap_next_ex(handle_.get(), &header, &data);
            if (result == 1) {
                deliver(out, *header, data);
                return Step::packet;
            }
            if (result != 0) {
                return stop(pcap_geterr(handle_.get()));
            }
            if (broken_) {
                return stop("the interface went down");
            }
            drained = true;
            if (!wait_for_packets()) {
                return tick(drained);
            }
        }
    }

    [[nodiscard]] Timestamp now() const override { return clock_; }

    [[nodiscard]] LinkType link() const override { return link_; }

    [[nodiscard]] std::uint32_t snapshot_length() const override
    {
        return static_cast<std::uint32_t>(pcap_snapshot(handle_.get()));
    }

    [[nodiscard]] std::vector<Error> problems() const override
    {
        return problem_ ? std::vector<Error>{*problem_} : std::vector<Error>{};
    }

    [[nodiscard]] CaptureQuality quality() const override
    {
        CaptureQuality quality = quality_;
        pcap_stat stat{};
        if (pcap_stats(handle_.get(), &stat) == 0) {
            quality.kernel_dropped = stat.ps_drop;
            quality.interface_dropped = stat.ps_ifdrop;
        }
        return quality;
    }

    [[nodiscard]] std::vector<std::string> file_names() const override { return {name_}; }

    [[nodiscard]] std::uint64_t bytes_read() const override { return quality_.bytes; }

    [[nodiscard]] std::uint64_t size() const override { return 0; }

  private:
    void deliver(Packet& out, const pcap_pkthdr& header, const u_char* data)
    {
        Timestamp time =
            timestamp_from(header.ts.tv_sec, std::int64_t{header.ts.tv_usec} * (nanoseconds_ ? 1 : 1000));
        if (time < clock_) {
            time = clock_;
            ++quality_.clock_steps_back;
        }
        clock_ = time;
        out.data = {data, header.caplen};
        out.original_length = std::max(header.len, header.caplen);
        out.link = link_;
        out.ref = {++quality_.packets, time, 0};
        quality_.bytes += header.caplen;
        quality_.cut_packets += header.len > header.caplen ? 1 : 0;
    }

    /// While packets wait to be read, theirs is the time.
    Step tick(bool drained)
    {
        next_tick_ = Clock::now() + tick_interval;
        if (drained) {
            const auto wall = std::chrono::system_clock::now() - clock_lag;
            clock_ = std::max(clock_, std::chrono::time_point_cast<Duration>(wall));
        }
        return Step::tick;
    }

    /// False if none came before the next tick, or a signal did. poll() is our own: libpcap's waits without
    /// an end on an interface where nothing comes.
    bool wait_for_packets()
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_tick_ - Clock::now());
        pollfd ready{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
        if (poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0) {
            return false;
        }
        broken_ = (ready.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        return true;
    }

    Step stop(const std::string& why)
    {
        problem_ = Error{Error::Kind::unavailable,
                         fmt::format("{}: the capture has ended: {}; this is what was seen", name_, why)};
        return Step::end;
    }

    Handle handle_;
    std::string name_;
    LinkType link_;
    bool nanoseconds_;
    bool broken_ = false; ///< poll() says so; libpcap is asked once more what has happened
    Clock::time_point next_tick_ = Clock::now() + tick_interval;
    Timestamp clock_ = Timestamp::min();
    CaptureQuality quality_;
    std::optional<Error> problem_;
};

/// Frees a compiled filter.
struct CompiledFilter {
    bpf_program code{};

    CompiledFilter() = default;

    ~CompiledFilter() { pcap_freecode(&code); }

    CompiledFilter(const CompiledFilter&) = delete;
    CompiledFilter& operator=(const CompiledFilter&) = delete;
};

} // namespace

Expected<std::unique_ptr<LiveSource>> open_live(const LiveOptions& options)
{
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    Handle handle{pcap_create(options.interface.c_str(), why.data())};
    if (!handle) {
        return failure(Error::Kind::unavailable, fmt::format("{}: {}", options.interface, why.data()));
    }
    pcap_t* const raw = handle.get();
    pcap_set_snaplen(raw, static_cast<int>(options.snapshot_length));
    pcap_set_buffer_size(raw, static_cast<int>(options.buffer_size));
    pcap_set_timeout(raw, static_cast<int>(block_timeout.count()));
    pcap_set_immediate_mode(raw, options.immediate ? 1 : 0);
    pcap_set_promisc(raw, options.interface == "any" ? 0 : 1);
    pcap_set_tstamp_precision(raw, PCAP_TSTAMP_PRECISION_NANO); // else microseconds, which it then tells
    if (const int code = pcap_activate(raw); code < 0) {
        return tl::unexpected(unavailable(options.interface, code, raw));
    }
    if (!options.filter.empty()) {
        CompiledFilter program;
        if (pcap_compile(raw, &program.code, options.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
            return failure(Error::Kind::usage,
                           fmt::format("the filter \"{}\" cannot be used on {}: {}", options.filter,
                                       options.interface, pcap_geterr(raw)));
        }
        if (pcap_setfilter(raw, &program.code) != 0) {
            return failure(Error::Kind::unavailable, fmt::format("{}: the filter cannot be set: {}",
                                                                 options.interface, pcap_geterr(raw)));
        }
    }
    if (pcap_setnonblock(raw, 1, why.data()) != 0) {
        return failure(Error::Kind::unavailable, fmt::format("{}: {}", options.interface, why.data()));
    }
    return std::make_unique<PcapSource>(std::move(handle), options.interface);
}

} // namespace wmclients::capture
