#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace wmclients {

/// Every table and buffer that grows with the input is bounded by one of these, always on.
enum class Cap : std::uint8_t {
    connections,
    out_of_order_bytes,
    out_of_order_total_bytes,
    out_of_order_segments,
    head_bytes,
    head_fields,
    pending_requests,
    pending_bytes,
    asf_header_bytes,
    fragments,
    fragment_bytes,
    tunnel_depth,
    sink_endpoints,
    names,
    name_changes,
    text_bytes,
    clients,
    connections_kept,
    early_connections,
    describes,
    gaps_kept,
    details_kept,
    details_bytes,
    events_kept,
    checked_bytes,
    checked_session,
    archived_headers,
    extracted_bytes,
    extracted_files,
    padding_packets,
};

struct CapInfo {
    Cap cap;
    std::string_view name; ///< as shown by `list --stats`
    std::uint64_t limit;
    std::string_view meaning; ///< what is bounded, and what happens when the limit is reached
};

inline constexpr std::array caps_table = {
    CapInfo{Cap::connections, "connections", 131'072,
            "open TCP connections; the one longest silent is given up"},
    CapInfo{Cap::out_of_order_bytes, "out_of_order_bytes", 1U << 20,
            "bytes held beyond a hole of one direction; the hole becomes a gap"},
    CapInfo{Cap::out_of_order_total_bytes, "out_of_order_total_bytes", 16U << 20,
            "memory for what is held beyond holes in all; the hole that needs more becomes a gap"},
    CapInfo{Cap::out_of_order_segments, "out_of_order_segments", 1'024,
            "segments held beyond a hole of one direction; the hole becomes a gap"},
    CapInfo{Cap::head_bytes, "head_bytes", 64U << 10,
            "an HTTP message head; the connection is not read further"},
    CapInfo{Cap::head_fields, "head_fields", 1'024,
            "fields of an HTTP message head, and tokens of its Pragma fields; further ones are not read"},
    CapInfo{Cap::pending_requests, "pending_requests", 64,
            "requests without a reply; later ones are not paired"},
    CapInfo{Cap::pending_bytes, "pending_bytes", 256U << 20,
            "bytes of heads, ASF headers and packets that are not whole, and of requests, of all open "
            "connections; what needs more is not read"},
    CapInfo{Cap::asf_header_bytes, "asf_header_bytes", 256U << 10,
            "an ASF header; what is beyond is not read"},
    CapInfo{Cap::fragments, "fragments", 1'024, "IP datagrams under reassembly; the oldest is given up"},
    CapInfo{Cap::fragment_bytes, "fragment_bytes", 4U << 20,
            "bytes of fragments held; the oldest datagram is given up"},
    CapInfo{Cap::tunnel_depth, "tunnel_depth", 8, "headers peeled off below TCP; the packet is not read"},
    CapInfo{Cap::sink_endpoints, "sink_endpoints", 4'096, "server endpoints; further ones are not shown"},
    CapInfo{Cap::names, "names", 65'536, "addresses with a DNS name; further ones stay unnamed"},
    CapInfo{Cap::name_changes, "name_changes", 64, "names kept of one address; later changes are not seen"},
    CapInfo{Cap::text_bytes, "text_bytes", 256U << 20,
            "bytes of distinct user agents, identifiers and the like; further ones are shown as null"},
    CapInfo{Cap::clients, "clients", 4'000'000, "rows of the client list; further clients are not shown"},
    CapInfo{Cap::connections_kept, "connections_kept", 1'000'000,
            "rows of `connections`; further connections are not shown"},
    CapInfo{
        Cap::early_connections, "early_connections", 16'384,
        "finished connections to servers not yet known as sinks; the oldest are not shown by `connections`"},
    CapInfo{Cap::describes, "describes", 4'096,
            "Describes that a Play may still be linked to; the oldest is forgotten"},
    CapInfo{Cap::gaps_kept, "gaps_kept", 32, "gaps listed of one client; all are counted"},
    CapInfo{Cap::details_kept, "details_kept", 16'384,
            "clients with details for `info`; later ones show counters only"},
    CapInfo{Cap::details_bytes, "details_bytes", 128U << 20,
            "bytes of heads kept for `info`; further ones are shown as not captured"},
    CapInfo{Cap::events_kept, "events_kept", 1'000'000,
            "events of `events`, but for its log (jsonl); later ones are not shown"},
    CapInfo{Cap::checked_bytes, "checked_bytes", 256U << 20,
            "bytes of messages and packets kept for the rules of `check`; later ones are not checked"},
    CapInfo{Cap::checked_session, "checked_session", 4'096,
            "exchanges of one session that `check` looks at; later ones are not checked"},
    CapInfo{
        Cap::archived_headers, "archived_headers", 16U << 20,
        "bytes of ASF headers that `extract` keeps for clients whose own was not captured; further ones are "
        "not kept"},
    CapInfo{
        Cap::extracted_bytes, "extracted_bytes", 256U << 20,
        "bytes of packets and headers that are not whole, of all clients of one `extract`; packets that need "
        "more are left out"},
    CapInfo{Cap::extracted_files, "extracted_files", 1'000'000,
            "ASF files of one `extract`; packets that belong into further ones are left out"},
    CapInfo{Cap::padding_packets, "padding_packets", 65'536,
            "packets that stand for missing ones of one client (`extract --gaps pad`); further ones are left "
            "out"},
};

/// Whether caps_table lists every Cap, in the order of the enumeration.
consteval bool caps_table_is_whole()
{
    for (std::size_t i = 0; i < caps_table.size(); ++i) {
        if (static_cast<std::size_t>(caps_table[i].cap) != i) {
            return false;
        }
    }
    return caps_table.back().cap == Cap::padding_packets;
}

static_assert(caps_table_is_whole());

/// The limits in force and how often each was reached. One object serves a whole run.
class Caps {
  public:
    Caps()
    {
        for (const CapInfo& info : caps_table) {
            limits_[index(info.cap)] = info.limit;
        }
    }

    [[nodiscard]] std::uint64_t limit(Cap cap) const { return limits_[index(cap)]; }

    void set_limit(Cap cap, std::uint64_t limit) { limits_[index(cap)] = limit; }

    /// Counts one refusal or eviction because of `cap`.
    void reached(Cap cap) { ++reached_[index(cap)]; }

    [[nodiscard]] std::uint64_t times_reached(Cap cap) const { return reached_[index(cap)]; }

    /// What all Charges under `cap` hold together.
    [[nodiscard]] std::uint64_t in_use(Cap cap) const { return in_use_[index(cap)]; }

  private:
    friend class Charge;

    static constexpr std::size_t index(Cap cap) { return static_cast<std::size_t>(cap); }

    std::array<std::uint64_t, caps_table.size()> limits_{};
    std::array<std::uint64_t, caps_table.size()> reached_{};
    std::array<std::uint64_t, caps_table.size()> in_use_{};
};

/// What something of one table holds under a cap that is on all of them together, for instance bytes. Given
/// back when it goes; the Caps must outlive it.
class Charge {
  public:
    Charge() = default;

    Charge(Charge&& other) noexcept
        : caps_(std::exchange(other.caps_, nullptr)), amount_(std::exchange(other.amount_, 0)),
          cap_(other.cap_)
    {
    }

    Charge& operator=(Charge&& other) noexcept
    {
        std::swap(caps_, other.caps_);
        std::swap(amount_, other.amount_);
        std::swap(cap_, other.cap_);
        return *this;
    }

    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

    ~Charge() { release(); }

    /// Takes `more`, always under the same cap. False, and the cap counts it, if that is more than there is;
    /// nothing changes then.
    bool take(Caps& caps, Cap cap, std::uint64_t more)
    {
        std::uint64_t& in_use = caps.in_use_[Caps::index(cap)];
        if (more > caps.limit(cap) - std::min(caps.limit(cap), in_use)) {
            caps.reached(cap);
            return false;
        }
        in_use += more;
        amount_ += more;
        caps_ = &caps;
        cap_ = cap;
        return true;
    }

    /// The same, up to `amount` in all; less than there is already is no change.
    bool grow_to(Caps& caps, Cap cap, std::uint64_t amount)
    {
        return amount <= amount_ || take(caps, cap, amount - amount_);
    }

    void release()
    {
        if (caps_ != nullptr) {
            caps_->in_use_[Caps::index(cap_)] -= amount_;
            caps_ = nullptr;
            amount_ = 0;
        }
    }

    [[nodiscard]] std::uint64_t amount() const { return amount_; }

  private:
    Caps* caps_ = nullptr;
    std::uint64_t amount_ = 0;
    Cap cap_{};
};

} // namespace wmclients
